import type { Result } from '../../api/index.ts';
import { type SizedGraph, type StrategyContext, sizeWithDynamoSla } from '../strategies/index.ts';

/** Runs the strategy that the config gives a graph. Pure. */
export function sizeGraph(context: StrategyContext): Result<SizedGraph> {
  const { strategy } = context.deployment;
  switch (strategy.kind) {
    case 'dynamo-sla':
      return sizeWithDynamoSla(strategy, context);
  }
}
