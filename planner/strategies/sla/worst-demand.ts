import { boundDemand, highestMeasured, type WorkQuantity } from '../../forecast/index.ts';
import type { TrafficSeries } from '../../metrics/index.ts';
import type { StrategyContext } from '../strategy.ts';

/** A lost bucket is taken to have held at most so many times what any other did, or what all replicas could just carry. */
export const MOST_TIMES_MEASURED = 4;

/** The most that may have to be expected, had the lost buckets been the worst that they can have been. */
export interface WorstDemand {
  readonly prefillTokensPerSecond: number;
  readonly decodeTokensPerSecond: number;
  /** Most tokens per second that a lost bucket is taken to have held. */
  readonly most: { readonly prefill: number; readonly decode: number };
}

export interface WorstQuestion {
  readonly series: TrafficSeries;
  /** 1 for each bucket whose arrivals are not known. */
  readonly lost: Uint8Array;
  /** Tokens per second that all replicas that there may be carry; 0 where nobody limits them. */
  readonly carried: { readonly prefill: number; readonly decode: number };
  readonly forecast: Parameters<typeof boundDemand>[1]['setting'];
  readonly context: Pick<StrategyContext, 'fitted' | 'atMs'>;
}

/** Undefined where nothing was measured that a loss could be compared with, or nothing can be forecast. */
export function worstDemand({ series, lost, carried, forecast, context }: WorstQuestion): WorstDemand | undefined {
  const boundOf = (quantity: WorkQuantity, atLeast: number) => {
    const most = Math.max(MOST_TIMES_MEASURED * highestMeasured(series, quantity, lost), atLeast);
    const question = { quantity, setting: forecast, fitted: context.fitted, atMs: context.atMs };
    const upper = most > 0 ? boundDemand(series, question, { marks: lost, mostPerSecond: most }) : undefined;
    return upper === undefined || !Number.isFinite(upper) ? undefined : { upper, most };
  };
  const prefill = boundOf('prefillTokensPerSecond', carried.prefill);
  const decode = boundOf('decodeTokensPerSecond', carried.decode);
  if (prefill === undefined || decode === undefined) return undefined;
  return {
    prefillTokensPerSecond: prefill.upper,
    decodeTokensPerSecond: decode.upper,
    most: { prefill: prefill.most, decode: decode.most },
  };
}
