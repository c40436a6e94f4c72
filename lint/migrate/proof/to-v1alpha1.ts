import { DEFAULT_GPU_RESOURCE, isObject, type JsonObject, type JsonValue, MAIN_CONTAINER } from '../../../api/index.ts';
import { quantityValue } from '../../quantity.ts';
import { defined, lowerFirst, type Members, membersOf, objectsOf } from './members.ts';

/*
 * The way back, as the operator goes when somebody reads a v1beta1 object as v1alpha1. It is written from the rules of that
 * conversion and shares nothing with the way there, so that a mistake in one shows.
 */

/** The v1alpha1 spec of a graph from its v1beta1 spec. */
export function graphToV1Alpha1(spec: JsonObject): JsonObject {
  const { env, components, topologyConstraint, ...alike } = spec;
  const { clusterTopologyName, ...topology } = membersOf(topologyConstraint);
  return defined({
    ...alike,
    envs: env,
    topologyConstraint: isObject(topologyConstraint)
      ? { topologyProfile: clusterTopologyName, ...topology }
      : undefined,
    services: Object.fromEntries(objectsOf(components).map((one) => [String(one.name), componentToV1Alpha1(one)])),
  });
}

/** The v1alpha1 spec of a component on its own from its v1beta1 spec. */
export function standaloneToV1Alpha1(spec: JsonObject): JsonObject {
  const { name, ...rest } = spec;
  return defined({ ...componentToV1Alpha1(rest), serviceName: name });
}

function componentToV1Alpha1(component: JsonObject): JsonObject {
  const { name: _, type, scalingAdapter, sharedMemorySize, compilationCache, experimental, ...alike } = component;
  const { podTemplate, frontendSidecar, ...rest } = alike;
  const isPhase = type === 'prefill' || type === 'decode';
  const cache = membersOf(compilationCache);
  const { gpuMemoryService, failover, checkpoint } = membersOf(experimental);
  return defined({
    ...rest,
    componentType: isPhase ? 'worker' : type,
    subComponentType: isPhase ? type : undefined,
    scalingAdapter: scalingAdapter === undefined ? undefined : { enabled: true },
    sharedMemory: sharedMemory(sharedMemorySize),
    volumeMounts: isObject(compilationCache)
      ? [defined({ name: cache.pvcName, mountPoint: cache.mountPath, useAsCompilationCache: true })]
      : undefined,
    gpuMemoryService: switchedOn(gpuMemoryService),
    failover: switchedOn(failover),
    checkpoint,
    ...podFields(membersOf(podTemplate), frontendSidecar),
  });
}

function sharedMemory(size: JsonValue | undefined): JsonObject | undefined {
  if (size === undefined) return undefined;
  return quantityValue(size) === 0 ? { disabled: true } : { size };
}

function switchedOn(feature: JsonValue | undefined): JsonObject | undefined {
  if (!isObject(feature)) return undefined;
  const { mode, ...rest } = feature;
  return defined({ enabled: true, mode: typeof mode === 'string' ? lowerFirst(mode) : mode, ...rest });
}

function podFields({ metadata, spec }: Members, sidecarName: JsonValue | undefined): JsonObject {
  const { containers, ...podSpec } = membersOf(spec);
  const all = objectsOf(containers);
  const main = all.find(({ name }) => name === MAIN_CONTAINER);
  const sidecar = all.find(({ name }) => name === sidecarName);
  const others = all.filter((one) => one !== main && one !== sidecar);
  const { name: _, resources, env, livenessProbe, readinessProbe, ...rest } = main ?? {};
  const extra = defined({
    ...podSpec,
    containers: others.length === 0 ? undefined : others,
    mainContainer: Object.keys(rest).length === 0 ? undefined : rest,
  });
  return defined({
    resources: flatResources(resources),
    envs: env,
    livenessProbe,
    readinessProbe,
    extraPodMetadata: metadata,
    extraPodSpec: Object.keys(extra).length === 0 ? undefined : extra,
    frontendSidecar: sidecar === undefined ? undefined : flatSidecar(sidecar),
  });
}

function flatResources(resources: JsonValue | undefined): JsonObject | undefined {
  if (!isObject(resources)) return undefined;
  const { limits, requests, claims } = resources;
  return defined({ limits: flatAmounts(limits), requests: flatAmounts(requests), claims });
}

function flatAmounts(list: JsonValue | undefined): JsonObject | undefined {
  if (!isObject(list)) return undefined;
  const { cpu, memory, [DEFAULT_GPU_RESOURCE]: gpu, ...custom } = list;
  return defined({ cpu, memory, gpu, custom: Object.keys(custom).length === 0 ? undefined : custom });
}

function flatSidecar(container: JsonObject): JsonObject {
  const { name: _, env, envFrom, ...rest } = container;
  const [source] = objectsOf(envFrom);
  return defined({ ...rest, envs: env, envFromSecret: membersOf(source?.secretRef).name });
}
