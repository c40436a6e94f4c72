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

/**
 * Grows prefill when no worker would meet TTFT for a prompt that arrives now, and shrinks it when the queues of all would
 * still fit on one worker fewer. Source: load scaling of Dynamo's planner of 2026-08, target "sla".
 */
export function prefillSlaSignal(ranks: readonly RankLoad[], context: SlaContext): SlaSignal {
  return ttftSignal(ranks, context, () => NOT_DECODING);
}

/**
 * Grows decode when no worker would meet ITL with one request more, and shrinks it when the load of all would still fit
 * on one worker fewer. Source: as {@link prefillSlaSignal}.
 */
export function decodeSlaSignal(ranks: readonly RankLoad[], context: SlaContext): SlaSignal {
  return itlSignal(ranks, context, 0, decodeKvTokens);
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
  const prefill = ttftSignal(ranks, ttftContext, decodingBeside);
  const chunk = meanOf(itlContext.shape.islTokens);
  const decode = itlSignal(ranks, itlContext, chunk, (rank) => decodeKvTokens(rank) + rank.queued.prefillTokens);
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
  secondsOf: (worker: readonly RankLoad[]) => number,
  fitsWith: (worker: readonly RankLoad[], factor: number) => boolean,
): SlaSignal {
  const workers = byWorker(ranks);
  const estimates = workers.map(secondsOf);
  const worstSeconds = Math.max(...estimates);
  if (estimates.every((estimate) => estimate > targetSeconds)) return { signal: 'up', worstSeconds };
  if (ready <= 1) return { signal: 'stay', worstSeconds };
  const factor = ready / (ready - 1);
  return { signal: workers.every((worker) => fitsWith(worker, factor)) ? 'down' : 'refused', worstSeconds };
}

/** What a worker decodes while it prefills; `factor` is 1 now, and above 1 with the share of a worker less. */
type Decoding = (
  rank: RankLoad,
  factor: number,
) => { readonly decodeRequests: number; readonly decodeKvTokens: number };

const NOT_DECODING = { decodeRequests: 0, decodeKvTokens: 0 };

/** What waits to be decoded counts only for a future with a worker less. */
function decodingBeside({ scheduled, queued }: RankLoad, factor: number): ReturnType<Decoding> {
  if (factor === 1) return scheduled;
  return {
    decodeRequests: Math.trunc((scheduled.decodeRequests + queued.decodeRequests) * factor),
    decodeKvTokens: Math.trunc((scheduled.decodeKvTokens + queued.decodeKvTokens) * factor),
  };
}

function ttftSignal(ranks: readonly RankLoad[], context: SlaContext, decoding: Decoding): SlaSignal {
  const { time, limits, shape, kvHitRate, targetSeconds, sensitivity } = context;
  const ttft = (worker: readonly RankLoad[], queueFactor: number, decodeFactor: number) =>
    slowest(worker, (rank) => {
      const waiting = rank.queued.prefillTokens * queueFactor + meanOf(shape.islTokens);
      const { decodeRequests, decodeKvTokens } = decoding(rank, decodeFactor);
      return drainSeconds(Math.ceil(waiting * uncachedShare(kvHitRate)), limits.maxBatchedTokens, (prefillTokens) =>
        time({ prefillTokens, decodeRequests, decodeKvTokens }),
      );
    });
  return slaSignal(
    ranks,
    context,
    (worker) => ttft(worker, 1, 1),
    (worker, factor) => {
      const alone = ttft(worker, 0, factor);
      const room = (targetSeconds - alone) * sensitivity;
      return room > 0 && ttft(worker, factor, factor) - alone < room;
    },
  );
}

/**
 * @param prefillTokens what an iteration prefills besides
 * @param kvTokensOf what has to fit into the cache of the workers that are left
 */
function itlSignal(
  ranks: readonly RankLoad[],
  context: SlaContext,
  prefillTokens: number,
  kvTokensOf: (rank: RankLoad) => number,
): SlaSignal {
  const { time, limits, shape, acceptLength, targetSeconds, sensitivity } = context;
  const itl = (worker: readonly RankLoad[], factor: number) =>
    slowest(worker, (rank) => {
      const requests = rank.scheduled.decodeRequests + rank.queued.decodeRequests;
      const pass = {
        prefillTokens,
        decodeRequests: Math.trunc(requests * factor) + 1,
        decodeKvTokens: Math.trunc(decodeKvTokens(rank) * factor) + meanOf(shape.contextTokens),
      };
      return time(pass) / acceptLength;
    });
  return slaSignal(
    ranks,
    context,
    (worker) => itl(worker, 1),
    (worker, factor) =>
      worker.every((rank) => Math.trunc(kvTokensOf(rank) * factor) < limits.maxKvTokens) &&
      itl(worker, factor) < targetSeconds * sensitivity,
  );
}

function slowest(ranks: readonly RankLoad[], secondsOf: (rank: RankLoad) => number): number {
  return Math.max(...ranks.map(secondsOf));
}
