import { type JsonObject, type JsonValue, objectAt, stringAt, valueAt } from '../../../api/index.ts';
import {
  type ArithmeticFailure,
  type Computed,
  type EngineModel,
  engineModel,
  type ObservedWindow,
  type PredictorSettings,
} from '../../../planner/index.ts';
import type { Answer } from '../compare.ts';
import type { Profiles } from '../profiles.ts';
import { number, PythonError } from '../python.ts';

/** A function of the original, replayed on the functions of this repository. */
export type Replay = (input: JsonValue, profiles: Profiles) => Answer;

export function modelOf(input: JsonValue, profiles: Profiles): EngineModel {
  return engineModel(profiles.named(stringAt(input, 'profile')));
}

/** The result of a formula, or the exception that the original raises in its place. */
export function resultOf<T>(computed: Computed<T>): T {
  if (computed.ok) return computed.value;
  throw new PythonError(EXCEPTIONS[computed.error]);
}

const EXCEPTIONS: { readonly [failure in ArithmeticFailure]: string } = {
  'not-a-number': 'ValueError',
  infinite: 'OverflowError',
  'division-by-zero': 'ZeroDivisionError',
};

export function numberAt(input: JsonValue, ...path: readonly string[]): number {
  return number(valueAt(input, ...path));
}

export function numberOr(fallback: number, input: JsonValue, ...path: readonly string[]): number {
  const found = valueAt(input, ...path);
  return found === undefined || found === null ? fallback : number(found);
}

/** A row's metrics, which are already in milliseconds. What is None there is NaN here: both mean "not measured". */
export function windowAt(input: JsonValue, ...path: readonly string[]): ObservedWindow {
  const metrics: JsonObject = objectAt(input, ...path) ?? {};
  return {
    requestCount: numberOr(Number.NaN, metrics, 'num_req'),
    ttftMs: numberOr(Number.NaN, metrics, 'ttft'),
    itlMs: numberOr(Number.NaN, metrics, 'itl'),
    islTokens: numberOr(Number.NaN, metrics, 'isl'),
    oslTokens: numberOr(Number.NaN, metrics, 'osl'),
    requestSeconds: numberOr(Number.NaN, metrics, 'request_duration'),
  };
}

/** The predictor that a planner's arguments name. */
export function predictorAt(args: JsonValue): PredictorSettings {
  return predictorOf(stringAt(args, 'load_predictor') ?? 'constant', args);
}

export function predictorOf(kind: string, options: JsonValue): PredictorSettings {
  switch (kind) {
    case 'constant':
      return { kind };
    case 'kalman':
      return {
        kind,
        log1p: valueAt(options, 'load_predictor_log1p') === true,
        noise: {
          levelVariance: numberOr(1, options, 'kalman_q_level'),
          trendVariance: numberOr(0.1, options, 'kalman_q_trend'),
          measurementVariance: numberOr(10, options, 'kalman_r'),
        },
      };
    default:
      throw new PythonError('KeyError');
  }
}
