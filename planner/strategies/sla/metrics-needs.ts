import type { SlaSettings } from '../../../api/index.ts';
import { WIDEST_FORECAST_SECONDS } from '../../forecast/index.ts';
import type { MetricsNeeds } from '../../quality/index.ts';

/** What the forecast is made of; everything else counts for `recentSeconds`. */
const ARRIVALS = ['requestCount', 'islTokens', 'oslTokens', 'startedCount', 'concurrency'] as const;

/** The newest forecast bucket decides, and past errors of the forecast count for as long as there is history. */
export function slaNeeds(settings: SlaSettings): MetricsNeeds {
  const { forecast, correction, profile, horizon, recentSeconds, idleSeconds } = settings;
  const settledSeconds = Math.max(recentSeconds, idleSeconds, forecast.leadSeconds + forecast.holdSeconds);
  return {
    required: ['requestCount', 'islTokens', 'oslTokens'],
    used: [
      ...(['startedCount', 'concurrency', 'ttftMs', 'islP95Tokens', 'oslP95Tokens'] as const),
      ...(correction ? (['itlMs', 'prefillReady', 'decodeReady'] as const) : []),
    ],
    decidingSeconds: Math.min(WIDEST_FORECAST_SECONDS, forecast.leadSeconds, forecast.holdSeconds),
    memorySeconds: Number.POSITIVE_INFINITY,
    // What engines cost, and what the time ahead may bring, is learned from all there is: nobody can tell what else would
    // have been learned.
    ...(profile === 'learned' || horizon !== undefined ? {} : { bounded: { columns: ARRIVALS, settledSeconds } }),
  };
}
