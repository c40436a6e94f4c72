import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as cdk8s from 'cdk8s';
import { dump } from 'js-yaml';
import { App, Environment, Gpu, GraphDeployment } from '../../constructs/index.ts';
import { dependencyOrder } from '../../constructs/render/dependency-order.ts';
import { emitYaml } from '../../constructs/render/emit.ts';
import { renderApp } from '../../constructs/render/render-app.ts';
import { graphObject } from './fleet.ts';
import { type Candidate, medians, show, type Targets, table, timeOf } from './measure.ts';

const MODULE = 'file:///repository/apps/fleet/main.ts';
const folder = mkdtempSync(join(tmpdir(), 'bench-synth-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));

/** A folder that nothing was written to yet. */
function emptyFolder(): string {
  return mkdtempSync(join(folder, 'out-'));
}

/** `graphs` plain objects, spread over `environments`. */
function ourApp(graphs: number, environments = 1): App {
  const app = new App({ module: MODULE, outdir: emptyFolder() });
  const charts = Array.from(
    { length: environments },
    (_, index) => new Environment(app, `env-${index}`, { namespace: `llm-${index}` }),
  );
  for (let index = 0; index < graphs; index += 1) {
    const chart = charts[index % environments];
    if (chart !== undefined) new cdk8s.ApiObject(chart, `graph-${index}`, graphObject(index));
  }
  return app;
}

/** The same number of graphs as `GraphDeployment`, which checks and completes what is declared. */
function ourTypedApp(graphs: number): App {
  const app = new App({ module: MODULE, outdir: emptyFolder() });
  const prod = new Environment(app, 'prod', { namespace: 'llm-prod' });
  for (let index = 0; index < graphs; index += 1) {
    const graph = new GraphDeployment(prod, `graph-${index}`, {
      backend: 'vllm',
      model: 'Qwen/Qwen3-32B',
      servedModelName: `chat-${index}`,
      image: 'nvcr.io/nvidia/ai-dynamo/vllm-runtime:1.3.1',
      environmentSecret: 'hf-token-secret',
    });
    graph.addFrontend();
    graph.addPrefill({ gpus: Gpu.count(2), replicas: 1 });
    graph.addDecode({ gpus: Gpu.count(2), replicas: 1 });
  }
  return app;
}

function cdk8sApp(graphs: number, charts = 1, yamlOutputType = cdk8s.YamlOutputType.FILE_PER_CHART): cdk8s.App {
  const app = new cdk8s.App({ outdir: emptyFolder(), yamlOutputType });
  const all = Array.from({ length: charts }, (_, index) => {
    return new cdk8s.Chart(app, `env-${index}`, { namespace: `llm-${index}`, disableResourceNameHashes: true });
  });
  for (let index = 0; index < graphs; index += 1) {
    const chart = all[index % charts];
    if (chart !== undefined) new cdk8s.ApiObject(chart, `graph-${index}`, graphObject(index));
  }
  return app;
}

/** One synthesis without the time that the app takes to be declared. */
function synthesis<A>(name: string, declare: () => A, synthesize: (app: A) => unknown): Candidate {
  return {
    name,
    timeMs: () => {
      const app = declare();
      return timeOf(() => synthesize(app));
    },
  };
}

export function perGraph(targets: Targets): string {
  const graphs = 1_000;
  const objects = Array.from({ length: graphs }, (_, index) => graphObject(index));
  const lines = emitYaml(JSON.parse(JSON.stringify(objects[0]))).split('\n').length - 1;
  const candidates = [
    synthesis('ours: render', () => ourApp(graphs), renderApp),
    synthesis(
      'ours: App.synth, a file for each object',
      () => ourApp(graphs),
      (app) => app.synth(),
    ),
    synthesis('ours: render GraphDeployments', () => ourTypedApp(graphs), renderApp),
    synthesis(
      'cdk8s: App.synth, one file',
      () => cdk8sApp(graphs),
      (app) => app.synth(),
    ),
    synthesis(
      'cdk8s: App.synth, a file for each object',
      () => cdk8sApp(graphs, 1, cdk8s.YamlOutputType.FOLDER_PER_CHART_FILE_PER_RESOURCE),
      (app) => app.synth(),
    ),
    { name: 'js-yaml: dump of the plain objects', timeMs: () => timeOf(() => objects.map((one) => dump(one))) },
    { name: 'JSON.stringify', timeMs: () => timeOf(() => objects.map((one) => JSON.stringify(one))) },
  ];
  const times = medians(candidates, 15).map((ms) => (ms * 1_000) / graphs);
  const [ours = Number.NaN, , , cdk8sTime = Number.NaN] = times;
  targets.atMost(`one process, a graph of ${lines} lines among ${graphs}`, ours, 150, 'µs');
  return table(
    ['in process', 'µs a graph', 'to ours'],
    candidates.map(({ name }, index) => [name, show(times[index] ?? 0), show((times[index] ?? 0) / ours)]),
  ).concat(`\n\n${graphs} graphs of ${lines} lines; cdk8s takes ${show(cdk8sTime / ours)} times as long.`);
}

/** Environments of one graph each: what must grow as their number does, and no faster. */
export function manyCharts(targets: Targets, isFull: boolean): string {
  const counts = [1_000, 4_000];
  const ours = medians(
    counts.map((count) => synthesis('ours', () => ourApp(count, count), renderApp)),
    7,
  );
  const rows = counts.map((count, index) => {
    const ms = ours[index] ?? Number.NaN;
    if (!isFull && count > 1_000) return [String(count), show(ms), 'with --full', ''];
    const theirs = synthesis(
      'cdk8s',
      () => cdk8sApp(count, count),
      (app) => app.synth(),
    ).timeMs();
    return [String(count), show(ms), show(theirs), show(theirs / ms)];
  });
  const [few = Number.NaN, many = Number.NaN] = ours.map((ms, index) => ms / (counts[index] ?? 1));
  targets.atMost('a chart among 4,000 to one among 1,000 (linear is 1)', many / few, 1.5, 'times');
  return table(['charts of one graph', 'ours, ms', 'cdk8s, ms', 'times'], rows);
}

/** Layers of two objects that both depend on both of the layer below. */
export function diamond(targets: Targets): string {
  const layered = <A extends cdk8s.Chart>(chart: A): A => {
    let below: readonly cdk8s.ApiObject[] = [];
    for (let layer = 0; layer < 24; layer += 1) {
      const objects = ['a', 'b'].map(
        (id) => new cdk8s.ApiObject(chart, `${id}-${layer}`, { apiVersion: 'v1', kind: 'ConfigMap' }),
      );
      for (const object of objects) object.addDependency(...below);
      below = objects;
    }
    return chart;
  };
  const environment = (): Environment => new Environment(new App({ module: MODULE }), 'prod', { namespace: 'llm' });
  const first = timeOf(() => dependencyOrder(layered(environment())));
  const [ours = Number.NaN] = medians([synthesis('ours', () => layered(environment()), dependencyOrder)], 15);
  const theirs = synthesis(
    'cdk8s',
    () => layered(new cdk8s.Chart(new cdk8s.App(), 'prod')),
    (chart) => new cdk8s.DependencyGraph(chart.node).topology(),
  ).timeMs();
  targets.atMost('a diamond of 48 objects', ours, 5, 'ms');
  return table(
    ['diamond of 48 objects', 'ms'],
    [
      ['ours', show(ours)],
      ['ours, first run of the process, with the objects being made', show(first)],
      ['cdk8s: DependencyGraph', show(theirs)],
    ],
  );
}
