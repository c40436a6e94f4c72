import type { FittedForecast } from '../../../../api/index.ts';
import type { ReplicaPair } from '../../../budget/shrink-pair.ts';
import { fewestReplicas } from '../../../queueing/index.ts';
import { MOST_REPLICAS } from '../../strategy.ts';
import type { ModelCorrection } from '../role-loads.ts';
import { Burstiness } from './burstiness.ts';
import { changePrice } from './change-price.ts';
import { cheapestLevels } from './cheapest-levels.ts';
import { DemandOutlook } from './demand-outlook.ts';
import { busyReplicas, gpusOf, type HorizonEngine, type LoadShape, lateShares, UNCORRECTED } from './horizon-engine.ts';
import { horizonSteps } from './horizon-steps.ts';
import { type RepeatingDay, repeatingDay } from './repeating-day.ts';
import { MOST_LEVELS, type StretchOutlook, stretchCosts } from './stretch-costs.ts';

/** What one stretch of the metrics says, as long as {@link HorizonSettings.sampleSeconds}; NaN is no data. */
export interface HorizonSample {
  /** Requests that arrived. */
  readonly requests: number;
  /** Means over the requests. */
  readonly islTokens: number;
  readonly oslTokens: number;
  /** Squared variation of prompt lengths, and of output lengths. */
  readonly islVariation: number;
  readonly oslVariation: number;
}

export interface HorizonSettings {
  readonly engine: HorizonEngine;
  readonly sampleSeconds: number;
  /** Length of the buckets that are forecast in: a multiple of the samples'. */
  readonly bucketSeconds: number;
  readonly leadSeconds: number;
  readonly methods: { readonly prefill: FittedForecast; readonly decode: FittedForecast };
  /** What a late request costs, in what the engines of one request cost. */
  readonly latePrice: number;
  readonly changesPerDay: number;
  /** Given, or measured where it is not. */
  readonly arrivalVariation: number | undefined;
}

export interface HorizonQuestion {
  /** What was asked for last; undefined where nobody can tell, and then a change costs nothing. */
  readonly current: ReplicaPair | undefined;
  /** Undefined where nobody limits them. */
  readonly most: ReplicaPair | undefined;
  readonly maxGpus: number | undefined;
  /** How long ago each change of the last day was made, seconds. */
  readonly changeAgesSeconds: readonly number[];
  readonly correction: ModelCorrection;
}

export type HorizonDecision =
  | {
      readonly kind: 'decided';
      /** What to ask for: what runs, where a change is not worth its price. */
      readonly pair: ReplicaPair;
      /** The cheapest pair for the time ahead, whatever a change costs. */
      readonly cheapest: ReplicaPair;
      /** GPU-seconds, late requests at their price, of the time ahead with that pair and with what runs. */
      readonly cost: number;
      readonly costOfStaying: number;
      readonly changePrice: number;
      /** The time ahead that was weighed, from the lead on. */
      readonly seconds: number;
    }
  | { readonly kind: 'none'; readonly reason: string };

/** A bucket of which less was measured has no data. */
const LEAST_MEASURED = 0.5;

/**
 * Chooses prefill and decode together, so that what they cost over the time that a decision has to serve, and what late requests
 * and further changes cost, is least. It is told the metrics stretch by stretch, each once; `plan` tells it a whole history at
 * once and a backtest minute by minute, and both get the same numbers. Pure: no clock, no randomness.
 */
export class HorizonPlanner {
  readonly #settings: HorizonSettings;
  readonly #steps: readonly number[];
  readonly #outlooks: { readonly prefill: DemandOutlook; readonly decode: DemandOutlook };
  readonly #burstiness = new Burstiness();
  readonly #samples: (ReplicaPair | undefined)[] = [];
  readonly #past: { readonly prefill: number[]; readonly decode: number[] } = { prefill: [], decode: [] };
  #shape: LoadShape | undefined;
  #bucket = 0;

