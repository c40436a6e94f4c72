import { DEFAULT_GPU_RESOURCE, isObject, type JsonObject, type JsonValue, MAIN_CONTAINER } from '../../api/index.ts';
import { compact, unlessEmpty, unlessNone } from '../graph/compact.ts';
import type { Expressions, ServiceDeclaration } from './declaration.ts';
import { type Fits, flag, listOf, number, text } from './fits.ts';
import { SHAPES } from './graph-shapes.ts';
import { openFields, pick, pickList, pickObject, pickText } from './pick.ts';
import { CONTAINER_FIELDS, probe, strings } from './pod-shapes.ts';
import { environmentOf, gpusOf } from './read-pod.ts';
import { type Mounts, podSpecOptions, readMounts } from './read-pod-spec.ts';
import { declareService } from './read-service.ts';

/** What v1beta1 says of the whole graph. */
export function graphPropsV1Beta1(spec: JsonObject): Expressions {
  const topology = pickObject(spec, 'topologyConstraint');
  const clusterTopologyName = pickText(topology, 'clusterTopologyName');
  return compact({
    backend: pick(spec, 'backendFramework', SHAPES.backend),
    annotations: pick(spec, 'annotations', strings),
    labels: pick(spec, 'labels', strings),
    priorityClassName: pickText(spec, 'priorityClassName'),
    env: environmentOf(spec, 'env'),
    restart: pick(spec, 'restart', SHAPES.restart),
    topologyConstraint:
      clusterTopologyName === undefined
        ? undefined
        : compact({ topology: clusterTopologyName, packDomain: pickText(topology, 'packDomain') }),
    kvTransferPolicy: pick(pickObject(spec, 'experimental'), 'kvTransferPolicy', SHAPES.kvTransferPolicy),
    providerOverride: pick(spec, 'providerOverride', SHAPES.providerOverride),
  });
}

export function componentsV1Beta1(spec: JsonObject): readonly ServiceDeclaration[] {
  return (pickList(spec, 'components') ?? []).map((value, index) => {
    const component = isObject(value) ? value : {};
    return componentOf(pickText(component, 'name') ?? `component-${index}`, component);
  });
}

function componentOf(name: string, component: JsonObject): ServiceDeclaration {
  const type = pickText(component, 'type');
  const isPaired = type === 'prefill' || type === 'decode';
  return declareService({
    name,
    type: isPaired ? 'worker' : type,
    subType: isPaired ? type : undefined,
    isAdapterOn: pickObject(component, 'scalingAdapter') !== undefined,
    replicas: component.replicas,
    options: optionsOf(component),
  });
}

function optionsOf(component: JsonObject): Expressions {
  const podSpec = pickObject(pickObject(component, 'podTemplate'), 'spec');
  const metadata = pickObject(pickObject(component, 'podTemplate'), 'metadata');
  const main = (pickList(podSpec, 'containers') ?? []).filter(isObject).find(({ name }) => name === MAIN_CONTAINER);
  const experimental = pickObject(component, 'experimental');
  const multinode = pickObject(component, 'multinode');
  const cache = pickObject(component, 'compilationCache');
  const claim = pickText(cache, 'pvcName');
  const mounts = readMounts(main, podSpec, true);
  const shared = pickText(component, 'sharedMemorySize');
  return compact({
    ...resources(pickObject(main, 'resources')),
    nodes: pick(multinode, 'nodeCount', number),
    multinodeOverrides: unlessEmpty(
      compact({ leader: overrideOf(multinode, 'leader'), worker: overrideOf(multinode, 'worker') }),
    ),
    sharedMemory: shared === '0' ? 'disabled' : shared,
    image: pickText(main, 'image'),
    command: pick(main, 'command', listOf(text)),
    args: pick(main, 'args', listOf(text)),
    env: environmentOf(main, 'env'),
    envFromSecret: secretOf(pickList(main, 'envFrom')?.[0]),
    volumeMounts: unlessNone(mounts.mounts),
    compilationCache: claim === undefined ? undefined : compact({ claim, mountPath: pickText(cache, 'mountPath') }),
    labels: pick(metadata, 'labels', strings),
    annotations: pick(metadata, 'annotations', strings),
    livenessProbe: pick(main, 'livenessProbe', probe),
    readinessProbe: pick(main, 'readinessProbe', probe),
    startupProbe: pick(main, 'startupProbe', probe),
    globalDynamoNamespace: pick(component, 'globalDynamoNamespace', flag),
    runtimeVersionOverride: pickText(component, 'runtimeVersionOverride'),
    minAvailable: pick(component, 'minAvailable', number),
    modelRef: pick(component, 'modelRef', SHAPES.modelRef),
    eppConfig: pick(component, 'eppConfig', SHAPES.eppConfig),
    checkpoint: pick(experimental, 'checkpoint', SHAPES.checkpoint),
    topologyConstraint: pick(component, 'topologyConstraint', SHAPES.topologyConstraint),
    gpuMemoryService: withMode(pickObject(experimental, 'gpuMemoryService'), {
      deviceClassName: text,
      extraClientContainers: listOf(text),
    }),
    failover: withMode(pickObject(experimental, 'failover'), { numShadows: number }),
    frontendSidecar: pickText(component, 'frontendSidecar'),
    providerOverride: pick(component, 'providerOverride', SHAPES.providerOverride),
    forceScalingGroup: pick(pickObject(experimental, 'grove'), 'forceScalingGroup', flag),
    ...podSpecOptions(podSpec, mounts),
    container: restOfMain(main, mounts),
  });
}

