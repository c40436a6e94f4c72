import type { FittedForecast } from '../../../../api/index.ts';
import { residualsNeeded } from '../../../forecast/calibrate.ts';
import { type StepwiseForecaster, stepwiseForecaster } from '../../../forecast/models/stepwise.ts';
import { type Residuals, residualsIn } from '../../../forecast/residual-space.ts';
import { SortedWindow } from '../../../forecast/sorted-window.ts';
import { normalQuantile } from '../../../queueing/index.ts';

/** Edges of the quantiles that stand for a distribution: finer on top, where requests are late. */
const EDGES: readonly number[] = [
  ...Array.from({ length: 18 }, (_, index) => index * 0.05),
  ...[0.9, 0.92, 0.94, 0.96, 0.97, 0.98, 0.985, 0.99, 0.995, 1],
];

const LEVELS = EDGES.slice(1).map((edge, index) => (edge + (EDGES[index] ?? 0)) / 2);

/** How likely each of the demands is that an outlook gives, from the lowest to the highest; together 1. */
export const OUTLOOK_WEIGHTS: readonly number[] = EDGES.slice(1).map((edge, index) => edge - (EDGES[index] ?? 0));

/** Errors that a distribution can rest on: six hours of them, since those of neighbouring buckets tell much the same. */
const LEAST_ERROR_SECONDS = 21_600;

/**
 * How far a new graph's demand is taken to be off, until it has errors of its own: a lognormal factor whose spread grows with the
 * root of the time ahead. The first days of public traces of LLM services have about this.
 */
const [USUAL_SPREAD, USUAL_SECONDS, WIDEST_SPREAD] = [0.2, 600, 0.6];

/** Fewer say nothing of the upper quantile, however long the buckets are. */
const LEAST_ERRORS = residualsNeeded(0.95);

/** Logits that a miss of the upper quantile moves all of them by, and how far they go (planner/forecast/calibrate.ts). */
const [ADAPTIVE_STEP, LEAST_SHIFT, MOST_SHIFT, REFERENCE_LEVEL] = [0.1, -0.5, 2, 0.95];

/**
 * What one quantity will be, at several times ahead, as a distribution: a point forecast, and the errors that it made so far
 * ahead in the past. It is told bucket by bucket; each forecast of the past was made from what was known then.
 */
export class DemandOutlook {
  readonly #forecaster: StepwiseForecaster;
  readonly #method: FittedForecast;
  readonly #steps: readonly number[];
  readonly #bucketSeconds: number;
  readonly #leastErrors: number;
  readonly #windows: readonly SortedWindow[];
  /** Points that were forecast for each step, by bucket. */
  readonly #points: Float64Array[];
  readonly #memory: number;
  #residuals: Residuals;
  #bucket = -1;
  #sum = 0;
  #known = 0;
  #shift = 0;

  /** @param steps buckets ahead, ascending; 1 is the next bucket. */
  constructor(method: FittedForecast, bucketSeconds: number, steps: readonly number[]) {
    this.#method = method;
    this.#forecaster = stepwiseForecaster(method.model, bucketSeconds);
    this.#steps = steps;
    this.#bucketSeconds = bucketSeconds;
    this.#leastErrors = Math.max(LEAST_ERRORS, Math.round(LEAST_ERROR_SECONDS / bucketSeconds));
    const capacity = Math.max(this.#leastErrors, Math.round(method.calibrationSeconds / bucketSeconds));
    this.#windows = steps.map(() => new SortedWindow(capacity));
    this.#memory = Math.max(...steps) + 1;
    this.#points = steps.map(() => new Float64Array(this.#memory).fill(Number.NaN));
    this.#residuals = residualsIn(method.residualSpace, 0);
  }

  /**
   * @param value the bucket's mean, which the forecast goes on from
   * @param came what a part of the bucket asked for, which forecasts are held against
   */
  learn(value: number, came: number): void {
    this.#bucket += 1;
    if (!Number.isNaN(value)) {
      this.#sum += value;
      this.#known += 1;
      if (this.#method.residualSpace === 'log') {
        this.#residuals = residualsIn('log', this.#sum / this.#known);
      }
    }
    if (!Number.isNaN(came)) this.#compare(came);
    this.#forecaster.learn(value);
    this.#steps.forEach((step, index) => {
      const points = this.#points[index];
      if (points !== undefined) points[this.#bucket % this.#memory] = this.#forecaster.ahead(step);
    });
  }

  /** The demands that may come at a step, as likely as {@link OUTLOOK_WEIGHTS} says; undefined where nothing can be said. */
  at(index: number): Float64Array | undefined {
    const point = this.#points[index]?.[this.#bucket % this.#memory] ?? Number.NaN;
    const window = this.#windows[index];
    if (Number.isNaN(point) || window === undefined) return undefined;
    if (window.count < this.#leastErrors) return this.#usual(point, this.#steps[index] ?? 1);
    const demands = new Float64Array(LEVELS.length);
    for (let place = 0; place < LEVELS.length; place += 1) {
      const residual = window.quantile(shifted(LEVELS[place] ?? 0, this.#shift)) ?? 0;
      demands[place] = this.#residuals.apply(point, residual);
    }
    return demands;
  }

  #compare(came: number): void {
    this.#steps.forEach((step, index) => {
      const origin = this.#bucket - step;
      const point = origin < 0 ? Number.NaN : (this.#points[index]?.[origin % this.#memory] ?? Number.NaN);
      const window = this.#windows[index];
      if (Number.isNaN(point) || window === undefined) return;
      if (index === 0 && window.count >= this.#leastErrors) {
        const upper = window.quantile(shifted(REFERENCE_LEVEL, this.#shift)) ?? 0;
        const isMiss = came > this.#residuals.apply(point, upper) * (1 + 1e-9);
        const moved = this.#shift + ADAPTIVE_STEP * ((isMiss ? 1 : 0) - (1 - REFERENCE_LEVEL));
        this.#shift = Math.max(LEAST_SHIFT, Math.min(MOST_SHIFT, moved));
      }
      window.add(this.#residuals.of(came, point));
    });
  }

  #usual(point: number, step: number): Float64Array {
    const spread = Math.min(WIDEST_SPREAD, USUAL_SPREAD * Math.sqrt((step * this.#bucketSeconds) / USUAL_SECONDS));
    return Float64Array.from(LEVELS, (level) => point * Math.exp(spread * normalQuantile(level)));
  }
}

function shifted(level: number, shift: number): number {
  return shift === 0 ? level : 1 / (1 + Math.exp(-(Math.log(level / (1 - level)) + shift)));
}
