import type { SlaSettings } from '../../../api/index.ts';
import { WIDEST_FORECAST_SECONDS } from '../../forecast/index.ts';
import type { MetricsNeeds } from '../../quality/index.ts';

/** The newest forecast bucket decides, and past errors of the forecast count for as long as there is history. */
export function slaNeeds({ forecast, correction }: SlaSettings): MetricsNeeds {
  return {
    required: ['requestCount', 'islTokens', 'oslTokens'],
    used: [
      ...(['startedCount', 'concurrency', 'ttftMs', 'islP95Tokens'] as const),
      ...(correction ? (['itlMs', 'prefillReady', 'decodeReady'] as const) : []),
    ],
    decidingSeconds: Math.min(WIDEST_FORECAST_SECONDS, forecast.leadSeconds, forecast.holdSeconds),
    memorySeconds: Number.POSITIVE_INFINITY,
  };
}
