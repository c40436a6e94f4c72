import type {
  Container,
  GraphDeploymentV1Alpha1,
  GraphPvc,
  GraphSpecV1Alpha1,
  MultinodeV1Alpha1,
  ResourceListV1Alpha1,
  ResourcesV1Alpha1,
  ServiceSpecV1Alpha1,
  VolumeMountV1Alpha1,
} from '../../api/index.ts';
import { compact, unlessEmpty, unlessNone } from './compact.ts';
import type { ResourceAmounts } from './fields/resources.ts';
import {
  claimVolumes,
  containerMounts,
  given,
  plainPodFields,
  podMetadataOf,
  sidecarsOf,
  volumesOf,
} from './pod-spec.ts';
import type { RenderedGraph, RenderedService } from './rendered-graph.ts';
import type { ServiceOptions } from './service.ts';

export function toV1Alpha1(graph: RenderedGraph): GraphDeploymentV1Alpha1 {
  return {
    apiVersion: 'nvidia.com/v1alpha1',
    kind: 'DynamoGraphDeployment',
    metadata: graph.metadata,
    spec: graphSpec(graph),
  };
}

function graphSpec({ backend, env, cacheClaim, options, services }: RenderedGraph): GraphSpecV1Alpha1 {
  const { topologyConstraint: topology, kvTransferPolicy } = options;
  return compact({
    backendFramework: backend,
    annotations: options.annotations,
    labels: options.labels,
    priorityClassName: options.priorityClassName,
    envs: unlessNone(env),
    pvcs: unlessNone(graphPvcs(cacheClaim, options.pvcs ?? [])),
    restart: options.restart,
    topologyConstraint: topology && compact({ topologyProfile: topology.topology, packDomain: topology.packDomain }),
    experimental: kvTransferPolicy && { kvTransferPolicy },
    providerOverride: options.providerOverride,
    services: Object.fromEntries(services.map((service) => [service.name, serviceSpec(service)])),
  });
}

/** The model cache exists already; one that the author lists stands as they say. */
function graphPvcs(cacheClaim: string | undefined, declared: readonly GraphPvc[]): readonly GraphPvc[] {
  if (cacheClaim === undefined || declared.some(({ name }) => name === cacheClaim)) return declared;
  return [{ name: cacheClaim, create: false }, ...declared];
}

function serviceSpec(service: RenderedService): ServiceSpecV1Alpha1 {
  const { options } = service;
  const { serviceName, dynamoNamespace, autoscaling } = options.ignored ?? {};
  return compact({
    serviceName,
    componentType: service.type,
    subComponentType: service.subType,
    dynamoNamespace,
    globalDynamoNamespace: options.globalDynamoNamespace,
    annotations: options.annotations,
    labels: options.labels,
    scalingAdapter: service.isScaledByAdapter ? { enabled: true } : undefined,
    replicas: service.replicas,
    minAvailable: options.minAvailable,
    runtimeVersionOverride: options.runtimeVersionOverride,
    autoscaling,
    multinode: multinode(options),
    resources: resources(options),
    sharedMemory: sharedMemory(options.sharedMemory),
    envFromSecret: service.envFromSecret,
    envs: unlessNone(service.env),
    volumeMounts: unlessNone(volumeMounts(service)),
    livenessProbe: options.livenessProbe,
    readinessProbe: options.readinessProbe,
    modelRef: options.modelRef,
    ingress: options.ingress,
    eppConfig: service.eppConfig,
    checkpoint: options.checkpoint,
    topologyConstraint: options.topologyConstraint,
    gpuMemoryService: options.gpuMemoryService && { enabled: true, ...options.gpuMemoryService },
    failover: options.failover && { enabled: true, ...options.failover },
    frontendSidecar: frontendSidecar(options.frontendSidecar),
    providerOverride: options.providerOverride,
    extraPodMetadata: podMetadataOf(options),
    extraPodSpec: extraPodSpec(service),
  });
}

function multinode({ nodes, multinodeOverrides: overrides }: ServiceOptions): MultinodeV1Alpha1 | undefined {
  if (nodes === undefined) return undefined;
  return compact({
    nodeCount: nodes,
    leader: overrides?.leader && { providerOverride: overrides.leader },
    worker: overrides?.worker && { providerOverride: overrides.worker },
  });
}

/** Quantities are text in this version: a bare number fails its schema. */
function resources({ gpus, gpuType, limits, requests, claims }: ServiceOptions): ResourcesV1Alpha1 | undefined {
  return unlessEmpty(
    compact({
      limits: resourceList(gpus === undefined ? limits : { gpus, ...limits }, gpuType),
      requests: resourceList(requests, gpuType),
      claims,
    }),
  );
}

function resourceList(
  amounts: ResourceAmounts | undefined,
  gpuType: string | undefined,
): ResourceListV1Alpha1 | undefined {
  if (amounts === undefined) return undefined;
  const { cpu, memory, gpus, extra } = amounts;
  const gpu = gpus === undefined ? undefined : String(gpus.perPod);
  return compact({ cpu, memory, gpu, gpuType: gpu === undefined ? undefined : gpuType, custom: extra });
}

function sharedMemory(size: ServiceOptions['sharedMemory']): ServiceSpecV1Alpha1['sharedMemory'] {
  if (size === undefined) return undefined;
  return size === 'disabled' ? { disabled: true } : { size };
}

function volumeMounts({ mounts, options }: RenderedService): readonly VolumeMountV1Alpha1[] {
  const { compilationCache: cache } = options;
  return [
    ...mounts.flatMap(({ claim, mountPath, isOperators }) =>
      isOperators && claim !== undefined ? [{ name: claim, mountPoint: mountPath }] : [],
    ),
    ...(cache === undefined
      ? []
      : [compact({ name: cache.claim, mountPoint: cache.mountPath, useAsCompilationCache: true })]),
  ];
}

function frontendSidecar(sidecar: ServiceOptions['frontendSidecar']): ServiceSpecV1Alpha1['frontendSidecar'] {
  if (sidecar === undefined || typeof sidecar === 'string') return undefined;
  const { image, args, env, envFromSecret } = sidecar;
  return compact({ image, args, envs: env, envFromSecret });
}

function extraPodSpec({ image, command, args, mounts, options }: RenderedService): ServiceSpecV1Alpha1['extraPodSpec'] {
  const { startupProbe, container } = options;
  const own = mounts.filter(({ isOperators }) => !isOperators);
  const mainContainer: Container = {
    ...compact({ image, command, args, startupProbe }),
    ...container,
    ...(own.length === 0 ? {} : { volumeMounts: [...containerMounts(own), ...(container?.volumeMounts ?? [])] }),
  };
  const volumes = volumesOf(options);
  // The operator names the volumes that it makes by their claims.
  const known = [
    ...volumes.map(({ name }) => name),
    ...mounts.flatMap(({ claim, isOperators }) => (isOperators && claim !== undefined ? [claim] : [])),
  ];
  return unlessEmpty(
    compact({
      ...plainPodFields(options),
      containers: given(sidecarsOf(options), options.sidecars),
      volumes: given([...claimVolumes(own, known), ...volumes], options.volumes),
      mainContainer: unlessEmpty(mainContainer),
    }),
  );
}
