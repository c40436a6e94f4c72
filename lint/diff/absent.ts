import type { JsonValue } from '../../api/index.ts';

/**
 * What a field that is not written counts as, beyond the defaults that the definitions fill in: Dynamo's own
 * (operator 0.9 to 1.5) and those of Kubernetes' pods. By the field around it and its name.
 */
const ABSENT: ReadonlyMap<string, JsonValue> = new Map<string, JsonValue>([
  ...['services', 'components'].flatMap((body): [string, JsonValue][] => [
    [`${body}.replicas`, 1],
    [`${body}.globalDynamoNamespace`, false],
  ]),
  ['components.sharedMemorySize', '8Gi'],
  ['sharedMemory.disabled', false],
  ['scalingAdapter.enabled', false],
  ['checkpoint.enabled', false],
  ['gpuMemoryService.enabled', false],
  ['failover.enabled', false],
  ['ingress.enabled', false],
  ['ingress.useVirtualService', false],
  ['pvcs.create', false],
  ['grove.forceScalingGroup', false],
  ...['livenessProbe', 'readinessProbe', 'startupProbe'].flatMap((probe): [string, JsonValue][] => [
    [`${probe}.initialDelaySeconds`, 0],
    [`${probe}.timeoutSeconds`, 1],
    [`${probe}.periodSeconds`, 10],
    [`${probe}.successThreshold`, 1],
    [`${probe}.failureThreshold`, 3],
  ]),
  ['httpGet.scheme', 'HTTP'],
  ['httpGet.path', '/'],
  ['fieldRef.apiVersion', 'v1'],
  ['env.value', ''],
  ['envs.value', ''],
  ['ports.protocol', 'TCP'],
  ['volumeMounts.readOnly', false],
  ['persistentVolumeClaim.readOnly', false],
  ...['secretKeyRef', 'configMapKeyRef', 'configMapRef', 'secretRef', 'configMap', 'secret'].map(
    (reference): [string, JsonValue] => [`${reference}.optional`, false],
  ),
  ['configMap.defaultMode', 420],
  ['secret.defaultMode', 420],
  ...['hostNetwork', 'hostIPC', 'hostPID', 'shareProcessNamespace', 'stdin', 'tty'].flatMap((field) =>
    ['spec', 'extraPodSpec', 'containers', 'mainContainer'].map((body): [string, JsonValue] => [
      `${body}.${field}`,
      false,
    ]),
  ),
]);

/** Fields of `spec` itself, by kind: Kubernetes', KEDA 2's and those of single Dynamo components. */
const ABSENT_IN_SPEC: ReadonlyMap<string, ReadonlyMap<string, JsonValue>> = new Map([
  ['DynamoComponentDeployment', new Map<string, JsonValue>([['replicas', 1]])],
  ['Deployment', new Map<string, JsonValue>([['replicas', 1]])],
  ['StatefulSet', new Map<string, JsonValue>([['replicas', 1]])],
  ['HorizontalPodAutoscaler', new Map<string, JsonValue>([['minReplicas', 1]])],
  [
    'ScaledObject',
    new Map<string, JsonValue>([
      ['minReplicaCount', 0],
      ['maxReplicaCount', 100],
      ['pollingInterval', 30],
      ['cooldownPeriod', 300],
    ]),
  ],
  ['PersistentVolumeClaim', new Map<string, JsonValue>([['volumeMode', 'Filesystem']])],
]);

/** Kinds that hold pods, and so the fields of `ABSENT`. */
const POD_KINDS: ReadonlySet<string> = new Set([
  ...['DynamoGraphDeployment', 'DynamoComponentDeployment', 'DynamoCheckpoint', 'DynamoGraphDeploymentRequest'],
  ...['Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet', 'Pod', 'Job', 'CronJob'],
]);

/** What `field` counts as where it is not written; `around` is the field that its object is the value of. */
export function absentValue(kind: string, around: readonly string[], field: string): JsonValue | undefined {
  const parent = around.at(-1) ?? '';
  if (around.length === 1 && parent === 'spec') return ABSENT_IN_SPEC.get(kind)?.get(field);
  return POD_KINDS.has(kind) ? ABSENT.get(`${parent}.${field}`) : undefined;
}

/** Objects that say something by being there, even if they are empty. */
const PRESENCE: ReadonlySet<string> = new Set([
  ...['multinode', 'gpuMemoryService', 'failover', 'emptyDir', 'restart', 'kvTransferPolicy', 'topologyConstraint'],
  ...['compilationCache', 'eppConfig', 'frontendSidecar', 'sharedMemory'],
]);

/** Whether an empty object in this field differs from none: `multinode: {}` is two nodes. */
export function saysByPresence(field: string, apiVersion: unknown): boolean {
  // `scalingAdapter: {}` is on in v1beta1, and off in v1alpha1.
  return PRESENCE.has(field) || (field === 'scalingAdapter' && apiVersion === 'nvidia.com/v1beta1');
}
