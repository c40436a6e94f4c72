import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Plan, parseJsonDocument, planSchema, recordingSchema, succeed } from '../../api/index.ts';
import { askRange } from '../../cli/metrics/prometheus/ask-range.ts';
import type { HttpFetch } from '../../cli/metrics/prometheus/transport.ts';
import { prometheusSource, readRecording } from '../../planner/index.ts';
import { engine, PROFILE } from '../planner/fleet-fixture.ts';
import { HAS_PROMETHEUS, type PrometheusInstance, Samples, startPrometheus } from '../planner/prometheus-server.ts';
import { callCli } from './call.ts';

const describeWithPrometheus = HAS_PROMETHEUS ? describe : describe.skip;
if (!HAS_PROMETHEUS) {
  process.stderr.write('skipped: prometheus and promtool are not installed (apt-get install prometheus)\n');
}

const START = Date.parse('2026-01-01T00:00:00Z') / 1000;
const SECONDS = 1800;
const SCRAPE_SECONDS = 10;
const AT = '2026-01-01T00:30:00Z';

/** One frontend: so many requests a second, each with so many tokens, from one second to another. */
interface Frontend {
  readonly pod: string;
  readonly labels: { readonly [label: string]: string };
  readonly perSecond: number;
  readonly islTokens: number;
  readonly ttftSeconds: number;
  /** Its counters begin at 0 again here. */
  readonly restartsAt?: number;
  readonly from?: number;
  /** No scrape came in from here to there. */
  readonly gap?: readonly [number, number];
}

/** Of histograms, in the units of their metrics. */
const BOUNDS = { ttft: [0.01, 0.05, 0.1, 0.5], isl: [512, 1024, 4096], osl: [100, 200, 400] };

function addFrontend(samples: Samples, frontend: Frontend): void {
  const { pod, perSecond, islTokens, ttftSeconds, restartsAt = Number.POSITIVE_INFINITY } = frontend;
  const labels = { ...frontend.labels, pod, instance: `${pod}:8000` };
  const any = { model: 'acme/model', ...labels };
  for (let second = frontend.from ?? 0; second <= SECONDS; second += SCRAPE_SECONDS) {
    if (frontend.gap !== undefined && second >= frontend.gap[0] && second <= frontend.gap[1]) continue;
    const at = START + second;
    const requests = perSecond * (second >= restartsAt ? second - restartsAt : second);
    const counter = (name: string, value: number, more: { readonly [label: string]: string } = {}) =>
      samples.add('counter', `dynamo_frontend_${name}`, '_total', { ...any, ...more }, at, value);
    const gauge = (name: string, value: number) => samples.add('gauge', `dynamo_frontend_${name}`, '', any, at, value);
    const histogram = (name: string, sum: number, count: number) => {
      samples.add('gauge', `dynamo_frontend_${name}_sum`, '', any, at, sum);
      samples.add('gauge', `dynamo_frontend_${name}_count`, '', any, at, count);
    };
    gauge('model_context_length', 8192);
    // A tenth of the requests fails, which is load all the same.
    counter('requests', requests * 0.9, { status: 'success', endpoint: 'chat' });
    counter('requests', requests * 0.1, { status: 'error', endpoint: 'chat' });
    gauge('inflight_requests', perSecond * 2);
    gauge('queued_requests', 1);
    histogram('input_sequence_tokens', requests * islTokens, requests);
    histogram('output_sequence_tokens', requests * 200, requests);
    histogram('request_duration_seconds', requests * 2, requests);
    histogram('inter_token_latency_seconds', requests * 200 * 0.01, requests * 200);
    histogram('time_to_first_token_seconds', requests * ttftSeconds, requests);
    const buckets = (name: string, bounds: readonly number[], value: number) => {
      for (const bound of [...bounds, Number.POSITIVE_INFINITY]) {
        const le = Number.isFinite(bound) ? String(bound) : '+Inf';
        const below = value <= bound ? requests : 0;
        samples.add('gauge', `dynamo_frontend_${name}_bucket`, '', { ...any, le }, at, below);
      }
    };
    buckets('time_to_first_token_seconds', BOUNDS.ttft, ttftSeconds);
    buckets('input_sequence_tokens', BOUNDS.isl, islTokens);
    buckets('output_sequence_tokens', BOUNDS.osl, 200);
  }
}

