import * as z from 'zod';
import { dynamoSlaStrategy } from './dynamo-sla.ts';
import type { ForecastSetting } from './forecast-setting.ts';
import { profileFiles } from './profile-setting.ts';
import { slaStrategy } from './sla.ts';

export * from './dynamo-sla.ts';
export * from './forecast-setting.ts';
export * from './profile-setting.ts';
export * from './sla.ts';

/** How a graph's workers are sized: one file of this folder for each kind. */
export const strategySchema = z.discriminatedUnion('kind', [slaStrategy, dynamoSlaStrategy]);

export type StrategySettings = z.output<typeof strategySchema>;

/** A file of the repository that a strategy reads, and the field that names it: `profile`. */
export interface StrategyFile {
  readonly field: string;
  readonly path: string;
}

/** The engine profiles that a strategy needs. */
export function profilesOf(strategy: StrategySettings): readonly StrategyFile[] {
  switch (strategy.kind) {
    case 'sla':
      return strategy.profile === 'learned' ? [] : profileFiles(strategy.profile);
    case 'dynamo-sla':
      return profileFiles(strategy.profile);
  }
}

/** How far ahead a strategy forecasts; undefined for one that does not use fitted models. */
export function forecastOf(strategy: StrategySettings): ForecastSetting | undefined {
  switch (strategy.kind) {
    case 'sla':
      return strategy.forecast;
    case 'dynamo-sla':
      return undefined;
  }
}
