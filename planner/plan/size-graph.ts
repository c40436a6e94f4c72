import type { Result } from '../../api/index.ts';
import { type SizedGraph, type StrategyContext, sizeWithDynamoSla, sizeWithSla } from '../strategies/index.ts';

/** Runs the strategy that the config gives a graph. Pure. */
export function sizeGraph(context: StrategyContext): Result<SizedGraph> {
  const { strategy } = context.deployment;
  switch (strategy.kind) {
    case 'sla':
      return sizeWithSla(strategy, context);
    case 'dynamo-sla':
      return sizeWithDynamoSla(strategy, context);
  }
}
