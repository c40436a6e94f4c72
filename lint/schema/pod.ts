import {
  anything,
  flag,
  freeObject,
  integer,
  integerOrString,
  listByName,
  listOf,
  numeric,
  object,
  quantity,
  type Schema,
  text,
  textMap,
} from './schema.ts';

/*
 * core/v1 as the operator's definitions embed it, to the depth that graphs write. Objects are open: a field that is not
 * listed is Kubernetes' business and is left alone.
 */

const open = (fields: { readonly [name: string]: Schema }): Schema => object(fields, { isOpen: true });

const keySelector = object({ name: text, 'key!': text, optional: flag });

export const envVar = object({
  'name!': text,
  value: text,
  valueFrom: open({
    configMapKeyRef: keySelector,
    secretKeyRef: keySelector,
    fieldRef: object({ apiVersion: text, 'fieldPath!': text }),
    resourceFieldRef: object({ containerName: text, 'resource!': text, divisor: quantity }),
  }),
});

const headers = listOf(object({ 'name!': text, 'value!': text }));

export const probe = open({
  exec: object({ command: listOf(text) }),
  httpGet: object({ path: text, 'port!': integerOrString, host: text, scheme: text, httpHeaders: headers }),
  tcpSocket: object({ 'port!': integerOrString, host: text }),
  grpc: object({ 'port!': integer, service: text }),
  initialDelaySeconds: integer,
  periodSeconds: integer,
  timeoutSeconds: integer,
  successThreshold: integer,
  failureThreshold: integer,
  terminationGracePeriodSeconds: integer,
});

const resourceMap: Schema = { type: 'map', values: quantity };

const resources = object({
  limits: resourceMap,
  requests: resourceMap,
  claims: listByName(object({ 'name!': text, request: text })),
});

const reference = object({ name: text, optional: flag });

const containerFields: { readonly [name: string]: Schema } = {
  image: text,
  imagePullPolicy: text,
  command: listOf(text),
  args: listOf(text),
  workingDir: text,
  env: listByName(envVar),
  envFrom: listOf(open({ prefix: text, secretRef: reference, configMapRef: reference })),
  ports: {
    type: 'list',
    items: object({ 'containerPort!': integer, name: text, protocol: text, hostPort: integer, hostIP: text }),
    keys: { containerPort: undefined, protocol: 'TCP' },
  },
  resources,
  volumeMounts: {
    type: 'list',
    items: open({ 'name!': text, 'mountPath!': text, subPath: text, readOnly: flag }),
    keys: { mountPath: undefined },
  },
  livenessProbe: probe,
  readinessProbe: probe,
  startupProbe: probe,
  lifecycle: freeObject,
  securityContext: freeObject,
  stdin: flag,
  tty: flag,
};

export const container = open({ 'name!': text, ...containerFields });

/** The container that v1alpha1 lays over the operator's own: it needs no name. */
export const mainContainer = open({ name: text, ...containerFields });

const volume = open({
  'name!': text,
  persistentVolumeClaim: object({ 'claimName!': text, readOnly: flag }),
  emptyDir: object({ medium: text, sizeLimit: quantity }),
  configMap: freeObject,
  secret: freeObject,
  hostPath: object({ 'path!': text, type: text }),
});

const podFields: { readonly [name: string]: Schema } = {
  initContainers: listByName(container),
  volumes: listByName(volume),
  nodeSelector: textMap,
  affinity: freeObject,
  tolerations: listOf(object({ key: text, operator: text, value: text, effect: text, tolerationSeconds: integer })),
  topologySpreadConstraints: listOf(freeObject),
  resourceClaims: listByName(open({ 'name!': text, resourceClaimName: text, resourceClaimTemplateName: text })),
  imagePullSecrets: listByName(object({ name: text })),
  serviceAccountName: text,
  priorityClassName: text,
  runtimeClassName: text,
  schedulerName: text,
  restartPolicy: text,
  dnsPolicy: text,
  hostname: text,
  subdomain: text,
  nodeName: text,
  terminationGracePeriodSeconds: integer,
  activeDeadlineSeconds: integer,
  hostNetwork: flag,
  hostIPC: flag,
  hostPID: flag,
  shareProcessNamespace: flag,
  automountServiceAccountToken: flag,
  enableServiceLinks: flag,
  securityContext: freeObject,
  priority: integer,
  overhead: resourceMap,
};

export const podSpec = open({ 'containers!': listByName(container), ...podFields });

/** v1alpha1's pod spec: the operator brings the containers, so none has to be listed. */
export const extraPodSpec = open({ mainContainer, containers: listByName(container), ...podFields });

export const podMetadata = open({ labels: textMap, annotations: textMap });

export const podTemplate = object({ metadata: podMetadata, spec: podSpec });

/** `autoscaling/v2`, which the operator ignores: only its outline is checked. */
export const autoscaling = open({
  enabled: flag,
  minReplicas: integer,
  maxReplicas: integer,
  behavior: freeObject,
  metrics: listOf(anything),
});

export const ratio: Schema = { ...numeric, type: 'number', minimum: 0, maximum: 1 };
