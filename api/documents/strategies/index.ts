import * as z from 'zod';
import { advisoryStrategy } from './advisory.ts';
import { dynamoLoadStrategy } from './dynamo-load.ts';
import { dynamoSlaStrategy } from './dynamo-sla.ts';
import { fixedStrategy } from './fixed.ts';
import type { ForecastSetting } from './forecast-setting.ts';
import { profileFiles } from './profile-setting.ts';
import { scheduleStrategy } from './schedule.ts';
import { slaStrategy } from './sla.ts';
import { targetStrategy } from './target.ts';

export * from './advisory.ts';
export * from './dynamo-load.ts';
export * from './dynamo-sla.ts';
export * from './fixed.ts';
export * from './forecast-setting.ts';
export * from './profile-setting.ts';
export * from './schedule.ts';
export * from './service-strategy.ts';
export * from './sla.ts';
export * from './target.ts';

/** How a graph's workers are sized: one file of this folder for each kind. */
export const strategySchema = z.discriminatedUnion('kind', [
  slaStrategy,
  dynamoSlaStrategy,
  dynamoLoadStrategy,
  targetStrategy,
  advisoryStrategy,
  scheduleStrategy,
  fixedStrategy,
]);

export type StrategySettings = z.output<typeof strategySchema>;

/** A file of the repository that a strategy reads, and the field that names it: `profile`. */
export interface StrategyFile {
  readonly field: string;
  readonly path: string;
}

/** The engine profiles that a strategy needs. */
export function profilesOf(strategy: StrategySettings): readonly StrategyFile[] {
  switch (strategy.kind) {
    case 'dynamo-sla':
      return profileFiles(strategy.profile);
    case 'sla':
      return strategy.profile === 'learned' ? [] : profileFiles(strategy.profile);
    case 'dynamo-load':
    case 'target':
    case 'advisory':
    case 'schedule':
    case 'fixed':
      return [];
  }
}

/** How far ahead a strategy forecasts; undefined for one that does not use fitted models. */
export function forecastOf(strategy: StrategySettings): ForecastSetting | undefined {
  switch (strategy.kind) {
    case 'sla':
      return strategy.forecast;
    case 'dynamo-sla':
    case 'dynamo-load':
    case 'target':
    case 'advisory':
    case 'schedule':
    case 'fixed':
      return undefined;
  }
}
