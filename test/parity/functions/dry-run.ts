import { type JsonObject, type JsonValue, objectAt, stringAt } from '../../../api/index.ts';
import {
  afterWarmUp,
  applyPairGpuBudget,
  applySingleGpuBudget,
  type EngineModel,
  type PredictedLoad,
  sizeDecode,
  sizePrefill,
  startPredictor,
} from '../../../planner/index.ts';
import { number, PythonError } from '../python.ts';
import { type LoadPredictors, learn, listAt, predict } from './planner.ts';
import { modelOf, numberAt, numberOr, predictorAt, type Replay, resultOf } from './shared.ts';

export const dryRunFunctions: { readonly [name: string]: Replay } = {
  /** Replays a trace: each window is forecast from those before it, sized without correction, and then learned. */
  'seed.dryrun': (input, profiles) => {
    const windows = listAt(input, 'metrics').map(loadOf);
    const [first, ...rest] = windows;
    if (first === undefined) throw new PythonError('ValueError');
    const args = objectAt(input, 'args') ?? {};
    const roles = rolesOf(stringAt(args, 'mode') ?? 'disagg');
    const settings = settingsOf(args);
    const model = modelOf(input, profiles);

    const start: Replicas = {
      prefill: roles.prefill ? numberOr(1, input, 'start_num_p') : 0,
      decode: roles.decode ? numberOr(1, input, 'start_num_d') : 0,
    };
    let predictors = learn(warmedUp(args, listAt(input, 'warmup_metrics').map(loadOf)), first);
    const steps: Step[] = [{ actual: first, predicted: first, replicas: start }];
    for (const actual of rest) {
      const next = predict(predictors);
      const replicas = withinBudget(replicasFor(model, next.load, settings, roles), settings, roles);
      steps.push({ actual, predicted: next.load, replicas });
      predictors = learn(next.predictors, actual);
    }
    return series(steps, model, settings, roles);
  },
};

interface Roles {
  readonly prefill: boolean;
  readonly decode: boolean;
}

interface Replicas {
  readonly prefill: number;
  readonly decode: number;
}

interface Step {
  readonly actual: PredictedLoad;
  readonly predicted: PredictedLoad;
  readonly replicas: Replicas;
}

type Settings = ReturnType<typeof settingsOf>;

function rolesOf(mode: string): Roles {
  switch (mode) {
    case 'disagg':
      return { prefill: true, decode: true };
    case 'prefill':
      return { prefill: true, decode: false };
    case 'decode':
      return { prefill: false, decode: true };
    default:
      throw new PythonError('ValueError');
  }
}

function settingsOf(args: JsonObject) {
  return {
    intervalSeconds: numberAt(args, 'adjustment_interval'),
    minEndpoint: numberAt(args, 'min_endpoint'),
    maxGpus: numberAt(args, 'max_gpu_budget'),
    gpusPerPrefill: numberOr(1, args, 'prefill_engine_num_gpu'),
    gpusPerDecode: numberOr(1, args, 'decode_engine_num_gpu'),
    ttftMs: numberAt(args, 'ttft'),
    itlMs: numberAt(args, 'itl'),
  };
}

function loadOf(metric: JsonValue): PredictedLoad {
  return {
    requestCount: number(objectAt(metric)?.request_count),
    islTokens: number(objectAt(metric)?.avg_isl),
    oslTokens: number(objectAt(metric)?.avg_osl),
  };
}

function warmedUp(args: JsonObject, history: readonly PredictedLoad[]): LoadPredictors {
  const predictor = startPredictor(predictorAt(args));
  const taught = history.reduce(learn, { requestCount: predictor, islTokens: predictor, oslTokens: predictor });
  return {
    requestCount: afterWarmUp(taught.requestCount),
    islTokens: afterWarmUp(taught.islTokens),
    oslTokens: afterWarmUp(taught.oslTokens),
  };
}

function replicasFor(model: EngineModel, load: PredictedLoad, settings: Settings, roles: Roles): Replicas {
  const prefill = () => sizePrefill(model, load, { ...settings, gpusPerReplica: settings.gpusPerPrefill }, 1);
  const decode = () => sizeDecode(model, load, { ...settings, gpusPerReplica: settings.gpusPerDecode }, 1);
  return {
    prefill: roles.prefill ? resultOf(prefill()).replicas : 0,
    decode: roles.decode ? resultOf(decode()).replicas : 0,
  };
}

function withinBudget(replicas: Replicas, settings: Settings, roles: Roles): Replicas {
  const { minEndpoint, maxGpus, gpusPerPrefill, gpusPerDecode } = settings;
  if (roles.prefill && roles.decode) return applyPairGpuBudget({ ...replicas, ...settings });
  if (roles.prefill) {
    const single = { replicas: replicas.prefill, gpusPerReplica: gpusPerPrefill, minEndpoint, maxGpus };
    return { ...replicas, prefill: applySingleGpuBudget(single) };
  }
  const single = { replicas: replicas.decode, gpusPerReplica: gpusPerDecode, minEndpoint, maxGpus };
  return { ...replicas, decode: applySingleGpuBudget(single) };
}

/** The plotted series. A "safe" throughput is what the replicas carry within the SLA, and 0 where nothing meets it. */
function series(steps: readonly Step[], model: EngineModel, settings: Settings, roles: Roles): JsonObject {
  const { intervalSeconds, ttftMs, itlMs } = settings;
  const safePrefill = ({ actual, replicas }: Step) =>
    model.ttftMs(actual.islTokens) > ttftMs
      ? 0
      : replicas.prefill * model.prefillTokensPerSecondPerGpu(actual.islTokens) * intervalSeconds;
  const safeDecode = ({ actual, replicas }: Step) => {
    const cell = model.bestDecodeCell(itlMs, actual.islTokens + actual.oslTokens / 2);
    if (cell === undefined) throw new PythonError('ValueError');
    return cell.itlMs > itlMs ? 0 : replicas.decode * cell.tokensPerSecondPerGpu * intervalSeconds;
  };
  const ofRole = (isPlanned: boolean, read: (step: Step) => number) =>
    steps.map((step) => (isPlanned ? read(step) : 0));
  return {
    time: steps.map((_, index) => index * intervalSeconds),
    rr: steps.map(({ actual }) => actual.requestCount),
    est_rr: steps.map(({ predicted }) => predicted.requestCount),
    isl: steps.map(({ actual }) => actual.islTokens),
    est_isl: steps.map(({ predicted }) => predicted.islTokens),
    osl: steps.map(({ actual }) => actual.oslTokens),
    est_osl: steps.map(({ predicted }) => predicted.oslTokens),
    num_p: steps.map(({ replicas }) => replicas.prefill),
    p_thpt: ofRole(roles.prefill, ({ actual }) => actual.requestCount * actual.islTokens),
    safe_p_thpt: ofRole(roles.prefill, safePrefill),
    num_d: steps.map(({ replicas }) => replicas.decode),
    d_thpt: ofRole(roles.decode, ({ actual }) => actual.requestCount * actual.oslTokens),
    safe_d_thpt: ofRole(roles.decode, safeDecode),
  };
}
