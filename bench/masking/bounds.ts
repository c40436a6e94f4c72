import { defaultMethod, demandHistory, forecastMaximum, highestForecast } from '../../planner/index.ts';
import type { MinuteTrace } from './traces.ts';

const BUCKET_SECONDS = 300;
const HORIZON = { leadBuckets: 2, holdBuckets: 4, level: 0.95 };
const TIMES = 4;
const WEEK_BUCKETS = 2016;
const HOUR_BUCKETS = 12;
const GAP_BUCKETS = [1, 3, 12];
/** Hours from the end of a gap to the newest bucket. */
export const GAP_HOURS = [1, 3, 12, 23.5, 36, 60, 75, 120];

/** The bound over the forecast of the full history for gaps of some lengths and ages: medians over the last day. */
export function boundRows({ series }: MinuteTrace): readonly (readonly string[])[] {
  const all = demandHistory(series, 'prefillTokensPerSecond', BUCKET_SECONDS)?.values ?? new Float64Array();
  return GAP_BUCKETS.map((width) => [
    `${width * 5} minutes`,
    ...GAP_HOURS.map((hours) => {
      const ratios: number[] = [];
      for (let end = all.length - 24 * HOUR_BUCKETS; end <= all.length; end += 2 * HOUR_BUCKETS) {
        const ratio = ratioAt(all.slice(Math.max(0, end - WEEK_BUCKETS), end), width, Math.round(hours * HOUR_BUCKETS));
        if (ratio !== undefined) ratios.push(ratio);
      }
      const median = ratios.toSorted((a, b) => a - b)[Math.floor(ratios.length / 2)];
      return median === undefined ? '–' : `${median.toFixed(2)}×`;
    }),
  ]);
}

function ratioAt(history: Float64Array, width: number, age: number): number | undefined {
  const end = history.length - age;
  if (end - width < 1) return undefined;
  const most = TIMES * history.reduce((top, value) => Math.max(top, value), 0);
  const isLost = (index: number) => index >= end - width && index < end;
  const filled = (lost: number) => history.map((value, index) => (isLost(index) ? lost : value));
  const method = defaultMethod(BUCKET_SECONDS);
  const bound = highestForecast({ lowest: filled(0), highest: filled(most) }, BUCKET_SECONDS, method, HORIZON);
  const forecast = forecastMaximum(history, BUCKET_SECONDS, method, HORIZON);
  return bound === undefined || forecast.kind === 'none' ? undefined : bound / forecast.upper;
}
