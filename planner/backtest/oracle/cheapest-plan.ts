import type { ReplicaPair } from '../../budget/shrink-pair.ts';
import type { NeedStretch } from './need-path.ts';

/** What running and changing costs, in GPU-seconds. */
export interface PlanPrices {
  readonly gpusPerReplica: ReplicaPair;
  /** A replica that is added is paid for so long before it serves. */
  readonly startUpSeconds: number;
  /** A change of the numbers, of one role or of both. */
  readonly changeGpuSeconds: number;
}

/** A stretch in which fewer replicas than needed are allowed, at a price. */
export interface PricedStretch extends NeedStretch {
  /** GPU-seconds that fewer replicas cost beside their own, by their number from 0 on; needed and above cost nothing. */
  readonly shortage?: { readonly prefill: Float64Array; readonly decode: Float64Array };
}

export interface CheapestPlan {
  /** Start-up included, prices of changes and of shortages not. */
  readonly gpuSeconds: number;
  /** Prices of changes and of shortages included: what was made least. */
  readonly pricedGpuSeconds: number;
  readonly changes: number;
  /** By stretch. */
  readonly replicas: readonly ReplicaPair[];
}

/**
 * The cheapest numbers over time for what is known to be needed: dynamic programming over the levels of both roles
 * together, exact. Linear in the stretches, and in the product of both roles' levels.
 *
 * A change may go from any level to any other; the cheapest predecessor of each level is found in four sweeps, since what
 * is paid for the added replicas is a sum over both roles (a lower envelope of cones, as in distance transforms).
 */
export function cheapestPlan(stretches: readonly PricedStretch[], prices: PlanPrices): CheapestPlan {
  const levels = {
    prefill: levelsOf(
      stretches.map(({ needed }) => needed.prefill),
      isShort(stretches),
    ),
    decode: levelsOf(
      stretches.map(({ needed }) => needed.decode),
      isShort(stretches),
    ),
  };
  const [rows, columns] = [levels.prefill.length, levels.decode.length];
  const states = rows * columns;
  const { gpusPerReplica, startUpSeconds, changeGpuSeconds } = prices;
  const rise = {
    prefill: risePrices(levels.prefill, gpusPerReplica.prefill * startUpSeconds),
    decode: risePrices(levels.decode, gpusPerReplica.decode * startUpSeconds),
  };
  const kept = new Float64Array(states);
  const changed = new Float64Array(states).fill(Number.POSITIVE_INFINITY);
  /** By stretch and state, the state before. */
  const before = stretches.map(() => (states < 2 ** 16 ? new Uint16Array(states) : new Uint32Array(states)));
  const origin = new Uint32Array(states);
  for (const [index, stretch] of stretches.entries()) {
    const from = before[index] ?? origin;
    if (index > 0) {
      for (let state = 0; state < states; state += 1) {
        changed[state] = (kept[state] ?? 0) + changeGpuSeconds;
        origin[state] = state;
      }
      sweep(changed, origin, rise, columns);
    }
    for (let row = 0, state = 0; row < rows; row += 1) {
      const prefill = levels.prefill[row] ?? 0;
      for (let column = 0; column < columns; column += 1, state += 1) {
        const decode = levels.decode[column] ?? 0;
        const stay = kept[state] ?? 0;
        const change = changed[state] ?? 0;
        from[state] = change < stay ? (origin[state] ?? 0) : state;
        const running = stretch.seconds * (prefill * gpusPerReplica.prefill + decode * gpusPerReplica.decode);
        kept[state] = Math.min(stay, change) + running + shortagePrice(stretch, prefill, decode);
      }
    }
  }
  const last = cheapestState(kept);
  return { ...traced(before, last, { stretches, levels, prices }), pricedGpuSeconds: kept[last] ?? 0 };
}

function isShort(stretches: readonly PricedStretch[]): boolean {
  return stretches.some(({ shortage }) => shortage !== undefined);
}

