import type { ForwardPassTime } from './forward-pass.ts';

export type EngineRole = 'prefill' | 'decode' | 'aggregated';

/** Of all data-parallel ranks of an engine together. */
export interface EngineLimits {
  readonly maxBatchedTokens: number;
  readonly maxSequences: number;
  readonly maxKvTokens: number;
}

/** Dynamo's limits of 2026-08 for an engine that publishes none. */
export const UNPUBLISHED_LIMITS: EngineLimits = {
  maxBatchedTokens: 8192,
  maxSequences: 512,
  maxKvTokens: 2_000_000,
};

export interface CapacityRequest {
  readonly islTokens: number;
  readonly oslTokens: number;
  /** Share of a prompt that is cached already; NaN where it is not known. */
  readonly kvHitRate: number;
  /** Tokens that an iteration yields for a request, above 1 with speculative decoding. */
  readonly acceptLength: number;
  /** Undefined where a latency has no target. */
  readonly ttftSeconds: number | undefined;
  readonly itlSeconds: number | undefined;
  readonly prefers: 'throughput' | 'latency';
}

/** What an engine does at its best batch. A latency that its role does not have is undefined. */
export interface EngineCapacity {
  readonly requestsPerSecond: number;
  readonly ttftSeconds: number | undefined;
  readonly itlSeconds: number | undefined;
  readonly requestSeconds: number | undefined;
  /** Whether the targets are met; otherwise no batch meets them. */
  readonly meetsTargets: boolean;
}

/** A prompt is never counted as cached beyond this share. Source: head planner, 2026-08. */
const MOST_CACHED = 0.95;

/** Most batches that are tried; evenly spaced where there are more. */
const MOST_BATCHES = 128;

/**
 * The request rate of one engine at the best batch that meets the latency targets, or at the best of all where none
 * does; undefined where no batch is possible. Of equals the smallest batch wins. Source: the engine capacity of Dynamo's
 * planner of 2026-08, around any model of the forward pass.
 */
export function engineCapacity(
  role: EngineRole,
  time: ForwardPassTime,
  limits: EngineLimits,
  request: CapacityRequest,
): EngineCapacity | undefined {
  const measured = batchesOf(role, time, limits, request).map((batch) => ({
    ...batch,
    meetsTargets: meets(batch.ttftSeconds, request.ttftSeconds) && meets(batch.itlSeconds, request.itlSeconds),
  }));
  const eligible = measured.filter(({ meetsTargets }) => meetsTargets);
  const score = request.prefers === 'latency' ? lowLatency : highRate;
  let best: EngineCapacity | undefined;
  for (const batch of eligible.length > 0 ? eligible : measured) {
    if (best === undefined || score(batch) > score(best)) best = batch;
  }
  return best;
}

type Batch = Omit<EngineCapacity, 'meetsTargets'>;

/** A target for a latency that the role does not have is not met. */
function meets(latency: number | undefined, target: number | undefined): boolean {
  return target === undefined || (latency !== undefined && latency <= target);
}

function highRate({ requestsPerSecond }: Batch): number {
  return requestsPerSecond;
}

function lowLatency({ requestSeconds, itlSeconds }: Batch): number {
  return -(requestSeconds ?? itlSeconds ?? 0);
}

function batchesOf(
  role: EngineRole,
  time: ForwardPassTime,
  limits: EngineLimits,
  request: CapacityRequest,
): readonly Batch[] {
  if (request.islTokens <= 0) return [];
  const newTokens = uncachedTokens(request);
  switch (role) {
    case 'prefill':
      return batchSizes(mostPrompts(newTokens, limits)).map((size) => prefillBatch(size, newTokens, time, limits));
    case 'decode':
      return batchSizes(mostContexts(limits, request)).map((size) => decodeBatch(size, time, request));
    case 'aggregated':
      return batchSizes(mostMixed(newTokens, limits, request)).map((size) =>
        mixedBatch(size, newTokens, time, limits, request),
      );
  }
}

function uncachedTokens({ islTokens, kvHitRate }: CapacityRequest): number {
  return Math.max(1, Math.ceil(islTokens * uncachedShare(kvHitRate)));
}

