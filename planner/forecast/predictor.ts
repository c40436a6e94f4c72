import { type KalmanNoise, type KalmanState, measure, passWindow, soundNoise, startFilter } from './kalman.ts';
import { EMPTY_SERIES, expectIdle, type LoadSeries, takeIn } from './load-series.ts';

/** How the next window's value is forecast from those before it, as in Dynamo's planner of 2026-02. */
export type PredictorSettings =
  /** The next value is the last one. */
  | { readonly kind: 'constant' }
  /** A local linear trend, filtered; `log1p` filters ln(1 + value), and then a forecast is never negative. */
  | {
      readonly kind: 'kalman';
      readonly log1p: boolean;
      readonly noise: KalmanNoise;
      /** Values that it takes before it forecasts more than the last one, as in Dynamo's planner of 2026-08. */
      readonly minPoints?: number;
    };

/** A predictor's state. Every step makes a new one; none changes. */
export type Predictor = ConstantPredictor | KalmanPredictor;

export interface ConstantPredictor {
  readonly kind: 'constant';
  readonly series: LoadSeries;
}

export interface KalmanPredictor {
  readonly kind: 'kalman';
  readonly log1p: boolean;
  readonly noise: KalmanNoise;
  readonly minPoints: number;
  readonly series: LoadSeries;
  /** Undefined until the first value was taken in. */
  readonly filter: KalmanState | undefined;
  /** Whether the filter already stands in the next window, because its value was forecast. */
  readonly isAhead: boolean;
}

export interface Forecast {
  readonly value: number;
  readonly predictor: Predictor;
}

export function startPredictor(settings: PredictorSettings): Predictor {
  switch (settings.kind) {
    case 'constant':
      return { kind: 'constant', series: EMPTY_SERIES };
    case 'kalman':
      return {
        kind: 'kalman',
        log1p: settings.log1p,
        noise: soundNoise(settings.noise),
        minPoints: settings.minPoints ?? 1,
        series: EMPTY_SERIES,
        filter: undefined,
        isAhead: false,
      };
  }
}

/** Takes in the value of the window that just ended; NaN and idling are treated as {@link takeIn} says. */
export function observe(predictor: Predictor, value: number): Predictor {
  const series = takeIn(predictor.series, value);
  if (series === predictor.series) return predictor;
  switch (predictor.kind) {
    case 'constant':
      return { kind: 'constant', series };
    case 'kalman': {
      // Spreading the old one takes as long as all of the filter's arithmetic, for each window of a history.
      const { kind, log1p, noise, minPoints } = predictor;
      return { kind, log1p, noise, minPoints, series, filter: filtered(predictor, series.last), isAhead: false };
    }
  }
}

function filtered({ filter, isAhead, noise, log1p }: KalmanPredictor, value: number): KalmanState {
  const measurement = log1p ? Math.log1p(Math.max(0, value)) : value;
  if (filter === undefined) return startFilter(measurement);
  return measure(isAhead ? filter : passWindow(filter, noise), measurement, noise);
}

/** The value expected in the next window. Asking again before a new value gives the same number. */
export function forecast(predictor: Predictor): Forecast {
  switch (predictor.kind) {
    case 'constant':
      return { value: predictor.series.last, predictor };
    case 'kalman': {
      if (predictor.filter === undefined || predictor.series.length < predictor.minPoints) {
        return { value: predictor.series.last, predictor };
      }
      const filter = predictor.isAhead ? predictor.filter : passWindow(predictor.filter, predictor.noise);
      const value = predictor.log1p ? atLeastZero(Math.expm1(filter.level)) : filter.level;
      return { value, predictor: { ...predictor, filter, isAhead: true } };
    }
  }
}

/** Never below 0; a level that is not a number forecasts no load. */
function atLeastZero(load: number): number {
  return load > 0 ? load : 0;
}

/** Leaves out zeros again until traffic comes, as after warming up on an old trace. */
export function afterWarmUp(predictor: Predictor): Predictor {
  return { ...predictor, series: expectIdle(predictor.series) };
}
