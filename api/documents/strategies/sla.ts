import * as z from 'zod';
import { forecastSetting } from './forecast-setting.ts';
import { profileSetting } from './profile-setting.ts';

/** Merge requests that a day of one graph may take, unless somebody says otherwise. */
export const DEFAULT_CHANGES_PER_DAY = 24;

/**
 * What a late request costs, in what the engines of one request cost, unless somebody says otherwise: a little more than 99 % in time
 * on the public traces of docs/sizing.md.
 */
export const DEFAULT_LATE_PRICE = 16;

/** Weighs what replicas, late requests and changes cost over the time ahead. */
const horizonSetting = z.strictObject({
  /** Most merged changes of the graph within 24 hours; they get dearer as fewer are left. */
  changesPerDay: z.int().min(1).max(1440).default(DEFAULT_CHANGES_PER_DAY),
  /**
   * What a late request costs, in what the engines of one request cost. More keeps more requests in time, and costs more. Without it
   * what `fit` chose for the graph, else {@link DEFAULT_LATE_PRICE}.
   */
  latePrice: z.number().min(1).max(1000).optional(),
});

/** Sizes prefill and decode together, so that TTFT and ITL stay within the SLA at a percentile until the next change. */
export const slaStrategy = z.strictObject({
  kind: z.literal('sla'),
  /** The engine's profile, or `learned`: from what the graph's own metrics show. */
  profile: z.union([z.literal('learned'), profileSetting]),
  /** Share of the requests, and of the time, that the SLA is to be kept for. */
  percentile: z.number().min(0.5).max(0.999).default(0.95),
  /** How far ahead the demand is forecast, and with which model. */
  forecast: forecastSetting.prefault({}),
  /** How far back lengths of requests, bursts and the profile's agreement with what was measured are looked at. */
  recentSeconds: z.int().min(60).max(604_800).default(3600),
  /** Time without any request, all of it measured, after which workers go down to one each. */
  idleSeconds: z.int().min(60).max(604_800).default(3600),
  /** Squared variation of prompt lengths (variance ÷ mean²); measured from their 95th percentile where it is not given. */
  islVariation: z.number().min(0).max(25).optional(),
  /** Squared variation of the time between arrivals; measured from counts where it is not given. */
  arrivalVariation: z.number().min(0.1).max(25).optional(),
  /** Most requests that one engine decodes at once, where it is set lower than its memory allows (`max_num_seqs`). */
  maxBatch: z.int().min(1).max(100_000).optional(),
  /** Most GPUs of the graph's workers together. */
  maxGpus: z.int().min(1).max(1_000_000).optional(),
  /** Given, numbers are those that cost least over the time ahead; else those that keep a quantile of it. */
  horizon: horizonSetting.optional(),
  /** Whether what was measured may make the profile slower; it never makes it faster. */
  correction: z.boolean().default(true),
});

export type SlaSettings = z.output<typeof slaStrategy>;
export type HorizonSetting = z.output<typeof horizonSetting>;
