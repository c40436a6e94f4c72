import type { RegisterCommand } from '../command.ts';
import { commandHelp } from '../help-text.ts';
import { addFileOptions, type FileOptions, fileChoice } from '../metrics/file-options.ts';
import { addPrometheusOptions, type PrometheusOptions, prometheusChoice } from '../metrics/prometheus/options.ts';

interface FitOptions extends PrometheusOptions, FileOptions {
  readonly metrics?: string;
  readonly at?: string;
  readonly dryRun: boolean;
  readonly detailedExitcode: boolean;
}

const WHERE = `
Each graph has its file: the strategy's forecast.model, else apps/<app>/models/<environment>/<graph>.json where an
app of this repository renders it, else models/<environment>/<namespace>/<graph>.json. Commit them: plan only reads them.`;

export const registerFit: RegisterCommand = (program, dispatch) => {
  addPrometheusOptions(
    addFileOptions(
      program
        .command('fit')
        .description(
          'history to forecast models: chooses one for each graph by its past errors, and writes it to a file',
        )
        .option(
          '--metrics <file>',
          'recording, folder of them, or other file of metrics to fit to (default: metrics.recording of the config)',
        ),
    ),
  )
    .option('--at <time>', 'end of the history, such as 2026-11-02T09:30:00Z (default: now)')
    .option('--dry-run', 'show what would be chosen; write nothing', false)
    .option('--detailed-exitcode', 'exit 2 where a file changes, 3 where a graph is refused and none changes', false)
    .addHelpText('after', WHERE)
    .addHelpText(
      'after',
      commandHelp('dynamo-gitops fit --metrics metrics --dry-run', {
        0: 'done',
        2: 'a file changes',
        3: 'a graph is refused and no file changes (2 and 3 with --detailed-exitcode)',
      }),
    )
    .action(({ metrics, at, dryRun, detailedExitcode, ...server }: FitOptions) =>
      dispatch(async () => (await import('../run/fit.ts')).runFit, {
        metrics: { recording: metrics, prometheus: prometheusChoice(server), file: fileChoice(server) },
        at,
        isDryRun: dryRun,
        hasDetailedExitCode: detailedExitcode,
      }),
    );
};
