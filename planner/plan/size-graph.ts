import type { Result, ServiceStrategySettings, ServiceView } from '../../api/index.ts';
import {
  type SizedAlone,
  type SizedGraph,
  type StrategyContext,
  sizeAsAdvised,
  sizeByLoad,
  sizeByTarget,
  sizeFixed,
  sizeScheduled,
  sizeServiceByTarget,
  sizeServiceFixed,
  sizeServiceScheduled,
  sizeWithDynamoSla,
  sizeWithSla,
} from '../strategies/index.ts';

/** Runs the strategy that the config gives a graph. Pure. */
export function sizeGraph(context: StrategyContext): Result<SizedGraph> {
  const { strategy } = context.deployment;
  switch (strategy.kind) {
    case 'dynamo-sla':
      return sizeWithDynamoSla(strategy, context);
    case 'sla':
      return sizeWithSla(strategy, context);
    case 'dynamo-load':
      return sizeByLoad(strategy, context);
    case 'target':
      return sizeByTarget(strategy, context);
    case 'advisory':
      return sizeAsAdvised(strategy, context);
    case 'schedule':
      return sizeScheduled(strategy, context);
    case 'fixed':
      return sizeFixed(strategy, context);
  }
}

/** Runs the strategy of one service. Pure. */
export function sizeService(
  strategy: ServiceStrategySettings,
  service: ServiceView,
  context: StrategyContext,
): SizedAlone {
  switch (strategy.kind) {
    case 'target':
      return sizeServiceByTarget(strategy, service, context);
    case 'schedule':
      return sizeServiceScheduled(strategy, service, context);
    case 'fixed':
      return sizeServiceFixed(strategy, service, context);
  }
}
