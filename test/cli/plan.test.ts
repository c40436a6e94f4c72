import { execFileSync } from 'node:child_process';
import { lstat, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { isSealed, planSchema } from '../../api/index.ts';
import { engine, liveStatus, PROFILE } from '../planner/fleet-fixture.ts';
import { busy, NOTHING, recording } from '../planner/traffic-fixture.ts';
import { callCli } from './call.ts';

const AT = '2026-01-01T00:02:00Z';
const GRAPH = 'dist/prod/chat.yaml';
const PINS = 'apps/shop/pins/prod/chat.yaml';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'dynamo-gitops-plan-'));
  await write('dynamo-gitops.yaml', CONFIG);
  await write(GRAPH, graph({ prefill: '2', decode: '2' }));
  await write(PINS, pins(2, 2));
  await write(PROFILE, JSON.stringify(PROFILE_DOCUMENT));
  await write('metrics.json', JSON.stringify(load(1500)));
});
afterEach(() => rm(folder, { recursive: true }));

async function write(file: string, content: string | Uint8Array): Promise<void> {
  await mkdir(dirname(join(folder, file)), { recursive: true });
  await writeFile(join(folder, file), content);
}

function call(...words: readonly string[]) {
  return callCli(words, { cwd: folder, now: () => new Date('2026-01-01T00:02:00.500Z') });
}

const CONFIG = `schemaVersion: 1
metrics:
  recording: metrics.json
budgets:
  - { name: fleet, gpus: 12 }
deployments:
  - name: chat
    sla: { ttftMs: 200, itlMs: 15 }
    strategy: { kind: dynamo-sla, profile: ${PROFILE}, intervalSeconds: 60, correction: false }
    services:
      decode: { maxStepUp: 2 }
`;

const PROFILE_DOCUMENT = {
  ...{ schemaVersion: 1, kind: 'profile', source: 'made up for a test', model: 'acme/model', gpu: 'none' },
  ...{ backend: 'vllm', tensorParallel: 1 },
  ...engine,
};

const load = (requestCount: number) =>
  recording([{ name: 'chat', namespace: 'llm', buckets: [busy(), busy({ requestCount })] }]);

function graph({ prefill, decode }: { readonly prefill: string; readonly decode: string }): string {
  const worker = (name: string, replicas: string) => `
    ${name}:
      componentType: worker
      subComponentType: ${name}
      replicas: ${replicas}
      resources: { limits: { gpu: "1" } }
      extraPodSpec: { mainContainer: { args: ["--model acme/model"] } }`;
  return `apiVersion: nvidia.com/v1alpha1
kind: DynamoGraphDeployment
metadata:
  name: chat
  namespace: llm
  annotations:
    dynamo-gitops/policy: '{"schemaVersion":1,"app":"shop","environment":"prod","services":{}}'
spec:
  services:${worker('prefill', prefill)}${worker('decode', decode)}
`;
}

function pins(prefill: number, decode: number): string {
  return `schemaVersion: 1
deployment: chat
environment: prod
services:
  prefill: { replicas: ${prefill} }
  decode: { replicas: ${decode} }
`;
}

async function savedPlan() {
  return planSchema.parse(JSON.parse(await readFile(join(folder, 'plan.json'), 'utf8')));
}

async function filesOf(): Promise<readonly string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}

