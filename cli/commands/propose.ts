import { Option } from 'commander';
import type { RegisterCommand } from '../command.ts';

export const registerPropose: RegisterCommand = (program, dispatch) => {
  program
    .command('propose')
    .description('open, update or close the merge request of each graph in a plan')
    .argument('<plan>', 'plan document, as "plan --out" writes it')
    .addOption(new Option('--forge <name>', 'where merge requests live').choices(['local']).default('local'))
    .option('--dry-run', 'show title, body and diff, and write nothing', false)
    .action(async (plan: string, options: { readonly dryRun: boolean }) =>
      dispatch(async () => (await import('../run/propose.ts')).runPropose, { plan, dryRun: options.dryRun }),
    );
};
