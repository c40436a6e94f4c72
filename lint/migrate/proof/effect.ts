import { DEFAULT_GPU_RESOURCE, isObject, type JsonObject, type JsonValue } from '../../../api/index.ts';
import { quantityValue } from '../../quantity.ts';
import { defined, filled, listOf, type Members, membersOf, objectsOf } from './members.ts';

/*
 * What the operator makes of a v1alpha1 spec: one form for everything that can be written in several places. Two specs with
 * the same effect are the same to it. What it ignores is not in there.
 */

/** The effect of a graph's spec, after the API server filled in its defaults. */
export function graphEffect(spec: JsonObject): JsonObject {
  const { services, pvcs: _, ...rest } = spec;
  const effects = Object.entries(membersOf(services)).map(([name, service]) => [
    name,
    serviceEffect(membersOf(service)),
  ]);
  return filled({ ...rest, services: Object.fromEntries(effects) });
}

/** The effect of a component that stands on its own. */
export function standaloneEffect(spec: JsonObject, name: string): JsonObject {
  const { backendFramework, serviceName, ...rest } = spec;
  return defined({ name: serviceName ?? name, backendFramework, ...serviceEffect(rest) });
}

function serviceEffect(service: Members): JsonObject {
  const { componentType, subComponentType, scalingAdapter, sharedMemory, gpuMemoryService, failover, ...more } =
    service;
  const { serviceName: _, dynamoNamespace: __, autoscaling: ___, ...known } = more;
  const { ingress, annotations, labels, extraPodMetadata, extraPodSpec, ...fields } = known;
  const { volumeMounts, resources, envs, envFromSecret, livenessProbe, readinessProbe, ...alike } = fields;
  const { frontendSidecar, ...rest } = alike;
  const { mainContainer, ...podSpec } = membersOf(extraPodSpec);
  const mounts = objectsOf(volumeMounts);
  const claims = mounts.filter((mount) => mount.useAsCompilationCache !== true);
  const metadata = membersOf(extraPodMetadata);
  return filled({
    ...rest,
    type: typeOf(componentType, subComponentType),
    isScaledByAdapter: membersOf(scalingAdapter).enabled === true ? true : undefined,
    sharedMemory: sharedMemoryBytes(sharedMemory),
    caches: mounts
      .filter((mount) => mount.useAsCompilationCache === true)
      .map(({ name, mountPoint }) => defined({ name, mountPoint })),
    gpuMemoryService: whereOn(gpuMemoryService),
    failover: whereOn(failover),
    ingress: whereOn(ingress),
    podAnnotations: filled({ ...membersOf(annotations), ...membersOf(metadata.annotations) }),
    podLabels: filled({ ...membersOf(labels), ...membersOf(metadata.labels) }),
    pods: filled({
      ...podSpec,
      volumes: volumes(podSpec.volumes, claims),
      containers: containers(podSpec.containers, frontendSidecar),
      main: container({
        own: membersOf(mainContainer),
        service: { resources, envs, envFromSecret, livenessProbe, readinessProbe },
        claims,
      }),
    }),
  });
}

/** What the operator tells apart: `default`, `main` and nothing are one, and of sub-component types only the phases count. */
function typeOf(type: JsonValue | undefined, sub: JsonValue | undefined): JsonValue | undefined {
  const isPhase = sub === 'prefill' || sub === 'decode';
  if (isPhase && type === 'worker') return sub;
  const known = type === 'default' || type === 'main' || type === '' ? undefined : type;
  return isPhase && sub !== type ? [known ?? null, sub] : known;
}

/** Undefined for the operator's own size, 0 for none. */
function sharedMemoryBytes(written: JsonValue | undefined): JsonValue | undefined {
  if (!isObject(written)) return undefined;
  return written.disabled === true ? 0 : amount(written.size);
}

function whereOn(feature: JsonValue | undefined): JsonObject | undefined {
  return isObject(feature) && feature.enabled === true ? feature : undefined;
}

/** By name: their order means nothing. */
function volumes(written: JsonValue | undefined, claims: readonly JsonObject[]): JsonObject {
  const made = claims.map(({ name }) => [String(name), { persistentVolumeClaim: { claimName: name } }] as const);
  const own = objectsOf(written).map(({ name, ...source }) => [String(name), source] as const);
  return Object.fromEntries([...made, ...own]);
}

function containers(written: JsonValue | undefined, sidecar: JsonValue | undefined): JsonObject {
  const own = listOf(written).map((one, index) => [String(membersOf(one).name ?? index), one] as const);
  if (!isObject(sidecar)) return Object.fromEntries(own);
  const { envs, envFromSecret, ...rest } = sidecar;
  const made = defined({ ...rest, env: envs, envFrom: secretSources(envFromSecret) });
  return Object.fromEntries([...own, ['frontendSidecar', made]]);
}

interface MainContainer {
  readonly own: Members;
  readonly service: Members;
  readonly claims: readonly JsonObject[];
}

function container({ own, service, claims }: MainContainer): JsonObject {
  const { name: _, env, envFrom, resources, volumeMounts, livenessProbe, readinessProbe, ...rest } = own;
  const ownNames = new Set(objectsOf(env).map((variable) => variable.name));
  const mounts = [
    ...claims.map(({ name, mountPoint }) => defined({ name, mountPath: mountPoint })),
    ...listOf(volumeMounts),
  ];
  return filled({
    ...rest,
    env: [...objectsOf(service.envs).filter(({ name }) => !ownNames.has(name)), ...listOf(env)],
    envFrom: [...(secretSources(service.envFromSecret) ?? []), ...listOf(envFrom)],
    resources: filled({
      limits: amounts(membersOf(service.resources).limits, membersOf(resources).limits),
      requests: amounts(membersOf(service.resources).requests, membersOf(resources).requests),
      claims: [...listOf(membersOf(service.resources).claims), ...listOf(membersOf(resources).claims)],
    }),
    volumeMounts: mounts,
    livenessProbe: livenessProbe ?? service.livenessProbe,
    readinessProbe: readinessProbe ?? service.readinessProbe,
  });
}

function secretSources(secret: JsonValue | undefined): readonly JsonObject[] | undefined {
  return typeof secret === 'string' && secret !== '' ? [{ secretRef: { name: secret } }] : undefined;
}

/** Amounts as numbers, by the name of the resource. */
function amounts(flat: JsonValue | undefined, native: JsonValue | undefined): JsonObject {
  const { cpu, memory, gpu, gpuType, custom } = membersOf(flat);
  const gpuName = typeof gpuType === 'string' && gpuType !== '' ? gpuType : DEFAULT_GPU_RESOURCE;
  const merged = defined({ cpu, memory, [gpuName]: gpu, ...membersOf(custom), ...membersOf(native) });
  return Object.fromEntries(Object.entries(merged).map(([name, value]) => [name, amount(value)]));
}

function amount(value: JsonValue | undefined): JsonValue | undefined {
  return quantityValue(value) ?? value;
}
