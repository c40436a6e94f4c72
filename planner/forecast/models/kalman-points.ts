import type { ForecastModel } from '../../../api/index.ts';
import { type KalmanNoise, type KalmanState, measure, passWindow, soundNoise, startFilter } from '../kalman.ts';
import { type ForecastSpan, lastBucket } from './span.ts';

type Settings = ForecastModel & { readonly kind: 'kalman' };

/**
 * The filter of Dynamo's planner, carried further than its one window; a gap passes without a measurement. Its gains depend
 * on the noise alone, so it behaves the same at any scale of the load.
 */
export function kalmanPoints(history: Float64Array, settings: Settings, span: ForecastSpan): Float64Array {
  const noise: KalmanNoise = soundNoise(settings);
  const points = new Float64Array(history.length);
  let state: KalmanState | undefined;
  for (let index = 0; index < history.length; index += 1) {
    const value = history[index] ?? Number.NaN;
    if (state === undefined) {
      state = Number.isNaN(value) ? undefined : startFilter(value);
    } else {
      const passed = passWindow(state, noise);
      state = Number.isNaN(value) ? passed : measure(passed, value, noise);
    }
    points[index] = state === undefined ? Number.NaN : highest(state, span);
  }
  return points;
}

function highest({ level, trend }: KalmanState, span: ForecastSpan): number {
  return Math.max(0, level + trend * (trend > 0 ? lastBucket(span) : span.leadBuckets));
}