/** Share of a prompt that has to be computed. */
export function uncachedShare(kvHitRate: number): number {
  return 1 - (Number.isFinite(kvHitRate) ? Math.min(Math.max(kvHitRate, 0), MOST_CACHED) : 0);
}

/** From 1 to the largest. */
function batchSizes(largest: number): readonly number[] {
  if (largest < 1) return [];
  const count = Math.min(largest, MOST_BATCHES);
  if (count < MOST_BATCHES) return Array.from({ length: count }, (_, index) => index + 1);
  return Array.from({ length: count }, (_, index) => 1 + Math.floor((index * (largest - 1)) / (MOST_BATCHES - 1)));
}

/** A prompt longer than a pass is prefilled alone. */
function mostPrompts(newTokens: number, { maxBatchedTokens, maxSequences }: EngineLimits): number {
  if (newTokens > maxBatchedTokens) return 1;
  return Math.min(maxSequences, Math.floor(maxBatchedTokens / newTokens));
}

function prefillBatch(size: number, newTokens: number, time: ForwardPassTime, limits: EngineLimits): Batch {
  const ttftSeconds = drainSeconds(size * newTokens, limits.maxBatchedTokens, (prefillTokens) =>
    time({ prefillTokens, decodeRequests: 0, decodeKvTokens: 0 }),
  );
  return {
    requestsPerSecond: size / ttftSeconds,
    ttftSeconds,
    itlSeconds: undefined,
    requestSeconds: ttftSeconds,
  };
}

/** A request's context half-way through its output. */
function contextTokens({ islTokens, oslTokens }: CapacityRequest): number {
  return islTokens + Math.floor(oslTokens / 2);
}

function mostContexts({ maxSequences, maxKvTokens }: EngineLimits, request: CapacityRequest): number {
  return request.oslTokens <= 0 ? 0 : Math.min(maxSequences, Math.floor(maxKvTokens / contextTokens(request)));
}

function decodeBatch(size: number, time: ForwardPassTime, request: CapacityRequest): Batch {
  const pass = { prefillTokens: 0, decodeRequests: size, decodeKvTokens: size * contextTokens(request) };
  const itlSeconds = time(pass) / request.acceptLength;
  return {
    requestsPerSecond: size / (request.oslTokens * itlSeconds),
    ttftSeconds: undefined,
    itlSeconds,
    requestSeconds: undefined,
  };
}

/** Prompt tokens that come in during one iteration of a steady mix of prefill and decode. */
function steadyChunk(size: number, newTokens: number, { acceptLength, oslTokens }: CapacityRequest): number {
  return Math.ceil((size * acceptLength * newTokens) / oslTokens);
}

function mostMixed(newTokens: number, limits: EngineLimits, request: CapacityRequest): number {
  let most = Math.min(mostContexts(limits, request), limits.maxBatchedTokens - 1);
  while (most > 0 && steadyChunk(most, newTokens, request) > limits.maxBatchedTokens - most) most--;
  return most;
}

function mixedBatch(
  size: number,
  newTokens: number,
  time: ForwardPassTime,
  limits: EngineLimits,
  request: CapacityRequest,
): Batch {
  const mixed = (prefillTokens: number) =>
    time({ prefillTokens, decodeRequests: size, decodeKvTokens: size * contextTokens(request) });
  const chunk = steadyChunk(size, newTokens, request);
  const itlSeconds = mixed(chunk) / request.acceptLength;
  const ttftSeconds = drainSeconds(chunk + newTokens, limits.maxBatchedTokens - size, mixed);
  return {
    requestsPerSecond: size / (request.oslTokens * itlSeconds),
    ttftSeconds,
    itlSeconds,
    requestSeconds: ttftSeconds + (request.oslTokens - 1) * itlSeconds,
  };
}

/** Time until so many prompt tokens are through, in full passes and a last one. */
export function drainSeconds(tokens: number, tokensPerPass: number, seconds: (tokens: number) => number): number {
  const rest = tokens % tokensPerPass;
  const full = (tokens - rest) / tokensPerPass;
  return (full > 0 ? full * seconds(tokensPerPass) : 0) + (rest > 0 ? seconds(rest) : 0);
}
