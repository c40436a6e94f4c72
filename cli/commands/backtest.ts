import { InvalidArgumentError } from 'commander';
import type { RegisterCommand } from '../command.ts';
import { commandHelp } from '../help-text.ts';
import { addFileOptions, type FileOptions, fileChoice } from '../metrics/file-options.ts';
import { addPrometheusOptions, type PrometheusOptions, prometheusChoice } from '../metrics/prometheus/options.ts';

interface BacktestOptions extends PrometheusOptions, FileOptions {
  readonly metrics?: string;
  readonly deployment?: string;
  readonly since?: string;
  readonly at?: string;
  readonly days: number;
  readonly lead?: string;
  readonly startUp?: string;
  readonly policies?: string;
  readonly seeds: number;
  readonly whatIf: boolean;
  readonly html?: string;
  readonly out?: string;
}

export const registerBacktest: RegisterCommand = (program, dispatch) => {
  addPrometheusOptions(
    addFileOptions(
      program
        .command('backtest')
        .description("what each policy would have cost and broken over a graph's own history; needs no write access")
        .option(
          '--metrics <file>',
          'recording, folder of them, or other file of metrics (default: metrics.recording of the config)',
        ),
    ),
  )
    .option('--deployment <graph>', 'graph of the config, as environment/namespace/name (default: the only one)')
    .option('--since <duration>', 'how far back, such as 14d (default: all that a file has, 14d of a server)')
    .option('--at <time>', 'end of the history, such as 2026-11-02T09:30:00Z (default: that of the file, or now)')
    .option('--days <count>', 'most days that are judged; a third of the history is left to learn from', wholeFrom1, 7)
    .option(
      '--lead <duration>',
      'from a decision until it serves: review, sync and start-up (default: of the strategy)',
    )
    .option('--start-up <duration>', 'how much of it a replica takes to start (default: half)')
    .option('--policies <names>', 'with commas between them, or all (default: all but four that take long to choose)')
    .option('--seeds <count>', 'random arrivals to try; the worst is shown', wholeFrom1, 1)
    .option('--what-if', 'also other GPU budgets, targets and start-up times', false)
    .option('--html <file>', 'also write the report with its charts, as one page that needs nothing else')
    .option('--out <file>', 'also write the document that -o json prints')
    .addHelpText(
      'after',
      commandHelp('dynamo-gitops backtest --metrics metrics --lead 10m --html report.html', { 0: 'done' }),
    )
    .action(
      ({ metrics, at, deployment, since, days, lead, startUp, policies, seeds, whatIf, ...more }: BacktestOptions) =>
        dispatch(async () => (await import('../run/backtest.ts')).runBacktest, {
          files: {
            metrics,
            prometheus: prometheusChoice(more),
            metricsFile: { ...fileChoice(more), deployment: { said: deployment } },
            at,
          },
          ...{
            deployment: deployment ?? more.graph,
            since,
            days,
            lead,
            startUp,
            policies,
            seeds,
            isWhatIf: whatIf,
            html: more.html,
            out: more.out,
          },
        }),
    );
};

function wholeFrom1(text: string): number {
  if (!/^[1-9]\d?$/.test(text)) throw new InvalidArgumentError('It must be a whole number from 1 to 99.');
  return Number(text);
}
