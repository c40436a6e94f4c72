import type { RegisterCommand } from '../command.ts';
import { commandHelp } from '../help-text.ts';

export const registerDemo: RegisterCommand = (program, dispatch) => {
  program
    .command('demo')
    .description('the whole loop in a temporary repository: no cluster, no token, no network')
    .option('--keep', 'keep the repository and say where it is', false)
    .addHelpText('after', commandHelp('dynamo-gitops demo --keep', { 0: 'done' }))
    .action((options: { readonly keep: boolean }) =>
      dispatch(async () => (await import('../run/demo.ts')).runDemo, { keep: options.keep }),
    );
};
