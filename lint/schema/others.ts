import {
  backend,
  checkpointIdentity,
  dnsLabel,
  gpuMemoryService,
  runtimeVersionOverride,
  scalingReplicas,
} from './parts.ts';
import { podTemplate } from './pod.ts';
import {
  anything,
  flag,
  freeObject,
  integer,
  listOf,
  matching,
  nonEmptyText,
  numeric,
  object,
  oneOf,
  since,
  text,
  textMap,
  withDefault,
} from './schema.ts';

export const alphaAdapterSpec = object({
  'replicas!': scalingReplicas,
  'dgdRef!': object({ 'name!': nonEmptyText, 'serviceName!': nonEmptyText }),
});

export const betaAdapterSpec = object({
  'replicas!': scalingReplicas,
  'dgdRef!': object({ 'name!': nonEmptyText, 'componentName!': nonEmptyText }),
});

export const alphaRequestSpec = object({
  'model!': text,
  'backend!': backend,
  useMocker: flag,
  enableGpuDiscovery: flag,
  autoApply: withDefault(false, flag),
  runtimeVersionOverride,
  'profilingConfig!': object({
    'profilerImage!': text,
    config: freeObject,
    configMapRef: object({ 'name!': text, key: withDefault('disagg.yaml', text) }),
    outputPVC: text,
    resources: freeObject,
    tolerations: listOf(freeObject),
    nodeSelector: textMap,
  }),
  deploymentOverrides: object({
    name: text,
    namespace: text,
    labels: textMap,
    annotations: textMap,
    workersImage: text,
  }),
});

/** Systems that the profiler knows (operator 1.5). */
const GPU_SKUS = [
  ...['gb200_sxm', 'gb10', 'b200_sxm', 'h200_sxm', 'h100_sxm', 'h100_pcie', 'a100_sxm', 'a100_pcie', 'a30'],
  ...['l40s', 'l40', 'l4', 'v100_sxm', 'v100_pcie', 't4', 'mi200', 'mi300'],
] as const;

/** A resource inside a resource: it must say what it is. */
const embeddedResource = object(
  { 'apiVersion!': nonEmptyText, 'kind!': nonEmptyText, metadata: freeObject, spec: anything },
  { isOpen: true },
);

export const betaRequestSpec = object({
  'model!': nonEmptyText,
  backend: withDefault('auto', oneOf('auto', 'sglang', 'trtllm', 'vllm')),
  image: text,
  runtimeVersionOverride,
  autoApply: withDefault(true, flag),
  searchStrategy: withDefault('rapid', oneOf('rapid', 'thorough')),
  hardware: object({
    gpuSku: oneOf(...GPU_SKUS),
    vramMb: numeric,
    numGpusPerNode: integer,
    totalGpus: integer,
    interconnect: text,
    rdma: flag,
  }),
  workload: object({ isl: integer, osl: integer, concurrency: numeric, requestRate: numeric }),
  sla: object({ ttft: numeric, itl: numeric, e2eLatency: numeric, optimizationType: oneOf('latency', 'throughput') }),
  modelCache: object({ pvcName: text, pvcModelPath: text, pvcMountPath: text }),
  features: object({ planner: anything, mocker: object({ enabled: flag }) }),
  overrides: object({ profilingJob: freeObject, dgd: embeddedResource }),
});

export const modelSpec = object({
  'modelName!': text,
  'baseModelName!': text,
  modelType: withDefault('base', oneOf('base', 'lora', 'adapter')),
  source: object({ 'uri!': text }),
});

export const checkpointSpec = object({
  'identity!': checkpointIdentity,
  'job!': object(
    {
      'podTemplateSpec!': podTemplate,
      activeDeadlineSeconds: integer,
      backoffLimit: integer,
      ttlSecondsAfterFinished: integer,
      targetContainerName: since('1.1.0', dnsLabel),
    },
    { isOpen: true },
  ),
  gpuMemoryService: since('1.1.0', gpuMemoryService('intraPod', 'interPod', { 'enabled!': flag })),
});

const DNS_SUBDOMAIN = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;

/** The part of an object's metadata that people write: labels and annotations are text, whatever they look like. */
export const objectMetadata = object(
  {
    name: matching(DNS_SUBDOMAIN, { minLength: 1, maxLength: 253 }),
    namespace: matching(/^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/, { maxLength: 63 }),
    labels: textMap,
    annotations: textMap,
  },
  { isOpen: true },
);
