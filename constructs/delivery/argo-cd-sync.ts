import { Duration } from '../cdk8s.ts';
import { gitUrlFinding, revisionFinding } from './git-url.ts';
import { durationFinding, goDuration } from './go-duration.ts';

/** A cluster as Argo CD knows it: by the address of its API server, or by name. */
export type ArgoCdCluster = { readonly server: string } | { readonly name: string };

/** The cluster that Argo CD itself runs in. */
export const OWN_CLUSTER: ArgoCdCluster = { server: 'https://kubernetes.default.svc' };

/** Where manifests come from and how they are synced, for one Application or for many. */
export interface ArgoCdSyncProps {
  /** Git repository: `https://git.example/team/models.git`. Credentials are Argo CD's, in a Secret of its own. */
  readonly repoUrl: string;

  /**
   * Branch, tag or commit.
   *
   * @default 'main'
   */
  readonly revision?: string;

  /**
   * AppProject, which says what may be deployed and where.
   *
   * @default 'default'
   */
  readonly project?: string;

  /**
   * Whether Argo CD syncs by itself. `prune` removes what left the repository; `selfHeal` takes back what was changed in the
   * cluster, within seconds: `kubectl scale` in an emergency, too.
   *
   * @default { prune: true, selfHeal: true }
   */
  readonly automated?: false | { readonly prune?: boolean; readonly selfHeal?: boolean };

  /**
   * Retries of a failed sync, which Argo CD otherwise never repeats for the same commit. The wait doubles up to `longest`.
   *
   * @default - 5 times, after 30 seconds up to 10 minutes
   */
  readonly retry?: { readonly limit?: number; readonly first?: Duration; readonly longest?: Duration };

  /**
   * Whether Argo CD asks the API server for the difference, which then includes what webhooks fill in. Needs Argo CD 2.10.
   *
   * @default true
   */
  readonly serverSideDiff?: boolean;

  /**
   * More sync options, such as `CreateNamespace=true`. `ServerSideApply=true` is always set; `Replace`, `Force` and what
   * takes it back are refused: the operator writes to the object, and to replace it loses that, or is rejected.
   *
   * @default - none
   */
  readonly syncOptions?: readonly string[];
}

const DEFAULT_RETRY = { limit: 5, first: Duration.seconds(30), longest: Duration.minutes(10) };

/** `spec.syncPolicy` of an Application. */
export function syncPolicy(props: ArgoCdSyncProps, ownOptions: readonly string[]): object {
  const { automated = {}, retry } = props;
  const { limit, first, longest } = { ...DEFAULT_RETRY, ...retry };
  return {
    ...(automated === false
      ? {}
      : { automated: { prune: automated.prune ?? true, selfHeal: automated.selfHeal ?? true } }),
    retry: { limit, backoff: { duration: goDuration(first), factor: 2, maxDuration: goDuration(longest) } },
    syncOptions: [...new Set(['ServerSideApply=true', ...ownOptions, ...(props.syncOptions ?? [])])],
  };
}

/** Annotations of an Application. */
export function syncAnnotations({ serverSideDiff = true }: ArgoCdSyncProps): { readonly [key: string]: string } {
  return serverSideDiff ? { 'argocd.argoproj.io/compare-options': 'ServerSideDiff=true' } : {};
}

export function destinationOf(cluster: ArgoCdCluster): { readonly server?: string; readonly name?: string } {
  return 'server' in cluster ? { server: cluster.server } : { name: cluster.name };
}

export function syncFindings(props: ArgoCdSyncProps): readonly string[] {
  const { limit = DEFAULT_RETRY.limit, first, longest } = props.retry ?? {};
  const findings = [
    ...gitUrlFinding('repoUrl', props.repoUrl),
    ...(props.revision === undefined ? [] : revisionFinding('revision', props.revision)),
    ...durationFinding('retry.first', first),
    ...durationFinding('retry.longest', longest),
  ];
  if (!Number.isSafeInteger(limit) || limit < 1) findings.push(`retry.limit is ${limit}; at least 1 retry is needed`);
  return [...findings, ...syncOptionFindings(props.syncOptions ?? [])];
}

/** What a Dynamo graph does not survive, or what the construct decides itself. */
export function syncOptionFindings(options: readonly string[]): readonly string[] {
  return options.flatMap((option) => {
    const [, name, value] = /^([A-Za-z]+)=(\S+)$/.exec(option) ?? [];
    if (name === undefined) return [`sync option "${option}" is not of the form Name=value`];
    switch (name) {
      case 'Replace':
      case 'Force':
        return value === 'false'
          ? []
          : [`sync option "${option}" would replace objects that the operator writes to; it is never set`];
      case 'ServerSideApply':
        return value === 'true'
          ? []
          : [`sync option "${option}" would send absent replicas as a change; graphs are applied server-side`];
      case 'RespectIgnoreDifferences':
        return [
          `sync option "${option}" follows from who owns the replicas; in a list it would keep every change of the graph out`,
        ];
      default:
        return [];
    }
  });
}

export function clusterFindings(cluster: ArgoCdCluster): readonly string[] {
  if ('name' in cluster) return cluster.name.trim() === '' ? ['cluster name is empty'] : [];
  return URL.canParse(cluster.server) ? [] : [`cluster server "${cluster.server}" is not an address`];
}
