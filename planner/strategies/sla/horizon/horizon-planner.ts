import type { FittedForecast } from '../../../../api/index.ts';
import type { ReplicaPair } from '../../../budget/shrink-pair.ts';
import type { ModelCorrection } from '../role-loads.ts';
import { Burstiness } from './burstiness.ts';
import { changePrice } from './change-price.ts';
import { cheapestLevels, type StretchCosts } from './cheapest-levels.ts';
import { DemandOutlook, OUTLOOK_WEIGHTS } from './demand-outlook.ts';
import { busyReplicas, type HorizonEngine, type LoadShape, lateShares, UNCORRECTED } from './horizon-engine.ts';
import { horizonSteps } from './horizon-steps.ts';
import type { LateShare } from './late-shares.ts';

/** Merge requests that a day of one graph may take, unless somebody says otherwise. */
export const DEFAULT_CHANGES_PER_DAY = 24;

/**
 * What a late request costs, in what the engines of one request cost, unless somebody says otherwise: about 99 % in time on public
 * traces of LLM services, and more on smoother ones (docs/sizing.md).
 */
export const DEFAULT_LATE_PRICE = 24;

/** What one stretch of the metrics says, as long as {@link HorizonSettings.sampleSeconds}; NaN is no data. */
export interface HorizonSample {
  /** Requests that arrived. */
  readonly requests: number;
  /** Means over the requests. */
  readonly islTokens: number;
  readonly oslTokens: number;
  /** Squared variation of prompt lengths. */
  readonly islVariation: number;
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
  /** What was asked for last. */
  readonly current: ReplicaPair;
  readonly most: ReplicaPair;
  readonly maxGpus: number | undefined;
  /** Changes within the last day. */
  readonly changes: number;
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
      readonly horizonSeconds: number;
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
      this.#outlooks[role].learn(mean, came?.[role] ?? Number.NaN);
    }
    this.#samples.length = 0;
    this.#bucket += 1;
  }

  decide({ current, most, maxGpus, changes, correction }: HorizonQuestion): HorizonDecision {
    const { engine, latePrice, changesPerDay, arrivalVariation } = this.#settings;
    const shape = this.#shape;
    if (shape === undefined) return { kind: 'none', reason: 'no bucket has both requests and their lengths' };
    const variation = arrivalVariation ?? this.#burstiness.arrivalVariation;
    const late = lateShares(engine, { ...shape, arrivalVariation: variation }, correction);
    // What a request keeps busy, as the model has it and as it is corrected.
    const [plain, slowed] = [UNCORRECTED, correction].map((one) => busyReplicas(engine, shape, one));
    if (plain === undefined || slowed === undefined) throw new Error('two corrections give two loads');
    const { gpusPerReplica } = engine;
    const gpuSecondsOf = ({ prefill, decode }: ReplicaPair): number =>
      engine.isAggregated
        ? Math.max(prefill, decode) * gpusPerReplica.prefill
        : prefill * gpusPerReplica.prefill + decode * gpusPerReplica.decode;
    const pricePerRequest = (latePrice * gpuSecondsOf(slowed)) / shape.requestsPerSecond;
    const stretches: StretchCosts[] = [];
    for (const [index, step] of this.#steps.entries()) {
      const seconds =
        ((this.#steps[index + 1] ?? 2 * step - (this.#steps[index - 1] ?? 0)) - step) * this.#settings.bucketSeconds;
      const costsOf = (role: 'prefill' | 'decode'): Float64Array | undefined => {
        const possible = this.#outlooks[role].at(index);
        if (possible === undefined) return undefined;
        const factor = plain[role] === 0 ? 1 : slowed[role] / plain[role];
        const requestsPerBusy = shape.requestsPerSecond / slowed[role];
        const lateRequests = lateByReplicas(possible, factor, late[role], most[role]);
        const gpus = engine.isAggregated && role === 'decode' ? 0 : gpusPerReplica[role];
        return lateRequests.map(
          (busy, replicas) => seconds * (gpus * replicas + pricePerRequest * requestsPerBusy * busy),
        );
      };
      const [prefill, decode] = [costsOf('prefill'), costsOf('decode')];
      if (prefill === undefined || decode === undefined) {
        return {
          kind: 'none',
          reason: 'no bucket of the history has a demand to go on from',
        };
      }
      stretches.push({ prefill, decode });
    }
    const price = changePrice({ gpus: gpuSecondsOf(current), changes, changesPerDay });
    const isAllowed = (pair: ReplicaPair): boolean =>
      (!engine.isAggregated || pair.prefill === pair.decode) &&
      (maxGpus === undefined || gpuSecondsOf(pair) <= maxGpus);
    const found = cheapestLevels({ stretches, current, isAllowed, changePrice: price.usual });
    if (found === undefined) return { kind: 'none', reason: `nothing fits into ${maxGpus} GPUs` };
    const isRise = found.pair.prefill > current.prefill || found.pair.decode > current.decode;
    const asked = isRise ? price.rise : price.fall;
    const isWorth = found.costOfStaying - found.cost > asked;
    const [first, last] = [this.#steps[0] ?? 0, this.#steps.at(-1) ?? 0];
    return {
      kind: 'decided',
      pair: isWorth ? found.pair : current,
      cheapest: found.pair,
      cost: found.cost,
      costOfStaying: found.costOfStaying,
      changePrice: asked,
      horizonSeconds: (last - first) * this.#settings.bucketSeconds,
    };
  }

  #busyIn({ requests, islTokens, oslTokens, islVariation }: HorizonSample): ReplicaPair | undefined {
    if (requests === 0) return { prefill: 0, decode: 0 };
    if (!(requests > 0 && islTokens > 0 && oslTokens > 0)) return undefined;
    const shape = {
      requestsPerSecond: requests / this.#settings.sampleSeconds,
      ...{ islTokens, oslTokens, islVariation },
    };
    this.#shape = shape;
    return busyReplicas(this.#settings.engine, shape, UNCORRECTED);
  }
}

/** Replicas kept busy by requests that are late, expected, by number of replicas. */
function lateByReplicas(demands: Float64Array, factor: number, late: LateShare, most: number): Float64Array {
  const expected = new Float64Array(most + 1);
  for (let place = 0; place < demands.length; place += 1) {
    const busy = (demands[place] ?? 0) * factor;
    const weighted = (OUTLOOK_WEIGHTS[place] ?? 0) * busy;
    for (let replicas = 1; replicas <= most; replicas += 1) {
      const share = late(replicas, busy);
      // More replicas make it less still.
      if (share === 0) break;
      expected[replicas] = (expected[replicas] ?? 0) + weighted * share;
    }
  }
  return expected;
}
