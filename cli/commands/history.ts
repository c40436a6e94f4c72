import type { RegisterCommand } from '../command.ts';
import { commandHelp } from '../help-text.ts';

interface HistoryOptions {
  readonly since: string;
  readonly at?: string;
  readonly base?: string;
  readonly out?: string;
}

export const registerHistory: RegisterCommand = (program, dispatch) => {
  program
    .command('history')
    .description(
      'past changes of replica counts, read from git: who changed which number when; plan --history reads it',
    )
    .option('--since <duration>', 'how far to look back, such as 30d, 2w or 36h', '30d')
    .option('--at <time>', 'time to look back from, such as 2026-11-02T09:30:00Z (default: now)')
    .option('--base <git-ref>', 'branch that changes are merged into (default: proposals.base of the config)')
    .option('--out <file>', 'write the history here')
    .addHelpText('after', commandHelp('dynamo-gitops history --out history.json', { 0: 'done' }))
    .action(({ since, at, base, out }: HistoryOptions) =>
      dispatch(async () => (await import('../run/history.ts')).runHistory, { since, at, base, out }),
    );
};
