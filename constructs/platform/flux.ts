import { ApiObject, type Construct } from '../cdk8s.ts';
import { CHART_REPOSITORY } from './charts.ts';
import type { ChartRelease } from './platform.ts';

/** Name of the HelmRepository. */
const SOURCE = 'nvidia-ai-dynamo';

/** Adds the charts' repository and a HelmRelease for each chart, each after the one before. */
export function addFluxReleases(scope: Construct, releases: readonly ChartRelease[]): void {
  let before: ApiObject = new ApiObject(scope, SOURCE, {
    apiVersion: 'source.toolkit.fluxcd.io/v1',
    kind: 'HelmRepository',
    metadata: { name: SOURCE },
    spec: { url: CHART_REPOSITORY, interval: '1h' },
  });
  let earlier: string | undefined;
  for (const release of releases) {
    const helmRelease = new ApiObject(scope, release.chart, {
      apiVersion: 'helm.toolkit.fluxcd.io/v2',
      kind: 'HelmRelease',
      metadata: { name: release.chart },
      spec: {
        interval: '1h',
        timeout: '15m',
        releaseName: release.chart,
        targetNamespace: release.namespace,
        storageNamespace: release.namespace,
        chart: {
          spec: {
            chart: release.chart,
            version: release.version,
            sourceRef: { kind: 'HelmRepository', name: SOURCE },
          },
        },
        // Helm itself never upgrades the CRDs of a chart's crds folder.
        install: { createNamespace: true, crds: 'CreateReplace', remediation: { retries: 3 } },
        upgrade: { crds: 'CreateReplace', remediation: { retries: 3 } },
        ...(earlier === undefined ? {} : { dependsOn: [{ name: earlier }] }),
        ...(Object.keys(release.values).length === 0 ? {} : { values: release.values }),
      },
    });
    helmRelease.addDependency(before);
    before = helmRelease;
    earlier = release.chart;
  }
}
