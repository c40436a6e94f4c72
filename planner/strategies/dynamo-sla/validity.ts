import type { ObservedWindow } from './decision.ts';

const REQUIRED_MEANS = ['ttftMs', 'itlMs', 'islTokens', 'oslTokens'] as const;

/**
 * Means without which Dynamo's planner makes no decision. The request count and the request duration are not among
 * them; a missing count is learned as 0.
 */
export function missingMeans(window: ObservedWindow): readonly string[] {
  return REQUIRED_MEANS.filter((name) => Number.isNaN(window[name]));
}
