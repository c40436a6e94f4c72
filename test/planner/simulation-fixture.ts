import { type EngineSpec, engineSpec } from '../../planner/backtest/engine/index.ts';
import type { Simulation } from '../../planner/backtest/simulator/index.ts';
import {
  arrivalCount,
  type RequestShape,
  randomNumbers,
  seedOf,
  type WorkloadMinute,
} from '../../planner/backtest/workload/index.ts';
import type { FitError, PerformanceModel } from '../../planner/capacity/index.ts';

const error: FitError = { measurements: 9, mape: 0.02, mapeOfAll: 0.02, worst: 0.05, outliers: [] };

/** About a 70B model with 4 GPUs a replica. */
export const MODEL: PerformanceModel = {
  prefill: {
    ...{ fixedMs: 18.6, perTokenMs: 0.0488, perSquaredTokenMs: 1.11e-6 },
    ...{ islTokens: { lowest: 100, highest: 16_000 }, error },
  },
  decode: {
    ...{ fixedMs: 10.96, perRequestMs: 0.0552, perKvTokenMs: 0.000_102, maxKvTokens: 224_133, maxBatch: 369 },
    ...{ contextTokens: { lowest: 350, highest: 110_000 }, error },
  },
};

/** A spec of its own each time, so that nothing is shared with what another test has drawn. */
export function testEngine(transferMs = 0): EngineSpec {
  return engineSpec(MODEL, { gpusPerReplica: { prefill: 4, decode: 4 }, transferMs });
}

export const SLA = { ttftMs: 1000, itlMs: 30 };
export const CHAT: RequestShape = { islTokens: 928, islVariation: 1, oslTokens: 141, oslVariation: 1 };

/** Minutes with this mean rate, whose counts vary as much as `dispersion` says. */
export function minutesOf({
  count,
  rate,
  dispersion = 1,
  shape = CHAT,
  seed = 1,
}: MinutesSetting): readonly WorkloadMinute[] {
  return Array.from({ length: count }, (_, index) => {
    const ofMinute = seedOf(seed, index);
    const random = randomNumbers(ofMinute);
    const arrivalsPerSecond = Uint32Array.from({ length: 60 }, () => arrivalCount(random, rate, dispersion));
    return { index, hasData: true, arrivalsPerSecond, shape, seed: ofMinute };
  });
}

interface MinutesSetting {
  readonly count: number;
  readonly rate: number;
  readonly dispersion?: number;
  readonly shape?: RequestShape;
  readonly seed?: number;
}

/** Share of what was judged that is within both targets. */
export function attainmentOf(simulation: Simulation): number {
  const { attained, missed, abandoned } = simulation.totals();
  return attained / (attained + missed + abandoned);
}
