import type { ReplicaPair } from '../../../budget/shrink-pair.ts';

/** What one stretch of time costs with so many replicas of a role, replicas from none on. */
export type CostOfReplicas = Float64Array;

/** One stretch of the time ahead. Costs are of the whole stretch, in GPU-seconds. */
export interface StretchCosts {
  readonly prefill: CostOfReplicas;
  readonly decode: CostOfReplicas;
}

export interface LevelsQuestion {
  /** The first that a change can serve, and those after it. */
  readonly stretches: readonly StretchCosts[];
  readonly current: ReplicaPair | undefined;
  readonly isAllowed: (pair: ReplicaPair) => boolean;
  /** What a change of both, or of one, costs, GPU-seconds. */
  readonly changePrice: number;
}

export interface CheapestLevels {
  readonly pair: ReplicaPair;
  /** Cost of all stretches from that pair on, without the price of going there. */
  readonly cost: number;
  /** The same of what runs; infinite where it is not allowed. */
  readonly costOfStaying: number;
}

/**
 * The pair of levels that is cheapest over the time ahead, when each later stretch may change it again at the price of a
 * change. Dynamic programming backwards over the stretches: since any change costs the same, whoever leaves a pair goes to the
 * cheapest of all, and a stretch takes one look at each pair. Undefined where no pair is allowed.
 */
export function cheapestLevels(question: LevelsQuestion): CheapestLevels | undefined {
  const { stretches, current, isAllowed, changePrice } = question;
  const [prefills, decodes] = (['prefill', 'decode'] as const).map((role) => stretches[0]?.[role].length ?? 0);
  if (prefills === undefined || decodes === undefined) return undefined;
  const places: number[] = [];
  for (let prefill = 1; prefill < prefills; prefill += 1) {
    for (let decode = 1; decode < decodes; decode += 1) {
      if (isAllowed({ prefill, decode })) places.push(prefill * decodes + decode);
    }
  }
  // Of the time after the last stretch, nothing counts.
  const values = new Float64Array(prefills * decodes).fill(Number.POSITIVE_INFINITY);
  for (const place of places) values[place] = 0;
  let [least, best] = [0, places[0]];
  for (const { prefill, decode } of stretches.toReversed()) {
    const anew = changePrice + least;
    least = Number.POSITIVE_INFINITY;
    for (const place of places) {
      const later = Math.min(values[place] ?? 0, anew);
      const value = (prefill[Math.floor(place / decodes)] ?? 0) + (decode[place % decodes] ?? 0) + later;
      values[place] = value;
      if (value < least) [least, best] = [value, place];
    }
  }
  if (best === undefined) return undefined;
  const isInside = current !== undefined && current.prefill < prefills && current.decode < decodes;
  const costOfStaying = isInside ? values[current.prefill * decodes + current.decode] : undefined;
  return {
    pair: { prefill: Math.floor(best / decodes), decode: best % decodes },
    cost: least,
    costOfStaying: costOfStaying ?? Number.POSITIVE_INFINITY,
  };
}