function addGauge(samples: Samples, name: string, labels: { readonly [label: string]: string }, value: number): void {
  for (let second = 0; second <= SECONDS; second += SCRAPE_SECONDS) {
    samples.add('gauge', name, '', labels, START + second, value);
  }
}

const ODD_MODEL = 'A.b*(c)|"\\}\u2028 # {{ü}}';
const CHAT = { dynamo_namespace: 'llm-chat', namespace: 'llm', cluster: 'one' };

function fleetSamples(): string {
  const samples = new Samples();
  const busy = { perSecond: 10, islTokens: 1000, ttftSeconds: 0.02 };
  addFrontend(samples, { ...busy, pod: 'chat-frontend-1', labels: CHAT, restartsAt: 905 });
  addFrontend(samples, { perSecond: 1, islTokens: 4000, ttftSeconds: 0.2, pod: 'chat-frontend-2', labels: CHAT });
  // The same names in another cluster, another model, and a graph that shares the label but not the namespace.
  addFrontend(samples, { ...busy, pod: 'chat-frontend-1', labels: { ...CHAT, cluster: 'two' } });
  addFrontend(samples, { ...busy, pod: 'chat-frontend-3', labels: { ...CHAT, model: 'acme/other' } });
  addFrontend(samples, { ...busy, pod: 'x-frontend-1', labels: { ...CHAT, namespace: 'other' } });
  const gap = { dynamo_namespace: 'llm-gap', namespace: 'llm', cluster: 'one' };
  addFrontend(samples, { ...busy, pod: 'gap-frontend-1', labels: gap, gap: [1001, 1120] });
  // A name that is no pattern and no quotation, beside one that it would match as a pattern.
  const odd = { dynamo_namespace: 'llm-odd', namespace: 'llm', cluster: 'one' };
  addFrontend(samples, { ...busy, pod: 'odd-frontend-1', labels: { ...odd, model: ODD_MODEL.toLowerCase() } });
  addFrontend(samples, { ...busy, pod: 'odd-frontend-1', labels: { ...odd, model: ODD_MODEL.replace('.', 'x') } });
  const bare = { namespace: 'bare', cluster: 'one', model: 'acme/model' };
  addGauge(samples, 'dynamo_frontend_model_context_length', { ...bare, pod: 'bare-frontend-1' }, 8192);
  // Knows its model, and was never asked.
  const idle = { dynamo_namespace: 'llm-idle', namespace: 'llm', cluster: 'one', model: 'acme/model' };
  addGauge(samples, 'dynamo_frontend_model_context_length', { ...idle, pod: 'idle-frontend-1' }, 8192);
  const place = { namespace: 'llm', cluster: 'one' };
  for (const [pod, component] of [
    ['chat-prefill-7c-a', 'prefill'],
    ['chat-0-decode-b', 'backend'],
    ['chat-decode-7c-c', 'backend'],
    ['chat-decoder-7c-d', 'backend'],
  ] as const) {
    const worker = { ...place, pod, dynamo_namespace: 'llm_chat_0a1b2c3d', dynamo_component: component };
    addGauge(samples, 'dynamo_component_inflight_requests', { ...worker, dynamo_endpoint: 'generate' }, 1);
    addGauge(samples, 'dynamo_component_inflight_requests', { ...worker, dynamo_endpoint: 'clear_kv_blocks' }, 0);
    if (component !== 'prefill') {
      addGauge(samples, 'dynamo_component_gpu_cache_usage_percent', worker, pod.includes('-b') ? 0.5 : 0.25);
    }
    addGauge(samples, 'DCGM_FI_DEV_GPU_UTIL', { cluster: 'one', exported_namespace: 'llm', exported_pod: pod }, 40);
  }
  const planner = { ...place, pod: 'chat-planner-7c-e' };
  addGauge(samples, 'dynamo_planner_predicted_num_prefill_replicas', planner, 3);
  addGauge(samples, 'dynamo_planner_predicted_num_decode_replicas', planner, 0);
  for (let second = 0; second <= SECONDS; second += SCRAPE_SECONDS) {
    const labels = { ...place, pod: 'chat-frontend-1', container: 'main' };
    samples.add('counter', 'container_cpu_usage_seconds', '_total', labels, START + second, second * 1.5);
  }
  return samples.text();
}

interface Look {
  readonly model?: string;
  readonly labels?: { readonly [label: string]: string };
}

const NAMES = ['chat', 'gap', 'idle', 'odd', 'absent'];

