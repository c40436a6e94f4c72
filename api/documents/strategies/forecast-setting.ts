import * as z from 'zod';
import { repositoryPath } from '../common.ts';

/** Written out, since a parse at load would cost every command several milliseconds. */
const DEFAULTS = { leadSeconds: 600, holdSeconds: 1200, level: 0.95 };

/** How far ahead a strategy must see, and how sure it wants to be. */
export const forecastSetting = z.strictObject({
  /** From the newest data until a change serves: review, sync and start-up. */
  leadSeconds: z.int().min(1).max(86_400).default(DEFAULTS.leadSeconds),
  /** How long the number must then suffice. */
  holdSeconds: z.int().min(1).max(86_400).default(DEFAULTS.holdSeconds),
  /** Share of the time in which the demand is to stay below what is sized for. */
  level: z.number().min(0.5).max(0.999).default(DEFAULTS.level),
  /** What `fit` wrote for this graph; without it the place that {@link fittedModelPath} says. */
  model: repositoryPath.optional(),
});

export type ForecastSetting = z.output<typeof forecastSetting>;

/** What a strategy without a setting of its own is fitted for. */
export const DEFAULT_FORECAST: ForecastSetting = DEFAULTS;
