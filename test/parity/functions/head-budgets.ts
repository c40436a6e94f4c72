import { isObject, type JsonObject, type JsonValue, stringAt, valueAt } from '../../../api/index.ts';
import {
  applyPowerBudget,
  bandTolerance,
  clampPairToBand,
  clampRoleToBand,
  describeBreach,
  type GpuBand,
  type GpuPool,
  mediate,
  minimumsFitPower,
  type PerRole,
  peakWatts,
  projectedWatts,
} from '../../../planner/index.ts';
import { number, PythonError } from '../python.ts';
import { listAt } from './planner.ts';
import { numberAt, numberOr, type Replay } from './shared.ts';

export const headBudgetFunctions: { readonly [name: string]: Replay } = {
  'head.budget.compute_tolerance': (input) => {
    const gpus = valueAt(input, 'gpu_per_replicas');
    return bandTolerance(Array.isArray(gpus) ? gpus.map(number) : []);
  },

  'head.budget.bounds_for_total': (input) => {
    const breach = describeBreach(numberAt(input, 'total'), bandOf(input), numberOr(0, input, 'tolerance'));
    return [breach === '', breach];
  },

  'head.budget.proportional_clamp_pair': (input) => {
    const { prefill, decode } = clampPairToBand(
      {
        prefill: numberAt(input, 'num_p'),
        decode: numberAt(input, 'num_d'),
        gpusPerPrefill: numberAt(input, 'p_gpu'),
        gpusPerDecode: numberAt(input, 'd_gpu'),
        ...floorsOf(input),
      },
      bandOf(input),
    );
    return [prefill, decode];
  },

  'head.budget.proportional_clamp_single': (input) =>
    clampRoleToBand(
      {
        replicas: numberAt(input, 'desired'),
        gpusPerReplica: numberAt(input, 'engine_gpu'),
        minReplicas: numberAt(input, 'min_endpoint'),
      },
      bandOf(input),
    ),

  'head.budget.project_watts': (input) => projectedWatts(rolesAt(input, 'num_p', 'num_d'), wattsOf(input)),

  'head.budget.peak_parallel_watts': (input) =>
    peakWatts(rolesAt(input, 'current_p', 'current_d'), rolesAt(input, 'proposed_p', 'proposed_d'), wattsOf(input)),

  'head.budget.minimum_power_footprint_fits': (input) => {
    const { minPrefill: prefill, minDecode: decode } = floorsOf(input);
    return minimumsFitPower({ prefill, decode }, wattsOf(input), numberAt(input, 'total_budget'));
  },

  'head.budget.apply_power_budget': (input) => {
    const decision = applyPowerBudget({
      proposed: rolesAt(input, 'proposed_p', 'proposed_d'),
      current: rolesAt(input, 'current_p', 'current_d'),
      wattsPerReplica: wattsOf(input),
      totalWatts: numberAt(input, 'total_budget'),
      ...floorsOf(input),
    });
    if (decision.kind === 'floors-do-not-fit') throw new PythonError('RuntimeError');
    return [decision.prefill, decision.decode, decision.reason];
  },

  'head.global_planner.mediate': (input) => {
    const mediation = mediate(
      {
        deployment: stringAt(input, 'participant_id') ?? '',
        targets: listAt(input, 'targets').map((target) => ({
          role: stringAt(target, 'type') ?? '',
          desired: numberAt(target, 'desired'),
        })),
      },
      {
        band: { minGpus: numberAt(input, 'min_total_gpus'), maxGpus: numberAt(input, 'max_total_gpus') },
        intentTtlSeconds: numberAt(input, 'intent_cache_ttl_seconds'),
        nowSeconds: numberAt(input, 'now'),
        pools: poolsOf(input),
        intents: entriesAt(input, 'cache').map(([key, intent]) => ({
          deployment: key.slice(0, key.lastIndexOf('/')),
          role: key.slice(key.lastIndexOf('/') + 1),
          desired: numberAt(intent, 'last_desired'),
          seenAtSeconds: numberAt(intent, 'last_seen_at'),
        })),
      },
    );
    if (mediation.kind === 'rejected') return { approved: false, partners: [], reject_message: mediation.message };
    const partners = mediation.partners.map(({ deployment, role, desired }) => ({
      participant_id: deployment,
      sub_type: role,
      applied_desired: desired,
    }));
    return { approved: true, partners, reject_message: null };
  },
};

function poolsOf(input: JsonValue): readonly GpuPool[] {
  return entriesAt(input, 'pools').flatMap(([deployment, roles]) =>
    Object.entries(roles).map(([role, pool]) => ({
      deployment,
      role,
      current: numberAt(pool ?? null, 'current'),
      gpusPerReplica: numberAt(pool ?? null, 'gpu'),
    })),
  );
}

function entriesAt(input: JsonValue, name: string): readonly (readonly [string, JsonObject])[] {
  const found = valueAt(input, name);
  return Object.entries(isObject(found) ? found : {}).map(([key, value]) => [key, isObject(value) ? value : {}]);
}

function bandOf(input: JsonValue): GpuBand {
  return { minGpus: numberAt(input, 'min_gpus'), maxGpus: numberAt(input, 'max_gpus') };
}

/** Where no floor of decode is given, that of prefill stands for both. */
function floorsOf(input: JsonValue) {
  const minPrefill = numberAt(input, 'prefill_min_endpoint');
  return { minPrefill, minDecode: numberOr(minPrefill, input, 'decode_min_endpoint') };
}

function wattsOf(input: JsonValue): PerRole {
  return rolesAt(input, 'p_watts', 'd_watts');
}

function rolesAt(input: JsonValue, prefill: string, decode: string): PerRole {
  return { prefill: nullableAt(input, prefill), decode: nullableAt(input, decode) };
}

function nullableAt(input: JsonValue, name: string): number | null {
  const found = valueAt(input, name) ?? null;
  return found === null ? null : number(found);
}
