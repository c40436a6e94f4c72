import type { ReplicaPair } from '../../../budget/shrink-pair.ts';

/** What a role was asked for over time: replicas kept busy, by bucket; NaN is no data. */
export interface DemandPast {
  readonly prefill: readonly number[];
  readonly decode: readonly number[];
  readonly bucketSeconds: number;
  /** Start of the first bucket, milliseconds since 1970. */
  readonly startMs: number;
}

/** Hours of the day, UTC, in which the same numbers suffice; it goes on into the next day where `to` is not later than `from`. */
export interface ScheduleEntry extends ReplicaPair {
  readonly from: number;
  readonly to: number;
}

/** What the hours of a day are usually like. */
export interface RepeatingDay {
  /** Days that it was seen on. */
  readonly days: number;
  /** Sum of the differences between each day and those before it, over the demand: how well the day before tells the next. */
  readonly error: number;
  /** The hours of the day with what they take, at most {@link MOST_ENTRIES}. */
  readonly entries: readonly ScheduleEntry[];
}

const HOURS = 24;
const HOUR_MS = 3_600_000;

/** Fewer days repeat by chance. */
const LEAST_DAYS = 5;
/** Days that are learned from before the first is judged. */
const LEARNED_DAYS = 2;
/** A day repeats if the same hour of earlier days is off by no more than this, and by no more than half of what a flat day is. */
const [MOST_ERROR, MOST_OF_FLAT] = [0.2, 0.5];
/** More windows a day are no easier to look after than merge requests. */
const MOST_ENTRIES = 4;
/** Of the days that were seen, so many were served by the numbers of a schedule. */
const COVERED = 0.9;

/**
 * Finds whether the day repeats, each day judged by those before it alone, and then the schedule of few windows that serves it with the
 * least GPUs. Undefined where it does not, or too little was seen to tell.
 * @param needed replicas of each role that a demand takes
 */
export function repeatingDay(
  past: DemandPast,
  needed: (role: 'prefill' | 'decode', busy: number) => number,
  gpusPerReplica: ReplicaPair,
): RepeatingDay | undefined {
  const days = { prefill: hoursByDay(past, 'prefill'), decode: hoursByDay(past, 'decode') };
  const known = days.prefill.map((hours, day) => [...hours, ...(days.decode[day] ?? [])].every(Number.isFinite));
  const whole = {
    prefill: days.prefill.filter((_, day) => known[day]),
    decode: days.decode.filter((_, day) => known[day]),
  };
  if (whole.prefill.length < LEAST_DAYS) return undefined;
  const errors = [whole.prefill, whole.decode].map(errorOf);
  if (errors.some(({ seasonal, flat }) => !(seasonal <= MOST_ERROR && seasonal <= MOST_OF_FLAT * flat)))
    return undefined;
  const levels = Array.from({ length: HOURS }, (_, hour) => ({
    prefill: needed('prefill', usualOf(whole.prefill, hour)),
    decode: needed('decode', usualOf(whole.decode, hour)),
  }));
  return {
    days: whole.prefill.length,
    error: Math.max(...errors.map(({ seasonal }) => seasonal)),
    entries: fewestWindows(levels, gpusPerReplica),
  };
}

/** Means of the hours of each day that was seen, from the first whole one; an hour that was half measured is none. */
function hoursByDay({ bucketSeconds, startMs, ...past }: DemandPast, role: 'prefill' | 'decode'): readonly number[][] {
  const days: { sum: number; count: number }[][] = [];
  const first = Math.floor(startMs / HOUR_MS / HOURS);
  past[role].forEach((value, bucket) => {
    if (Number.isNaN(value)) return;
    const hour = Math.floor((startMs + bucket * bucketSeconds * 1000) / HOUR_MS);
    const day = Math.floor(hour / HOURS) - first;
    while (days.length <= day) days.push(Array.from({ length: HOURS }, () => ({ sum: 0, count: 0 })));
    const cell = days[day]?.[hour % HOURS];
    if (cell === undefined) return;
    cell.sum += value;
    cell.count += 1;
  });
  const enough = 3600 / bucketSeconds / 2;
  return days.map((hours) => hours.map(({ sum, count }) => (count < enough ? Number.NaN : sum / count)));
}

