import { bucketStatesOf, type TrafficSeries, wholeColumn } from '../../metrics/index.ts';
import { lengthVariation } from '../../queueing/index.ts';
import { arrivingTraffic } from '../../strategies/sla/arrivals.ts';
import { arrivalCount, randomNumbers, seedOf } from './random.ts';
import type { RequestShape, Workload, WorkloadMinute } from './workload.ts';

/** One number for all buckets, or one for each. */
export type PerBucket = number | Float64Array;

export interface WorkloadSettings {
  readonly seed: number;
  /** What requests are multiplied by; default 1. */
  readonly scale?: number;
  /** Variance over mean of the counts of one second, which is the squared variation of times between arrivals; default 1. */
  readonly arrivalVariation?: PerBucket;
  /** Larger arrival variations count as this one; default none. */
  readonly mostArrivalVariation?: number;
  /** Squared variation of prompt lengths; default what `islP95Tokens` says, else 1. */
  readonly islVariation?: PerBucket;
  /** The same of outputs, by `oslP95Tokens`. */
  readonly oslVariation?: PerBucket;
}

const MINUTE_SECONDS = 60;
const NO_SHAPE: RequestShape = { islTokens: 1, islVariation: 0, oslTokens: 1, oslVariation: 0 };

/**
 * What arrived in a history, as arrivals second by second: the rate is constant inside of a bucket, seconds are independent
 * of each other, and their counts vary as much as `arrivalVariation` says. The same seed gives the same arrivals.
 */
export function workloadOf(series: TrafficSeries, settings: WorkloadSettings): Workload {
  const buckets = bucketsOf(series, settings);
  const { bucketSeconds } = series;
  const minutes = Math.floor((series.length * bucketSeconds) / MINUTE_SECONDS);
  const stateOf = (minute: number): Gap | undefined => {
    const last = Math.floor((minute * MINUTE_SECONDS + MINUTE_SECONDS - 1) / bucketSeconds);
    for (let bucket = Math.floor((minute * MINUTE_SECONDS) / bucketSeconds); bucket <= last; bucket += 1) {
      const gap = buckets.gaps[bucket];
      if (gap !== undefined && gap !== 'none') return gap;
    }
    return undefined;
  };
  const shapeOf = shapesOf(buckets, bucketSeconds);
  const gaps = { missing: 0, implausible: 0 };
  for (let index = 0; index < minutes; index += 1) {
    const gap = stateOf(index);
    if (gap !== undefined) gaps[gap] += 1;
  }
  return {
    startMs: series.startMs,
    showsOutputs: series.columns.oslP95Tokens !== undefined,
    minutes,
    gaps,
    minute(index: number): WorkloadMinute {
      const hasData = stateOf(index) === undefined;
      const seed = seedOf(settings.seed, index);
      const arrivalsPerSecond = new Uint32Array(MINUTE_SECONDS);
      if (hasData) fillArrivals(arrivalsPerSecond, buckets, index * MINUTE_SECONDS, bucketSeconds, seed);
      return { index, hasData, arrivalsPerSecond, shape: shapeOf(index), seed };
    },
  };
}

type Gap = 'missing' | 'implausible';

interface Buckets {
  readonly gaps: readonly (Gap | 'none')[];
  /** Requests per second. */
  readonly rates: Float64Array;
  readonly dispersion: (bucket: number) => number;
  readonly shapes: readonly RequestShape[];
}

function bucketsOf(series: TrafficSeries, settings: WorkloadSettings): Buckets {
  const { scale = 1, arrivalVariation = 1, mostArrivalVariation = Number.POSITIVE_INFINITY } = settings;
  const stateAt = bucketStatesOf(series);
  const arrived = wholeColumn(arrivingTraffic(series).series, 'requestCount');
  const rates = new Float64Array(series.length);
  const gaps: (Gap | 'none')[] = [];
  for (let index = 0; index < series.length; index += 1) {
    const { kind } = stateAt(index);
    const count = arrived[index] ?? Number.NaN;
    const isKnown = (kind === 'traffic' || kind === 'no-traffic') && Number.isFinite(count);
    gaps.push(isKnown ? 'none' : kind === 'implausible' ? 'implausible' : 'missing');
    rates[index] = isKnown ? (count * scale) / series.bucketSeconds : 0;
  }
  return {
    ...{ gaps, rates },
    dispersion: (bucket) => Math.min(mostArrivalVariation, cellOf(arrivalVariation, bucket, 1)),
    shapes: shapesOfBuckets(series, settings),
  };
}

