import * as z from 'zod';
import { digest, dnsLabel, graphName, schemaVersion, timestamp } from './common.ts';
import { isRepositoryPath } from './limits.ts';

/** What is forecast of a graph, each on its own. */
export const DEMAND_QUANTITIES = [
  /** Requests that arrive, per second. */
  'requestsPerSecond',
  /** Prompt tokens that arrive, per second: the work of prefill. */
  'prefillTokensPerSecond',
  /** Output tokens that are asked for, per second: the work of decode. */
  'decodeTokensPerSecond',
  /** Mean prompt length, tokens. */
  'islTokens',
  /** Mean output length, tokens. */
  'oslTokens',
] as const;
export type DemandQuantity = (typeof DEMAND_QUANTITIES)[number];

/** Where errors are measured: as differences, as differences of square roots, or as differences of logarithms. */
export const RESIDUAL_SPACES = ['additive', 'sqrt', 'log'] as const;
export type ResidualSpace = (typeof RESIDUAL_SPACES)[number];

const share = z.number().min(0).max(1);
const variance = z.number().positive();

const constantModel = z.strictObject({ kind: z.literal('constant') });

const kalmanModel = z.strictObject({
  kind: z.literal('kalman'),
  /** Variances per bucket. In the long run only their ratios matter. */
  levelVariance: variance,
  trendVariance: variance,
  measurementVariance: variance,
});

const dampedTrendModel = z.strictObject({
  kind: z.literal('damped-trend'),
  /** Share of each surprise that the level takes over. */
  levelGain: share,
  /** Share of each change of the level that the trend takes over. */
  trendGain: share,
  /** Share of the trend that is left after each bucket. */
  damping: share,
});

const seasonalModel = z.strictObject({
  kind: z.literal('seasonal'),
  /** A day or a week. */
  periodSeconds: z.int().min(60),
  /** Share of each surprise that the level takes over. */
  levelGain: share,
  /** Power of the season: 1 believes it, 0 does not. */
  strength: share,
});

const singleModel = z.discriminatedUnion('kind', [constantModel, kalmanModel, dampedTrendModel, seasonalModel]);

const ensembleModel = z.strictObject({
  kind: z.literal('ensemble'),
  /** The forecast is their median. */
  members: z.array(singleModel).min(2).max(9),
});

/** How a point is forecast. */
export const forecastModel = z.discriminatedUnion('kind', [
  constantModel,
  kalmanModel,
  dampedTrendModel,
  seasonalModel,
  ensembleModel,
]);

/** What one candidate would have done on the history, always forecasting from the past alone. */
export const forecastErrors = z.strictObject({
  /** Forecasts that were compared with what came. */
  forecasts: z.int().min(0),
  /** Sum of the absolute errors of the middle forecast over the sum of what came. */
  wape: z.number().min(0),
  /** Pinball loss of the upper forecast (Koenker and Bassett 1978), as a share of the mean of what came. */
  pinball: z.number().min(0),
  /** Share of the times in which the upper forecast was enough. */
  coverage: share,
  /** Mean of the upper forecast over the mean demand: what it would cost to always have that much. */
  meanProvision: z.number().min(0),
});

/** What would have come of some days. */
const priceOutcome = z.strictObject({
  /** Share of the requests inside the SLA. */
  attainment: share,
  gpuHours: z.number().min(0),
  proposals: z.int().min(0),
});

export const fittedForecast = z.strictObject({
  model: forecastModel,
  residualSpace: z.enum(RESIDUAL_SPACES),
  /** How far back past errors count. */
  calibrationSeconds: z.int().min(60),
  /**
   * Errors of the training range at some levels, for a history that is too short to have enough of its own. In the
   * residual space.
   */
  residualQuantiles: z.array(z.strictObject({ level: share, residual: z.number() })),
});

export const fittedQuantity = fittedForecast.extend({
  /** The errors of the chosen one. */
  errors: forecastErrors,
  /** Every model that was tried, in every space; the one with the smallest loss first. */
  candidates: z.array(
    z.strictObject({ model: forecastModel, errors: z.partialRecord(z.enum(RESIDUAL_SPACES), forecastErrors) }),
  ),
});

/** What a late request costs the strategy `sla` with a `horizon`, chosen on the graph's own history. */
export const fittedLatePrice = z.strictObject({
  /** In what the engines of one request cost. */
  latePrice: z.number().min(1).max(1000),
  /** What it was chosen for; of anything else it says nothing. */
  setting: z.strictObject({
    leadSeconds: z.int().min(1),
    changesPerDay: z.int().min(1),
    ttftMs: z.number().positive(),
    itlMs: z.number().positive(),
  }),
  /** Days that had a say: all that were replayed, without the first of several. */
  days: z.int().min(1),
  tried: z.array(priceOutcome.extend({ latePrice: z.number().min(1).max(1000) })).min(1),
  /** Each day but the first with the price that the days before it spoke for; null where there was only one. */
  walkForward: priceOutcome.extend({ days: z.int().min(1) }).nullable(),
});

/** What `fit` learned of one graph: a committed file that `plan` only reads, so that decisions do not flap. */
export const fittedModelSchema = z.strictObject({
  schemaVersion,
  kind: z.literal('fitted-model'),
  createdAt: timestamp,
  deployment: graphName,
  namespace: dnsLabel,
  environment: dnsLabel,
  /** Length of the buckets that the models count in; no other history may be forecast with them. */
  bucketSeconds: z.int().min(1).max(86_400),
  horizon: z.strictObject({
    leadSeconds: z.int().min(1),
    holdSeconds: z.int().min(1),
    level: share,
  }),
  training: z.strictObject({
    /** Start of the first bucket. */
    start: timestamp,
    /** End of the last bucket. */
    end: timestamp,
    buckets: z.int().min(1),
    /** Buckets with data. */
    measured: z.int().min(1),
    /** Where the numbers come from. */
    source: z.string().min(1),
    /** Digest of the numbers themselves. */
    digest,
  }),
  quantities: z.partialRecord(z.enum(DEMAND_QUANTITIES), fittedQuantity),
  latePrice: fittedLatePrice.optional(),
});

export type SingleModel = z.output<typeof singleModel>;
export type ForecastModel = z.output<typeof forecastModel>;
export type ForecastErrors = z.output<typeof forecastErrors>;
export type FittedForecast = z.output<typeof fittedForecast>;
export type FittedQuantity = z.output<typeof fittedQuantity>;
export type FittedLatePrice = z.output<typeof fittedLatePrice>;
export type FittedModel = z.output<typeof fittedModelSchema>;

/** Where a graph's fitted model is, from the repository's root: beside the app that renders the graph, if there is one. */
export function fittedModelPath(place: {
  readonly app: string | undefined;
  readonly environment: string;
  readonly namespace: string;
  readonly deployment: string;
}): string {
  const { app, environment, namespace, deployment } = place;
  return app !== undefined && isRepositoryPath(app)
    ? `apps/${app}/models/${environment}/${deployment}.json`
    : `models/${environment}/${namespace}/${deployment}.json`;
}
