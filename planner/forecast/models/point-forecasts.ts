import type { ForecastModel } from '../../../api/index.ts';
import { constantPoints } from './constant.ts';
import { dampedTrendPoints } from './damped-trend.ts';
import { kalmanPoints } from './kalman-points.ts';
import { type Seasons, seasonalPoints, seasonsOf } from './seasonal.ts';
import type { ForecastSpan } from './span.ts';

/** Gives what a model would have forecast after each bucket of one history. */
export type PointForecaster = (model: ForecastModel) => Float64Array;

/**
 * What a model would have forecast after each bucket, from the buckets up to it: the highest value of the span, before any
 * calibration. NaN before the first data. One pass, whatever the model; the seasons are learned once for all models.
 */
export function pointForecaster(history: Float64Array, span: ForecastSpan, bucketSeconds: number): PointForecaster {
  const learned = new Map<number, Seasons>();
  const seasonsIn = (periodSeconds: number): Seasons => {
    const seasons = learned.get(periodSeconds) ?? seasonsOf(history, periodSeconds, span, bucketSeconds);
    learned.set(periodSeconds, seasons);
    return seasons;
  };
  const pointsOf: PointForecaster = (model) => {
    switch (model.kind) {
      case 'constant':
        return constantPoints(history);
      case 'kalman':
        return kalmanPoints(history, model, span);
      case 'damped-trend':
        return dampedTrendPoints(history, model, span);
      case 'seasonal':
        return seasonalPoints(history, model, seasonsIn(model.periodSeconds));
      case 'ensemble':
        return medianOf(model.members.map(pointsOf));
    }
  };
  return pointsOf;
}

/** As {@link pointForecaster}, for one model. */
export function pointForecasts(
  history: Float64Array,
  model: ForecastModel,
  span: ForecastSpan,
  bucketSeconds: number,
): Float64Array {
  return pointForecaster(history, span, bucketSeconds)(model);
}

/** The median of several forecasts at each place; NaN where one of them knows nothing yet. */
export function medianOf(members: readonly Float64Array[]): Float64Array {
  const length = members[0]?.length ?? 0;
  const medians = new Float64Array(length);
  const row = new Float64Array(members.length);
  const [low, high] = [Math.floor((members.length - 1) / 2), Math.floor(members.length / 2)];
  for (let index = 0; index < length; index += 1) {
    for (let member = 0; member < members.length; member += 1) {
      const value = members[member]?.[index] ?? Number.NaN;
      // A handful of numbers is sorted faster by hand than by a call; NaN goes to the end.
      let place = member;
      for (; place > 0 && !((row[place - 1] ?? Number.NaN) <= value); place -= 1)
        row[place] = row[place - 1] ?? Number.NaN;
      row[place] = value;
    }
    const isKnown = !Number.isNaN(row[members.length - 1] ?? Number.NaN);
    medians[index] = isKnown ? ((row[low] ?? 0) + (row[high] ?? 0)) / 2 : Number.NaN;
  }
  return medians;
}
