import type { ReplicaPair } from '../../../budget/shrink-pair.ts';
import type { ModelCorrection } from '../role-loads.ts';
import type { StretchCosts } from './cheapest-levels.ts';
import { OUTLOOK_WEIGHTS } from './demand-outlook.ts';
import { busyReplicas, gpusOf, type HorizonEngine, type LoadShape, lateShares, UNCORRECTED } from './horizon-engine.ts';
import type { LateShare } from './late-shares.ts';

/** What may be asked for in one stretch of the time ahead: replicas kept busy, as likely as {@link OUTLOOK_WEIGHTS} says. */
export interface StretchOutlook {
  readonly seconds: number;
  readonly prefill: Float64Array;
  readonly decode: Float64Array;
}

export interface StretchQuestion {
  readonly engine: HorizonEngine;
  /** The newest requests, which the next ones are taken to be like. */
  readonly shape: LoadShape & { readonly arrivalVariation: number };
  readonly correction: ModelCorrection;
  /** What a late request costs, in what the engines of one request cost. */
  readonly latePrice: number;
  readonly current: ReplicaPair | undefined;
  readonly most: ReplicaPair | undefined;
}

/** Beyond so many times the highest demand, and a few more, no replica has anything to do. */
const [MOST_TIMES, MOST_MORE] = [2, 8];

/** Pairs of more levels than this are not weighed one by one. */
export const MOST_LEVELS = 500;

/** GPU-seconds of each stretch, with late requests at their price, by number of replicas; undefined beyond {@link MOST_LEVELS}. */
export function stretchCosts(
  outlooks: readonly StretchOutlook[],
  question: StretchQuestion,
): readonly StretchCosts[] | undefined {
  const { engine, shape, correction, latePrice } = question;
  const plain = busyReplicas(engine, shape, UNCORRECTED);
  const slowed = busyReplicas(engine, shape, correction);
  const late = lateShares(engine, shape, correction);
  const pricePerRequest = (latePrice * gpusOf(engine, slowed)) / shape.requestsPerSecond;
  const factor = { prefill: slowed.prefill / plain.prefill, decode: slowed.decode / plain.decode };
  const levels = levelsOf(outlooks, factor, question);
  if (Math.max(levels.prefill, levels.decode) > MOST_LEVELS) return undefined;
  const costsOf = (role: 'prefill' | 'decode', { seconds, ...demands }: StretchOutlook): Float64Array => {
    const latePerBusy = (pricePerRequest * shape.requestsPerSecond) / slowed[role];
    // One worker for both is paid for once.
    const gpus = engine.isAggregated && role === 'decode' ? 0 : engine.gpusPerReplica[role];
    const costs = lateBusy(demands[role], factor[role], late[role], levels[role]);
    for (let replicas = 0; replicas < costs.length; replicas += 1) {
      costs[replicas] = seconds * (gpus * replicas + latePerBusy * (costs[replicas] ?? 0));
    }
    return costs;
  };
  return outlooks.map((outlook) => ({ prefill: costsOf('prefill', outlook), decode: costsOf('decode', outlook) }));
}

function levelsOf(
  outlooks: readonly StretchOutlook[],
  factor: ReplicaPair,
  { engine, current, most }: StretchQuestion,
): ReplicaPair {
  const highest = (role: 'prefill' | 'decode'): number => {
    const demand = Math.max(...outlooks.map((outlook) => outlook[role].at(-1) ?? 0)) * factor[role];
    const useful = Math.max(Math.ceil(MOST_TIMES * demand) + MOST_MORE, current?.[role] ?? 1);
    return Math.min(useful, most?.[role] ?? Number.POSITIVE_INFINITY);
  };
  const [prefill, decode] = [highest('prefill'), highest('decode')];
  const both = Math.max(prefill, decode);
  return engine.isAggregated ? { prefill: both, decode: both } : { prefill, decode };
}

/** Replicas kept busy by requests that are late, expected, by number of replicas. */
function lateBusy(demands: Float64Array, factor: number, late: LateShare, most: number): Float64Array {
  const expected = new Float64Array(most + 1);
  for (let place = 0; place < demands.length; place += 1) {
    const busy = (demands[place] ?? 0) * factor;
    const weighted = (OUTLOOK_WEIGHTS[place] ?? 0) * busy;
    for (let replicas = 1; replicas <= most; replicas += 1) {
      const share = late(replicas, busy);
      // More replicas make it less still.
      if (share === 0) break;
      expected[replicas] = (expected[replicas] ?? 0) + weighted * share;
    }
  }
  return expected;
}
