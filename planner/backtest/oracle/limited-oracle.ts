import { type CheapestPlan, cheapestPlan, type PlanPrices } from './cheapest-plan.ts';
import type { NeedStretch } from './need-path.ts';

/** Cheapest plan at one price of a change. */
export interface PricedPlan extends Omit<CheapestPlan, 'pricedGpuSeconds'> {
  readonly changeGpuSeconds: number;
}

/**
 * The least that anything could use that has what is needed at every minute and changes so many times, start-up included:
 * a table over prices of a change, and between them what the prices prove (the Lagrangian dual), so that no plan can be
 * below it.
 */
export class LimitedOracle {
  /** By price, which rises; changes fall and GPU-seconds rise. */
  readonly plans: readonly Omit<PricedPlan, 'replicas'>[];
  readonly #stretches: readonly NeedStretch[];
  readonly #prices: Omit<PlanPrices, 'changeGpuSeconds'>;

  constructor(stretches: readonly NeedStretch[], prices: Omit<PlanPrices, 'changeGpuSeconds'>) {
    this.#stretches = stretches;
    this.#prices = prices;
    this.plans = PRICE_SECONDS.map((seconds) => {
      const { changes, gpuSeconds, changeGpuSeconds } = this.#planAt(seconds);
      return { changes, gpuSeconds, changeGpuSeconds };
    });
  }

  /** GPU-seconds that no plan with so many changes is below. */
  leastGpuSeconds(changes: number): number {
    return Math.max(
      ...this.plans.map((plan) => plan.gpuSeconds + plan.changeGpuSeconds * (plan.changes - Math.max(0, changes))),
    );
  }

  /** A plan with no more changes, the cheapest that a price of changes leads to. */
  planWithin(changes: number): PricedPlan {
    let [low, high] = [0, 1];
    while (this.#planAt(2 ** high).changes > changes) high += 4;
    for (let round = 0; round < PLAN_ROUNDS; round += 1) {
      const middle = (low + high) / 2;
      if (this.#planAt(2 ** middle).changes > changes) low = middle;
      else high = middle;
    }
    return this.#planAt(2 ** high);
  }

  #planAt(seconds: number): PricedPlan {
    const { gpusPerReplica } = this.#prices;
    const changeGpuSeconds = seconds * (gpusPerReplica.prefill + gpusPerReplica.decode);
    const { changes, gpuSeconds, replicas } = cheapestPlan(this.#stretches, { ...this.#prices, changeGpuSeconds });
    return { changes, gpuSeconds, replicas, changeGpuSeconds };
  }
}

const PLAN_ROUNDS = 10;

/** Prices of a change: a replica of each role for so long, from nothing over 15 s to a day. */
const PRICE_SECONDS: readonly number[] = [0, ...Array.from({ length: 16 }, (_, index) => 15 * 5760 ** (index / 15))];
