import type { RegisterCommand } from '../command.ts';

export const registerExplain: RegisterCommand = (program, dispatch) => {
  program
    .command('explain')
    .description('the trace of a decision: demand, capacity, raw number, each guardrail, target')
    .argument('[plan]', 'plan that plan --out wrote', 'plan.json')
    .option('--service <graph/service>', 'only this service, such as chat/decode or prod/chat/decode')
    .action((plan: string, { service }: { readonly service?: string }) =>
      dispatch(async () => (await import('../run/explain.ts')).runExplain, { plan, service }),
    );
};
