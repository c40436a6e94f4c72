import { isObject, type JsonObject, type JsonValue, valueAt } from '../../../api/index.ts';
import {
  applyPairGpuBudget,
  type Computed,
  type Correction,
  decodeCorrection,
  type EngineModel,
  forecast,
  missingMeans,
  type ObservedWindow,
  observe,
  type PredictedLoad,
  type Predictor,
  prefillCorrection,
  sizeDecode,
  sizePrefill,
  startPredictor,
  UNCORRECTED,
} from '../../../planner/index.ts';
import { numberAt, predictorAt } from './shared.ts';

/**
 * The original's two planners of a disaggregated deployment, from one window to the next. Both are fed the same numbers,
 * so one set of predictors stands for both.
 */
export interface PairPlanner {
  readonly args: JsonValue;
  readonly model: EngineModel;
  readonly predictors: LoadPredictors;
  readonly prefillCorrection: Correction;
  readonly decodeCorrection: Correction;
}

export interface LoadPredictors {
  readonly requestCount: Predictor;
  readonly islTokens: Predictor;
  readonly oslTokens: Predictor;
}

export interface PairDecision {
  readonly planner: PairPlanner;
  /** Null where a role makes no decision. */
  readonly prefill: number | null;
  readonly decode: number | null;
  readonly prefillLoad: PredictedLoad | null;
  readonly decodeLoad: PredictedLoad | null;
}

export function startPlanner(args: JsonValue, model: EngineModel): PairPlanner {
  const predictor = startPredictor(predictorAt(args));
  const predictors = { requestCount: predictor, islTokens: predictor, oslTokens: predictor };
  return { args, model, predictors, prefillCorrection: UNCORRECTED, decodeCorrection: UNCORRECTED };
}

export function learn(predictors: LoadPredictors, load: PredictedLoad): LoadPredictors {
  return {
    requestCount: observe(predictors.requestCount, load.requestCount),
    islTokens: observe(predictors.islTokens, load.islTokens),
    oslTokens: observe(predictors.oslTokens, load.oslTokens),
  };
}

export function predict(predictors: LoadPredictors): {
  readonly load: PredictedLoad;
  readonly predictors: LoadPredictors;
} {
  const requestCount = forecast(predictors.requestCount);
  const islTokens = forecast(predictors.islTokens);
  const oslTokens = forecast(predictors.oslTokens);
  return {
    load: { requestCount: requestCount.value, islTokens: islTokens.value, oslTokens: oslTokens.value },
    predictors: {
      requestCount: requestCount.predictor,
      islTokens: islTokens.predictor,
      oslTokens: oslTokens.predictor,
    },
  };
}

/**
 * One interval: observe the window, then let each role decide, or not.
 * @param fixedLoad stands in for the forecast, where a case replaced the predictors
 */
export function planWindow(
  planner: PairPlanner,
  window: ObservedWindow,
  readyDecode: number,
  fixedLoad?: PredictedLoad,
): PairDecision {
  const { args, model } = planner;
  const observed = { ...planner, predictors: learn(planner.predictors, window) };
  const undecided = { planner: observed, prefill: null, decode: null, prefillLoad: null, decodeLoad: null };
  if (missingMeans(window).length > 0) return undecided;

  const corrects = valueAt(args, 'no_correction') !== true;
  const prefillCorrected = corrects ? prefillCorrection(model, window) : observed.prefillCorrection;
  const intervalSeconds = numberAt(args, 'adjustment_interval');
  const decodeCorrected: Computed<Correction> = corrects
    ? decodeCorrection(model, window, { readyDecode, intervalSeconds, previous: observed.decodeCorrection })
    : { ok: true, value: observed.decodeCorrection };

  const predicted = predict(observed.predictors);
  const load = fixedLoad ?? predicted.load;
  const settings = { intervalSeconds, minEndpoint: numberAt(args, 'min_endpoint') };
  const prefill = sizePrefill(
    model,
    load,
    { ...settings, gpusPerReplica: numberAt(args, 'prefill_engine_num_gpu') },
    prefillCorrected.factor,
  );
  const decode = decodeCorrected.ok
    ? sizeDecode(
        model,
        load,
        { ...settings, gpusPerReplica: numberAt(args, 'decode_engine_num_gpu'), itlMs: numberAt(args, 'itl') },
        decodeCorrected.value.factor,
      )
    : decodeCorrected;
  return {
    planner: {
      ...observed,
      predictors: predicted.predictors,
      prefillCorrection: prefillCorrected,
      decodeCorrection: decodeCorrected.ok ? decodeCorrected.value : observed.decodeCorrection,
    },
    prefill: prefill.ok ? prefill.value.replicas : null,
    decode: decode.ok ? decode.value.replicas : null,
    prefillLoad: load,
    decodeLoad: decodeCorrected.ok ? load : null,
  };
}

/** What both roles get of the GPU budget; nothing where either made no decision. */
export function targetOf(args: JsonValue, { prefill, decode }: Pick<PairDecision, 'prefill' | 'decode'>) {
  if (prefill === null || decode === null) return null;
  return applyPairGpuBudget({
    prefill,
    decode,
    maxGpus: numberAt(args, 'max_gpu_budget'),
    minEndpoint: numberAt(args, 'min_endpoint'),
    gpusPerPrefill: numberAt(args, 'prefill_engine_num_gpu'),
    gpusPerDecode: numberAt(args, 'decode_engine_num_gpu'),
  });
}

export function listAt(input: JsonValue, ...path: readonly string[]): readonly JsonObject[] {
  const found = valueAt(input, ...path);
  return Array.isArray(found) ? found.filter(isObject) : [];
}
