import { Option } from 'commander';
import type { RegisterCommand } from '../command.ts';
import { commandHelp } from '../help-text.ts';

export const registerPropose: RegisterCommand = (program, dispatch) => {
  program
    .command('propose')
    .description('open, update or close the merge request of each graph in a plan')
    .argument('[plan]', 'plan that plan --out wrote', 'plan.json')
    .addOption(new Option('--forge <name>', 'where merge requests live').choices(['local']).default('local'))
    .option('--dry-run', 'show title, body and diff, and write nothing', false)
    .addHelpText(
      'after',
      commandHelp('dynamo-gitops propose plan.json --dry-run', {
        0: 'done, or nothing to do',
        3: 'refused, or everything that was planned is held',
      }),
    )
    .action(async (plan: string, options: { readonly dryRun: boolean }) =>
      dispatch(async () => (await import('../run/propose.ts')).runPropose, { plan, dryRun: options.dryRun }),
    );
};
