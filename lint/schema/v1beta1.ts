import { COMPONENT_TYPES_V1BETA1 } from '../../api/index.ts';
import {
  backend,
  betaCheckpoint,
  componentTopology,
  domain,
  eppConfig,
  gpuMemoryService,
  graphExperimental,
  modelRef,
  multinode,
  providerOverride,
  restart,
  runtimeVersionOverride,
  scalingReplicas,
} from './parts.ts';
import { envVar, podTemplate } from './pod.ts';
import {
  atLeast,
  flag,
  listByName,
  listOf,
  matching,
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

const componentName = matching(/^[A-Za-z0-9]([-A-Za-z0-9]*[A-Za-z0-9])?$/, { minLength: 1, maxLength: 63 });

const componentFields: { readonly [name: string]: Schema } = {
  type: oneOf(...COMPONENT_TYPES_V1BETA1),
  podTemplate,
  replicas: scalingReplicas,
  minAvailable: since('1.3.0', atLeast(1)),
  multinode,
  sharedMemorySize: quantity,
  scalingAdapter: object({}),
  modelRef,
  eppConfig,
  frontendSidecar: text,
  compilationCache: object({ 'pvcName!': nonEmptyText, mountPath: text }),
  globalDynamoNamespace: flag,
  runtimeVersionOverride,
  topologyConstraint: componentTopology,
  providerOverride,
  experimental: object({
    gpuMemoryService: gpuMemoryService('IntraPod', 'InterPod', {}),
    failover: object({
      mode: withDefault('IntraPod', oneOf('IntraPod', 'InterPod')),
      numShadows: withDefault(1, { type: 'integer', minimum: 1, maximum: 1 }),
    }),
    grove: object({ forceScalingGroup: flag }),
    checkpoint: betaCheckpoint,
  }),
};

export const betaGraphSpec = object({
  annotations: textMap,
  labels: textMap,
  priorityClassName: text,
  backendFramework: backend,
  components: listByName(object({ 'name!': componentName, ...componentFields }), { maxItems: 25 }),
  env: listOf(envVar),
  restart,
  providerOverride,
  topologyConstraint: object({ 'clusterTopologyName!': nonEmptyText, packDomain: domain }),
  experimental: graphExperimental,
});

/** The webhook writes an absent name, so the schema has to let it pass. */
export const betaComponentSpec = object({ name: componentName, backendFramework: backend, ...componentFields });
