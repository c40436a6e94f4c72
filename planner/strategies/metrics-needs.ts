import type { StrategySettings } from '../../api/index.ts';
import type { MetricsNeeds } from '../quality/index.ts';
import { dynamoSlaNeeds } from './dynamo-sla/metrics-needs.ts';
import { slaNeeds } from './sla/metrics-needs.ts';

/** What is asked of the metrics where a strategy says nothing of its own: everything that was read has a part in it. */
const EVERYTHING: MetricsNeeds = {
  required: ['requestCount', 'islTokens', 'oslTokens'],
  used: ['startedCount', 'ttftMs', 'itlMs', 'requestSeconds', 'prefillReady', 'decodeReady'],
  decidingSeconds: 0,
  memorySeconds: Number.POSITIVE_INFINITY,
};

/** What a strategy takes from the metrics. One that forgets old data sooner, or needs other columns, has a line here. */
export function metricsNeeds(strategy: StrategySettings): MetricsNeeds {
  switch (strategy.kind) {
    case 'dynamo-sla':
      return dynamoSlaNeeds(strategy);
    case 'sla':
      return slaNeeds(strategy);
    default:
      return EVERYTHING;
  }
}
