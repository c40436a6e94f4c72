import type { Problem } from '../api/index.ts';
import type { Report } from '../report/index.ts';

/** 0 done or nothing to do, 1 error, 2 differences or findings, 3 held or refused. */
export type ExitCode = 0 | 1 | 2 | 3;

/** How a command ended: with something to show, or with what stood in its way. */
export type CommandOutcome =
  | { readonly kind: 'report'; readonly report: Report; readonly exitCode: Exclude<ExitCode, 1> }
  | {
      readonly kind: 'failed';
      readonly problems: readonly Problem[];
      /** What was done before that, where it stays done. */
      readonly done?: Report | undefined;
    };

export function done(report: Report, exitCode: Exclude<ExitCode, 1> = 0): CommandOutcome {
  return { kind: 'report', report, exitCode };
}

export function failed(problems: readonly Problem[], before?: Report): CommandOutcome {
  return { kind: 'failed', problems, done: before };
}
