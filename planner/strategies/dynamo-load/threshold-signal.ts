import type { LoadSignal } from './signal.ts';
import { decodeKvTokens, type RankLoad } from './worker-load.ts';

/** When a role grows and shrinks. Every worker is compared; any may grow the role, all together shrink it. */
export interface LoadThresholds {
  readonly prefill: RoleThresholds;
  readonly decode: RoleThresholds;
}

interface RoleThresholds {
  /** Whether the load is compared as a share of what a worker holds at most, or as it is. */
  readonly unit: 'share' | 'tokens' | 'percent';
  readonly growsAt: (load: number) => boolean;
  readonly shrinksAt: (load: number) => boolean;
}

/** Queued prefill tokens, and the KV tokens in percent of the cache, between which nothing changes. */
export interface LoadBounds {
  readonly prefillUpTokens: number;
  readonly prefillDownTokens: number;
  readonly decodeUpPercent: number;
  readonly decodeDownPercent: number;
}

/** Prefill waits for at most one context, decode keeps its cache between 60 and 100 %. Source: target "throughput". */
export const THROUGHPUT_THRESHOLDS: LoadThresholds = {
  prefill: { unit: 'share', growsAt: (load) => load >= 1, shrinksAt: (load) => load < 0.1 },
  decode: { unit: 'share', growsAt: (load) => load > 1, shrinksAt: (load) => load < 0.6 },
};

/** Next to nothing may wait, and the cache stays between 10 and 40 %. Source: target "latency". */
export const LATENCY_THRESHOLDS: LoadThresholds = {
  prefill: { unit: 'share', growsAt: (load) => load >= 0.1, shrinksAt: (load) => load <= 0 },
  decode: { unit: 'share', growsAt: (load) => load > 0.4, shrinksAt: (load) => load < 0.1 },
};

/** Bounds of the user's own. Source: target "load". */
export function boundedThresholds(bounds: LoadBounds): LoadThresholds {
  return {
    prefill: {
      unit: 'tokens',
      growsAt: (load) => load >= bounds.prefillUpTokens,
      shrinksAt: (load) => load <= bounds.prefillDownTokens,
    },
    decode: {
      unit: 'percent',
      growsAt: (load) => load >= bounds.decodeUpPercent,
      shrinksAt: (load) => load <= bounds.decodeDownPercent,
    },
  };
}

/** @param contextLength tokens of the longest prompt; undefined where it is not known */
export function prefillThresholdSignal(
  ranks: readonly RankLoad[],
  ready: number,
  contextLength: number | undefined,
  { prefill }: LoadThresholds,
): LoadSignal {
  return thresholdSignal(ranks, ready, ({ queued }) => queued.prefillTokens, contextLength, prefill);
}

/**
 * @param maxKvTokens tokens that the cache of a worker holds; undefined where it is not known
 * @param alsoPrefills whether the workers prefill too, so that waiting prompts will need the cache as well
 */
export function decodeThresholdSignal(
  ranks: readonly RankLoad[],
  ready: number,
  maxKvTokens: number | undefined,
  { decode }: LoadThresholds,
  alsoPrefills: boolean,
): LoadSignal {
  const tokensOf = (rank: RankLoad) => decodeKvTokens(rank) + (alsoPrefills ? rank.queued.prefillTokens : 0);
  return thresholdSignal(ranks, ready, tokensOf, maxKvTokens, decode);
}

function thresholdSignal(
  ranks: readonly RankLoad[],
  ready: number,
  tokensOf: (rank: RankLoad) => number,
  most: number | undefined,
  { unit, growsAt, shrinksAt }: RoleThresholds,
): LoadSignal {
  if (ready <= 0 || ranks.length === 0) return 'missing';
  if (unit !== 'tokens' && (most === undefined || most <= 0)) return 'missing';
  const loads = ranks.map((rank) => loadIn(unit, tokensOf(rank), most ?? 1));
  if (loads.some(growsAt)) return 'up';
  return ready > 1 && loads.every(shrinksAt) ? 'down' : 'stay';
}

function loadIn(unit: RoleThresholds['unit'], tokens: number, most: number): number {
  switch (unit) {
    case 'tokens':
      return tokens;
    case 'share':
      return tokens / most;
    case 'percent':
      return (100 * tokens) / most;
  }
}
