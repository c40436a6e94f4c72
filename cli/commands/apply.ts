import type { RegisterCommand } from '../command.ts';
import { commandHelp } from '../help-text.ts';

export const registerApply: RegisterCommand = (program, dispatch) => {
  program
    .command('apply')
    .description('edit the working tree as a plan says: every file or none')
    .argument('[plan]', 'plan that plan --out wrote', 'plan.json')
    .addHelpText('after', commandHelp('dynamo-gitops apply plan.json', { 0: 'done, or nothing to do' }))
    .action(async (plan: string) => dispatch(async () => (await import('../run/apply.ts')).runApply, { plan }));
};
