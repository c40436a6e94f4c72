import { afterAll, describe, expect, test } from '@jest/globals';
import { Environment, Platform, type PlatformProps } from 'dynamo-gitops/constructs';
import { load } from 'js-yaml';
import { isObject, type JsonObject, OPERATOR_VERSIONS, objectAt } from '../../api/index.ts';
import { golden, joined, runExample } from './run-example.ts';
import { complaintsOf, removeTemporaryFolders, renderedBy, temporaryApp } from './temporary-app.ts';

afterAll(removeTemporaryFolders);

async function renderedPlatform(props: PlatformProps): Promise<ReadonlyMap<string, JsonObject>> {
  const app = temporaryApp();
  new Platform(new Environment(app, 'cluster', { namespace: 'tools' }), 'platform', props);
  const { files } = await renderedBy(app);
  const manifests = new Map<string, JsonObject>();
  for (const { path, text } of files) {
    const value = load(text);
    if (isObject(value)) manifests.set(path.replace('cluster/demo/', ''), value);
  }
  return manifests;
}

describe('Dynamo’s operator', () => {
  test('is rendered as the example declares it, byte for byte', async () => {
    const files = await runExample('platform');
    expect(joined(new Map([...files].filter(([file]) => /^(application|helm)/.test(file))))).toBe(
      golden('example-platform'),
    );
  });

  test.each(OPERATOR_VERSIONS)('%s comes with its CRDs first, by a chart where it has one', async (operatorVersion) => {
    const hasChart = operatorVersion === '0.9.0';
    const argoCd = await renderedPlatform({ deliveredBy: 'argocd', operatorVersion });
    expect(argoCd.get('kustomization.yaml')?.resources).toEqual([
      ...(hasChart ? ['application-dynamo-crds.yaml'] : []),
      'application-dynamo-platform.yaml',
    ]);
    const platform = argoCd.get('application-dynamo-platform.yaml');
    expect(objectAt(platform, 'spec', 'source')).toMatchObject({
      chart: 'dynamo-platform',
      targetRevision: operatorVersion,
    });
    expect(objectAt(platform, 'spec', 'syncPolicy')?.syncOptions).toEqual(
      expect.arrayContaining(['ServerSideApply=true', 'SkipDryRunOnMissingResource=true']),
    );
    const operator = objectAt(platform, 'spec', 'source', 'helm', 'valuesObject', 'dynamo-operator');
    expect(objectAt(operator, 'dynamo', 'metrics', 'podMonitors')).toEqual({ enabled: true });
    expect(operator?.upgradeCRD).toBe(hasChart ? undefined : true);

    const flux = await renderedPlatform({ deliveredBy: 'flux', operatorVersion });
    expect(flux.get('kustomization.yaml')?.resources).toEqual([
      'helmrepository-nvidia-ai-dynamo.yaml',
      ...(hasChart ? ['helmrelease-dynamo-crds.yaml'] : []),
      'helmrelease-dynamo-platform.yaml',
    ]);
    expect(objectAt(flux.get('helmrelease-dynamo-platform.yaml'), 'spec')?.dependsOn).toEqual(
      hasChart ? [{ name: 'dynamo-crds' }] : undefined,
    );
  });

  test('has waves that go up, and keeps CRDs from being pruned', async () => {
    const manifests = await renderedPlatform({ deliveredBy: 'argocd', operatorVersion: '0.9.0' });
    const crds = manifests.get('application-dynamo-crds.yaml');
    const platform = manifests.get('application-dynamo-platform.yaml');
    const wave = (manifest: JsonObject | undefined) =>
      Number(objectAt(manifest, 'metadata', 'annotations')?.['argocd.argoproj.io/sync-wave']);
    expect(wave(crds)).toBeLessThan(wave(platform));
    expect(wave(platform)).toBeLessThan(0);
    expect(objectAt(crds, 'spec', 'syncPolicy', 'automated')?.prune).toBe(false);
    expect(objectAt(crds, 'spec', 'syncPolicy')?.syncOptions).toContain('ServerSideApply=true');
  });

  test.each([
    ['bundled', { install: true, enabled: true }],
    ['existing', { install: false, enabled: true }],
    ['none', { install: false, enabled: false }],
  ] as const)('takes Grove and the KAI scheduler as %s in the words of its chart', async (grove, switches) => {
    const values = async (operatorVersion: '0.9.0' | '1.4.0') => {
      const manifests = await renderedPlatform({ deliveredBy: 'flux', operatorVersion, grove, kaiScheduler: grove });
      return objectAt(manifests.get('helmrelease-dynamo-platform.yaml'), 'spec', 'values');
    };
    expect(objectAt(await values('1.4.0'), 'global')).toEqual({ grove: switches, 'kai-scheduler': switches });
    expect(await values('0.9.0')).toMatchObject({
      grove: { enabled: switches.install },
      'kai-scheduler': { enabled: switches.install },
    });
  });

  test('takes values of one’s own, which win', async () => {
    const manifests = await renderedPlatform({
      deliveredBy: 'flux',
      values: JSON.parse(
        '{"global": {"etcd": {"install": true}}, "dynamo-operator": {"upgradeCRD": false}, "__proto__": {"a": 1}}',
      ),
    });
    const values = objectAt(manifests.get('helmrelease-dynamo-platform.yaml'), 'spec', 'values');
    expect(objectAt(values, 'global', 'etcd')).toEqual({ install: true });
    expect(objectAt(values, 'global', 'grove')).toEqual({ install: false, enabled: false });
    expect(objectAt(values, 'dynamo-operator')).toMatchObject({
      upgradeCRD: false,
      dynamo: { metrics: { podMonitors: { enabled: true } } },
    });
    expect(({} as { a?: number }).a).toBeUndefined();
  });

  test('tells everything that is wrong at once', async () => {
    const app = temporaryApp();
    const cluster = new Environment(app, 'cluster', { namespace: 'argocd' });
    new Platform(cluster, 'range', { deliveredBy: 'argocd', chartVersion: '~1.4.0', cluster: { name: ' ' } });
    new Platform(new Environment(app, 'other', { namespace: 'argocd' }), 'wrong', {
      deliveredBy: 'flux',
      chartVersion: '1.3.2',
      crdChartVersion: '1.4.0',
      namespace: 'Dynamo',
    });
    new Platform(new Environment(app, 'old', { namespace: 'argocd' }), 'old', {
      deliveredBy: 'flux',
      operatorVersion: '0.9.0',
      upgradeCrds: false,
      crdChartVersion: '1.0.0',
    });
    expect(await complaintsOf(app)).toEqual([
      '[cluster/range] chartVersion "~1.4.0" is not an exact version, such as "1.4.0"',
      '[cluster/range] cluster name is empty',
      '[other/wrong] chartVersion "1.3.2" is not of the release that operatorVersion "1.4.0" says',
      '[other/wrong] crdChartVersion: operator 1.4.0 has no chart of CRDs; it applies them itself',
      '[other/wrong] namespace "Dynamo" is not a lower-case DNS label',
      '[old/old] crdChartVersion "1.0.0" is not of the release that operatorVersion "0.9.0" says',
      '[old/old] upgradeCrds: operator 0.9.0 does not apply CRDs; they are a chart of their own',
    ]);
  });
});
