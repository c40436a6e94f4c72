import type { ReplicaPair } from '../../budget/shrink-pair.ts';
import type { NeedStretch } from './need-path.ts';
import { merged, worthwhileLevels } from './worthwhile-levels.ts';

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
 * together, exact. Linear in the stretches, and in the product of both roles' levels that are worth having in one.
 *
 * A change may go from any level to any other; the cheapest predecessor of each level is found in four sweeps, since what
 * is paid for the added replicas is a sum over both roles (a lower envelope of cones, as in distance transforms).
 */
export function cheapestPlan(stretches: readonly PricedStretch[], prices: PlanPrices): CheapestPlan {
  const isShort = stretches.some(({ shortage }) => shortage !== undefined);
  const levelsOf = isShort ? everyLevel : worthwhileLevels;
  const levels = {
    prefill: levelsOf(stretches.map(({ needed }) => needed.prefill)),
    decode: levelsOf(stretches.map(({ needed }) => needed.decode)),
  };
  const grids = stretches.map((_, index) => ({
    prefill: levels.prefill[index] ?? [],
    decode: levels.decode[index] ?? [],
  }));
  const { gpusPerReplica, startUpSeconds, changeGpuSeconds } = prices;
  const perRise = {
    prefill: gpusPerReplica.prefill * startUpSeconds,
    decode: gpusPerReplica.decode * startUpSeconds,
  };
  /** By stretch and state, the state before. */
  const before: Uint32Array[] = [];
  let kept: Float64Array = new Float64Array(0);
  for (const [index, stretch] of stretches.entries()) {
    const grid = grids[index] ?? NO_GRID;
    const reached = reachedFrom(grids[index - 1], kept, { grid, changeGpuSeconds, perRise });
    before.push(reached.from);
    kept = reached.costs;
    let state = 0;
    for (const prefill of grid.prefill) {
      for (const decode of grid.decode) {
        const running = stretch.seconds * (prefill * gpusPerReplica.prefill + decode * gpusPerReplica.decode);
        kept[state] = (kept[state] ?? 0) + running + shortagePrice(stretch, prefill, decode);
        state += 1;
      }
    }
  }
  const last = cheapestState(kept);
  return { ...traced(before, last, { stretches, grids, prices }), pricedGpuSeconds: kept[last] ?? 0 };
}

/** Levels of both roles in one stretch, rising; a state is a level of prefill with one of decode, in this order. */
interface Grid {
  readonly prefill: readonly number[];
  readonly decode: readonly number[];
}

/** No state of the stretch before. */
const NOWHERE = 2 ** 32 - 1;

const NO_GRID: Grid = { prefill: [], decode: [] };

/** Where a shortage is allowed, any number below the most may be worth having. */
function everyLevel(needed: readonly number[]): readonly (readonly number[])[] {
  const most = Math.max(1, ...needed);
  const all = Array.from({ length: most }, (_, index) => index + 1);
  return needed.map(() => all);
}

interface Step {
  readonly grid: Grid;
  readonly changeGpuSeconds: number;
  /** What a replica that is added costs. */
  readonly perRise: ReplicaPair;
}

/** What each state of a stretch has cost when it begins, and the state before that it comes from. */
function reachedFrom(past: Grid | undefined, kept: Float64Array, { grid, changeGpuSeconds, perRise }: Step) {
  const states = grid.prefill.length * grid.decode.length;
  const costs = new Float64Array(states);
  const from = new Uint32Array(states);
  if (past === undefined) return { costs, from };
  const both = { prefill: merged(past.prefill, grid.prefill), decode: merged(past.decode, grid.decode) };
  const columns = both.decode.length;
  const changed = new Float64Array(both.prefill.length * columns).fill(Number.POSITIVE_INFINITY);
  const origin = new Uint32Array(changed.length).fill(NOWHERE);
  const [pastRows, pastColumns] = [placesIn(both.prefill, past.prefill), placesIn(both.decode, past.decode)];
  let state = 0;
  for (const row of pastRows) {
    for (const column of pastColumns) {
      changed[row * columns + column] = (kept[state] ?? 0) + changeGpuSeconds;
      origin[row * columns + column] = state;
      state += 1;
    }
  }
  // What was not there cannot stay.
  const own = origin.slice();
  sweep(changed, origin, both, perRise);
  state = 0;
  const [gridRows, gridColumns] = [placesIn(both.prefill, grid.prefill), placesIn(both.decode, grid.decode)];
  for (const row of gridRows) {
    for (const column of gridColumns) {
      const place = row * columns + column;
      const self = own[place] ?? NOWHERE;
      const stay = self === NOWHERE ? Number.POSITIVE_INFINITY : (kept[self] ?? 0);
      const change = changed[place] ?? 0;
      costs[state] = Math.min(stay, change);
      from[state] = change < stay ? (origin[place] ?? 0) : self;
      state += 1;
    }
  }
  return { costs, from };
}

/** Where each of some levels is among those that have them all. */
function placesIn(all: readonly number[], levels: readonly number[]): Uint32Array {
  let place = 0;
  return Uint32Array.from(levels, (level) => {
    while ((all[place] ?? level) < level) place += 1;
    return place;
  });
}

/** Lets every level take over from its neighbours what is cheaper, rises at their price and falls for nothing. */
function sweep(costs: Float64Array, origin: Uint32Array, { prefill, decode }: Grid, perRise: ReplicaPair): void {
  const [rows, columns] = [prefill.length, decode.length];
  const rises = Float64Array.from(decode, (level, index) => (level - (decode[index - 1] ?? level)) * perRise.decode);
  const take = (state: number, other: number, price: number): void => {
    const cost = (costs[other] ?? 0) + price;
    if (cost < (costs[state] ?? 0)) {
      costs[state] = cost;
      origin[state] = origin[other] ?? 0;
    }
  };
  for (let row = 1; row < rows; row += 1) {
    const price = ((prefill[row] ?? 0) - (prefill[row - 1] ?? 0)) * perRise.prefill;
    for (let state = row * columns; state < (row + 1) * columns; state += 1) take(state, state - columns, price);
  }
  for (let state = costs.length - columns - 1; state >= 0; state -= 1) take(state, state + columns, 0);
  for (let first = 0; first < costs.length; first += columns) {
    for (let column = 1; column < columns; column += 1) take(first + column, first + column - 1, rises[column] ?? 0);
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
  readonly grids: readonly Grid[];
  readonly prices: PlanPrices;
}

function traced(
  before: readonly Uint32Array[],
  last: number,
  { stretches, grids, prices }: Traced,
): Omit<CheapestPlan, 'pricedGpuSeconds'> {
  const { gpusPerReplica, startUpSeconds } = prices;
  const replicas = new Array<ReplicaPair>(stretches.length);
  let state = last;
  let gpuSeconds = 0;
  let changes = 0;
  for (let index = stretches.length - 1; index >= 0; index -= 1) {
    const { prefill, decode } = grids[index] ?? NO_GRID;
    const pair = {
      prefill: prefill[Math.floor(state / decode.length)] ?? 0,
      decode: decode[state % decode.length] ?? 0,
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
