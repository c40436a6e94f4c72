import type { DynamoLoadSettings } from '../../../api/index.ts';
import { eitherGrows, evenReports, queueLasts, recordedThresholds } from './recorded-load.ts';
import type { LoadSignal } from './signal.ts';
import { decodeThresholdSignal, prefillThresholdSignal } from './threshold-signal.ts';
import type { RankLoad } from './worker-load.ts';

/** What was measured of one role over an interval, as a whole; undefined is what does not concern it. */
export interface RoleLoad {
  readonly ready: number;
  /** Requests or prompt tokens that wait, by bucket. */
  readonly queue: { readonly values: readonly number[]; readonly mean: number } | undefined;
  /** Share of the KV cache in use. */
  readonly kvUsage: number | undefined;
  /** Whether a replica was added lately, whose cache is still filling. */
  readonly isYoung: boolean;
}

/** The reports that the load would give if it were spread evenly, and what they say. */
export interface JudgedLoad {
  readonly reports: readonly RankLoad[];
  readonly signalOf: (reports: readonly RankLoad[]) => LoadSignal;
  /** Whether the queue would be gone by its trend. */
  readonly isFading: boolean;
}

/** Compares a role's load with its thresholds, as the first planner of Dynamo does. */
export function judgeLoad({ ready, queue, kvUsage, isYoung }: RoleLoad, settings: DynamoLoadSettings): JudgedLoad {
  const thresholds = recordedThresholds(settings);
  const each = queue?.values.map((value) => value / ready) ?? [];
  const isFading = queue !== undefined && !queueLasts(each, settings.queueTrendIntervals, thresholds.prefill.growsAt);
  const queueSignal = (reports: readonly RankLoad[]): LoadSignal => {
    const signal = prefillThresholdSignal(reports, ready, undefined, thresholds);
    return signal === 'up' && isFading ? 'stay' : signal;
  };
  const kvSignal = (reports: readonly RankLoad[]): LoadSignal => {
    const signal = decodeThresholdSignal(reports, ready, 1, thresholds, false);
    return signal === 'down' && isYoung ? 'stay' : signal;
  };
  return {
    reports: evenReports(ready, { queued: queue === undefined ? 0 : queue.mean / ready, kvUsage: kvUsage ?? 0 }),
    signalOf: (reports) => {
      if (queue === undefined) return kvSignal(reports);
      return kvUsage === undefined ? queueSignal(reports) : eitherGrows(queueSignal(reports), kvSignal(reports));
    },
    isFading,
  };
}
