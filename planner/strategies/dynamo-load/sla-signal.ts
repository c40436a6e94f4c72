import { drainSeconds, type EngineLimits, uncachedShare } from '../dynamo-head/engine-capacity.ts';
import type { ForwardPassTime } from '../dynamo-head/forward-pass.ts';
import { meanOf, type RequestShape } from './request-shape.ts';
import type { LoadSignal } from './signal.ts';
import { byWorker, decodeKvTokens, type RankLoad } from './worker-load.ts';

export interface SlaContext {
  readonly ready: number;
  readonly time: ForwardPassTime;
  readonly limits: EngineLimits;
  readonly shape: RequestShape;
  /** Share of a prompt that is cached already; NaN where it is not known. */
  readonly kvHitRate: number;
  readonly acceptLength: number;
  /** The target of the latency in question, seconds. */
  readonly targetSeconds: number;
  /** Share of the target that may be used up after shrinking, 0 to 1. */
  readonly sensitivity: number;
}

/** A signal with the slowest worker's estimate behind it. */
export interface SlaSignal {
  readonly signal: LoadSignal;
  readonly worstSeconds: number;
}

/** Grows prefill when no worker would meet TTFT. Source: load scaling of Dynamo's planner of 2026-08, target "sla". */
export function prefillSlaSignal(ranks: readonly RankLoad[], context: SlaContext): SlaSignal {
  const ttft = (worker: readonly RankLoad[], queueFactor: number) =>
    slowest(worker, (rank) => prefillSeconds(rank, queueFactor, 0, context));
  return slaSignal(ranks, context, ttft, (worker, factor) => {
    const own = ttft(worker, 0);
    const room = (context.targetSeconds - own) * context.sensitivity;
    return room > 0 && ttft(worker, factor) - own < room;
  });
}

/** Grows decode when no worker would meet ITL. Source: as {@link prefillSlaSignal}. */
export function decodeSlaSignal(ranks: readonly RankLoad[], context: SlaContext): SlaSignal {
  const itl = (worker: readonly RankLoad[], factor: number) =>
    slowest(worker, (rank) => decodeSeconds(rank, factor, 0, context));
  return slaSignal(
    ranks,
    context,
    itl,
    (worker, factor) =>
      worker.every((rank) => Math.trunc(decodeKvTokens(rank) * factor) < context.limits.maxKvTokens) &&
      itl(worker, factor) < context.targetSeconds * context.sensitivity,
  );
}

/**
 * Grows aggregated workers when none would meet TTFT, or none ITL, and shrinks them when both allow it.
 * Source: as {@link prefillSlaSignal}.
 */
export function aggregatedSlaSignal(
  ranks: readonly RankLoad[],
  ttftContext: SlaContext,
  itlContext: SlaContext,
): { readonly signal: LoadSignal; readonly worstTtftSeconds: number; readonly worstItlSeconds: number } {
  const ttft = (worker: readonly RankLoad[], queueFactor: number, decodeFactor: number) =>
    slowest(worker, (rank) => prefillSeconds(rank, queueFactor, decodeFactor, ttftContext));
  const prefill = slaSignal(
    ranks,
    ttftContext,
    (worker) => ttft(worker, 1, 1),
    (worker, factor) => {
      const own = ttft(worker, 0, factor);
      const room = (ttftContext.targetSeconds - own) * ttftContext.sensitivity;
      return room > 0 && ttft(worker, factor, factor) - own < room;
    },
  );
  const chunk = meanOf(itlContext.shape.islTokens);
  const itl = (worker: readonly RankLoad[], factor: number) =>
    slowest(worker, (rank) => decodeSeconds(rank, factor, chunk, itlContext));
  const decode = slaSignal(
    ranks,
    itlContext,
    (worker) => itl(worker, 1),
    (worker, factor) =>
      worker.every(
        (rank) =>
          Math.trunc((decodeKvTokens(rank) + rank.queued.prefillTokens) * factor) < itlContext.limits.maxKvTokens,
      ) && itl(worker, factor) < itlContext.targetSeconds * itlContext.sensitivity,
  );
  return {
    signal: combined(prefill.signal, decode.signal),
    worstTtftSeconds: prefill.worstSeconds,
    worstItlSeconds: decode.worstSeconds,
  };
}

function combined(prefill: LoadSignal, decode: LoadSignal): LoadSignal {
  if (prefill === 'up' || decode === 'up') return 'up';
  if (prefill === 'missing') return decode;
  if (prefill === 'refused' || decode === 'refused') return 'refused';
  return prefill === 'down' && decode === 'down' ? 'down' : 'stay';
}

/** Growing and shrinking both need all workers: one that is slow alone changes nothing. */
function slaSignal(
  ranks: readonly RankLoad[],
  { ready, targetSeconds }: SlaContext,
  seconds: (worker: readonly RankLoad[], factor: number) => number,
  fitsWith: (worker: readonly RankLoad[], factor: number) => boolean,
): SlaSignal {
  const workers = byWorker(ranks);
  const estimates = workers.map((worker) => seconds(worker, 1));
  const worstSeconds = Math.max(...estimates);
  if (estimates.every((estimate) => estimate > targetSeconds)) return { signal: 'up', worstSeconds };
  if (ready <= 1) return { signal: 'stay', worstSeconds };
  const factor = ready / (ready - 1);
  return { signal: workers.every((worker) => fitsWith(worker, factor)) ? 'down' : 'refused', worstSeconds };
}

/** Until a prompt of mean length that arrives now is through, behind those that wait. */
function prefillSeconds(rank: RankLoad, queueFactor: number, decodeFactor: number, context: SlaContext): number {
  const { time, limits, shape, kvHitRate } = context;
  const waiting = rank.queued.prefillTokens * queueFactor + meanOf(shape.islTokens);
  const decoding = rank.scheduled.decodeRequests + (decodeFactor > 1 ? rank.queued.decodeRequests : 0);
  const cached = rank.scheduled.decodeKvTokens + (decodeFactor > 1 ? rank.queued.decodeKvTokens : 0);
  return drainSeconds(Math.ceil(waiting * uncachedShare(kvHitRate)), limits.maxBatchedTokens, (prefillTokens) =>
    time({
      prefillTokens,
      decodeRequests: Math.trunc(decoding * decodeFactor),
      decodeKvTokens: Math.trunc(cached * decodeFactor),
    }),
  );
}

/** One iteration with what is scheduled, what waits, and one more request of mean length. */
function decodeSeconds(rank: RankLoad, factor: number, prefillTokens: number, context: SlaContext): number {
  const { time, shape, acceptLength } = context;
  const requests = rank.scheduled.decodeRequests + rank.queued.decodeRequests;
  return (
    time({
      prefillTokens,
      decodeRequests: Math.trunc(requests * factor) + 1,
      decodeKvTokens: Math.trunc(decodeKvTokens(rank) * factor) + meanOf(shape.contextTokens),
    }) / acceptLength
  );
}

function slowest(ranks: readonly RankLoad[], seconds: (rank: RankLoad) => number): number {
  return Math.max(...ranks.map(seconds));
}
