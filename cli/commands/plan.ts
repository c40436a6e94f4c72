import type { RegisterCommand } from '../command.ts';
import { commandHelp } from '../help-text.ts';
import { addFileOptions, type FileOptions, fileChoice } from '../metrics/file-options.ts';
import { addPrometheusOptions, type PrometheusOptions, prometheusChoice } from '../metrics/prometheus/options.ts';

interface PlanOptions extends PrometheusOptions, FileOptions {
  readonly metrics?: string;
  readonly status?: string;
  readonly history?: string;
  readonly at?: string;
  readonly out?: string;
  readonly shard?: string;
  readonly detailedExitcode: boolean;
}

const WHAT_SCALE_DOWN_NEEDS = `
No number is lowered without both --status and --history; scale-up needs neither.
dynamo-gitops history --out history.json reads the history from git.`;

export const registerPlan: RegisterCommand = (program, dispatch) => {
  addPrometheusOptions(
    addFileOptions(
      program
        .command('plan')
        .description('metrics to replica counts, with the reason for every number; changes nothing')
        .option(
          '--metrics <file>',
          'recording, folder of them, or other file of metrics to plan from (default: metrics.recording of the config)',
        ),
    ),
  )
    .option(
      '--status <file>',
      'live objects, as kubectl get dgd,dgdsa,hpa,scaledobjects -o json prints them; scale-down waits for them',
    )
    .option('--history <file>', 'past changes of replica counts (schema history); scale-down waits for them')
    .option('--at <time>', 'time to plan for, such as 2026-11-02T09:30:00Z (default: now)')
    .option('--out <file>', 'write the plan here, for explain, apply and propose')
    .option('--shard <i/n>', 'plan only part i of n, for plan merge to put together; needs --out')
    .option(
      '--detailed-exitcode',
      'exit 2 where something changes, 3 where something is held and nothing changes',
      false,
    )
    .addHelpText('after', WHAT_SCALE_DOWN_NEEDS)
    .addHelpText(
      'after',
      commandHelp('dynamo-gitops plan --status status.json --out plan.json', {
        0: 'done',
        2: 'something changes',
        3: 'something is held and nothing changes (2 and 3 with --detailed-exitcode)',
      }),
    )
    .action(({ metrics, status, history, at, out, shard, detailedExitcode, ...server }: PlanOptions) =>
      dispatch(async () => (await import('../run/plan.ts')).runPlan, {
        files: { metrics, prometheus: prometheusChoice(server), metricsFile: fileChoice(server), status, history, at },
        out,
        shard,
        hasDetailedExitCode: detailedExitcode,
      }),
    );
};
