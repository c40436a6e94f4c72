import type { JsonValue } from '../../api/index.ts';
import {
  anyObject,
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
  textOrNumber,
} from './fits.ts';

/*
 * What the types of api/pod.ts take, as far as a program can tell at run time: what fits here is written as a typed
 * property, and the compiler of the imported app agrees.
 */

const keySelector = record({ name: text, key: text }, { optional: flag });

const envSource = either(
  record({ secretKeyRef: keySelector }),
  record({ configMapKeyRef: keySelector }),
  record({ fieldRef: record({ fieldPath: text }, { apiVersion: text }) }),
  record({ resourceFieldRef: record({ resource: text }, { containerName: text, divisor: text }) }),
);

export const envVar = either(record({ name: text }, { value: text }), record({ name: text, valueFrom: envSource }));
export const environment = listOf(envVar);

const probeTimes = {
  initialDelaySeconds: number,
  periodSeconds: number,
  timeoutSeconds: number,
  successThreshold: number,
  failureThreshold: number,
  terminationGracePeriodSeconds: number,
};

const httpGet = record(
  { port: textOrNumber },
  {
    path: text,
    host: text,
    scheme: exactly('HTTP', 'HTTPS'),
    httpHeaders: listOf(record({ name: text, value: text })),
  },
);

export const probe = either(
  record({ exec: record({ command: listOf(text) }) }, probeTimes),
  record({ httpGet }, probeTimes),
  record({ tcpSocket: record({ port: textOrNumber }, { host: text }) }, probeTimes),
  record({ grpc: record({ port: number }, { service: text }) }, probeTimes),
);

export const claimUse = record({ name: text }, { request: text });

const amounts = dictionaryOf(textOrNumber);

const mountDetails = {
  subPath: text,
  subPathExpr: text,
  readOnly: flag,
  recursiveReadOnly: exactly('Disabled', 'IfPossible', 'Enabled'),
  mountPropagation: exactly('None', 'HostToContainer', 'Bidirectional'),
};

/** A mount of which an option says everything. */
export const volumeMount = record({ name: text, mountPath: text }, mountDetails);

/** Fields of a container that its type names. */
export const CONTAINER_FIELDS: { readonly [field: string]: Fits } = {
  name: text,
  image: text,
  imagePullPolicy: exactly('Always', 'IfNotPresent', 'Never'),
  command: listOf(text),
  args: listOf(text),
  workingDir: text,
  ports: listOf(openRecord({ containerPort: number }, { name: text })),
  env: environment,
  envFrom: listOf(
    openRecord(
      {},
      {
        secretRef: record({ name: text }, { optional: flag }),
        configMapRef: record({ name: text }, { optional: flag }),
        prefix: text,
      },
    ),
  ),
  resources: record({}, { requests: amounts, limits: amounts, claims: listOf(claimUse) }),
  volumeMounts: listOf(openRecord({ name: text, mountPath: text }, mountDetails)),
  livenessProbe: probe,
  readinessProbe: probe,
  startupProbe: probe,
  lifecycle: anyObject,
  securityContext: anyObject,
  restartPolicy: exactly('Always', 'OnFailure', 'Never'),
  stdin: flag,
  tty: flag,
};

const container = openRecord({ name: text }, CONTAINER_FIELDS);

const files = {
  items: listOf(record({ key: text, path: text }, { mode: number })),
  defaultMode: number,
  optional: flag,
};

/** Fields of a volume that its type names. */
export const VOLUME_FIELDS: { readonly [field: string]: Fits } = {
  name: text,
  persistentVolumeClaim: record({ claimName: text }, { readOnly: flag }),
  emptyDir: record(
    {},
    {
      medium: (value) => typeof value === 'string' && /^(|Memory|HugePages(-.*)?)$/s.test(value),
      sizeLimit: text,
    },
  ),
  configMap: record({ name: text }, files),
  secret: record({ secretName: text }, files),
  hostPath: record(
    { path: text },
    {
      type: exactly(
        '',
        'Directory',
        'DirectoryOrCreate',
        'File',
        'FileOrCreate',
        'Socket',
        'CharDevice',
        'BlockDevice',
      ),
    },
  ),
  nfs: record({ server: text, path: text }, { readOnly: flag }),
  csi: openRecord({ driver: text }),
  image: record({ reference: text }, { pullPolicy: exactly('Always', 'IfNotPresent', 'Never') }),
  projected: anyObject,
  downwardAPI: anyObject,
  ephemeral: anyObject,
};