function cellOf(values: PerBucket, bucket: number, otherwise: number): number {
  const value = typeof values === 'number' ? values : (values[bucket] ?? Number.NaN);
  return Number.isFinite(value) && value >= 0 ? value : otherwise;
}

/** Shape of each bucket; one without requests has the shape of the newest before it. */
function shapesOfBuckets(series: TrafficSeries, { islVariation, oslVariation }: WorkloadSettings): RequestShape[] {
  const isl = wholeColumn(series, 'islTokens');
  const osl = wholeColumn(series, 'oslTokens');
  const islP95 = wholeColumn(series, 'islP95Tokens');
  const oslP95 = wholeColumn(series, 'oslP95Tokens');
  const measured = (bucket: number, means: Float64Array, p95: Float64Array): number =>
    lengthVariation(means[bucket] ?? Number.NaN, p95[bucket] ?? Number.NaN);
  let newest = NO_SHAPE;
  return Array.from({ length: series.length }, (_, bucket) => {
    const [islTokens, oslTokens] = [isl[bucket] ?? Number.NaN, osl[bucket] ?? Number.NaN];
    if (islTokens > 0 && oslTokens > 0 && Number.isFinite(islTokens + oslTokens)) {
      newest = {
        islTokens: Math.max(1, islTokens),
        islVariation: islVariation === undefined ? measured(bucket, isl, islP95) : cellOf(islVariation, bucket, 1),
        oslTokens: Math.max(1, oslTokens),
        oslVariation: oslVariation === undefined ? measured(bucket, osl, oslP95) : cellOf(oslVariation, bucket, 1),
      };
    }
    return newest;
  });
}

/** Shape of a minute: its bucket's, or the mean over the requests of its buckets where they are shorter than a minute. */
function shapesOf({ shapes, rates }: Buckets, bucketSeconds: number): (minute: number) => RequestShape {
  return (minute) => {
    const first = Math.floor((minute * MINUTE_SECONDS) / bucketSeconds);
    const last = Math.floor((minute * MINUTE_SECONDS + MINUTE_SECONDS - 1) / bucketSeconds);
    const only = shapes[first] ?? NO_SHAPE;
    if (last === first) return only;
    let weights = 0;
    const sums = { islTokens: 0, islVariation: 0, oslTokens: 0, oslVariation: 0 };
    for (let bucket = first; bucket <= last; bucket += 1) {
      const [shape, weight] = [shapes[bucket] ?? only, rates[bucket] ?? 0];
      weights += weight;
      sums.islTokens += weight * shape.islTokens;
      sums.islVariation += weight * shape.islVariation;
      sums.oslTokens += weight * shape.oslTokens;
      sums.oslVariation += weight * shape.oslVariation;
    }
    if (weights === 0) return only;
    return {
      islTokens: sums.islTokens / weights,
      islVariation: sums.islVariation / weights,
      oslTokens: sums.oslTokens / weights,
      oslVariation: sums.oslVariation / weights,
    };
  };
}

function fillArrivals(
  counts: Uint32Array,
  { rates, dispersion }: Buckets,
  startSecond: number,
  bucketSeconds: number,
  seed: number,
): void {
  const random = randomNumbers(seed);
  for (let second = 0; second < counts.length; second += 1) {
    const bucket = Math.floor((startSecond + second) / bucketSeconds);
    counts[second] = arrivalCount(random, rates[bucket] ?? 0, dispersion(bucket));
  }
}
