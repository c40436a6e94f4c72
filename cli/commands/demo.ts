import type { RegisterCommand } from '../command.ts';

export const registerDemo: RegisterCommand = (program, dispatch) => {
  program
    .command('demo')
    .description('the whole loop in a temporary repository: no cluster, no token, no network')
    .option('--keep', 'keep the repository and say where it is', false)
    .action((options: { readonly keep: boolean }) =>
      dispatch(async () => (await import('../run/demo.ts')).runDemo, { keep: options.keep }),
    );
};