const volume = openRecord({ name: text }, VOLUME_FIELDS);

const nodeSelectorRequirements = listOf(
  record(
    { key: text, operator: exactly('In', 'NotIn', 'Exists', 'DoesNotExist', 'Gt', 'Lt') },
    { values: listOf(text) },
  ),
);

const nodeSelectorTerm = record(
  {},
  { matchExpressions: nodeSelectorRequirements, matchFields: nodeSelectorRequirements },
);

const nodeAffinity = record(
  {},
  {
    requiredDuringSchedulingIgnoredDuringExecution: record({ nodeSelectorTerms: listOf(nodeSelectorTerm) }),
    preferredDuringSchedulingIgnoredDuringExecution: listOf(record({ weight: number, preference: nodeSelectorTerm })),
  },
);

const labelSelector = record(
  {},
  {
    matchLabels: dictionaryOf(text),
    matchExpressions: listOf(
      record({ key: text, operator: exactly('In', 'NotIn', 'Exists', 'DoesNotExist') }, { values: listOf(text) }),
    ),
  },
);

const podAffinityTerm = openRecord({ topologyKey: text }, { labelSelector });

const podAffinity = record(
  {},
  {
    requiredDuringSchedulingIgnoredDuringExecution: listOf(podAffinityTerm),
    preferredDuringSchedulingIgnoredDuringExecution: listOf(record({ weight: number, podAffinityTerm })),
  },
);

const toleration = record(
  {},
  {
    key: text,
    operator: exactly('Exists', 'Equal'),
    value: text,
    effect: exactly('NoSchedule', 'PreferNoSchedule', 'NoExecute'),
    tolerationSeconds: number,
  },
);

/** Fields of a pod's spec that are options of a service under the same name. */
export const POD_SPEC_OPTIONS: { readonly [field: string]: Fits } = {
  initContainers: listOf(container),
  resourceClaims: listOf(
    either(record({ name: text, resourceClaimName: text }), record({ name: text, resourceClaimTemplateName: text })),
  ),
  nodeSelector: dictionaryOf(text),
  affinity: record({}, { nodeAffinity, podAffinity, podAntiAffinity: podAffinity }),
  tolerations: listOf(toleration),
  topologySpreadConstraints: listOf(
    openRecord(
      { maxSkew: number, topologyKey: text, whenUnsatisfiable: exactly('DoNotSchedule', 'ScheduleAnyway') },
      { labelSelector },
    ),
  ),
  serviceAccountName: text,
  automountServiceAccountToken: flag,
  terminationGracePeriodSeconds: number,
  hostNetwork: flag,
  hostIPC: flag,
  hostPID: flag,
  shareProcessNamespace: flag,
  dnsPolicy: exactly('ClusterFirst', 'ClusterFirstWithHostNet', 'Default', 'None'),
  schedulerName: text,
  runtimeClassName: text,
  priorityClassName: text,
};

/** Fields of a pod's spec that its type names. */
export const POD_SPEC_FIELDS = {
  ...POD_SPEC_OPTIONS,
  containers: listOf(container),
  volumes: listOf(volume),
  imagePullSecrets: listOf(record({ name: text })),
  securityContext: anyObject,
} as const;

export const strings: Fits = dictionaryOf(text);

/** Whether a field of an open type is one that the type names, and its value one that the type takes. */
export function isNamed(fields: { readonly [field: string]: Fits }, key: string, value: JsonValue): boolean {
  const fits = Object.hasOwn(fields, key) ? fields[key] : undefined;
  return fits?.(value) ?? false;
}
