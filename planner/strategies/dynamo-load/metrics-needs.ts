import type { DynamoLoadSettings } from '../../../api/index.ts';
import type { MetricsNeeds } from '../../quality/index.ts';

/** Neither signal is required: a role whose own is missing stays, and the other may change. */
export function dynamoLoadNeeds({ intervalSeconds, graceIntervals, prefill }: DynamoLoadSettings): MetricsNeeds {
  return {
    required: [],
    used: [
      ...(['queueDepth', 'kvUsage', 'prefillReady', 'decodeReady'] as const),
      ...(prefill.unit === 'tokens' ? (['islTokens'] as const) : []),
    ],
    decidingSeconds: intervalSeconds,
    memorySeconds: intervalSeconds * (1 + graceIntervals),
  };
}
