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
  volumeMounts: listOf(openRecord({ name: text, mountPath: text }, { subPath: text, readOnly: flag })),
  livenessProbe: probe,
  readinessProbe: probe,
  startupProbe: probe,
  lifecycle: anyObject,
  securityContext: anyObject,
  stdin: flag,
  tty: flag,
};

const container = openRecord({}, CONTAINER_FIELDS);

const volume = openRecord(
  { name: text },
  {
    persistentVolumeClaim: record({ claimName: text }, { readOnly: flag }),
    emptyDir: record({}, { medium: exactly('', 'Memory'), sizeLimit: text }),
    configMap: anyObject,
    secret: anyObject,
    hostPath: record({ path: text }, { type: text }),
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

/** Fields of a pod's spec that its type names. */
export const POD_SPEC_FIELDS: { readonly [field: string]: Fits } = {
  containers: listOf(container),
  initContainers: listOf(container),
  volumes: listOf(volume),
  nodeSelector: dictionaryOf(text),
  affinity: anyObject,
  tolerations: listOf(toleration),
  topologySpreadConstraints: listOf(anyObject),
  resourceClaims: listOf(
    either(record({ name: text, resourceClaimName: text }), record({ name: text, resourceClaimTemplateName: text })),
  ),
  imagePullSecrets: listOf(record({ name: text })),
  serviceAccountName: text,
  priorityClassName: text,
  runtimeClassName: text,
  schedulerName: text,
  terminationGracePeriodSeconds: number,
  hostNetwork: flag,
  hostIPC: flag,
  securityContext: anyObject,
};

export const strings: Fits = dictionaryOf(text);

/** Whether a field of an open type is one that the type names, and its value one that the type takes. */
export function isNamed(fields: { readonly [field: string]: Fits }, key: string, value: JsonValue): boolean {
  const fits = Object.hasOwn(fields, key) ? fields[key] : undefined;
  return fits?.(value) ?? false;
}
