import { ApiObject, type Construct } from '../cdk8s.ts';
import { type ArgoCdCluster, destinationOf } from '../delivery/argo-cd-sync.ts';
import { CHART_REPOSITORY, CRD_CHART } from './charts.ts';
import type { ChartRelease } from './platform.ts';

/** Adds an Application for each chart, each in a wave after the one before. */
export function addArgoCdApplications(
  scope: Construct,
  releases: readonly ChartRelease[],
  project: string,
  cluster: ArgoCdCluster,
): void {
  let before: ApiObject | undefined;
  for (const [index, release] of releases.entries()) {
    const application = new ApiObject(scope, release.chart, {
      apiVersion: 'argoproj.io/v1alpha1',
      kind: 'Application',
      metadata: {
        name: release.chart,
        // Before the graphs, which are in wave 0.
        annotations: { 'argocd.argoproj.io/sync-wave': String(index - releases.length) },
      },
      spec: {
        project,
        source: {
          repoURL: CHART_REPOSITORY,
          chart: release.chart,
          targetRevision: release.version,
          helm: {
            releaseName: release.chart,
            ...(Object.keys(release.values).length === 0 ? {} : { valuesObject: release.values }),
          },
        },
        destination: { ...destinationOf(cluster), namespace: release.namespace },
        ...(release.chart === CRD_CHART ? CRD_SYNC : PLATFORM_SYNC),
      },
    });
    if (before !== undefined) application.addDependency(before);
    before = application;
  }
}

const RETRY = { limit: 10, backoff: { duration: '30s', factor: 2, maxDuration: '5m' } };

/** Never pruned: with a CRD go all objects of its kind. */
const CRD_SYNC = {
  syncPolicy: {
    automated: { prune: false, selfHeal: true },
    retry: RETRY,
    syncOptions: ['ServerSideApply=true', 'CreateNamespace=true'],
  },
};

const CA_BUNDLE = '.webhooks[]?.clientConfig.caBundle';

/** The operator writes the certificate that its webhooks are called with, and objects of kinds that it brings may be first. */
const PLATFORM_SYNC = {
  syncPolicy: {
    automated: { prune: true, selfHeal: true },
    retry: RETRY,
    syncOptions: [
      'ServerSideApply=true',
      'CreateNamespace=true',
      'SkipDryRunOnMissingResource=true',
      'RespectIgnoreDifferences=true',
    ],
  },
  ignoreDifferences: ['MutatingWebhookConfiguration', 'ValidatingWebhookConfiguration'].map((kind) => ({
    group: 'admissionregistration.k8s.io',
    kind,
    jqPathExpressions: [CA_BUNDLE],
  })),
};