const CONFIG = `schemaVersion: 1
metrics:
  historyHours: 0.5
  prometheus:
    labels: { cluster: one }
deployments:
${NAMES.map(
  (name) => `  - name: ${name}
    environment: prod${name === 'odd' ? `\n    model: ${JSON.stringify(ODD_MODEL)}` : ''}
    sla: { ttftMs: 200, itlMs: 15 }
    strategy: { kind: dynamo-sla, profile: ${PROFILE}, intervalSeconds: 300, correction: false }
`,
).join('')}`;

function graph(name: string): string {
  const worker = (role: string) => `
    ${role}:
      componentType: worker
      subComponentType: ${role}
      replicas: 1
      resources: { limits: { gpu: "1" } }
      extraPodSpec: { mainContainer: { args: ["--model Acme/Model"] } }`;
  return `apiVersion: nvidia.com/v1alpha1
kind: DynamoGraphDeployment
metadata: { name: ${name}, namespace: llm }
spec:
  services:
    Frontend: { componentType: frontend, replicas: 2 }
    Planner: { componentType: planner, replicas: 1 }${worker('prefill')}${worker('decode')}
`;
}

describeWithPrometheus('with a real Prometheus', () => {
  let server: PrometheusInstance;
  let folder = '';
  const call = (...words: readonly string[]) =>
    callCli(words, { cwd: folder, env: { PROMETHEUS_URL: server.url }, now: () => new Date() });
  const planOf = async (...words: readonly string[]): Promise<Plan> => {
    const { stdout, stderr } = await call('plan', '--at', AT, '-o', 'json', ...words);
    expect(stderr).toBe('');
    const plan = parseJsonDocument(planSchema, stdout, 'plan');
    if (!plan.ok) throw new Error(JSON.stringify(plan.error));
    return plan.value;
  };
  const write = async (file: string, content: string): Promise<void> => {
    await mkdir(dirname(join(folder, file)), { recursive: true });
    await writeFile(join(folder, file), content);
  };

  beforeAll(async () => {
    server = await startPrometheus(fleetSamples());
    folder = await mkdtemp(join(tmpdir(), 'dynamo-gitops-record-'));
    await write('dynamo-gitops.yaml', CONFIG);
    for (const name of NAMES) await write(`dist/prod/${name}.yaml`, graph(name));
    const profile = { schemaVersion: 1, kind: 'profile', source: 'made up for a test', model: 'acme/model' };
    const hardware = { gpu: 'none', backend: 'vllm', tensorParallel: 1 };
    await write(PROFILE, JSON.stringify({ ...profile, ...hardware, ...engine }));
    // As far back as a plan looks, which is half an hour here.
    const recorded = await call('record', '--at', AT, '--out', 'metrics');
    if (recorded.exitCode !== 3) throw new Error(recorded.stderr);
  }, 60_000);
  afterAll(async () => {
    await server.stop();
    await rm(folder, { recursive: true });
  });

  const seriesOf = async (name: string) => {
    const file = `metrics/prod/llm/${name}.json`;
    const read = readRecording(await readFile(join(folder, file), 'utf8'), file);
    const [series] = read.ok ? read.value.series : [];
    if (series === undefined) throw new Error(`${file} holds no series`);
    return series;
  };

  test('reads one graph by its labels, with sums of all frontends before every mean', async () => {
    const { columns, length, model, startMs } = await seriesOf('chat');
    expect({ length, model, startMs }).toEqual({ length: 30, model: 'Acme/Model', startMs: START * 1000 });
    const last: { [column: string]: number | undefined } = {};
    for (const [name, cells] of Object.entries(columns)) last[name] = cells.at(-1);
    expect(last).toEqual({
      requestCount: 660,
      islTokens: 1272.73,
      oslTokens: 200,
      ttftMs: 36.3636,
      // Ten elevenths of the requests lie between 10 and 50 ms, the rest between 100 and 500 ms.
      ttftP50Ms: 32,
      ttftP90Ms: 49.6,
      ttftP99Ms: 456,
      itlMs: 10,
      requestSeconds: 2,
      concurrency: 22,
      queueDepth: 2,
      kvUsage: 0.375,
      prefillReady: 1,
      decodeReady: 2,
      frontendReady: 2,
      gpuUtilization: 0.4,
      frontendCpuCores: 1.5,
      coverage: 1,
      advisedPrefill: 3,
      // Ten elevenths of the prompts lie between 512 and 1,024 tokens, the rest up to 4,096, and all outputs between 100 and 200.
      islP95Tokens: 2406.4,
      oslP95Tokens: 195,
    });
  });

  test('takes a name for itself, whatever stands in it', async () => {
    const { columns, model } = await seriesOf('odd');
    expect(model).toBe(ODD_MODEL);
    expect(columns.requestCount?.at(-1)).toBe(600);
  });

  test('counts on through a restart of a frontend', async () => {
    const { columns } = await seriesOf('chat');
    const restarted = columns.requestCount?.[15];
    expect(restarted).toBeGreaterThan(550);
    expect(restarted).toBeLessThanOrEqual(660);
  });

  test('tells a frontend without requests from one without data', async () => {
    const idle = await seriesOf('idle');
    expect(idle.columns.requestCount?.every((count) => count === 0)).toBe(true);
    expect(idle.columns.islTokens).toBeUndefined();
    const plan = await planOf('--prometheus');
    const codes = plan.held.map(({ deployment, code }) => [deployment, code]);
    expect(codes).toContainEqual(['idle', 'no-traffic']);
    expect(codes).toContainEqual(['absent', 'no-data']);
  });

  test.each([
    ['absent', {}, 'other graphs serve "Acme/Model", and no frontend has dynamo_namespace "llm-absent"'],
    ['absent', { model: 'x' }, 'no frontend has dynamo_namespace "llm-absent", and none of any graph serves "x"'],
    ['chat', { model: 'x' }, 'the frontend with dynamo_namespace "llm-chat" does not serve "x"'],
    ['bare', {}, '"Acme/Model" is served by a frontend without the label dynamo_namespace'],
    ['chat', { labels: { cluster: 'three' } }, 'its series are there, but without the labels {"cluster":"three"}'],
  ])('says what is there in the place of %s (%j)', async (name, { model = 'Acme/Model', labels }: Look, words) => {
    const fetched: HttpFetch = (url, request) => fetch(url, request);
    const asking = { fetch: fetched, now: () => new Date(), sleep: async () => undefined, random: () => 0 };
    const headers = async () => succeed({});
    const ask = askRange({ address: server.url, headers, timeoutSeconds: 20 }, asking);
    const source = prometheusSource(ask, { labelsOf: () => labels ?? { cluster: 'one' } });
    const namespace = name === 'bare' ? 'bare' : 'llm';
    const found = await source.read({
      graph: { ...{ name, namespace, environment: 'prod', model }, dynamoNamespace: `llm-${name}`, services: [] },
      ...{ startMs: START * 1000, endMs: (START + SECONDS) * 1000, bucketSeconds: 60 },
    });
    expect(found.ok && found.value.kind === 'unavailable' ? found.value.reason : '').toContain(words);
  });

  test('leaves a gap in the scrapes a gap, with its coverage', async () => {
    const { columns } = await seriesOf('gap');
    expect(columns.requestCount?.[15]).toBe(600);
    expect(columns.requestCount?.[17]).toBeNaN();
    expect(columns.coverage?.[17]).toBeLessThan(0.2);
    expect(columns.coverage?.[15]).toBe(1);
  });

  test('gives the same plan as a recording of it, digit for digit', async () => {
    const [live, recorded] = [await planOf('--prometheus'), await planOf('--metrics', 'metrics')];
    expect(live.targets.length).toBeGreaterThan(2);
    expect(recorded.targets).toEqual(live.targets);
    const known = ({ held }: Plan) => held.filter(({ deployment }) => deployment !== 'absent');
    expect(known(recorded)).toEqual(known(live));
    expect(recorded.held.map(({ deployment, code }) => [deployment, code])).toEqual(
      live.held.map(({ deployment, code }) => [deployment, code]),
    );
    const one = await call(
      'record',
      '--prometheus',
      '--at',
      AT,
      '--since',
      '30m',
      '--graph',
      'chat',
      '--out',
      'one.json',
    );
    expect(one).toMatchObject({ exitCode: 0, stderr: '' });
    const ofOne = await planOf('--metrics', 'one.json');
    expect(ofOne.targets).toEqual(live.targets.filter(({ deployment }) => deployment === 'chat'));
  });

  test('shows with explain what was asked for every measured number', async () => {
    await write('plan.json', JSON.stringify(await planOf('--prometheus')));
    const { stdout, stderr } = await call('explain', 'plan.json', '--service', 'chat/decode');
    expect(stderr).toBe('');
    const line = stdout.replace(/\s+/g, ' ');
    expect(line).toContain('asked requestCount by query 1, islTokens by query 2, ');
    expect(line).toContain(
      'Queries 1 sum(increase(dynamo_frontend_requests_total{dynamo_namespace="llm-chat",namespace',
    );
    const whole = await call('explain', 'plan.json');
    const asked = whole.stdout.replace(/\s+/g, '').match(/input_sequence_tokens_sum{dynamo_namespace="llm-chat"/g);
    expect(asked).toHaveLength(1);
  });

  test('names no address in the plan, and equal numbers have equal digests', async () => {
    const [once, again] = [await planOf('--prometheus'), await planOf('--prometheus', `${server.url}/`)];
    expect(once.inputs.metrics).toMatchObject({ file: 'prometheus', source: 'Prometheus, 4 graphs' });
    expect(JSON.stringify(once)).not.toContain('127.0.0.1');
    expect(again).toEqual(once);
  });

  test('writes a recording that the schema takes, a line a bucket, with the query of every column', async () => {
    const text = await readFile(join(folder, 'metrics/prod/llm/chat.json'), 'utf8');
    const recording = parseJsonDocument(recordingSchema, text, 'chat.json');
    if (!recording.ok) throw new Error(JSON.stringify(recording.error));
    expect(text.split('\n').filter((line) => /^ {8}\[.*\],?$/.test(line))).toHaveLength(30);
    const [chat] = recording.value.graphs;
    expect(Object.keys(chat?.queries ?? {}).sort()).toEqual([...(chat?.columns ?? [])].sort());
    expect(chat?.queries?.islTokens).toBe(
      'sum(increase(dynamo_frontend_input_sequence_tokens_sum{dynamo_namespace="llm-chat",namespace=~"llm|",cluster="one",model=~"(?i:Acme/Model)"}[60s])) / ' +
        'sum(increase(dynamo_frontend_input_sequence_tokens_count{dynamo_namespace="llm-chat",namespace=~"llm|",cluster="one",model=~"(?i:Acme/Model)"}[60s]))',
    );
    expect((await readdir(join(folder, 'metrics/prod/llm'))).sort()).toEqual([
      'chat.json',
      'gap.json',
      'idle.json',
      'odd.json',
    ]);
  });

  test('replaces an earlier recording and nothing else', async () => {
    const again = await call('record', '--at', AT, '--since', '30m', '--graph', 'chat', '--out', 'metrics');
    expect(again.exitCode).toBe(0);
    const config = await call('record', '--at', AT, '--since', '30m', '--graph', 'chat', '--out', PROFILE);
    expect(config).toMatchObject({ exitCode: 1, stdout: '' });
    expect(config.stderr).toBe(
      `error: ${PROFILE}: exists and is not a recording, so it is not replaced (name another file)\n`,
    );
    const git = await call('record', '--at', AT, '--since', '30m', '--graph', 'chat', '--out', '.git/metrics.json');
    expect(git.stderr).toBe(
      'error: .git/metrics.json: lies in a folder of git, where no recording belongs (name another file)\n',
    );
  });

  test.each([
    [['--since', '7x'], '--since "7x" is not a duration (such as 7d, 36h or 90m'],
    [['--since', '400d'], '--since 400d is longer than 90 days'],
    [['--graph', 'chta'], '--graph "chta" names no graph of the config (there are: prod/llm/absent, prod/llm/chat'],
  ])('answers record %j with one line', async (words, line) => {
    const { exitCode, stderr, stdout } = await call('record', '--out', 'nothing', ...words);
    expect({ exitCode, stdout, lines: stderr.trim().split('\n').length }).toEqual({
      exitCode: 1,
      stdout: '',
      lines: 1,
    });
    expect(stderr).toContain(line);
  });

  test('asks for long times in several stretches', async () => {
    const long = await call('record', '--at', AT, '--since', '9d', '--graph', 'chat', '--out', 'long.json');
    expect(long).toMatchObject({ exitCode: 0, stderr: '' });
    const read = readRecording(await readFile(join(folder, 'long.json'), 'utf8'), 'long.json');
    const requestCount = read.ok ? read.value.series[0]?.columns.requestCount : undefined;
    expect(requestCount?.length).toBe(9 * 24 * 60);
    expect(requestCount?.subarray(-30)).toEqual((await seriesOf('chat')).columns.requestCount);
    expect(requestCount?.subarray(0, -30).every(Number.isNaN)).toBe(true);
  });
});