/** Only numbers that are needed at some time are ever worth having; where a shortage is allowed, any below the most. */
function levelsOf(needed: readonly number[], everyLevel: boolean): readonly number[] {
  if (!everyLevel) return [...new Set(needed)].sort((one, other) => one - other);
  const most = Math.max(1, ...needed);
  return Array.from({ length: most }, (_, index) => index + 1);
}

/** What it costs to rise from each level to the next one. */
function risePrices(levels: readonly number[], perReplica: number): Float64Array {
  return Float64Array.from(levels, (level, index) => ((levels[index + 1] ?? level) - level) * perReplica);
}

type Rise = { readonly prefill: Float64Array; readonly decode: Float64Array };

/** Lets every level take over from its neighbours what is cheaper, rises at their price and falls for nothing. */
function sweep(costs: Float64Array, origin: Uint32Array, rise: Rise, columns: number): void {
  const rows = costs.length / columns;
  const take = (state: number, other: number, price: number): void => {
    const cost = (costs[other] ?? 0) + price;
    if (cost < (costs[state] ?? 0)) {
      costs[state] = cost;
      origin[state] = origin[other] ?? 0;
    }
  };
  for (let row = 1; row < rows; row += 1) {
    const price = rise.prefill[row - 1] ?? 0;
    for (let state = row * columns; state < (row + 1) * columns; state += 1) take(state, state - columns, price);
  }
  for (let state = costs.length - columns - 1; state >= 0; state -= 1) take(state, state + columns, 0);
  for (let first = 0; first < costs.length; first += columns) {
    for (let column = 1; column < columns; column += 1) {
      take(first + column, first + column - 1, rise.decode[column - 1] ?? 0);
    }
    for (let column = columns - 2; column >= 0; column -= 1) take(first + column, first + column + 1, 0);
  }
}

function shortagePrice({ needed, shortage }: PricedStretch, prefill: number, decode: number): number {
  if (prefill >= needed.prefill && decode >= needed.decode) return 0;
  if (shortage === undefined) return Number.POSITIVE_INFINITY;
  // The same requests may suffer from both, so that their sum would count them twice.
  return Math.max(
    prefill < needed.prefill ? (shortage.prefill[prefill] ?? 0) : 0,
    decode < needed.decode ? (shortage.decode[decode] ?? 0) : 0,
  );
}

function cheapestState(costs: Float64Array): number {
  let cheapest = 0;
  for (let state = 1; state < costs.length; state += 1) {
    if ((costs[state] ?? 0) < (costs[cheapest] ?? 0)) cheapest = state;
  }
  return cheapest;
}

interface Traced {
  readonly stretches: readonly PricedStretch[];
  readonly levels: { readonly prefill: readonly number[]; readonly decode: readonly number[] };
  readonly prices: PlanPrices;
}

function traced(
  before: readonly (Uint16Array | Uint32Array)[],
  last: number,
  { stretches, levels, prices }: Traced,
): Omit<CheapestPlan, 'pricedGpuSeconds'> {
  const columns = levels.decode.length;
  const { gpusPerReplica, startUpSeconds } = prices;
  const replicas = new Array<ReplicaPair>(stretches.length);
  let state = last;
  let gpuSeconds = 0;
  let changes = 0;
  for (let index = stretches.length - 1; index >= 0; index -= 1) {
    const pair = {
      prefill: levels.prefill[Math.floor(state / columns)] ?? 0,
      decode: levels.decode[state % columns] ?? 0,
    };
    const next = replicas[index + 1];
    if (next !== undefined && (next.prefill !== pair.prefill || next.decode !== pair.decode)) {
      changes += 1;
      const added =
        Math.max(0, next.prefill - pair.prefill) * gpusPerReplica.prefill +
        Math.max(0, next.decode - pair.decode) * gpusPerReplica.decode;
      gpuSeconds += added * startUpSeconds;
    }
    gpuSeconds +=
      (stretches[index]?.seconds ?? 0) * (pair.prefill * gpusPerReplica.prefill + pair.decode * gpusPerReplica.decode);
    replicas[index] = pair;
    state = before[index]?.[state] ?? state;
  }
  return { gpuSeconds, changes, replicas };
}
