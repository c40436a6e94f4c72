import type { RankLoad } from './worker-load.ts';

/** Mean lengths over the last reports, which stand for the next request. */
export interface RequestShape {
  readonly islTokens: MovingMean;
  readonly contextTokens: MovingMean;
}

export type MovingMean = readonly number[];

const SAMPLES = 64;

export const UNKNOWN_SHAPE: RequestShape = { islTokens: [], contextTokens: [] };

/** Takes in reports. A rank without requests counts as 0, but not before the first that had any. */
export function observeShape(shape: RequestShape, ranks: readonly RankLoad[]): RequestShape {
  return ranks.reduce(
    ({ islTokens, contextTokens }, { scheduled }) => ({
      islTokens: pushed(islTokens, perRequest(scheduled.prefillTokens, scheduled.prefillRequests)),
      contextTokens: pushed(contextTokens, perRequest(scheduled.decodeKvTokens, scheduled.decodeRequests)),
    }),
    shape,
  );
}

/** 0 before any sample. */
export function meanOf(samples: MovingMean): number {
  return samples.length === 0 ? 0 : samples.reduce((sum, value) => sum + value, 0) / samples.length;
}

function pushed(samples: MovingMean, value: number): MovingMean {
  if (samples.length === 0 && value === 0) return samples;
  return [...samples, value].slice(-SAMPLES);
}

function perRequest(tokens: number, requests: number): number {
  return requests > 0 ? tokens / requests : 0;
}
