import { split } from 'shlex';
import {
  argumentWords,
  isObject,
  type JsonObject,
  type JsonValue,
  modelNameOf,
  objectAt,
  stringAt,
  valueAt,
} from '../../../api/index.ts';
import { get, integer, isTruthy, PythonError } from '../python.ts';
import { listAt } from './planner.ts';
import type { Replay } from './shared.ts';

export const deploymentFunctions: { readonly [name: string]: Replay } = {
  'seed.kube.is_deployment_ready': (input) => isReady(deploymentOf(input)),

  'seed.kube.get_service_replica_status': (input) => {
    const status = replicaStatus(deploymentOf(input), stringAt(input, 'service') ?? '');
    return [status.count, status.isStable];
  },

  /** Counts of the roles that are asked for by a name, and whether none of those is rolling out. */
  'seed.kube.get_actual_worker_counts': (input) => {
    const deployment = deploymentOf(input);
    const statusOf = (role: 'prefill' | 'decode') => {
      const name = stringAt(input, role) ?? '';
      if (name === '') return { count: 0, isStable: true };
      return replicaStatus(deployment, serviceOf(deployment, role, name).name);
    };
    const [prefill, decode] = [statusOf('prefill'), statusOf('decode')];
    return [prefill.count, decode.count, prefill.isStable && decode.isStable];
  },

  /** Which services would be patched. A deployment that is not ready drops the request. */
  'seed.kube.set_component_replicas': (input) => {
    const targets = listAt(input, 'targets');
    if (targets.length === 0) throw new PythonError('EmptyTargetReplicasError');
    const deployment = deploymentOf(input);
    if (!isReady(deployment)) return { patches: [] };
    const patches = targets.flatMap((target) => {
      const wanted = valueAt(target, 'replicas') ?? null;
      const service = serviceOf(deployment, stringAt(target, 'type') ?? '', stringAt(target, 'name') ?? '');
      return get(service.body, 'replicas', 0) === wanted ? [] : [[service.name, wanted]];
    });
    return { patches };
  },

  'seed.service.get_gpu_count': (input) => {
    const resources = get(objectAt(input, 'service') ?? {}, 'resources', {});
    const [limits, requests] = [get(resources, 'limits', {}), get(resources, 'requests', {})];
    const limit = get(limits, 'gpu', null);
    const count = isTruthy(limit) ? limit : get(requests, 'gpu', null);
    if (count === null) throw new PythonError('ValueError');
    return wholeGpus(count);
  },

  'seed.service.get_model_name': (input) => {
    const pod = get(objectAt(input, 'service') ?? {}, 'extraPodSpec', {});
    const args = get(get(pod, 'mainContainer', {}), 'args', []);
    requireShellWords(args);
    return modelNameOf(argumentWords(args)) ?? null;
  },

  /** From the deployment where it can be read, else from the command line, which must give what is required. */
  'seed.initialize_gpu_counts': (input) => {
    const read = valueAt(input, 'dgd');
    if (Array.isArray(read)) return { prefill: read[0] ?? null, decode: read[1] ?? null };
    const [prefill, decode] = [valueAt(input, 'cli_prefill') ?? null, valueAt(input, 'cli_decode') ?? null];
    const missing = [
      ...(valueAt(input, 'require_prefill') === true && prefill === null ? ['prefill-engine-num-gpu'] : []),
      ...(valueAt(input, 'require_decode') === true && decode === null ? ['decode-engine-num-gpu'] : []),
    ];
    if (missing.length > 0) {
      throw new PythonError('DeploymentValidationError', { num_errors: missing.length, mentions: missing });
    }
    return { prefill, decode };
  },
};

function deploymentOf(input: JsonValue): JsonValue {
  return valueAt(input, 'deployment') ?? null;
}

/** The first condition of type Ready counts, and only the text "True". */
function isReady(deployment: JsonValue): boolean {
  const conditions = get(get(deployment, 'status', {}), 'conditions', []);
  if (!Array.isArray(conditions)) throw new PythonError('TypeError');
  const ready = conditions.find((condition) => get(condition, 'type', null) === 'Ready');
  return ready !== undefined && get(ready, 'status', null) === 'True';
}

/** Replicas that serve traffic, and whether they are those that are wanted and up to date. */
function replicaStatus(deployment: JsonValue, name: string): { readonly count: JsonValue; readonly isStable: boolean } {
  const spec = get(get(get(deployment, 'spec', {}), 'services', {}), name, {});
  const status = get(get(get(deployment, 'status', {}), 'services', {}), name, {});
  const desired = get(spec, 'replicas', 0);
  const count = get(status, 'availableReplicas', null) ?? get(status, 'readyReplicas', 0);
  const updated = get(status, 'updatedReplicas', 0);
  return { count, isStable: desired === updated && updated === count };
}

interface NamedService {
  readonly name: string;
  readonly body: JsonValue;
}

/** The one service of a sub-component type; without any, the service of the legacy name if it declares no type. */
function serviceOf(deployment: JsonValue, role: string, legacyName: string): NamedService {
  if (role !== 'prefill' && role !== 'decode') throw new PythonError('ValueError');
  const services = get(get(deployment, 'spec', {}), 'services', {});
  if (!isObject(services)) throw new PythonError('AttributeError');
  const matching = Object.entries(services as JsonObject).flatMap(([name, body]) =>
    get(body, 'subComponentType', '') === role ? [{ name, body: body ?? null }] : [],
  );
  const [found, second] = matching;
  if (second !== undefined) throw new PythonError('DuplicateSubComponentError');
  if (found !== undefined) return found;
  const fallback = Object.hasOwn(services, legacyName) ? (services[legacyName] ?? null) : undefined;
  if (legacyName === '' || fallback === undefined || get(fallback, 'subComponentType', '') !== '') {
    throw new PythonError('SubComponentNotFoundError');
  }
  return { name: legacyName, body: fallback };
}

/** What is no integer is a ValueError here, whatever type it has. */
function wholeGpus(count: JsonValue): number {
  try {
    return integer(count);
  } catch (error) {
    if (error instanceof PythonError) throw new PythonError('ValueError');
    throw error;
  }
}

/** Arguments that a shell would not split stop the original; here they stay one word, and name no model. */
function requireShellWords(args: JsonValue): void {
  const elements = typeof args === 'string' ? [args] : args;
  if (elements === null) return;
  if (!Array.isArray(elements)) throw new PythonError('TypeError');
  for (const element of elements) {
    if (element === null) continue;
    if (typeof element !== 'string') throw new PythonError('AttributeError');
    try {
      split(element);
    } catch {
      throw new PythonError('ValueError');
    }
  }
}
