import type { TrafficSeries } from '../../metrics/index.ts';
import type { DemandQuestion } from '../forecast-demand.ts';
import { demandMethod } from '../forecast-demand.ts';
import { demandRange, type Loss, type WorkQuantity } from './demand-range.ts';
import { highestForecast } from './highest-forecast.ts';

/**
 * The most that `forecastDemand` may ask for, had the lost buckets held anything from nothing to the most that they are
 * taken to: proven, not sampled, for a history that lacks nothing else. Undefined where nothing can be said.
 */
export function boundDemand(
  series: TrafficSeries,
  question: DemandQuestion & { readonly quantity: WorkQuantity },
  loss: Loss,
): number | undefined {
  const { bucketSeconds, method, horizon } = demandMethod(series, question);
  const range = demandRange(series, question.quantity, loss, { bucketSeconds, untilMs: question.atMs });
  return range === undefined ? undefined : highestForecast(range, bucketSeconds, method, horizon);
}
