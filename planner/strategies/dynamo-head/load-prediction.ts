import {
  afterWarmUp,
  forecast,
  observe,
  type Predictor,
  type PredictorSettings,
  startPredictor,
} from '../../forecast/index.ts';

/** One window of traffic. A number that was not measured is NaN. */
export interface LoadWindow {
  readonly requestCount: number;
  readonly islTokens: number;
  readonly oslTokens: number;
  readonly kvHitRate: number;
  readonly acceptLength: number;
}

/** What the next window is expected to bring. */
export interface LoadPrediction {
  readonly requestCount: number;
  readonly islTokens: number;
  readonly oslTokens: number;
  /** NaN where none was ever measured. */
  readonly kvHitRate: number;
  readonly acceptLength: number;
}

/** The state of Dynamo's load prediction of 2026-08. Every step makes a new one. */
export interface LoadForecaster {
  readonly requestCount: Predictor;
  readonly islTokens: Predictor;
  readonly oslTokens: Predictor;
  /** Lengths of the last window with requests; undefined before any since the start or the warm-up. */
  readonly lastLengths: { readonly islTokens: number; readonly oslTokens: number } | undefined;
  readonly kvHitRate: number;
  readonly acceptLength: number;
  /** Tokens that the engine drafts ahead; 0 without speculative decoding. */
  readonly draftedTokens: number;
}

/** @param draftedTokens the planner's `speculative_nextn` */
export function startForecaster(settings: PredictorSettings, draftedTokens: number): LoadForecaster {
  const predictor = startPredictor(settings);
  return {
    requestCount: predictor,
    islTokens: predictor,
    oslTokens: predictor,
    lastLengths: undefined,
    kvHitRate: Number.NaN,
    acceptLength: 1,
    draftedTokens,
  };
}

/** Teaches old windows, then expects idling before the first live traffic again. */
export function warmUp(forecaster: LoadForecaster, windows: readonly LoadWindow[]): LoadForecaster {
  const taught = windows.reduce(teach, forecaster);
  return {
    ...taught,
    requestCount: afterWarmUp(taught.requestCount),
    islTokens: afterWarmUp(taught.islTokens),
    oslTokens: afterWarmUp(taught.oslTokens),
  };
}

/**
 * Takes in a live window. One without requests repeats the lengths of the last one that had any, so that idling does not
 * teach prompts of length 0, as it did in 2026-02. Hit rate and accept length are the last ones measured.
 */
export function observeWindow(forecaster: LoadForecaster, window: LoadWindow): LoadForecaster {
  const hasRequests = window.requestCount > 0;
  const lengths = hasRequests ? window : (forecaster.lastLengths ?? window);
  const taught = teach(forecaster, { ...window, islTokens: lengths.islTokens, oslTokens: lengths.oslTokens });
  return {
    ...taught,
    lastLengths: hasRequests ? knownLengths(window, forecaster.lastLengths) : forecaster.lastLengths,
    kvHitRate: Number.isFinite(window.kvHitRate) ? window.kvHitRate : forecaster.kvHitRate,
    acceptLength: Number.isFinite(window.acceptLength)
      ? Math.min(Math.max(window.acceptLength, 1), forecaster.draftedTokens + 1)
      : forecaster.acceptLength,
  };
}

/** The next window, and the forecaster that has forecast it. */
export function predictLoad(forecaster: LoadForecaster): {
  readonly prediction: LoadPrediction;
  readonly forecaster: LoadForecaster;
} {
  const requestCount = forecast(forecaster.requestCount);
  const islTokens = forecast(forecaster.islTokens);
  const oslTokens = forecast(forecaster.oslTokens);
  return {
    prediction: {
      requestCount: requestCount.value,
      islTokens: islTokens.value,
      oslTokens: oslTokens.value,
      kvHitRate: forecaster.kvHitRate,
      acceptLength: forecaster.acceptLength,
    },
    forecaster: {
      ...forecaster,
      requestCount: requestCount.predictor,
      islTokens: islTokens.predictor,
      oslTokens: oslTokens.predictor,
    },
  };
}

function teach(forecaster: LoadForecaster, window: LoadWindow): LoadForecaster {
  return {
    ...forecaster,
    requestCount: observe(forecaster.requestCount, window.requestCount),
    islTokens: teachLength(forecaster.islTokens, window.islTokens),
    oslTokens: teachLength(forecaster.oslTokens, window.oslTokens),
  };
}

function teachLength(predictor: Predictor, tokens: number): Predictor {
  return Number.isFinite(tokens) ? observe(predictor, tokens) : predictor;
}

function knownLengths(
  { islTokens, oslTokens }: LoadWindow,
  before: LoadForecaster['lastLengths'],
): NonNullable<LoadForecaster['lastLengths']> {
  return {
    islTokens: Number.isFinite(islTokens) ? islTokens : (before?.islTokens ?? Number.NaN),
    oslTokens: Number.isFinite(oslTokens) ? oslTokens : (before?.oslTokens ?? Number.NaN),
  };
}
