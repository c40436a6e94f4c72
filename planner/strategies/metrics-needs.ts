import type { ServiceStrategySettings, StrategySettings } from '../../api/index.ts';
import type { MetricsNeeds } from '../quality/index.ts';
import { advisoryNeeds } from './advisory/metrics-needs.ts';
import { dynamoLoadNeeds } from './dynamo-load/metrics-needs.ts';
import { dynamoSlaNeeds } from './dynamo-sla/metrics-needs.ts';
import { slaNeeds } from './sla/metrics-needs.ts';
import { targetNeeds } from './target/metrics-needs.ts';

/** What a strategy takes from the metrics; undefined for one that does not look at them. */
export function metricsNeeds(strategy: StrategySettings): MetricsNeeds | undefined {
  switch (strategy.kind) {
    case 'dynamo-sla':
      return dynamoSlaNeeds(strategy);
    case 'sla':
      return slaNeeds(strategy);
    case 'dynamo-load':
      return dynamoLoadNeeds(strategy);
    case 'target':
      return targetNeeds(Object.values(strategy.services));
    case 'advisory':
      return advisoryNeeds(strategy);
    case 'schedule':
    case 'fixed':
      return undefined;
  }
}

/** As {@link metricsNeeds}, for the strategy of one service. */
export function serviceMetricsNeeds(strategy: ServiceStrategySettings): MetricsNeeds | undefined {
  switch (strategy.kind) {
    case 'target':
      return targetNeeds([strategy]);
    case 'schedule':
    case 'fixed':
      return undefined;
  }
}
