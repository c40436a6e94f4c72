import { type JsonValue, valueAt } from '../../../api/index.ts';
import {
  applyPairGpuBudget,
  applySingleGpuBudget,
  decodeCorrection,
  missingMeans,
  type PredictedLoad,
  prefillCorrection,
  sizeDecode,
  sizePrefill,
} from '../../../planner/index.ts';
import { PythonError } from '../python.ts';
import { modelOf, numberAt, numberOr, type Replay, resultOf, windowAt } from './shared.ts';

export const sizingFunctions: { readonly [name: string]: Replay } = {
  'seed.metrics.is_valid': (input) => missingMeans(windowAt(input, 'metrics')).length === 0,

  'seed.prefill.update_correction_factor': (input, profiles) => {
    requireNumbers(input, 'ttft', 'isl');
    const { factor } = prefillCorrection(modelOf(input, profiles), windowAt(input, 'metrics'));
    return { ok: true, p_correction_factor: factor };
  },

  'seed.decode.update_correction_factor': (input, profiles) => {
    const readyDecode = numberAt(input, 'num_d_workers');
    if (readyDecode !== 0) requireNumbers(input, 'num_req', 'request_duration', 'isl', 'osl', 'itl');
    const corrected = decodeCorrection(modelOf(input, profiles), windowAt(input, 'metrics'), {
      readyDecode,
      intervalSeconds: numberAt(input, 'args', 'adjustment_interval'),
      previous: { factor: numberOr(1, input, 'previous'), expectedMs: null },
    });
    return { ok: true, d_correction_factor: resultOf(corrected).factor };
  },

  'seed.prefill.compute_replica_requirements': (input, profiles) =>
    resultOf(
      sizePrefill(
        modelOf(input, profiles),
        loadOf(input),
        {
          intervalSeconds: numberAt(input, 'args', 'adjustment_interval'),
          minEndpoint: numberAt(input, 'args', 'min_endpoint'),
          gpusPerReplica: numberAt(input, 'args', 'prefill_engine_num_gpu'),
        },
        numberOr(1, input, 'p_correction_factor'),
      ),
    ).replicas,

  'seed.decode.compute_replica_requirements': (input, profiles) =>
    resultOf(
      sizeDecode(
        modelOf(input, profiles),
        loadOf(input),
        {
          intervalSeconds: numberAt(input, 'args', 'adjustment_interval'),
          minEndpoint: numberAt(input, 'args', 'min_endpoint'),
          gpusPerReplica: numberAt(input, 'args', 'decode_engine_num_gpu'),
          itlMs: numberAt(input, 'args', 'itl'),
        },
        numberOr(1, input, 'd_correction_factor'),
      ),
    ).replicas,

  'seed.apply_global_gpu_budget': (input) => {
    const { prefill, decode } = withinBudget(() =>
      applyPairGpuBudget({
        prefill: numberAt(input, 'num_p'),
        decode: numberAt(input, 'num_d'),
        maxGpus: numberAt(input, 'max_gpu_budget'),
        minEndpoint: numberAt(input, 'min_endpoint'),
        gpusPerPrefill: numberAt(input, 'prefill_engine_num_gpu'),
        gpusPerDecode: numberAt(input, 'decode_engine_num_gpu'),
      }),
    );
    return [prefill, decode];
  },

  'seed.apply_component_gpu_budget': (input) =>
    applySingleGpuBudget({
      replicas: numberAt(input, 'desired'),
      maxGpus: numberAt(input, 'max_gpu_budget'),
      minEndpoint: numberAt(input, 'min_endpoint'),
      gpusPerReplica: numberAt(input, 'engine_num_gpu'),
    }),
};

function loadOf(input: JsonValue): PredictedLoad {
  return {
    requestCount: numberAt(input, 'num_req'),
    islTokens: numberAt(input, 'isl'),
    oslTokens: numberAt(input, 'osl'),
  };
}

/** Arithmetic with a metric that is None is a TypeError there; NaN is a number. */
function requireNumbers(input: JsonValue, ...names: readonly string[]): void {
  for (const name of names) {
    if ((valueAt(input, 'metrics', name) ?? null) === null) throw new PythonError('TypeError');
  }
}

function withinBudget<T>(apply: () => T): T {
  try {
    return apply();
  } catch (error) {
    if (error instanceof RangeError) throw new PythonError('ZeroDivisionError');
    throw error;
  }
}
