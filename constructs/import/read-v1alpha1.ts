import { isObject, type JsonObject, type JsonValue } from '../../api/index.ts';
import { compact, unlessEmpty, unlessNone } from '../graph/compact.ts';
import type { Expressions, ServiceDeclaration } from './declaration.ts';
import { anyObject, exactly, flag, listOf, number, text } from './fits.ts';
import { SHAPES } from './graph-shapes.ts';
import { openFields, pick, pickList, pickObject, pickText } from './pick.ts';
import { CONTAINER_FIELDS, probe, strings } from './pod-shapes.ts';
import { environmentOf, gpusOf, metadataOf } from './read-pod.ts';
import { type Mounts, podSpecOptions, readMounts } from './read-pod-spec.ts';
import { declareService } from './read-service.ts';

/** What v1alpha1 says of the whole graph. */
export function graphPropsV1Alpha1(spec: JsonObject): Expressions {
  const topology = pickObject(spec, 'topologyConstraint');
  const topologyProfile = pickText(topology, 'topologyProfile');
  return compact({
    backend: pick(spec, 'backendFramework', SHAPES.backend),
    annotations: pick(spec, 'annotations', strings),
    labels: pick(spec, 'labels', strings),
    priorityClassName: pickText(spec, 'priorityClassName'),
    env: environmentOf(spec, 'envs'),
    pvcs: pick(spec, 'pvcs', SHAPES.pvcs),
    restart: pick(spec, 'restart', SHAPES.restart),
    topologyConstraint:
      topologyProfile === undefined
        ? undefined
        : compact({ topology: topologyProfile, packDomain: pickText(topology, 'packDomain') }),
    kvTransferPolicy: pick(pickObject(spec, 'experimental'), 'kvTransferPolicy', SHAPES.kvTransferPolicy),
    providerOverride: pick(spec, 'providerOverride', SHAPES.providerOverride),
  });
}

export function servicesV1Alpha1(spec: JsonObject): readonly ServiceDeclaration[] {
  return Object.entries(pickObject(spec, 'services') ?? {}).map(([name, value]) =>
    serviceOf(name, isObject(value) ? value : {}),
  );
}

function serviceOf(name: string, service: JsonObject): ServiceDeclaration {
  return declareService({
    name,
    type: pickText(service, 'componentType'),
    subType: pickText(service, 'subComponentType'),
    isAdapterOn: pickObject(service, 'scalingAdapter')?.enabled === true,
    replicas: service.replicas,
    options: optionsOf(service),
  });
}

function optionsOf(service: JsonObject): Expressions {
  const podSpec = pickObject(service, 'extraPodSpec');
  const main = pickObject(podSpec, 'mainContainer');
  const mounts = readMounts(main, podSpec, false);
  const ignored = compact({
    serviceName: pickText(service, 'serviceName'),
    dynamoNamespace: pickText(service, 'dynamoNamespace'),
    autoscaling: pick(service, 'autoscaling', anyObject),
  });
  return compact({
    ...resources(pickObject(service, 'resources')),
    nodes: pick(pickObject(service, 'multinode'), 'nodeCount', number),
    multinodeOverrides: multinodeOverrides(pickObject(service, 'multinode')),
    sharedMemory: sharedMemory(pickObject(service, 'sharedMemory')),
    image: pickText(main, 'image'),
    command: pick(main, 'command', listOf(text)),
    args: pick(main, 'args', listOf(text)),
    env: environmentOf(service, 'envs'),
    envFromSecret: pickText(service, 'envFromSecret'),
    ...volumeMounts(pickList(service, 'volumeMounts') ?? [], mounts),
    labels: pick(service, 'labels', strings),
    annotations: pick(service, 'annotations', strings),
    livenessProbe: pick(service, 'livenessProbe', probe),
    readinessProbe: pick(service, 'readinessProbe', probe),
    startupProbe: pick(main, 'startupProbe', probe),
    globalDynamoNamespace: pick(service, 'globalDynamoNamespace', flag),
    runtimeVersionOverride: pickText(service, 'runtimeVersionOverride'),
    minAvailable: pick(service, 'minAvailable', number),
    modelRef: pick(service, 'modelRef', SHAPES.modelRef),
    ingress: pick(service, 'ingress', SHAPES.ingress),
    eppConfig: pick(service, 'eppConfig', SHAPES.eppConfig),
    checkpoint: pick(service, 'checkpoint', SHAPES.checkpoint),
    topologyConstraint: pick(service, 'topologyConstraint', SHAPES.topologyConstraint),
    gpuMemoryService: enabled(pickObject(service, 'gpuMemoryService'), {
      mode: exactly('intraPod', 'interPod'),
      deviceClassName: text,
      extraClientContainers: listOf(text),
    }),
    failover: enabled(pickObject(service, 'failover'), { mode: exactly('intraPod', 'interPod'), numShadows: number }),
    frontendSidecar: frontendSidecar(service),
    providerOverride: pick(service, 'providerOverride', SHAPES.providerOverride),
    ignored: unlessEmpty(ignored),
    podMetadata: metadataOf(pickObject(service, 'extraPodMetadata')),
    ...podSpecOptions(podSpec, mounts),
    container: unlessEmpty(
      compact({
        ...openFields(main, CONTAINER_FIELDS, ['image', 'command', 'args', 'startupProbe', 'volumeMounts']),
        volumeMounts: mounts.rest,
      }),
    ),
  });
}

