import * as z from 'zod';
import { fixedServiceStrategy } from './fixed.ts';
import { scheduleServiceStrategy } from './schedule.ts';
import { targetServiceStrategy } from './target.ts';

/** How one service is sized that the graph's own strategy leaves alone, such as a frontend. */
export const serviceStrategySchema = z.discriminatedUnion('kind', [
  fixedServiceStrategy,
  scheduleServiceStrategy,
  targetServiceStrategy,
]);

export type ServiceStrategySettings = z.output<typeof serviceStrategySchema>;
