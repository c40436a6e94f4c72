import type { RegisterCommand } from '../command.ts';
import { commandHelp } from '../help-text.ts';

export const registerExplain: RegisterCommand = (program, dispatch) => {
  program
    .command('explain')
    .description('the trace of a decision: demand, capacity, raw number, each guardrail, target')
    .argument('[plan]', 'plan that plan --out wrote', 'plan.json')
    .option('--service <graph>/<service>', 'only this service; <environment>/<graph>/<service> is one of several')
    .addHelpText('after', commandHelp('dynamo-gitops explain plan.json --service chat/decode', { 0: 'done' }))
    .action((plan: string, { service }: { readonly service?: string }) =>
      dispatch(async () => (await import('../run/explain.ts')).runExplain, { plan, service }),
    );
};
