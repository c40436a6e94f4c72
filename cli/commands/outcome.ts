import type { RegisterCommand } from '../command.ts';
import { commandHelp } from '../help-text.ts';
import { addFileOptions, type FileOptions, fileChoice } from '../metrics/file-options.ts';
import { addPrometheusOptions, type PrometheusOptions, prometheusChoice } from '../metrics/prometheus/options.ts';

interface OutcomeOptions extends PrometheusOptions, FileOptions {
  readonly metrics?: string;
  readonly history?: string;
  readonly merged?: string;
  readonly refused: boolean;
  readonly at?: string;
  readonly record?: string;
}

export const registerOutcome: RegisterCommand = (program, dispatch) => {
  addPrometheusOptions(
    addFileOptions(
      program
        .command('outcome')
        .description('what a plan predicted beside what came since, and what would have been without it')
        .argument('<plan.json>', 'plan that was merged or refused')
        .option(
          '--metrics <file>',
          'recording, folder of them, or other file of metrics (default: metrics.recording of the config)',
        ),
    ),
  )
    .option('--history <file>', 'past changes (schema history): they say whether the plan was merged, and when')
    .option('--merged <time>', 'when it was merged, such as 2026-11-02T09:40:00Z')
    .option('--refused', 'it was not merged', false)
    .option('--at <time>', 'end of the metrics (default: that of the file, or now)')
    .option('--record <file>', 'also keep the outcome in this file, a JSON document a line, to be committed')
    .addHelpText(
      'after',
      commandHelp('dynamo-gitops outcome plan.json --history history.json --record outcomes.jsonl', { 0: 'done' }),
    )
    .action((plan: string, { metrics, history, merged, refused, at, record, ...more }: OutcomeOptions) =>
      dispatch(async () => (await import('../run/outcome.ts')).runOutcome, {
        ...{ plan, merged, refused, record },
        files: { metrics, prometheus: prometheusChoice(more), metricsFile: fileChoice(more), history, at },
      }),
    );
};
