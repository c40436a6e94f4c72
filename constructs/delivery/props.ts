import { DYNAMO_API_VERSIONS } from '../../api/index.ts';
import type { Duration } from '../cdk8s.ts';
import { Environment } from '../environment.ts';
import { either, flag, listOf, made, number, oneOf, type Properties, required, shape, text } from '../props/index.ts';
import type { ArgoCdApplicationProps } from './argo-cd-application.ts';
import type { ArgoCdApplicationSetItem, ArgoCdApplicationSetProps } from './argo-cd-application-set.ts';
import type { ArgoCdHealthChecksProps } from './argo-cd-health-checks.ts';
import type { ArgoCdCluster, ArgoCdSyncProps } from './argo-cd-sync.ts';
import type { FluxGitRepositoryProps, FluxSource } from './flux-git-repository.ts';
import type { FluxKustomizationProps } from './flux-kustomization.ts';
import type { AdapterOwnedReplicas, RenderedFolder } from './rendered-folder.ts';

const DURATION = made<Duration>(
  'a Duration, such as Duration.minutes(10)',
  ({ toSeconds }) => typeof toSeconds === 'function',
);

const FOLDER = either(
  made<Environment>('an Environment', (value) => value instanceof Environment),
  shape<RenderedFolder>('{ path, namespace }', {
    path: required(text),
    namespace: required(text),
    adapterOwned: listOf(
      shape<AdapterOwnedReplicas>('{ graph, apiVersion, services }', {
        graph: required(text),
        apiVersion: required(oneOf(...DYNAMO_API_VERSIONS)),
        services: required(listOf(text)),
      }),
    ),
  }),
);

export const CLUSTER = shape<ArgoCdCluster>(
  '{ server } or { name }',
  { server: text, name: text },
  ({ server, name }) =>
    (server === undefined) === (name === undefined) ? [{ path: '', message: 'must have one of server and name' }] : [],
);

type Retry = NonNullable<ArgoCdSyncProps['retry']>;
type Automated = Exclude<ArgoCdSyncProps['automated'], undefined | false>;

const SYNC: Properties<ArgoCdSyncProps> = {
  repoUrl: required(text),
  revision: text,
  project: text,
  automated: either(oneOf(false), shape<Automated>('{ prune, selfHeal }', { prune: flag, selfHeal: flag })),
  retry: shape<Retry>('an object', { limit: number, first: DURATION, longest: DURATION }),
  serverSideDiff: flag,
  syncOptions: listOf(text),
};

export const ARGO_CD_APPLICATION = shape<ArgoCdApplicationProps>('an object', {
  ...SYNC,
  folder: required(FOLDER),
  name: text,
  cluster: CLUSTER,
  deleteWithApplication: flag,
});

export const ARGO_CD_APPLICATION_SET = shape<ArgoCdApplicationSetProps>('an object', {
  ...SYNC,
  applications: required(
    listOf(
      shape<ArgoCdApplicationSetItem>('an object', {
        folder: required(FOLDER),
        name: text,
        cluster: CLUSTER,
        revision: text,
      }),
    ),
  ),
});

export const ARGO_CD_HEALTH_CHECKS = shape<ArgoCdHealthChecksProps>('an object', { applications: flag });

/** A construct may be one, so that other properties than these two are no mistake. */
const SOURCE = made<FluxSource>(
  'a FluxGitRepository, or { name } of one',
  ({ name, namespace }) => typeof name === 'string' && (namespace === undefined || typeof namespace === 'string'),
);

export const FLUX_KUSTOMIZATION = shape<FluxKustomizationProps>('an object', {
  folder: required(FOLDER),
  source: required(SOURCE),
  name: text,
  interval: DURATION,
  retryInterval: DURATION,
  timeout: DURATION,
  prune: flag,
  wait: flag,
  dependsOn: listOf(SOURCE),
  serviceAccount: text,
});

export const FLUX_GIT_REPOSITORY = shape<FluxGitRepositoryProps>('an object', {
  url: required(text),
  branch: text,
  interval: DURATION,
  credentialsSecret: text,
});
