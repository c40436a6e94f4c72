import { cheapestPlan, type PlanPrices } from './cheapest-plan.ts';
import type { NeedStretch } from './need-path.ts';

/** Cheapest plan at one price of a change. */
export interface PricedPlan {
  readonly changes: number;
  readonly gpuSeconds: number;
  readonly changeGpuSeconds: number;
}

/**
 * The least that anything could use that has what is needed at every minute and changes so many times, start-up included:
 * a table over prices of a change, and between them what the prices prove (the Lagrangian dual), so that no plan can be
 * below it.
 */
export class LimitedOracle {
  /** By price, which rises; changes fall and GPU-seconds rise. */
  readonly plans: readonly PricedPlan[];

  constructor(stretches: readonly NeedStretch[], prices: Omit<PlanPrices, 'changeGpuSeconds'>) {
    const { gpusPerReplica } = prices;
    const unit = gpusPerReplica.prefill + gpusPerReplica.decode;
    this.plans = PRICE_SECONDS.map((seconds) => {
      const changeGpuSeconds = seconds * unit;
      const { changes, gpuSeconds } = cheapestPlan(stretches, { ...prices, changeGpuSeconds });
      return { changes, gpuSeconds, changeGpuSeconds };
    });
  }

  /** GPU-seconds that no plan with so many changes is below. */
  leastGpuSeconds(changes: number): number {
    return Math.max(
      ...this.plans.map((plan) => plan.gpuSeconds + plan.changeGpuSeconds * (plan.changes - Math.max(0, changes))),
    );
  }
}

/** Prices of a change: a replica of each role for so long, from nothing over 15 s to a day. */
const PRICE_SECONDS: readonly number[] = [0, ...Array.from({ length: 16 }, (_, index) => 15 * 5760 ** (index / 15))];
