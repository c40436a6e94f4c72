import { isMap, isScalar, type Node, Pair, Scalar, YAMLMap } from 'yaml';
import { type Conversion, Fields, keyOf, mapOf, pair, unlessEmpty } from './fields.ts';
import { podTemplatePairs } from './pod-template.ts';

/** Fields that both versions write alike. */
const ALIKE: ReadonlySet<string> = new Set([
  'replicas',
  'minAvailable',
  'globalDynamoNamespace',
  'runtimeVersionOverride',
  'multinode',
  'modelRef',
  'eppConfig',
  'topologyConstraint',
  'providerOverride',
]);

/** Everything of a component but its name, from a service: its own fields in the order of the source, then its pods. */
export function componentPairs(service: Fields): readonly Pair[] {
  dropIgnored(service);
  const type = typePairs(service);
  const cache = compilationCache(service);
  const own = service.map.items.flatMap((written): readonly Pair[] => {
    const name = keyOf(written);
    if (ALIKE.has(name)) return service.carry(name);
    switch (name) {
      case 'scalingAdapter':
        return scalingAdapter(service);
      case 'sharedMemory':
        return sharedMemory(service);
      case 'volumeMounts':
        return cache;
      case 'frontendSidecar':
        return service.has(name) ? [pair('frontendSidecar', 'sidecar-frontend')] : [];
      default:
        return [];
    }
  });
  const more = experimental(service);
  return [...type, ...own, ...unlessEmpty('experimental', more), ...podTemplatePairs(service)];
}

/** What the operator ignores, or what is off: absence means the same. */
function dropIgnored(service: Fields): void {
  if (service.has('dynamoNamespace'))
    service.drop('dynamoNamespace', 'is left out: the operator ignores it', 'nothing changes');
  if (service.has('autoscaling'))
    service.drop('autoscaling', 'is left out: the operator ignores it', 'nothing changes');
  if (service.has('serviceName'))
    service.drop('serviceName', 'is left out: the name of the component takes its place', 'nothing changes');
  for (const name of ['scalingAdapter', 'gpuMemoryService', 'failover', 'ingress']) {
    if (service.has(name) && !isOn(service, name))
      service.drop(name, 'is left out: it is off, and that is what absent means in v1beta1', 'nothing changes');
  }
  if (service.has('ingress')) {
    service.refuse(
      'ingress',
      'v1beta1 has no place for an ingress, which the operator makes here',
      'write an Ingress or VirtualService of its own for the service, and remove this field first',
    );
  }
}

function isOn(service: Fields, name: string): boolean {
  const written = service.map.get(name);
  return isMap(written) && written.get('enabled') === true;
}

const TYPES: ReadonlySet<unknown> = new Set(['frontend', 'worker', 'prefill', 'decode', 'planner', 'epp']);

/** A worker with a sub-component type is a type of its own in v1beta1. */
function typePairs(service: Fields): readonly Pair[] {
  const type = service.value('componentType') || undefined;
  const sub = service.value('subComponentType') || undefined;
  const isPhase = sub === 'prefill' || sub === 'decode';
  if (isPhase && type === 'worker') {
    service.take('componentType');
    return service.carry('subComponentType', 'type');
  }
  if (isPhase && sub !== type) {
    service.refuse(
      'subComponentType',
      `"${sub}" beside ${type === undefined ? 'no componentType' : `componentType "${String(type)}"`} has no type in v1beta1`,
      'set componentType to worker, or leave one of them out',
    );
  } else if (sub !== undefined) {
    const why = isPhase ? 'the type says it' : 'v1beta1 has no place for it';
    service.drop(
      'subComponentType',
      `"${String(sub)}" is left out: ${why}`,
      'what selects pods by that label needs another',
    );
  }
  if (type === undefined) {
    service.take('componentType');
    return [];
  }
  if (TYPES.has(type)) return service.carry('componentType', 'type');
  if (type === 'default' || type === 'main') {
    service.drop(
      'componentType',
      `"${type}" is left out: v1beta1 has no such type, and a component without one is treated alike`,
      'what selects pods by that type needs another label',
    );
    return [];
  }
  service.refuse(
    'componentType',
    `"${String(type)}" is no type of v1beta1, which refuses it`,
    'use one of frontend, worker, prefill, decode, planner and epp, or remove it',
  );
  return [];
}

/** On by its presence in v1beta1; what is off was left out before. */
function scalingAdapter(service: Fields): readonly Pair[] {
  const written = service.take('scalingAdapter');
  if (written === undefined) return [];
  const empty = new YAMLMap();
  empty.flow = true;
  return [new Pair(written.key, empty)];
}

function sharedMemory(service: Fields): readonly Pair[] {
  const written = service.take('sharedMemory');
  if (written === undefined || !isMap(written.value)) return [];
  const below = new Fields(written.value, `${service.path}.sharedMemory`, service.conversion);
  if (isScalar(written.key)) written.key.value = 'sharedMemorySize';
  if (below.value('disabled') === true) {
    const none = new Scalar('0');
    none.type = Scalar.QUOTE_DOUBLE;
    return [new Pair(written.key, none)];
  }
  const size = below.take('size');
  if (size === undefined) return [];
  const value = size.value;
  return [new Pair(written.key, value)];
}

/** The first mount that is one; v1beta1 has room for no other. */
function compilationCache(service: Fields): readonly Pair[] {
  const mounts = new Fields(service.map, service.path, service.conversion).items('volumeMounts').filter(isCache);
  const [first, ...others] = mounts;
  if (others.length > 0) {
    service.refuse(
      'volumeMounts',
      'has several compilation caches, and v1beta1 takes one',
      'leave useAsCompilationCache at one of them',
    );
  }
  if (first === undefined || !isMap(first)) return [];
  const written = new Fields(first, `${service.path}.volumeMounts`, service.conversion);
  const cache = mapOf([...written.carry('name', 'pvcName'), ...written.carry('mountPoint', 'mountPath')], first);
  return [pair('compilationCache', cache)];
}

export function isCache(mount: Node): boolean {
  return isMap(mount) && mount.get('useAsCompilationCache') === true;
}

const MODES: ReadonlyMap<unknown, string> = new Map([
  ['intraPod', 'IntraPod'],
  ['interPod', 'InterPod'],
]);

function experimental(service: Fields): YAMLMap {
  const { conversion } = service;
  const moded = (name: string): readonly Pair[] => {
    const written = service.take(name);
    if (written === undefined || !isMap(written.value)) return [];
    const below = new Fields(written.value, `${service.path}.${name}`, conversion);
    below.take('enabled');
    const mode = below.take('mode');
    if (mode !== undefined && isScalar(mode.value)) mode.value.value = MODES.get(mode.value.value) ?? mode.value.value;
    const map = mapOf([...(mode === undefined ? [] : [mode]), ...below.carryRest()], written.value);
    if (map.items.length === 0) map.flow = true;
    written.value = map;
    return [written];
  };
  return mapOf([...moded('gpuMemoryService'), ...moded('failover'), ...checkpoint(service, conversion)]);
}

/** Off is said in v1beta1: `enabled` is required there. */
function checkpoint(service: Fields, { verbatim }: Conversion): readonly Pair[] {
  const written = service.take('checkpoint');
  if (written === undefined || !isMap(written.value)) return [];
  if (written.value.has('enabled')) return [verbatim.carry(written, service.map)];
  const below = new Fields(written.value, `${service.path}.checkpoint`, service.conversion);
  written.value = mapOf([pair('enabled', new Scalar(false)), ...below.carryRest()], written.value);
  return [written];
}
