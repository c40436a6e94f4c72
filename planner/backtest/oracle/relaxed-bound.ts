import { cheapestPlan, type PlanPrices, type PricedStretch } from './cheapest-plan.ts';

/** What a plan is allowed. */
export interface Allowance {
  readonly changes: number;
  /** Requests that may be missed. */
  readonly misses: number;
}

/**
 * GPU-seconds below which no plan can be that changes no more often, misses no more requests, and pays for start-up: the
 * Lagrangian dual over a price of changes and one of misses, which is concave, so that each is searched by thirds. Whatever
 * prices are tried, the answer is a bound; more of them make it tighter.
 *
 * @param stretches with `shortage` in requests
 */
export function relaxedBound(
  stretches: readonly PricedStretch[],
  prices: Omit<PlanPrices, 'changeGpuSeconds'>,
  allowed: Allowance,
): number {
  const unit = prices.gpusPerReplica.prefill + prices.gpusPerReplica.decode;
  const needed = cheapestPlan(withoutShortage(stretches), { ...prices, changeGpuSeconds: 0 });
  /** GPU-seconds of a request, were all as dear as the mean one. */
  const perRequest = needed.gpuSeconds / Math.max(1, requestsOf(stretches));
  const dual = (changePrice: number, missPrice: number): number => {
    const priced = stretches.map((one) => ({ ...one, shortage: scaled(one.shortage, missPrice) }));
    const plan = cheapestPlan(priced, { ...prices, changeGpuSeconds: changePrice });
    return plan.pricedGpuSeconds - changePrice * allowed.changes - missPrice * allowed.misses;
  };
  return highest((power) => highest((other) => dual(unit * 15 * 2 ** power, perRequest * 2 ** other), 0, 8), 0, 12);
}

const ROUNDS = 5;

/** The highest of a function that rises and then falls, nearly. */
function highest(value: (at: number) => number, from: number, to: number): number {
  let [low, high] = [from, to];
  let best = Number.NEGATIVE_INFINITY;
  for (let round = 0; round < ROUNDS; round += 1) {
    const third = (high - low) / 3;
    const [left, right] = [value(low + third), value(high - third)];
    best = Math.max(best, left, right);
    if (left < right) low += third;
    else high -= third;
  }
  return best;
}

function withoutShortage(stretches: readonly PricedStretch[]): readonly PricedStretch[] {
  return stretches.map(({ seconds, needed }) => ({ seconds, needed }));
}

function scaled(shortage: PricedStretch['shortage'], price: number): PricedStretch['shortage'] & object {
  return {
    prefill: (shortage?.prefill ?? new Float64Array(0)).map((requests) => requests * price),
    decode: (shortage?.decode ?? new Float64Array(0)).map((requests) => requests * price),
  };
}

function requestsOf(stretches: readonly PricedStretch[]): number {
  return stretches.reduce((sum, { shortage }) => sum + (shortage?.prefill[0] ?? 0), 0);
}
