import { envVar, podTemplate, ratio } from './pod.ts';
import {
  anything,
  atLeast,
  flag,
  freeObject,
  integer,
  listByName,
  listOf,
  matching,
  nonEmptyText,
  numeric,
  object,
  oneOf,
  type Schema,
  since,
  text,
  textMap,
  withDefault,
} from './schema.ts';

/*
 * Parts that both API versions share. The release that a field first appeared in is known for some; the others are taken
 * to be there since 1.1, the first release after the API had neither.
 */

export const backend = oneOf('sglang', 'vllm', 'trtllm');

const DNS_LABEL = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;
export const dnsLabel = matching(DNS_LABEL, { maxLength: 63 });
export const domain = matching(/^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/);

export const runtimeVersionOverride = since(
  '1.4.0',
  matching(/^(0|[1-9][0-9]{0,3})\.(0|[1-9][0-9]{0,3})\.(0|[1-9][0-9]{0,3})$/),
);

export const providerOverride = since(
  '1.5.0',
  object({ 'apiVersion!': nonEmptyText, target: text, 'value!': freeObject }),
);

export const restart = object({
  'id!': nonEmptyText,
  strategy: object({ type: withDefault('Sequential', oneOf('Sequential', 'Parallel')), order: listOf(text) }),
});

const LABEL_KEY =
  /^(([A-Za-z0-9]([-A-Za-z0-9]*[A-Za-z0-9])?(\.[A-Za-z0-9]([-A-Za-z0-9]*[A-Za-z0-9])?)*)\/)?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/;

export const graphExperimental = since(
  '1.1.0',
  object({
    kvTransferPolicy: object({
      clusterTopologyName: nonEmptyText,
      labelKey: matching(LABEL_KEY, { maxLength: 317 }),
      'domain!': domain,
      enforcement: withDefault('required', oneOf('required', 'preferred')),
      preferredWeight: ratio,
    }),
  }),
);

export const componentTopology = since('1.1.0', object({ 'packDomain!': domain }));

export const modelRef = object({ 'name!': nonEmptyText, revision: text });

export const multinode = object({
  nodeCount: withDefault(2, atLeast(2)),
  leader: since('1.5.0', object({ providerOverride })),
  worker: since('1.5.0', object({ providerOverride })),
});

const plugin = object({ 'type!': text, name: text, parameters: anything });

export const eppConfig = object({
  configMapRef: object({ name: withDefault('', text), 'key!': text, optional: flag }),
  config: object(
    {
      apiVersion: text,
      kind: text,
      'plugins!': listOf(plugin),
      'schedulingProfiles!': listOf(
        object(
          { 'name!': text, 'plugins!': listOf(object({ 'pluginRef!': text, weight: integer }, { isOpen: true })) },
          { isOpen: true },
        ),
      ),
      featureGates: listOf(text),
      saturationDetector: object(
        { queueDepthThreshold: integer, kvCacheUtilThreshold: numeric, metricsStalenessThreshold: text },
        { isOpen: true },
      ),
    },
    { isOpen: true },
  ),
});

export const checkpointIdentity = object({
  'model!': nonEmptyText,
  'backendFramework!': oneOf('vllm', 'sglang', 'trtllm'),
  dynamoVersion: text,
  tensorParallelSize: withDefault(1, atLeast(1)),
  pipelineParallelSize: withDefault(1, atLeast(1)),
  dtype: text,
  maxModelLen: atLeast(1),
  extraParameters: textMap,
});

const clientContainers = listOf(dnsLabel, { isSet: true });

const checkpointFields: { readonly [name: string]: Schema } = {
  checkpointRef: text,
  mode: oneOf('Auto', 'Manual'),
  identity: checkpointIdentity,
  startupPolicy: since('1.1.0', withDefault('Immediate', oneOf('Immediate', 'WaitForCheckpoint'))),
  deletionPolicy: since('1.1.0', withDefault('Delete', oneOf('Delete', 'Retain'))),
  targetContainerName: since('1.1.0', dnsLabel),
  job: since('1.1.0', object({ gmsClientContainers: clientContainers, podTemplate: freeObject })),
};

export const alphaCheckpoint = object({ enabled: withDefault(false, flag), ...checkpointFields });
export const betaCheckpoint = object({ 'enabled!': flag, ...checkpointFields });

const clientPods = listByName(object({ 'name!': dnsLabel, 'podTemplate!': podTemplate }));

export function gpuMemoryService(
  intraPod: string,
  interPod: string,
  more: { readonly [name: string]: Schema },
): Schema {
  return object({
    ...more,
    mode: withDefault(intraPod, oneOf(intraPod, interPod)),
    deviceClassName: withDefault('gpu.nvidia.com', text),
    extraClientContainers: clientContainers,
    extraClientPods: clientPods,
  });
}

export const frontendSidecar = since(
  '1.1.0',
  object({ 'image!': text, args: listOf(text), envs: listOf(envVar), envFromSecret: text }),
);

export const scalingReplicas = atLeast(0);
