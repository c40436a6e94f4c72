import {
  arrivingWork,
  type BatchLimit,
  batchLimit,
  type DecodeLoad,
  decodeAttainment,
  decodeReplicas,
  fewestReplicas,
  itlPercentileMs,
  type PrefillLoad,
  prefillOutcome,
  ttftPercentileMs,
} from '../../queueing/index.ts';
import { MOST_REPLICAS } from '../strategy.ts';

/** What a role is held to. */
export interface RoleTarget {
  /** TTFT or ITL, milliseconds. */
  readonly targetMs: number;
  readonly percentile: number;
}

/** How one role fares with any number of replicas, and the fewest that keep its target. */
export interface RoleSizing {
  /** Undefined where not even {@link MOST_REPLICAS} would. */
  readonly needed: number | undefined;
  /** The latency that the percentile stays within, milliseconds. */
  readonly latencyMs: (replicas: number) => number;
  /** Share of requests, or of the time, that the target is kept for. */
  readonly attainment: (replicas: number) => number;
}

/** @param overheadMs part of TTFT that no engine is busy for */
export function sizePrefill(load: PrefillLoad, { targetMs, percentile }: RoleTarget, overheadMs: number): RoleSizing {
  // What is left of the target for waiting and prefill; a tenth at least, below which replicas change nothing.
  const allowanceMs = Math.max(targetMs - overheadMs, 0.1 * targetMs);
  const { requestsPerSecond, meanServiceMs } = arrivingWork(load);
  const busy = Math.floor((requestsPerSecond * meanServiceMs) / 1000);
  return {
    needed: fewestReplicas(
      Math.max(1, busy),
      MOST_REPLICAS,
      (replicas) => prefillOutcome(load, replicas, allowanceMs).attainment >= percentile,
    ),
    latencyMs: (replicas) => overheadMs + ttftPercentileMs(load, replicas, percentile),
    attainment: (replicas) => prefillOutcome(load, replicas, allowanceMs).attainment,
  };
}

export interface DecodeRoleSizing extends RoleSizing {
  readonly limit: BatchLimit;
  /** Before rounding up. */
  readonly exact: number;
}

export function sizeDecode(load: DecodeLoad, { targetMs, percentile }: RoleTarget): DecodeRoleSizing {
  const limit = batchLimit(load, targetMs);
  const exact = decodeReplicas(load, limit, percentile);
  const needed = Math.max(1, Math.ceil(exact));
  return {
    ...{ limit, exact },
    needed: needed <= MOST_REPLICAS ? needed : undefined,
    latencyMs: (replicas) => itlPercentileMs(load, replicas, percentile),
    attainment: (replicas) => decodeAttainment(load, limit, replicas),
  };
}
