import {
  BACKENDS,
  type Checkpoint,
  type EnvVar,
  type IngressV1Alpha1,
  type ModelRef,
  type ProviderOverride,
} from '../../../api/index.ts';
import {
  anObject,
  either,
  flag,
  listOf,
  mapOf,
  number,
  oneOf,
  type Properties,
  required,
  shape,
  text,
} from '../../props/index.ts';
import type { Failover, FrontendSidecar, GpuMemoryService, OperatorOptions } from '../fields/operator.ts';

/** The type of a part of the options. */
type Part<K extends keyof OperatorOptions> = NonNullable<OperatorOptions[K]>;

export const PROVIDER_OVERRIDE = shape<ProviderOverride>('an object', {
  apiVersion: required(oneOf('grove.io/v1alpha1')),
  target: text,
  value: required(anObject()),
});

const CHECKPOINT = shape<Checkpoint>('an object', {
  enabled: required(flag),
  mode: oneOf('Auto', 'Manual'),
  checkpointRef: text,
  identity: shape<NonNullable<Checkpoint['identity']>>('an object', {
    model: required(text),
    backendFramework: required(oneOf(...BACKENDS)),
    dynamoVersion: text,
    tensorParallelSize: number,
    pipelineParallelSize: number,
    dtype: text,
    maxModelLen: number,
    extraParameters: mapOf(text),
  }),
  startupPolicy: oneOf('Immediate', 'WaitForCheckpoint'),
  deletionPolicy: oneOf('Delete', 'Retain'),
  targetContainerName: text,
  job: shape<NonNullable<Checkpoint['job']>>('an object', {
    gmsClientContainers: listOf(text),
    podTemplate: anObject(),
  }),
});

const INGRESS = shape<IngressV1Alpha1>('an object', {
  enabled: required(flag),
  host: text,
  useVirtualService: flag,
  virtualServiceGateway: text,
  hostPrefix: text,
  hostSuffix: text,
  annotations: mapOf(text),
  labels: mapOf(text),
  tls: shape<NonNullable<IngressV1Alpha1['tls']>>('an object', { secretName: required(text) }),
  ingressControllerClassName: text,
});

const FRONTEND_SIDECAR = shape<FrontendSidecar>('an object', {
  image: required(text),
  args: listOf(text),
  env: listOf(anObject<EnvVar>()),
  envFromSecret: text,
});

const MODE = oneOf('intraPod', 'interPod');

export const OPERATOR: Properties<OperatorOptions> = {
  globalDynamoNamespace: flag,
  runtimeVersionOverride: text,
  minAvailable: number,
  modelRef: shape<ModelRef>('an object', { name: required(text), revision: text }),
  ingress: INGRESS,
  checkpoint: CHECKPOINT,
  topologyConstraint: shape<Part<'topologyConstraint'>>('an object', { packDomain: required(text) }),
  gpuMemoryService: shape<GpuMemoryService>('an object', {
    mode: MODE,
    deviceClassName: text,
    extraClientContainers: listOf(text),
  }),
  failover: shape<Failover>('an object', { mode: MODE, numShadows: number }),
  frontendSidecar: either(FRONTEND_SIDECAR, text),
  providerOverride: PROVIDER_OVERRIDE,
  multinodeOverrides: shape<Part<'multinodeOverrides'>>('an object', {
    leader: PROVIDER_OVERRIDE,
    worker: PROVIDER_OVERRIDE,
  }),
  forceScalingGroup: flag,
  ignored: shape<Part<'ignored'>>('an object', { serviceName: text, dynamoNamespace: text, autoscaling: anObject() }),
};