  constructor(settings: HorizonSettings) {
    const { methods, bucketSeconds, leadSeconds } = settings;
    this.#settings = settings;
    this.#steps = horizonSteps(leadSeconds, bucketSeconds);
    this.#outlooks = {
      prefill: new DemandOutlook(methods.prefill, bucketSeconds, this.#steps),
      decode: new DemandOutlook(methods.decode, bucketSeconds, this.#steps),
    };
  }

  observe(sample: HorizonSample): void {
    const { sampleSeconds, bucketSeconds } = this.#settings;
    this.#burstiness.learn(sample.requests);
    this.#samples.push(this.#busyIn(sample));
    if (this.#samples.length * sampleSeconds < bucketSeconds) return;
    const known = this.#samples.filter((one) => one !== undefined);
    const isKnown = known.length > 0 && known.length >= LEAST_MEASURED * this.#samples.length;
    // Another sample of each bucket in turn is what forecasts are held against: the mean of a bucket hides its peaks.
    const came = this.#samples[this.#bucket % this.#samples.length];
    for (const role of ['prefill', 'decode'] as const) {
      const mean = isKnown ? known.reduce((sum, one) => sum + one[role], 0) / known.length : Number.NaN;
      this.#past[role].push(mean);
      this.#outlooks[role].learn(mean, came?.[role] ?? Number.NaN);
    }
    this.#samples.length = 0;
    this.#bucket += 1;
  }

  decide({ current, most, maxGpus, changeAgesSeconds, correction }: HorizonQuestion): HorizonDecision {
    const { engine, latePrice, changesPerDay } = this.#settings;
    const outlooks = this.#steps.map((_, index) => this.#outlookOf(index)).filter((one) => one !== undefined);
    if (this.#shape === undefined || outlooks.length < this.#steps.length) {
      return { kind: 'none', reason: 'no bucket has both requests and their lengths' };
    }
    const arrivalVariation = this.#settings.arrivalVariation ?? this.#burstiness.arrivalVariation;
    const shape = { ...this.#shape, arrivalVariation };
    const stretches = stretchCosts(outlooks, { engine, shape, correction, latePrice, current, most });
    if (stretches === undefined) {
      return { kind: 'none', reason: `more than ${MOST_LEVELS} replicas of a role are too many to weigh all pairs` };
    }
    const gpus = current === undefined ? 0 : gpusOf(engine, current);
    const price = changePrice({ gpus, changeAgesSeconds, changesPerDay });
    const isAllowed = (pair: ReplicaPair): boolean =>
      (!engine.isAggregated || pair.prefill === pair.decode) && gpusOf(engine, pair) <= (maxGpus ?? Infinity);
    const found = cheapestLevels({ stretches, current, isAllowed, changePrice: price.usual });
    if (found === undefined) return { kind: 'none', reason: `not even one of each fits into ${maxGpus} GPUs` };
    const { pair: cheapest, cost, costOfStaying } = found;
    const isRise = current === undefined || cheapest.prefill > current.prefill || cheapest.decode > current.decode;
    const asked = isRise ? price.rise : price.fall;
    return {
      kind: 'decided',
      pair: current === undefined || costOfStaying - cost > asked ? cheapest : current,
      ...{ cheapest, cost, costOfStaying, changePrice: asked },
      seconds: outlooks.reduce((sum, { seconds }) => sum + seconds, 0),
    };
  }

  /** Whether the day repeats, and what serves it then; undefined where it does not. */
  repeatingDay(startMs: number, correction: ModelCorrection, percentile: number): RepeatingDay | undefined {
    const { engine, bucketSeconds } = this.#settings;
    if (this.#shape === undefined) return undefined;
    const arrivalVariation = this.#settings.arrivalVariation ?? this.#burstiness.arrivalVariation;
    const late = lateShares(engine, { ...this.#shape, arrivalVariation }, correction);
    const plain = busyReplicas(engine, this.#shape, UNCORRECTED);
    const slowed = busyReplicas(engine, this.#shape, correction);
    const needed = (role: 'prefill' | 'decode', demand: number): number => {
      const busy = (demand * slowed[role]) / plain[role];
      const isEnough = (replicas: number): boolean => late[role](replicas, busy) <= 1 - percentile;
      return fewestReplicas(Math.max(1, Math.floor(busy)), MOST_REPLICAS, isEnough) ?? MOST_REPLICAS;
    };
    return repeatingDay({ ...this.#past, bucketSeconds, startMs }, needed, engine.gpusPerReplica);
  }

  #outlookOf(index: number): StretchOutlook | undefined {
    const step = this.#steps[index] ?? 1;
    const next = this.#steps[index + 1] ?? 2 * step - (this.#steps[index - 1] ?? 0);
    const [prefill, decode] = [this.#outlooks.prefill.at(index), this.#outlooks.decode.at(index)];
    if (prefill === undefined || decode === undefined) return undefined;
    return { seconds: (next - step) * this.#settings.bucketSeconds, prefill, decode };
  }

  #busyIn({ requests, islTokens, oslTokens, islVariation, oslVariation }: HorizonSample): ReplicaPair | undefined {
    if (requests === 0) return { prefill: 0, decode: 0 };
    if (!(requests > 0 && islTokens > 0 && oslTokens > 0)) return undefined;
    const shape = {
      requestsPerSecond: requests / this.#settings.sampleSeconds,
      ...{ islTokens, oslTokens, islVariation, oslVariation },
    };
    this.#shape = shape;
    return busyReplicas(this.#settings.engine, shape, UNCORRECTED);
  }
}