describe('plan', () => {
  test('shows each number with its reason, the budget, and what to do next', async () => {
    const { exitCode, stdout, stderr } = await call('plan', '--at', AT, '--out', 'plan.json');
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(stdout).toBe(`\
Plan for 2026-01-01T00:02:00Z: 2 changes in 1 graph, +3 GPUs
metrics metrics.json · valid until 2026-01-02T00:02:00Z

prod/chat (namespace llm)
  SERVICE  REPLICAS  GPUS   OWNER  WHY
  prefill  2 → 3     2 → 3  graph  25,000 prompt tokens/s ÷ 10,000 per replica = 2.5 → 3
  decode   2 → 4     2 → 4  graph  5,000 output tokens/s ÷ 1,000 per replica = 5 → 5; wants 5, gets
                                   4: at most 2 more than 2 in one plan

Budgets
  fleet  4 → 7 of 12 GPUs

Next: dynamo-gitops propose plan.json
Every step behind a number: dynamo-gitops explain plan.json
`);
  });

  test('writes a sealed plan that names the rendered number and its pin, and every input', async () => {
    await call('plan', '--at', AT, '--out', 'plan.json');
    const plan = await savedPlan();
    expect(isSealed(plan)).toBe(true);
    expect(plan.targets[1]?.locations.map(({ file, document, line, path }) => [file, document, line, path])).toEqual([
      [GRAPH, 0, 19, ['spec', 'services', 'decode', 'replicas']],
      [PINS, 0, 6, ['services', 'decode', 'replicas']],
    ]);
    expect(plan.inputs.metrics.file).toBe('metrics.json');
    expect(plan.inputs.manifests.map(({ file }) => file)).toEqual([GRAPH, PINS]);
    expect(plan.inputs.profiles.map(({ file }) => file)).toEqual([PROFILE]);
  });

  test('says of a time whose plan has expired that it is no plan to propose', async () => {
    await write('metrics.json', JSON.stringify({ ...load(1500), start: '2025-06-01T00:00:00Z' }));
    const { exitCode, stdout } = await call('plan', '--at', '2025-06-01T00:02:00Z', '--out', 'plan.json');
    expect(exitCode).toBe(0);
    expect(stdout).toContain('expired at 2025-06-02T00:02:00Z');
    expect(stdout).toMatch(/This plan has expired already: it speaks of 2025-06-01T00:02:00Z \(--at\)/);
    expect(stdout).not.toContain('dynamo-gitops propose plan.json');
  });

  test('its help says what scale-down waits for, and where the history comes from', async () => {
    const { stdout } = await call('plan', '--help');
    expect(stdout).toContain('No number is lowered without both --status and --history');
    expect(stdout).toContain('dynamo-gitops history --out history.json');
  });

  test('plans for now, to the second, where no time is given', async () => {
    const first = await call('plan', '-o', 'json');
    const second = await call('plan', '--at', AT, '-o', 'json');
    expect(first.stdout).toBe(second.stdout);
  });

  test('proposes nothing once its numbers stand in the manifest and in the pins', async () => {
    await write(GRAPH, graph({ prefill: '3', decode: '5' }));
    await write(PINS, pins(3, 5));
    const { exitCode, stdout } = await call('plan', '--at', AT, '--detailed-exitcode');
    expect(exitCode).toBe(0);
    expect(stdout).toContain('no changes');
    expect(stdout).toContain('Nothing to propose.');
  });

  test('lowers a number only where status and history are given', async () => {
    await write('metrics.json', JSON.stringify(load(500)));
    await write('status.json', JSON.stringify(liveStatus({})));
    await write('history.json', JSON.stringify({ schemaVersion: 1, kind: 'history', changes: [] }));
    const dark = await call('plan', '--at', AT);
    expect(dark.stdout).toMatch(
      /prefill {2}2 .*= 0.83 → 1; wants 1,\n +stays at 2: scale-down waits for --status and --history\n/,
    );
    const seen = await call('plan', '--at', AT, '--status', 'status.json', '--history', 'history.json');
    expect(seen.stdout).toMatch(/prefill {2}2 → 1/);
  });

  test('takes a quota on the GPUs of a namespace for a budget, of the environment whose folder it stands in', async () => {
    const quota = (gpus: string) => `apiVersion: v1
kind: ResourceQuota
metadata: { name: gpus, namespace: llm }
spec: { hard: { requests.nvidia.com/gpu: "${gpus}" } }
`;
    await write('dist/dev/quota.yaml', quota('0'));
    await write('dist/prod/quota.yaml', quota('5'));
    const plan = planSchema.parse(JSON.parse((await call('plan', '--at', AT, '-o', 'json')).stdout));
    expect(plan.targets.reduce((sum, { target }) => sum + target, 0)).toBe(5);
    expect(plan.ledger.map(({ budget, limitGpus, afterGpus }) => [budget, limitGpus, afterGpus])).toEqual([
      ['fleet', 12, 5],
      ['dev/llm/gpus', 0, 0],
      ['prod/llm/gpus', 5, 5],
    ]);
  });

  test('moves the floor of an autoscaler where one drives the service', async () => {
    const adapted = graph({ prefill: '2', decode: '2\n      scalingAdapter: { enabled: true }' });
    await write(
      GRAPH,
      `${adapted}---
apiVersion: keda.sh/v1alpha1
kind: ScaledObject
metadata: { name: chat-decode, namespace: llm }
spec:
  scaleTargetRef: { apiVersion: nvidia.com/v1alpha1, kind: DynamoGraphDeploymentScalingAdapter, name: chat-decode }
  minReplicaCount: 3
  maxReplicaCount: 4
`,
    );
    await rm(join(folder, PINS));
    await call('plan', '--at', AT, '--out', 'plan.json');
    const target = (await savedPlan()).targets[1];
    expect(target).toMatchObject({ owner: 'autoscaler', current: 3, target: 4 });
    expect(target?.graphFiles).toEqual(['dist/prod/chat.yaml']);
    expect(target?.locations.map(({ document, path }) => [document, path])).toEqual([[1, ['spec', 'minReplicaCount']]]);
  });

  test.each([
    ['a pin and a manifest that disagree', PINS, pins(2, 3), /prod\/chat\/decode {2}drift {2}.*chat.yaml:6 says 3/],
    [
      'a number in quotes',
      GRAPH,
      graph({ prefill: '2', decode: '"2"' }),
      /decode {3}unreadable-number {2}replicas is "2"/,
    ],
    ['a number that an alias repeats', GRAPH, graph({ prefill: '&n 2', decode: '*n' }), /decode {3}unreadable-number/],
  ])('holds %s', async (_, file, content, line) => {
    await write(file, content);
    expect((await call('plan', '--at', AT)).stdout).toMatch(line);
  });

  test('says with its exit code what came of it, where that is asked for', async () => {
    const words = ['plan', '--at', AT, '--detailed-exitcode'];
    expect((await call(...words)).exitCode).toBe(2);
    const buckets = [busy(), NOTHING];
    await write('metrics.json', JSON.stringify(recording([{ name: 'chat', namespace: 'llm', buckets }])));
    const held = await call(...words);
    expect(held.exitCode).toBe(3);
    expect(held.stdout).toContain('requestCount is missing');
    expect((await call('plan', '--at', AT)).exitCode).toBe(0);
  });

  const broken: readonly (readonly [string, readonly string[], (() => Promise<void>) | undefined, RegExp])[] = [
    ['a folder that is not there', ['-C', 'nope'], undefined, /^error: -C nope: does not exist\n$/],
    ['a file for a folder', ['-C', 'metrics.json'], undefined, /^error: -C metrics.json: is a file, not a folder\n$/],
    ['an empty status', ['--status', 'e.json'], () => write('e.json', ''), /^error: e.json: is empty: /],
    [
      'an environment that nobody says',
      [],
      async () => write(GRAPH, graph({ prefill: '2', decode: '2' }).replace(/ {2}annotations:\n.*\n/, '')),
      /^error: dynamo-gitops.yaml: deployments\[0\].environment: is not set, and the manifest of "chat" does not say/,
    ],
    ['a recording that is not there', ['--metrics', 'nope.json'], undefined, /^error: nope.json: does not exist\n$/],
    [
      'a recording of the config that is not there',
      [],
      () => rm(join(folder, 'metrics.json')),
      /metrics.json: does not exist \(dynamo-gitops.yaml names it in metrics.recording\)/,
    ],
    ['a folder without recordings', ['--metrics', 'dist'], undefined, /dist: is a folder without recordings/],
    ['an empty recording', ['--metrics', 'e.json'], () => write('e.json', ''), /e.json: is empty: /],
    ['bytes that are no text', ['--metrics', 'b.json'], () => write('b.json', Uint8Array.of(0xff, 0xfe)), /not UTF-8/],
    ['a status that is no list', ['--status', 'metrics.json'], undefined, /metrics.json: is not a list of objects as/],
    ['a time without a zone', ['--at', '2026-01-01T00:02:00'], undefined, /is not a time with a time zone/],
    ['a day that no month has', ['--at', '2026-02-30T00:02:00Z'], undefined, /is not a time/],
    ['no config', [], () => rm(join(folder, 'dynamo-gitops.yaml')), /dynamo-gitops.yaml: does not exist/],
    ['a broken config', [], () => write('dynamo-gitops.yaml', 'a: [\n'), /dynamo-gitops.yaml:\d+:\d+: is not YAML/],
    [
      'a field of the wrong type',
      [],
      () => write('dynamo-gitops.yaml', `schemaVersion: 1\nbudgets:\n  - name: a\n    gpus: many\n`),
      /dynamo-gitops.yaml:4:11: budgets\[0\].gpus: must be a number, not text/,
    ],
    [
      'a field that is missing',
      [],
      () => write('dynamo-gitops.yaml', `schemaVersion: 1\nbudgets:\n  - name: a\n`),
      /dynamo-gitops.yaml:3:5: budgets\[0\].gpus: is missing/,
    ],
    ['no metrics anywhere', [], () => write('dynamo-gitops.yaml', 'schemaVersion: 1\n'), /no metrics are given/],
    [
      'a profile that is not there',
      [],
      () => rm(join(folder, PROFILE)),
      /engine.json: does not exist \(dynamo-gitops.yaml names it in deployments\[0\].strategy.profile\)/,
    ],
    ['a profile of something else', [], () => write(PROFILE, '{}'), /engine.json: is not an engine profile/],
    ['a broken manifest', [], () => write('dist/broken.yaml', 'a: [\n'), /dist\/broken.yaml:\d+:\d+: is not YAML/],
    [
      'no manifests',
      [],
      () => rm(join(folder, 'dist'), { recursive: true }),
      /dist: does not exist \(run dynamo-gitops synth/,
    ],
    ['no graph', [], () => rm(join(folder, GRAPH)), /no graph "chat" is in the manifests .*hold no graph at all/],
    ['a broken pin', [], () => write(PINS, `${pins(2, 2)}more: 1\n`), /pins\/prod\/chat.yaml: unknown field "more"/],
    [
      'the pins of another graph',
      [],
      () => write(PINS, pins(2, 2).replace('chat', 'chart')),
      /holds the pins of prod\/chart/,
    ],
    ['a place where no plan can be written', ['--out', 'dist'], undefined, /dist: is a folder/],
  ];
  test.each(broken)(
    'answers %s with one line and exit code 1, and writes nothing',
    async (_, words, spoil, message) => {
      await spoil?.();
      const before = await filesOf();
      const { exitCode, stdout, stderr } = await call('plan', '--at', AT, '--out', 'plan.json', ...words);
      expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' });
      expect(stderr).toMatch(message);
      expect(stderr).toMatch(/^error: [^\n]+\n$/);
      expect(stderr).not.toMatch(/unexpected failure/);
      expect(await filesOf()).toEqual(before);
    },
  );

  test('says everything that is wrong at once', async () => {
    await rm(join(folder, PROFILE));
    const { stderr } = await call('plan', '--metrics', 'nope.json', '--status', 'none.json');
    expect(stderr.match(/^error: /gm)).toHaveLength(3);
  });
});

describe('plan --out', () => {
  const planTo = (out: string) => call('plan', '--at', AT, '--out', out);

  test.each([
    ['its own config', 'dynamo-gitops.yaml', 'exists and is not a plan, so it is not replaced'],
    ['its own recording', 'metrics.json', 'exists and is not a plan, so it is not replaced'],
    ['a file of code', 'apps/chat/main.ts', 'exists and is not a plan, so it is not replaced'],
    ['a file of git', '.git/HEAD', 'lies in a folder of git, where no plan belongs'],
    ['a new file among those of git', '.GIT/refs/heads/plan', 'lies in a folder of git, where no plan belongs'],
    ['a file of git behind a link', 'sneaky/HEAD', 'lies in a folder of git, where no plan belongs'],
    ['a link to nothing', 'dangling', 'is a symbolic link that leads nowhere'],
    ['a folder', 'dist', 'is a folder, not a file'],
    ['a pipe', 'pipe', 'is a pipe or a device, not a regular file'],
    ['a device', '/dev/null', 'is a pipe or a device, not a regular file'],
    ['its own output', '/dev/stdout', 'is a pipe or a device, not a regular file'],
    ['a file in the list of processes', '/proc/x/y', 'is a pipe or a device, not a regular file'],
    ['a file below a file', 'dynamo-gitops.yaml/x', 'has a file where a folder is needed'],
    ['a file far below a file', 'dynamo-gitops.yaml/x/y/z', 'has a file where a folder is needed'],
    ['a name that no file system takes', 'x'.repeat(300), 'is a name longer than the file system takes'],
  ])('does not replace %s, and says so in one line', async (_, out, message) => {
    await write('apps/chat/main.ts', 'export {};\n');
    await write('.git/HEAD', 'ref: refs/heads/main\n');
    await symlink('.git', join(folder, 'sneaky'));
    await symlink('nowhere', join(folder, 'dangling'));
    execFileSync('mkfifo', [join(folder, 'pipe')]);
    const before = await readdir(folder, { recursive: true });
    const { exitCode, stdout, stderr } = await planTo(out);
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' });
    expect(stderr.startsWith(`error: ${out}: ${message}`)).toBe(true);
    expect(stderr.trimEnd().split('\n')).toHaveLength(1);
    expect(await readdir(folder, { recursive: true })).toEqual(before);
    expect(await readFile(join(folder, 'apps/chat/main.ts'), 'utf8')).toBe('export {};\n');
  });

  test('replaces a plan and an empty file, and writes through a link', async () => {
    await write('empty.json', '');
    await symlink('plans/one.json', join(folder, 'latest.json'));
    await write('plans/one.json', '{"kind": "plan"}');
    for (const out of ['empty.json', 'empty.json', 'latest.json', 'new/folder/plan.json']) {
      expect(await planTo(out)).toMatchObject({ exitCode: 0, stderr: '' });
      expect(planSchema.safeParse(JSON.parse(await readFile(join(folder, out), 'utf8'))).success).toBe(true);
    }
    expect((await lstat(join(folder, 'latest.json'))).isSymbolicLink()).toBe(true);
    expect(await readFile(join(folder, 'plans/one.json'), 'utf8')).toBe(
      await readFile(join(folder, 'latest.json'), 'utf8'),
    );
    expect(await readdir(join(folder, 'plans'))).toEqual(['one.json']);
  });

  test.each(['--out', '--metrics', '--status', '--history'])('wants a name after %s', async (option) => {
    const { exitCode, stderr } = await call('plan', '--at', AT, option, '');
    expect({ exitCode, stderr }).toEqual({
      exitCode: 1,
      stderr: `error: ${option} needs a file name (see dynamo-gitops plan --help)\n`,
    });
  });

  test.each(['dynamo-gitops.yaml', 'metrics.json', PROFILE, PINS])('reads no pipe in the place of %s', async (file) => {
    await rm(join(folder, file));
    execFileSync('mkfifo', [join(folder, file)]);
    const { exitCode, stderr } = await call('plan', '--at', AT);
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(new RegExp(`^error: ${file}: is a pipe or a device, not a regular file [^\\n]*\\n$`));
  });
});

describe('explain', () => {
  beforeEach(async () => {
    await call('plan', '--at', AT, '--out', 'plan.json');
  });

  test('shows the trace of one service, from what was measured to the place of its number', async () => {
    const { exitCode, stdout } = await call('explain', '--service', 'chat/prefill');
    expect(exitCode).toBe(0);
    expect(stdout).toBe(`\
Decided on 2026-01-01T00:02:00Z

prod/chat/prefill: 2 → 3
  observed    1,500 requests completed in the 60 s to 2026-01-01T00:02:00Z, 25 per second
              2 windows of 60 s, none is missing
              1,000 prompt tokens per request on average
              20 ms to the first token on average
  forecast    next window: 1,500 requests, as in the last (constant)
              next window: 1,000 prompt tokens per request, as in the last (constant)
  correction  correction is off, so the factor is 1
  demand      1,500 requests × 1,000 prompt tokens ÷ 60 s × 1 = 25,000 prompt tokens/s
  capacity    profile profiles/engine.json (acme/model on none, vllm, tensor parallelism 1) at 1,000
              prompt tokens: 10,000 prompt tokens/s per GPU × 1 GPU = 10,000 prompt tokens/s per
              replica
  raw         25,000 prompt tokens/s ÷ 10,000 per replica = 2.5 → 3
  target      replicas 2 → 3, GPUs 2 → 3
  where       dist/prod/chat.yaml:13 spec.services.prefill.replicas (replicas in the graph)
              apps/shop/pins/prod/chat.yaml:5 services.prefill.replicas (its pin)
`);
  });

  test('gives the same as a document', async () => {
    const { stdout } = await call('explain', 'plan.json', '--service', 'prod/chat/decode', '-o', 'json');
    expect(JSON.parse(stdout)).toMatchObject({
      ...{ schemaVersion: 1, kind: 'explanation', held: [] },
      targets: [{ service: 'decode', target: 4, guardrails: [{ guardrail: 'step-up', from: 5, to: 4 }] }],
    });
  });

  test.each([
    ['a plan that is not there', ['other.json'], /other.json: does not exist \(dynamo-gitops plan --out/],
    ['something else than a plan', ['metrics.json'], /metrics.json: kind: /],
    [
      'a service that the plan does not have',
      ['--service', 'chat/nope'],
      /no service "chat\/nope" \(it has prod\/chat\/prefill, /,
    ],
    [
      'a service of another graph',
      ['--service', 'chart/decode'],
      /no service "chart\/decode" \(it has prod\/chat\/prefill, prod\/chat\/decode\)/,
    ],
    ['half a name', ['--service', 'decode'], /is not <graph>\/<service>/],
  ])('answers %s with one line', async (_, words, message) => {
    const { exitCode, stdout, stderr } = await call('explain', ...words);
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' });
    expect(stderr).toMatch(message);
  });

  test('knows the services of a graph that is held, and no others', async () => {
    const buckets = [busy(), NOTHING];
    await write('metrics.json', JSON.stringify(recording([{ name: 'chat', namespace: 'llm', buckets }])));
    await call('plan', '--at', AT, '--out', 'plan.json');
    expect((await call('explain', '--service', 'chat/decode')).stdout).toContain('requestCount is missing');
    const { exitCode, stderr } = await call('explain', '--service', 'chat/nope');
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/no service "chat\/nope" \(it has prod\/chat\/prefill, prod\/chat\/decode\)/);
  });

  test('refuses a plan that was changed by hand', async () => {
    const text = await readFile(join(folder, 'plan.json'), 'utf8');
    await write('plan.json', text.replace('"target": 3', '"target": 30'));
    expect((await call('explain')).stderr).toMatch(/was changed after it was made/);
  });
});
