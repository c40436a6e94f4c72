import {
  anyObject,
  anything,
  dictionaryOf,
  either,
  exactly,
  type Fits,
  flag,
  listOf,
  number,
  openRecord,
  record,
  text,
} from './fits.ts';
import { claimUse, environment } from './pod-shapes.ts';

/* What the types of api/graph-fields.ts and of the options in constructs/graph/fields take. */

const backend = exactly('vllm', 'sglang', 'trtllm');

const providerOverride = record({ apiVersion: exactly('grove.io/v1alpha1'), value: anyObject }, { target: text });

const kvTransferPlaces: readonly Fits[] = [{ clusterTopologyName: text }, { labelKey: text }].flatMap((place) => [
  record({ ...place, domain: text }, { enforcement: exactly('required') }),
  record({ ...place, domain: text, enforcement: exactly('preferred'), preferredWeight: number }),
]);

const eppConfig = either(
  record({ configMapRef: record({ name: text, key: text }, { optional: flag }) }),
  record({
    config: openRecord(
      {
        plugins: listOf(record({ type: text }, { name: text, parameters: anything })),
        schedulingProfiles: listOf(
          record({ name: text, plugins: listOf(record({ pluginRef: text }, { weight: number })) }),
        ),
      },
      {
        apiVersion: text,
        kind: text,
        featureGates: listOf(text),
        saturationDetector: record(
          {},
          { queueDepthThreshold: number, kvCacheUtilThreshold: number, metricsStalenessThreshold: text },
        ),
      },
    ),
  }),
);

const checkpoint = record(
  { enabled: flag },
  {
    mode: exactly('Auto', 'Manual'),
    checkpointRef: text,
    identity: record(
      { model: text, backendFramework: backend },
      {
        dynamoVersion: text,
        tensorParallelSize: number,
        pipelineParallelSize: number,
        dtype: text,
        maxModelLen: number,
        extraParameters: dictionaryOf(text),
      },
    ),
    startupPolicy: exactly('Immediate', 'WaitForCheckpoint'),
    deletionPolicy: exactly('Delete', 'Retain'),
    targetContainerName: text,
    job: record({}, { gmsClientContainers: listOf(text), podTemplate: anyObject }),
  },
);

export const SHAPES = {
  backend,
  restart: record(
    { id: text },
    {
      strategy: either(
        record({}, { type: exactly('Sequential'), order: listOf(text) }),
        record({ type: exactly('Parallel') }),
      ),
    },
  ),
  pvcs: listOf(
    either(
      record({ name: text }, { create: exactly(false) }),
      record({ name: text, create: exactly(true), storageClass: text, size: text, volumeAccessMode: text }),
    ),
  ),
  topologyConstraint: record({ packDomain: text }),
  kvTransferPolicy: either(...kvTransferPlaces),
  providerOverride,
  modelRef: record({ name: text }, { revision: text }),
  eppConfig,
  checkpoint,
  ingress: record(
    { enabled: flag },
    {
      host: text,
      useVirtualService: flag,
      virtualServiceGateway: text,
      hostPrefix: text,
      hostSuffix: text,
      annotations: dictionaryOf(text),
      labels: dictionaryOf(text),
      tls: record({ secretName: text }),
      ingressControllerClassName: text,
    },
  ),
  frontendSidecar: record({ image: text }, { args: listOf(text), envs: environment, envFromSecret: text }),
  claims: listOf(claimUse),
} as const;