function resources(written: JsonObject | undefined): Expressions {
  const [limits, requests] = [pickObject(written, 'limits'), pickObject(written, 'requests')];
  return compact({
    gpus: gpusOf(limits?.gpu),
    gpuType: pickText(limits, 'gpuType') ?? pickText(requests, 'gpuType'),
    limits: unlessEmpty(amounts(limits)),
    requests: unlessEmpty(compact({ ...amounts(requests), gpus: gpusOf(requests?.gpu) })),
    claims: pick(written, 'claims', SHAPES.claims),
  });
}

function amounts(list: JsonObject | undefined): Expressions {
  return compact({
    cpu: pickText(list, 'cpu'),
    memory: pickText(list, 'memory'),
    extra: pick(list, 'custom', strings),
  });
}

function multinodeOverrides(multinode: JsonObject | undefined): Expressions | undefined {
  const overrideOf = (pods: string): JsonValue | undefined =>
    pick(pickObject(multinode, pods), 'providerOverride', SHAPES.providerOverride);
  return unlessEmpty(compact({ leader: overrideOf('leader'), worker: overrideOf('worker') }));
}

function sharedMemory(written: JsonObject | undefined): string | undefined {
  return written?.disabled === true && written.size === undefined ? 'disabled' : pickText(written, 'size');
}

/** The compilation cache is written last, so that it is one of the options only where it stands there. */
function volumeMounts(mounts: readonly JsonValue[], { mounts: ofPod }: Mounts): Expressions {
  const last = mounts.at(-1);
  const cache = isObject(last) && last.useAsCompilationCache === true ? last : undefined;
  const plain = cache === undefined ? mounts : mounts.slice(0, -1);
  const claims = plain.flatMap((mount) => {
    const claim = isObject(mount) ? pickText(mount, 'name') : undefined;
    const mountPath = isObject(mount) ? pickText(mount, 'mountPoint') : undefined;
    return claim === undefined || mountPath === undefined ? [] : [{ claim, mountPath }];
  });
  const claim = pickText(cache, 'name');
  const compilationCache =
    claim === undefined ? undefined : compact({ claim, mountPath: pickText(cache, 'mountPoint') });
  return compact({
    volumeMounts: unlessNone([...(claims.length === plain.length ? claims : []), ...ofPod]),
    compilationCache,
  });
}

function enabled(written: JsonObject | undefined, fields: { readonly [field: string]: (value: JsonValue) => boolean }) {
  if (written?.enabled !== true) return undefined;
  return compact(Object.fromEntries(Object.entries(fields).map(([key, fits]) => [key, pick(written, key, fits)])));
}

function frontendSidecar(service: JsonObject): Expressions | undefined {
  const sidecar = pick(service, 'frontendSidecar', SHAPES.frontendSidecar);
  if (!isObject(sidecar)) return undefined;
  const { image, args, envs: env, envFromSecret } = sidecar;
  return compact({ image, args, env, envFromSecret });
}