function overrideOf(multinode: JsonObject | undefined, pods: string): JsonValue | undefined {
  return pick(pickObject(multinode, pods), 'providerOverride', SHAPES.providerOverride);
}

function secretOf(source: JsonValue | undefined): string | undefined {
  if (!isObject(source) || Object.keys(source).length !== 1) return undefined;
  const secret = pickObject(source, 'secretRef');
  return secret !== undefined && Object.keys(secret).length === 1 ? pickText(secret, 'name') : undefined;
}

/** Fields of the main container that have an option of their own. */
const MAIN_OPTIONS = ['name', 'image', 'command', 'args', 'env', 'livenessProbe', 'readinessProbe', 'startupProbe'];

function restOfMain(main: JsonObject | undefined, mounts: Mounts): Expressions | undefined {
  const rest = openFields(main, CONTAINER_FIELDS, [...MAIN_OPTIONS, 'envFrom', 'resources', 'volumeMounts']);
  const sources = pick(main, 'envFrom', CONTAINER_FIELDS.envFrom ?? flag);
  const hasSecret = secretOf(pickList(main, 'envFrom')?.[0]) !== undefined;
  return unlessEmpty(
    compact({
      ...rest,
      envFrom: Array.isArray(sources) ? unlessNone(sources.slice(hasSecret ? 1 : 0)) : undefined,
      resources: restOfResources(pickObject(main, 'resources')),
      volumeMounts: mounts.rest,
    }),
  );
}

function resources(written: JsonObject | undefined): Expressions {
  const [limits, requests] = [pickObject(written, 'limits') ?? {}, pickObject(written, 'requests') ?? {}];
  const gpuType = gpuTypeOf(limits, requests);
  const gpus = Object.hasOwn(limits, gpuType) ? gpusOf(textOf(limits[gpuType])) : undefined;
  const requested = Object.hasOwn(requests, gpuType) ? gpusOf(textOf(requests[gpuType])) : undefined;
  return compact({
    gpus,
    gpuType: gpuType !== DEFAULT_GPU_RESOURCE && (gpus ?? requested) !== undefined ? gpuType : undefined,
    limits: unlessEmpty(amounts(limits, gpus === undefined ? undefined : gpuType)),
    requests: unlessEmpty(
      compact({ ...amounts(requests, requested === undefined ? undefined : gpuType), gpus: requested }),
    ),
    claims: pick(written, 'claims', SHAPES.claims),
  });
}

/** The resource that counts GPUs, where there is one. */
function gpuTypeOf(limits: JsonObject, requests: JsonObject): string {
  const names = [...Object.keys(limits), ...Object.keys(requests)];
  if (names.includes(DEFAULT_GPU_RESOURCE)) return DEFAULT_GPU_RESOURCE;
  return names.find((name) => name.includes('/') && /gpu|xpu|mig-/.test(name)) ?? DEFAULT_GPU_RESOURCE;
}

function amounts(list: JsonObject, gpuType: string | undefined): Expressions {
  const extra = Object.entries(list).filter(
    ([key, value]) => typeof value === 'string' && ![gpuType, 'cpu', 'memory'].includes(key),
  );
  return compact({
    cpu: pickText(list, 'cpu'),
    memory: pickText(list, 'memory'),
    extra: unlessEmpty(Object.fromEntries(extra)),
  });
}

/** Amounts that are written as numbers, which the options do not take: the container's own say them. */
function restOfResources(written: JsonObject | undefined): Expressions | undefined {
  const numbers = (list: JsonObject | undefined): Expressions | undefined =>
    unlessEmpty(Object.fromEntries(Object.entries(list ?? {}).filter(([, value]) => typeof value === 'number')));
  return unlessEmpty(
    compact({ limits: numbers(pickObject(written, 'limits')), requests: numbers(pickObject(written, 'requests')) }),
  );
}

function textOf(value: JsonValue | undefined): JsonValue | undefined {
  return typeof value === 'number' ? String(value) : value;
}

const MODES: ReadonlyMap<unknown, string> = new Map([
  ['IntraPod', 'intraPod'],
  ['InterPod', 'interPod'],
]);

function withMode(
  written: JsonObject | undefined,
  fields: { readonly [field: string]: Fits },
): Expressions | undefined {
  if (written === undefined) return undefined;
  const picked = Object.entries(fields).map(([key, fits]) => [key, pick(written, key, fits)]);
  return compact({ mode: MODES.get(written.mode), ...Object.fromEntries(picked) });
}
