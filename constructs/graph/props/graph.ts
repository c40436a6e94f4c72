import { BACKENDS, type GraphPvc, type KvTransferPolicy, type Restart, type Sla } from '../../../api/index.ts';
import type { IModelCache } from '../../model-cache/index.ts';
import { flag, listOf, made, mapOf, number, oneOf, type Properties, required, shape, text } from '../../props/index.ts';
import type { GraphOptions } from '../fields/graph.ts';
import type { GraphDeploymentProps } from '../graph-deployment.ts';
import { PROVIDER_OVERRIDE } from './operator.ts';
import { ENVIRONMENT } from './pod.ts';

const GRAPH_OPTIONS: Properties<GraphOptions> = {
  env: ENVIRONMENT,
  labels: mapOf(text),
  annotations: mapOf(text),
  priorityClassName: text,
  restart: shape<Restart>('an object', {
    id: required(text),
    strategy: shape<NonNullable<Restart['strategy']>>('an object', {
      type: oneOf('Sequential', 'Parallel'),
      order: listOf(text),
    }),
  }),
  pvcs: listOf(
    shape<GraphPvc>('an object', {
      name: required(text),
      create: flag,
      storageClass: text,
      size: text,
      volumeAccessMode: text,
    }),
  ),
  topologyConstraint: shape<NonNullable<GraphOptions['topologyConstraint']>>('an object', {
    topology: required(text),
    packDomain: text,
  }),
  kvTransferPolicy: shape<KvTransferPolicy>('an object', {
    clusterTopologyName: text,
    labelKey: text,
    domain: required(text),
    enforcement: oneOf('required', 'preferred'),
    preferredWeight: number,
  }),
  providerOverride: PROVIDER_OVERRIDE,
};

export const GRAPH = shape<GraphDeploymentProps>('an object', {
  ...GRAPH_OPTIONS,
  name: text,
  backend: oneOf(...BACKENDS),
  model: text,
  servedModelName: text,
  image: text,
  sla: shape<Sla>('{ ttftMs, itlMs }', { ttftMs: required(number), itlMs: required(number) }),
  policy: flag,
  modelCache: made<IModelCache>(
    'a ModelCache, or what ModelCache.fromClaimName makes',
    ({ claimName, mountPath }) => typeof claimName === 'string' && typeof mountPath === 'string',
  ),
  environmentSecret: text,
});
