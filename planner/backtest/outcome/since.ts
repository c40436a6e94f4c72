import type { ServiceOutcome } from '../../../api/index.ts';
import { bucketStatesOf, cutSeries, type TrafficSeries, wholeColumn } from '../../metrics/index.ts';
import { arrivingTraffic } from '../../strategies/sla/arrivals.ts';

/** What was measured of a graph over a stretch of time. */
export interface Since {
  readonly requests: number;
  /** Highest of any bucket. */
  readonly highest: { readonly [quantity in NonNullable<ServiceOutcome['demand']>['quantity']]: number };
  /** Means over requests; NaN where nothing was measured. */
  readonly ttftMs: number;
  readonly itlMs: number;
}

/** Whether any bucket that lies wholly within the stretch says what came; none came where one says so, and not where none does. */
export function isMeasuredSince(series: TrafficSeries, startMs: number, endMs: number): boolean {
  const cut = cutSeries(series, startMs, endMs);
  const stateAt = bucketStatesOf(cut);
  return Array.from({ length: cut.length }, (_, index) => stateAt(index).kind).some(
    (kind) => kind === 'traffic' || kind === 'no-traffic',
  );
}

/** Looks at the buckets that lie wholly within the stretch. */
export function measuredSince(series: TrafficSeries, startMs: number, endMs: number): Since {
  const { series: arrived } = arrivingTraffic(cutSeries(series, startMs, endMs));
  const counts = wholeColumn(arrived, 'requestCount');
  const isl = wholeColumn(arrived, 'islTokens');
  const osl = wholeColumn(arrived, 'oslTokens');
  let requests = 0;
  const highest = { prefillTokensPerSecond: 0, decodeTokensPerSecond: 0 };
  const latencies = { ttftMs: new WeightedMean(), itlMs: new WeightedMean() };
  for (let index = 0; index < arrived.length; index += 1) {
    const count = counts[index] ?? Number.NaN;
    if (!(count > 0)) continue;
    requests += count;
    const perSecond = count / arrived.bucketSeconds;
    highest.prefillTokensPerSecond = most(highest.prefillTokensPerSecond, perSecond * (isl[index] ?? Number.NaN));
    highest.decodeTokensPerSecond = most(highest.decodeTokensPerSecond, perSecond * (osl[index] ?? Number.NaN));
    latencies.ttftMs.add(arrived.columns.ttftMs?.[index], count);
    latencies.itlMs.add(arrived.columns.itlMs?.[index], count);
  }
  return { requests, highest, ttftMs: latencies.ttftMs.value, itlMs: latencies.itlMs.value };
}

function most(before: number, value: number): number {
  return value > before ? value : before;
}

class WeightedMean {
  #sum = 0;
  #weight = 0;

  add(value: number | undefined, weight: number): void {
    if (value === undefined || Number.isNaN(value)) return;
    this.#sum += weight * value;
    this.#weight += weight;
  }

  get value(): number {
    return this.#sum / this.#weight;
  }
}
