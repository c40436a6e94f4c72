import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import { type RenderedApp, withRenderSink } from 'dynamo-gitops/constructs';
import { load } from 'js-yaml';
import {
  type GraphView,
  graphViewOf,
  isGraphDeployment,
  POLICY_ANNOTATION,
  policySchema,
  validateDeployment,
} from '../../api/index.ts';

const DIST = fileURLToPath(new URL('../../dist/', import.meta.url));

async function rendered(load: () => Promise<unknown>): Promise<RenderedApp> {
  const apps: RenderedApp[] = [];
  await withRenderSink(
    (app) => void apps.push(app),
    async () => void (await load()),
  );
  const [app] = apps;
  if (app === undefined) throw new Error('rendered nothing');
  return app;
}

/** Graphs of the committed manifests, by `<environment>/<name>`. */
function committedGraphs(): ReadonlyMap<string, GraphView> {
  const graphs = new Map<string, GraphView>();
  for (const path of readdirSync(DIST, { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.yaml'),
  )) {
    const document = load(readFileSync(DIST + path, 'utf8'));
    if (!isGraphDeployment(document)) continue;
    const view = graphViewOf(document);
    if (!view.ok) throw new Error(`${path}: ${view.error[0]?.message}`);
    graphs.set(`${path.split('/')[0]}/${view.value.name}`, view.value);
  }
  return graphs;
}

describe('the demo fleet', () => {
  test.each([
    ['chat', () => import('../../apps/chat/main.ts')],
    ['assist', () => import('../../apps/assist/main.ts')],
  ])('is committed as its app %s renders it', async (name, load) => {
    const app = await rendered(load);
    expect(app.app).toBe(name);
    for (const { path, text } of app.files) expect([path, readFileSync(DIST + path, 'utf8')]).toEqual([path, text]);
  });

  test('has a graph that can be planned and one that is aggregated, in two environments', () => {
    const graphs = committedGraphs();
    expect([...graphs.keys()].sort()).toEqual(['prod/assist', 'prod/chat', 'staging/assist', 'staging/chat']);
    for (const environment of ['prod', 'staging']) {
      const chat = graphs.get(`${environment}/chat`);
      if (chat === undefined) throw new Error('no chat');
      expect(chat).toMatchObject({ apiVersion: 'v1alpha1', backend: 'vllm', namespace: `llm-${environment}` });
      expect(validateDeployment(chat, { requirePrefill: true, requireDecode: true }).ok).toBe(true);
      const assist = graphs.get(`${environment}/assist`);
      expect(assist).toMatchObject({ apiVersion: 'v1beta1', backend: 'sglang' });
      expect(assist?.services.map((service) => service.role)).toEqual(['frontend', 'worker']);
    }
  });

  test('declares limits that its replicas keep', () => {
    for (const [name, graph] of committedGraphs()) {
      const policy = policySchema.parse(JSON.parse(graph.annotations[POLICY_ANNOTATION] ?? ''));
      expect(`${policy.environment}/${policy.app}`).toBe(name);
      for (const service of graph.services) {
        const bounds = policy.services[service.name];
        const count = service.replicas.kind === 'explicit' ? service.replicas.count : -1;
        expect(count).toBeGreaterThanOrEqual(bounds?.min ?? Number.POSITIVE_INFINITY);
        expect(count).toBeLessThanOrEqual(bounds?.max ?? -1);
      }
    }
  });
});
