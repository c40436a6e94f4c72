import * as z from 'zod';
import { repositoryPath } from '../common.ts';

/** How far ahead a strategy must see, and how sure it wants to be. */
export const forecastSetting = z.strictObject({
  /** From the newest data until a change serves: review, sync and start-up. */
  leadSeconds: z.int().min(1).max(86_400).default(600),
  /** How long the number must then suffice. */
  holdSeconds: z.int().min(1).max(86_400).default(1200),
  /** Share of the time in which the demand is to stay below what is sized for. */
  level: z.number().min(0.5).max(0.999).default(0.95),
  /** What `fit` wrote for this graph; without it the place that {@link fittedModelPath} says. */
  model: repositoryPath.optional(),
});

export type ForecastSetting = z.output<typeof forecastSetting>;

/** What a strategy without a setting of its own is fitted for. */
export const DEFAULT_FORECAST: ForecastSetting = forecastSetting.parse({});
