import { DEFAULT_CHANGES_PER_DAY, DEFAULT_FORECAST, DEFAULT_LATE_PRICE, type FittedModel } from '../../../api/index.ts';
import type { ReplicaPair } from '../../budget/shrink-pair.ts';
import { defaultMethod, forecastBucketSeconds } from '../../forecast/index.ts';
import { HorizonPlanner } from '../../strategies/sla/horizon/index.ts';
import { hpa } from './hpa.ts';
import { OursCorrection } from './ours-correction.ts';
import type { Policy, PolicySetup, RunningPolicy } from './policy.ts';

const MINUTE_SECONDS = 60;

/** Policies are told of a minute when the one after it has ended. */
const TELLING_SECONDS = 60;

/** How demand is forecast, where that is not left to the strategy. */
export interface OursForecast {
  /** As long as a number has to suffice. */
  readonly holdSeconds?: number;
  /** Squared variation of the time between arrivals; measured where it is not given. */
  readonly arrivalVariation?: number | undefined;
  /** What was fitted; a bucket is a whole number of minutes. */
  readonly fitted?: Pick<FittedModel, 'bucketSeconds' | 'quantities'> | undefined;
}

export interface OursSettings {
  /** What a late request costs, in what the engines of one request cost. */
  readonly latePrice?: number;
  readonly changesPerDay?: number;
  readonly forecast?: OursForecast;
}

/** The strategy `sla` over its horizon, by merge requests alone, by the code that `plan` decides with. */
export function ours({
  latePrice = DEFAULT_LATE_PRICE,
  changesPerDay = DEFAULT_CHANGES_PER_DAY,
  forecast = {},
}: OursSettings = {}): Policy {
  return {
    ...{ name: 'sla', label: 'sla, Git only', channel: 'git', everySeconds: MINUTE_SECONDS },
    start: (setup) => startOurs(setup, { latePrice, changesPerDay, forecast }),
  };
}

/**
 * What a request that comes late under the floor costs: an autoscaler above it answers within its start-up, so that a floor may
 * lie lower than numbers that stand alone.
 */
const LATE_PRICE_OF_FLOORS = DEFAULT_LATE_PRICE / 4;

/** The same as a floor under an autoscaler that takes requests to as much of each engine's capacity. */
export function oursFloor(utilization = 0.6, settings: OursSettings = {}): Policy {
  const { latePrice = LATE_PRICE_OF_FLOORS } = settings;
  return {
    ...ours({ ...settings, latePrice }),
    name: 'sla-floor',
    label: `sla, floor under HPA at ${Math.round(100 * utilization)} %`,
    channel: 'git-floor',
    above: hpa(utilization),
  };
}

function startOurs(
  { model, sla, lead, gpusPerReplica, maxBatch, most }: PolicySetup,
  { forecast, ...prices }: Required<OursSettings>,
): RunningPolicy {
  const leadSeconds = lead.reviewSeconds + lead.startUpSeconds + TELLING_SECONDS;
  const { holdSeconds = DEFAULT_FORECAST.holdSeconds, arrivalVariation, fitted } = forecast;
  const bucketSeconds = fitted?.bucketSeconds ?? forecastBucketSeconds(MINUTE_SECONDS, { leadSeconds, holdSeconds });
  const usual = defaultMethod(bucketSeconds);
  const planner = new HorizonPlanner({
    engine: { model, sla, gpusPerReplica, isAggregated: false, maxBatch },
    sampleSeconds: MINUTE_SECONDS,
    ...{ bucketSeconds, leadSeconds, arrivalVariation, ...prices },
    methods: {
      prefill: fitted?.quantities.prefillTokensPerSecond ?? usual,
      decode: fitted?.quantities.decodeTokensPerSecond ?? usual,
    },
  });
  const correction = new OursCorrection();
  const bucketMinutes = bucketSeconds / MINUTE_SECONDS;
  let minutes = 0;
  let decidedAt = 0;
  return {
    observe: (minute) => {
      const { started, islTokens, oslTokens, islVariation, oslVariation } = minute;
      correction.push(minute);
      planner.observe({ requests: started, islTokens, oslTokens, islVariation, oslVariation });
      minutes += 1;
    },
    decide: ({ atMs, asked, proposed }): ReplicaPair => {
      // Once for each bucket that is whole: in between there is nothing new to decide by.
      const buckets = Math.floor(minutes / bucketMinutes);
      if (buckets === decidedAt) return asked;
      decidedAt = buckets;
      const decision = planner.decide({
        ...{ current: asked, most, maxGpus: undefined, correction: correction.of(model) },
        changeAgesSeconds: proposed.inDayMs.map((ms) => (atMs - ms) / 1000),
      });
      return decision.kind === 'none' ? asked : decision.pair;
    },
  };
}
