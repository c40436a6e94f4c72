import { Option } from 'commander';
import type { RegisterCommand } from '../command.ts';
import { commandHelp } from '../help-text.ts';

interface ProposeOptions {
  readonly dryRun: boolean;
  readonly forge?: 'local' | 'github';
  readonly repo?: string;
  readonly status?: string;
  readonly backtest?: string;
  readonly explainTarget: boolean;
}

export const registerPropose: RegisterCommand = (program, dispatch) => {
  program
    .command('propose')
    .description('open, update or close the merge request of each graph in a plan')
    .argument('[plan]', 'plan that plan --out wrote', 'plan.json')
    .addOption(
      new Option('--forge <name>', "where merge requests live (default: proposals.forge, else 'local')").choices([
        'local',
        'github',
      ]),
    )
    .option('--repo <owner/name>', 'repository at GitHub (default: the one of the remote "origin")')
    .option('--status <file>', 'the status that the plan was made with, where it lies elsewhere by now')
    .option('--backtest <file>', 'document of backtest --out, for the body: what the last days would have been like')
    .option('--dry-run', 'show title, body and diff, and write nothing', false)
    .option('--explain-target', 'say which number of which file would be edited for each service, and why', false)
    .addHelpText(
      'after',
      commandHelp('dynamo-gitops propose plan.json --dry-run', {
        0: 'done, or nothing to do',
        3: 'refused, or everything that was planned is held',
      }),
    )
    .action(async (plan: string, options: ProposeOptions) =>
      options.explainTarget
        ? dispatch(async () => (await import('../run/propose.ts')).runExplainTarget, {})
        : dispatch(async () => (await import('../run/propose.ts')).runPropose, {
            ...{ plan, dryRun: options.dryRun, forge: options.forge, repository: options.repo },
            ...{ status: options.status, backtest: options.backtest },
          }),
    );
};