/** How far each day is from the mean of those before it, hour by hour and all hours alike, over the demand. */
function errorOf(days: readonly (readonly number[])[]): { readonly seasonal: number; readonly flat: number } {
  let [seasonal, flat, demand] = [0, 0, 0];
  for (let day = LEARNED_DAYS; day < days.length; day += 1) {
    const before = days.slice(0, day);
    const overall = mean(before.flat());
    for (let hour = 0; hour < HOURS; hour += 1) {
      const came = days[day]?.[hour] ?? 0;
      seasonal += Math.abs(came - mean(before.map((hours) => hours[hour] ?? 0)));
      flat += Math.abs(came - overall);
      demand += came;
    }
  }
  return demand === 0 ? { seasonal: Number.NaN, flat: 0 } : { seasonal: seasonal / demand, flat: flat / demand };
}

function usualOf(days: readonly (readonly number[])[], hour: number): number {
  const sorted = days.map((hours) => hours[hour] ?? 0).sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(COVERED * sorted.length) - 1)] ?? 0;
}

/** Windows of the day, each with what its hours take at most, that cost the fewest GPU-hours; all ways to cut the day are tried. */
function fewestWindows(levels: readonly ReplicaPair[], gpusPerReplica: ReplicaPair): readonly ScheduleEntry[] {
  let best: { readonly cost: number; readonly entries: readonly ScheduleEntry[] } | undefined;
  for (let start = 0; start < HOURS; start += 1) {
    const found = cutsFrom(start, levels, gpusPerReplica);
    if (best === undefined || found.cost < best.cost - 1e-9) best = found;
  }
  return best?.entries ?? [];
}

/** Another window must save this share of a day's GPU-hours. */
const WORTH_OF_WINDOW = 0.02;

function cutsFrom(start: number, levels: readonly ReplicaPair[], gpusPerReplica: ReplicaPair) {
  const windowOf = (from: number, to: number): ReplicaPair => {
    const hours = Array.from({ length: to - from }, (_, index) => levels[(start + from + index) % HOURS]);
    return {
      prefill: Math.max(...hours.map((hour) => hour?.prefill ?? 1)),
      decode: Math.max(...hours.map((hour) => hour?.decode ?? 1)),
    };
  };
  const gpuHours = ({ prefill, decode }: ReplicaPair, hours: number): number =>
    hours * (prefill * gpusPerReplica.prefill + decode * gpusPerReplica.decode);
  const price = WORTH_OF_WINDOW * gpuHours(windowOf(0, HOURS), HOURS);
  type Cut = { readonly cost: number; readonly entries: readonly ScheduleEntry[] };
  // Cheapest ways to serve the hours up to each, with so many windows.
  let cuts: (Cut | undefined)[] = [{ cost: 0, entries: [] }, ...Array.from({ length: HOURS }, () => undefined)];
  let best: Cut = { cost: Number.POSITIVE_INFINITY, entries: [] };
  for (let windows = 1; windows <= MOST_ENTRIES; windows += 1) {
    cuts = Array.from({ length: HOURS + 1 }, (_, to) => {
      let cheapest: Cut | undefined;
      for (let from = 0; from < to; from += 1) {
        const before = cuts[from];
        if (before === undefined) continue;
        const pair = windowOf(from, to);
        const cost = before.cost + gpuHours(pair, to - from) + price;
        if (cheapest !== undefined && cost >= cheapest.cost) continue;
        const entry = { ...pair, from: (start + from) % HOURS, to: (start + to) % HOURS };
        cheapest = { cost, entries: [...before.entries, entry] };
      }
      return cheapest;
    });
    const whole = cuts[HOURS];
    if (whole !== undefined && whole.cost < best.cost) best = whole;
  }
  return best;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
