import {
  type FittedQuantity,
  type ForecastErrors,
  type ForecastModel,
  RESIDUAL_SPACES,
  type ResidualSpace,
  type SingleModel,
} from '../../api/index.ts';
import { type Calibrated, calibrate, residualsNeeded } from '../forecast/calibrate.ts';
import { CALIBRATION_SECONDS, defaultMethod } from '../forecast/default-method.ts';
import { type ForecastHorizon, measuredOf } from '../forecast/demand-forecast.ts';
import { medianOf, type PointForecaster, pointForecaster } from '../forecast/models/point-forecasts.ts';
import { residualsIn } from '../forecast/residual-space.ts';
import { spanMaxima } from '../forecast/span-maxima.ts';
import { counted } from '../quantity.ts';
import { type ModelFamily, modelFamilies } from './candidates.ts';
import { pastErrors, rounded } from './past-errors.ts';

/** Fewer forecasts than this cannot tell one candidate from another. */
const LEAST_FORECASTS = 100;

/** With more of the history missing, what is left is not the same as what is missing. */
const MOST_GAPS = 0.3;

/** A loss that is smaller by less is no reason to leave the default or a simpler model, and would make fits flap. */
const TIE = 1.02;

/** Levels whose errors are kept for histories that are too short to have their own. */
const STORED_LEVELS = [0.5, 0.8, 0.9, 0.95, 0.99, 0.999];

export type QuantityFit =
  | { readonly kind: 'fitted'; readonly quantity: FittedQuantity }
  | { readonly kind: 'refused'; readonly reason: string };

interface Candidate {
  readonly model: ForecastModel;
  readonly points: Float64Array;
}

interface JudgedCandidate {
  readonly model: ForecastModel;
  readonly residualSpace: ResidualSpace;
  readonly errors: ForecastErrors;
  readonly calibrated: Calibrated;
}

/**
 * Chooses how one quantity of one graph is forecast. The first half of the history chooses the parameters of each kind of
 * model by the error of its points; the second half judges the kinds in each residual space by the pinball loss of
 * their upper forecast, each forecast made from the past alone. Pure; linear in the history.
 */
export function fitQuantity(history: Float64Array, bucketSeconds: number, horizon: ForecastHorizon): QuantityFit {
  const { values, gaps, mean } = measuredOf(history);
  if (gaps === values.length) return refused('no bucket has data');
  if (gaps > MOST_GAPS * values.length) {
    const share = Math.ceil((100 * gaps) / values.length);
    return refused(
      `${share} % of the ${counted(values.length, 'bucket')} have no data; at most ${100 * MOST_GAPS} % may`,
    );
  }
  if (mean === 0) return refused('there was no traffic in all of the history');
  const maxima = spanMaxima(values, horizon);
  const half = Math.floor(values.length / 2);
  const judgedMean = measuredOf(values.subarray(half)).mean;
  const judged: JudgedCandidate[] = [];
  for (const { model, points } of candidatesOf({ values, maxima, half }, bucketSeconds, horizon)) {
    for (const residualSpace of RESIDUAL_SPACES) {
      const calibrated = calibrate({
        ...{ points, maxima, horizon },
        residuals: residualsIn(residualSpace, mean),
        windowBuckets: Math.round(CALIBRATION_SECONDS / bucketSeconds),
      });
      const past = calibrated.past.filter(({ origin }) => origin >= half);
      if (past.length < LEAST_FORECASTS) {
        return refused(
          `the history of ${counted(values.length, 'bucket')} leaves ${counted(past.length, 'forecast')} to compare models by; it takes ${LEAST_FORECASTS}`,
        );
      }
      const errors = pastErrors(past, horizon.level, judgedMean);
      if (errors !== undefined) judged.push({ model, residualSpace, errors, calibrated });
    }
  }
  const chosen = simplestOfBest(judged);
  if (chosen === undefined) return refused('there was no traffic in the newer half of the history');
  return { kind: 'fitted', quantity: fittedOf(chosen, judged) };
}

function refused(reason: string): QuantityFit {
  return { kind: 'refused', reason };
}

interface Split {
  readonly values: Float64Array;
  readonly maxima: Float64Array;
  readonly half: number;
}

/** The default first, since it takes a reason to leave it; then each kind, from the simplest on, and their median. */
function candidatesOf(split: Split, bucketSeconds: number, horizon: ForecastHorizon): readonly Candidate[] {
  const usual = defaultMethod(bucketSeconds).model;
  const families = modelFamilies(split.values.length * bucketSeconds);
  const pointsOf = pointForecaster(split.values, horizon, bucketSeconds);
  const best = families.map((family) => bestOf(family, split, pointsOf));
  const members = best.filter(({ model }) => model.kind !== 'kalman');
  return [
    { model: usual, points: pointsOf(usual) },
    ...best,
    {
      model: { kind: 'ensemble', members: members.map(({ model }) => model) },
      points: medianOf(members.map(({ points }) => points)),
    },
  ];
}

function bestOf(family: ModelFamily, { maxima, half }: Split, pointsOf: PointForecaster) {
  let best: { readonly model: SingleModel; readonly points: Float64Array; readonly error: number } | undefined;
  for (const model of family) {
    const points = pointsOf(model);
    const error = absoluteError(points, maxima, half);
    if (best === undefined || error < best.error) best = { model, points, error };
  }
  if (best === undefined) throw new Error('a family of models has at least one');
  return best;
}

/** Of the forecasts whose outcome lies before a bucket, where all models have a forecast. */
function absoluteError(points: Float64Array, maxima: Float64Array, end: number): number {
  let sum = 0;
  for (let origin = 0; origin < end; origin += 1) {
    const error = Math.abs((points[origin] ?? Number.NaN) - (maxima[origin] ?? Number.NaN));
    if (!Number.isNaN(error)) sum += error;
  }
  return sum;
}

function simplestOfBest(judged: readonly JudgedCandidate[]): JudgedCandidate | undefined {
  const least = Math.min(...judged.map(({ errors }) => errors.pinball));
  return judged.find(({ errors }) => errors.pinball <= TIE * least);
}

function fittedOf({ model, residualSpace, errors, calibrated }: JudgedCandidate, judged: readonly JudgedCandidate[]) {
  const { window } = calibrated;
  const residualQuantiles = STORED_LEVELS.filter((level) => residualsNeeded(level) <= window.count).map((level) => ({
    level,
    residual: rounded(window.quantile(level) ?? 0),
  }));
  return {
    ...{ model, residualSpace, calibrationSeconds: CALIBRATION_SECONDS, residualQuantiles, errors },
    candidates: byModel(judged),
  };
}

/** The errors of each model by space; the model with the smallest loss first. */
function byModel(judged: readonly JudgedCandidate[]): FittedQuantity['candidates'] {
  const models = new Map<ForecastModel, { [space in ResidualSpace]?: ForecastErrors }>();
  for (const { model, residualSpace, errors } of judged.toSorted((a, b) => a.errors.pinball - b.errors.pinball)) {
    models.set(model, { ...models.get(model), [residualSpace]: errors });
  }
  return [...models].map(([model, errors]) => ({ model, errors }));
}
