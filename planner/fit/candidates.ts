import type { SingleModel } from '../../api/index.ts';
import { DAY_SECONDS } from '../forecast/default-method.ts';

/** Models of one kind, among which the one with the smallest past error stands for the kind. */
export type ModelFamily = readonly SingleModel[];

const WEEK_SECONDS = 7 * DAY_SECONDS;

/** A season is tried where it was seen at least twice, the second time to be learned from. */
const LEAST_PERIODS = 2;

const CONSTANT: ModelFamily = [{ kind: 'constant' }];

const DAMPED_TREND: ModelFamily = [0.15, 0.3, 0.5, 0.7, 0.9].flatMap((levelGain) =>
  [0.02, 0.1, 0.3].flatMap((trendGain) =>
    [0.8, 0.9].map((damping): SingleModel => ({ kind: 'damped-trend', levelGain, trendGain, damping })),
  ),
);

/** Dynamo's own noise first, then filters that hardly believe in a trend. */
const KALMAN: ModelFamily = [
  { kind: 'kalman', levelVariance: 1, trendVariance: 0.1, measurementVariance: 10 },
  { kind: 'kalman', levelVariance: 1, trendVariance: 0.001, measurementVariance: 3 },
  { kind: 'kalman', levelVariance: 1, trendVariance: 0.001, measurementVariance: 10 },
];

/** From the simplest to the least simple: of equals the earlier one is taken. */
export function modelFamilies(historySeconds: number): readonly ModelFamily[] {
  const seasons = [DAY_SECONDS, WEEK_SECONDS].filter((period) => historySeconds >= LEAST_PERIODS * period);
  return [CONSTANT, DAMPED_TREND, ...seasons.map(seasonal), KALMAN];
}

function seasonal(periodSeconds: number): ModelFamily {
  return [0.2, 0.4, 0.6, 1].flatMap((levelGain) =>
    [0.5, 0.25, 1].map((strength): SingleModel => ({ kind: 'seasonal', periodSeconds, levelGain, strength })),
  );
}
