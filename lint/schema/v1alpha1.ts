import {
  alphaCheckpoint,
  backend,
  componentTopology,
  domain,
  eppConfig,
  frontendSidecar,
  gpuMemoryService,
  graphExperimental,
  modelRef,
  multinode,
  providerOverride,
  restart,
  runtimeVersionOverride,
  scalingReplicas,
} from './parts.ts';
import { autoscaling, envVar, extraPodSpec, podMetadata, probe } from './pod.ts';
import {
  atLeast,
  flag,
  listOf,
  nonEmptyText,
  object,
  oneOf,
  quantity,
  type Schema,
  since,
  text,
  textMap,
  withDefault,
} from './schema.ts';

/** Amounts are text in this version: an unquoted number is refused. */
const resourceItem = object({ cpu: text, memory: text, gpu: text, gpuType: text, custom: textMap });

const serviceFields: { readonly [name: string]: Schema } = {
  annotations: textMap,
  labels: textMap,
  serviceName: text,
  componentType: text,
  subComponentType: text,
  dynamoNamespace: text,
  globalDynamoNamespace: flag,
  replicas: scalingReplicas,
  minAvailable: since('1.3.0', atLeast(1)),
  runtimeVersionOverride,
  scalingAdapter: object({ enabled: flag }),
  resources: object({
    requests: resourceItem,
    limits: resourceItem,
    claims: listOf(object({ 'name!': text, request: text })),
  }),
  autoscaling,
  envs: listOf(envVar),
  envFromSecret: text,
  volumeMounts: listOf(object({ 'name!': text, mountPoint: text, useAsCompilationCache: withDefault(false, flag) })),
  sharedMemory: object({ disabled: flag, size: quantity }),
  ingress: object({
    enabled: flag,
    host: text,
    useVirtualService: flag,
    virtualServiceGateway: text,
    hostPrefix: text,
    hostSuffix: text,
    annotations: textMap,
    labels: textMap,
    tls: object({ secretName: text }),
    ingressControllerClassName: text,
  }),
  modelRef,
  extraPodMetadata: podMetadata,
  extraPodSpec,
  livenessProbe: probe,
  readinessProbe: probe,
  multinode,
  eppConfig,
  checkpoint: alphaCheckpoint,
  topologyConstraint: componentTopology,
  gpuMemoryService: since('1.1.0', gpuMemoryService('intraPod', 'interPod', { 'enabled!': flag })),
  failover: since(
    '1.1.0',
    object({
      'enabled!': flag,
      mode: withDefault('intraPod', oneOf('intraPod', 'interPod')),
      numShadows: withDefault(1, atLeast(1)),
    }),
  ),
  frontendSidecar,
  providerOverride,
};

export const alphaGraphSpec = object({
  annotations: since('1.1.0', textMap),
  labels: since('1.1.0', textMap),
  priorityClassName: since('1.1.0', text),
  backendFramework: backend,
  services: { type: 'map', values: object(serviceFields), maxProperties: 25 },
  envs: listOf(envVar),
  pvcs: listOf(object({ 'name!': text, create: flag, storageClass: text, size: quantity, volumeAccessMode: text }), {
    maxItems: 100,
  }),
  restart,
  providerOverride,
  topologyConstraint: since('1.1.0', object({ 'topologyProfile!': nonEmptyText, packDomain: domain })),
  experimental: graphExperimental,
});

export const alphaComponentSpec = object({ backendFramework: backend, ...serviceFields });
