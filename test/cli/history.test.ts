import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { digestOf, type History, historySchema, parseJsonDocument } from '../../api/index.ts';
import {
  CHAT,
  DGD,
  ENVIRONMENT,
  type Files,
  manifestOf,
  PINS,
  pinsOf,
  removeTemporaryFolders,
  repositoryWith,
  temporaryFolder,
  writeFiles,
} from '../gitops/sandbox.ts';
import { callCli } from './call.ts';

afterAll(removeTemporaryFolders);

const NOW = '2026-11-02T12:00:00Z';
const CONFIG = `schemaVersion: 1
deployments:
  - name: chat
    environment: prod
    sla: { ttftMs: 200, itlMs: 15 }
    strategy: { kind: dynamo-sla, profile: profile.json }
`;

const at = (time: string) => ({ ...ENVIRONMENT, GIT_AUTHOR_DATE: time, GIT_COMMITTER_DATE: time });

function gitAt(time: string, folder: string, ...args: readonly string[]): string {
  return execFileSync('git', args, { cwd: folder, env: at(time), encoding: 'utf8', stdio: 'pipe' }).trim();
}

function commitAt(time: string, folder: string, files: Files, message: string): string {
  writeFiles(folder, files);
  gitAt(time, folder, 'add', '--all');
  gitAt(time, folder, 'commit', '--quiet', '--message', message);
  return gitAt(time, folder, 'rev-parse', 'HEAD');
}

const chat = (prefill: number, decode: number): Files => ({
  [DGD]: manifestOf('chat', { prefill, decode }),
  [PINS]: pinsOf('chat', { prefill, decode }),
});

/** A graph of two and four that was there for a year. */
function repository(files: Files = CHAT): string {
  const folder = repositoryWith({ 'dynamo-gitops.yaml': CONFIG });
  commitAt('2025-11-02T12:00:00Z', folder, files, 'the fleet');
  return folder;
}

async function historyOf(folder: string, ...words: readonly string[]) {
  const result = await callCli(['history', '-o', 'json', ...words], {
    ...{ cwd: folder, env: ENVIRONMENT, now: () => new Date(NOW) },
  });
  if (result.exitCode !== 0) throw new Error(result.stderr);
  const history = parseJsonDocument(historySchema, result.stdout, 'stdout');
  if (!history.ok) throw new Error(JSON.stringify(history.error));
  return { ...result, history: history.value };
}

const shortly = ({ changes }: History) =>
  changes.map((one) => `${one.at} ${one.service} ${one.from}→${one.to} ${one.author}`);

describe('history', () => {
  test('tells each change of a number when it was merged, and who made it', async () => {
    const folder = repository();
    const planId = digestOf('a plan');
    const byHand = commitAt('2026-10-20T08:00:00Z', folder, chat(2, 5), 'more decode\n\nNobody planned this.');
    gitAt(NOW, folder, 'checkout', '--quiet', '-b', 'dynamo-gitops/prod/chat');
    commitAt(
      '2026-10-30T09:00:00Z',
      folder,
      chat(3, 7),
      `chat: 3 and 6\n\nPlan-Id: ${planId}\nPlanner-Change: serving/chat/prefill 2->3\nPlanner-Change: serving/chat/decode 5->6`,
    );
    gitAt(NOW, folder, 'checkout', '--quiet', 'main');
    gitAt('2026-10-30T10:00:00Z', folder, 'merge', '--quiet', '--no-ff', '-m', 'Merge', 'dynamo-gitops/prod/chat');
    const merged = gitAt(NOW, folder, 'rev-parse', 'HEAD');
    const { history, stderr } = await historyOf(folder);
    const place = { deployment: 'chat', namespace: 'serving', environment: 'prod' };
    expect(history).toEqual({
      ...{ schemaVersion: 1, kind: 'history', head: merged, since: '2026-10-03T12:00:00Z' },
      changes: [
        {
          ...{ at: '2026-10-20T08:00:00Z', ...place, service: 'decode', from: 4, to: 5 },
          ...{ commit: byHand, author: 'human' },
        },
        {
          ...{ at: '2026-10-30T10:00:00Z', ...place, service: 'prefill', from: 2, to: 3 },
          ...{ commit: merged, planId, author: 'bot' },
        },
        // Somebody put the proposal right before it was merged.
        {
          ...{ at: '2026-10-30T10:00:00Z', ...place, service: 'decode', from: 5, to: 7 },
          ...{ commit: merged, author: 'human' },
        },
      ],
    });
    expect(stderr).toBe('');
  });

  test('shows a table, and writes the document where it is asked to', async () => {
    const folder = repository();
    const commit = commitAt('2026-11-01T08:00:00Z', folder, chat(3, 4), 'more prefill');
    const text = await callCli(['history', '--out', 'history.json'], {
      ...{ cwd: folder, env: ENVIRONMENT, now: () => new Date(NOW) },
    });
    expect(text.stdout).toBe(
      `2026-11-01T08:00:00Z  prod/chat/prefill  2 → 3  by hand  ${commit.slice(0, 12)}\n1 change since 2026-10-03T12:00:00Z; written to history.json\n`,
    );
    const written = parseJsonDocument(historySchema, readFileSync(join(folder, 'history.json'), 'utf8'), 'out');
    expect(written.ok && shortly(written.value)).toEqual(['2026-11-01T08:00:00Z prefill 2→3 human']);
    const markdown = await callCli(['history', '-o', 'markdown'], {
      ...{ cwd: folder, env: ENVIRONMENT, now: () => new Date(NOW) },
    });
    expect(markdown.stdout).toContain('| 2026-11-01T08:00:00Z | `prod/chat/prefill` | 2 → 3 | by hand |');
  });

  test('looks back as far as it is told to, from the time that it is told', async () => {
    const folder = repository();
    commitAt('2026-10-20T08:00:00Z', folder, chat(2, 5), 'one');
    commitAt('2026-11-01T20:00:00Z', folder, chat(2, 6), 'two');
    expect(shortly((await historyOf(folder, '--since', '2d')).history)).toEqual([
      '2026-11-01T20:00:00Z decode 5→6 human',
    ]);
    expect((await historyOf(folder, '--since', '36h', '--at', '2026-11-02T00:00:00Z')).history.since).toBe(
      '2026-10-31T12:00:00Z',
    );
  });

  test('keeps the order of the branch where clocks disagree', async () => {
    const folder = repository();
    commitAt('2026-11-01T09:00:00Z', folder, chat(2, 5), 'one');
    commitAt('2026-11-01T08:00:00Z', folder, chat(2, 6), 'two');
    expect(shortly((await historyOf(folder)).history)).toEqual([
      '2026-11-01T09:00:00Z decode 4→5 human',
      '2026-11-01T08:00:00Z decode 5→6 human',
    ]);
  });

  test('reads through a state that nobody could read, and does not take it for a change', async () => {
    const folder = repository();
    commitAt('2026-10-20T08:00:00Z', folder, { [DGD]: '{{ broken' }, 'oops');
    commitAt('2026-10-20T09:00:00Z', folder, chat(2, 4), 'back');
    commitAt('2026-10-20T10:00:00Z', folder, { [DGD]: 'a: [' }, 'oops again');
    commitAt('2026-10-20T11:00:00Z', folder, chat(2, 6), 'better');
    expect(shortly((await historyOf(folder)).history)).toEqual(['2026-10-20T11:00:00Z decode 4→6 human']);
  });

  test('a graph that was taken away and comes back starts anew', async () => {
    const folder = repository();
    gitAt('2026-10-20T08:00:00Z', folder, 'rm', '--quiet', DGD);
    gitAt('2026-10-20T08:00:00Z', folder, 'commit', '--quiet', '--message', 'gone');
    commitAt('2026-10-21T08:00:00Z', folder, chat(7, 7), 'back');
    expect((await historyOf(folder)).history.changes).toEqual([]);
  });

  test('finds the floor of an autoscaler, and a number in a file of several objects that were in another order', async () => {
    const graph = manifestOf('chat', { prefill: 2, decode: 4 }).replace(
      '    decode:\n',
      '    decode:\n      scalingAdapter: { enabled: true }\n',
    );
    const keda = (min: number) =>
      [
        'apiVersion: keda.sh/v1alpha1',
        'kind: ScaledObject',
        'metadata: { name: chat-decode, namespace: serving }',
        'spec:',
        '  scaleTargetRef:',
        '    apiVersion: nvidia.com/v1alpha1',
        '    kind: DynamoGraphDeploymentScalingAdapter',
        '    name: chat-decode',
        `  minReplicaCount: ${min}`,
        '  maxReplicaCount: 12',
        '',
      ].join('\n');
    const folder = repository({ [DGD]: `${keda(3)}---\n${graph}` });
    commitAt('2026-10-20T08:00:00Z', folder, { [DGD]: `${graph}---\n${keda(5)}` }, 'the other way round');
    expect(shortly((await historyOf(folder)).history)).toEqual(['2026-10-20T08:00:00Z decode 3→5 human']);
  });

  test('a graph of the newer version, whose components are a list', async () => {
    const beta = (decode: number) =>
      [
        'apiVersion: nvidia.com/v1beta1',
        'kind: DynamoGraphDeployment',
        'metadata: { name: chat, namespace: serving }',
        'spec:',
        '  components:',
        '    - { name: prefill, type: prefill, replicas: 1 }',
        `    - { name: decode, type: decode, replicas: ${decode} }`,
        '',
      ].join('\n');
    const folder = repository({ [DGD]: beta(2) });
    commitAt('2026-10-20T08:00:00Z', folder, { [DGD]: beta(3) }, 'three');
    expect(shortly((await historyOf(folder)).history)).toEqual(['2026-10-20T08:00:00Z decode 2→3 human']);
  });

  test('a shallow clone knows nothing of what its oldest commit changed, and says so', async () => {
    const origin = repository();
    commitAt('2026-10-20T08:00:00Z', origin, chat(2, 5), 'one');
    commitAt('2026-10-25T08:00:00Z', origin, chat(2, 6), 'two');
    commitAt('2026-11-01T08:00:00Z', origin, chat(2, 7), 'three');
    const folder = join(temporaryFolder(), 'clone');
    gitAt(NOW, origin, 'clone', '--quiet', '--depth=2', `file://${origin}`, folder);
    const { history, stderr } = await historyOf(folder);
    expect(shortly(history)).toEqual(['2026-11-01T08:00:00Z decode 6→7 human']);
    expect(history.since).toBe('2026-10-25T08:00:01Z');
    expect(stderr).toMatch(/^this clone holds no commit before 2026-10-25T08:00:00.000Z, .*fetch-depth: 0/);
    expect((await historyOf(folder, '--since', '3d')).stderr).toBe('');
  });

  test('a branch that only the remote has is read there', async () => {
    const origin = repository();
    commitAt('2026-11-01T08:00:00Z', origin, chat(2, 7), 'seven');
    const folder = join(temporaryFolder(), 'clone');
    gitAt(NOW, origin, 'clone', '--quiet', `file://${origin}`, folder);
    gitAt(NOW, folder, 'checkout', '--quiet', '--detach');
    gitAt(NOW, folder, 'branch', '--quiet', '-D', 'main');
    expect(shortly((await historyOf(folder)).history)).toEqual(['2026-11-01T08:00:00Z decode 4→7 human']);
  });

  test('reads one branch, and what was merged into it', async () => {
    const folder = repository();
    gitAt(NOW, folder, 'checkout', '--quiet', '-b', 'release');
    commitAt('2026-11-01T08:00:00Z', folder, chat(2, 9), 'nine');
    gitAt(NOW, folder, 'checkout', '--quiet', 'main');
    expect((await historyOf(folder)).history.changes).toEqual([]);
    expect(shortly((await historyOf(folder, '--base', 'release')).history)).toHaveLength(1);
  });

  test.each([
    [
      ['--since', 'yesterday'],
      'error: --since "yesterday" is not a duration (such as 7d, 36h or 90m; see dynamo-gitops history --help)',
    ],
    [
      ['--at', 'now'],
      'error: --at "now" is not a time with a time zone (write it as 2026-11-02T09:30:00Z; see dynamo-gitops history --help)',
    ],
    [['--out', ''], 'error: --out needs a file name (see dynamo-gitops history --help)'],
    [
      ['--base', 'mian'],
      'error: the repository has no commit "mian" (name a branch, a tag or a commit; fetch it first if it is of a remote)',
    ],
    [
      ['--out', 'README.md'],
      'error: README.md: exists and is not a history, so it is not replaced (name another file)',
    ],
  ])('%j is refused in one line', async (words, message) => {
    const result = await callCli(['history', ...words], {
      ...{ cwd: repository(), env: ENVIRONMENT, now: () => new Date(NOW) },
    });
    expect([result.exitCode, result.stderr.trim(), result.stdout]).toEqual([1, message, '']);
  });

  test('outside of a repository there is none', async () => {
    const folder = temporaryFolder();
    writeFiles(folder, { 'dynamo-gitops.yaml': CONFIG, ...CHAT });
    const result = await callCli(['history', '--out', 'h.json'], { cwd: folder, env: ENVIRONMENT });
    expect(result.stderr).toMatch(/^error: this folder is not in a git repository/);
    expect(existsSync(join(folder, 'h.json'))).toBe(false);
  });

  test('trailers that name another change, or no plan, make nobody a bot', async () => {
    const folder = repository();
    const trailers = 'Plan-Id: nonsense\nPlanner-Change: serving/chat/prefill 9->9';
    commitAt('2026-11-01T08:00:00Z', folder, chat(4, 4), `four\n\n${trailers}`);
    const { history } = await historyOf(folder);
    expect(history.changes.map(({ author, planId }) => [author, planId])).toEqual([['human', undefined]]);
  });
});

const RENDERED_DGD = `apiVersion: nvidia.com/v1alpha1
kind: DynamoGraphDeployment
metadata: {name: chat}
spec:
  services:
    prefill: {componentType: worker, subComponentType: prefill, replicas: 2}
    decode: {componentType: worker, subComponentType: decode, replicas: 4}
`;
const BETA_DGD = `apiVersion: nvidia.com/v1beta1
kind: DynamoGraphDeployment
metadata: {name: chat}
spec:
  components:
    - {name: prefill, type: prefill, replicas: 2}
    - {name: decode, type: decode, replicas: 4}
`;
const overlay = (patches: string): string =>
  `apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nnamespace: serving\nresources: [../../base]\npatches:\n${patches}`;
const base = (graph: string): Files => ({
  'dynamo-gitops.yaml': CONFIG.replace('deployments:', 'manifests: [deploy]\ndeployments:').replace(
    'environment: prod',
    'environment: prod\n    namespace: serving',
  ),
  'base/kustomization.yaml': 'resources: [graph.yaml]\n',
  'base/graph.yaml': graph,
});
const CHART: Files = {
  'charts/chat/Chart.yaml': 'apiVersion: v2\nname: chat\nversion: 1.0.0\n',
  'charts/chat/values.yaml': 'decode: {replicas: 2}\n',
  'charts/chat/templates/dgd.yaml': RENDERED_DGD.replace('replicas: 4', 'replicas: {{ .Values.decode.replicas }}'),
};
const application = (helm: string): string =>
  `apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: chat, namespace: argocd}\nspec:\n  destination: {namespace: serving}\n  source:\n    path: charts/chat\n    helm:\n${helm}`;

describe('history of a number that is rendered from elsewhere', () => {
  /** Where each number is written, with so many replicas of decode. */
  const SHAPES: readonly (readonly [string, Files, (replicas: number) => Files])[] = [
    [
      'a strategic merge patch',
      { ...base(RENDERED_DGD), 'deploy/prod/kustomization.yaml': overlay('  - path: replicas.yaml\n') },
      (replicas) => ({
        'deploy/prod/replicas.yaml': `kind: DynamoGraphDeployment\napiVersion: nvidia.com/v1alpha1\nmetadata: {name: chat}\nspec: {services: {decode: {replicas: ${replicas}}}}\n`,
      }),
    ],
    [
      'a patch inside a kustomization',
      base(RENDERED_DGD),
      (replicas) => ({
        'deploy/prod/kustomization.yaml': overlay(
          `  - patch: |\n      apiVersion: nvidia.com/v1alpha1\n      kind: DynamoGraphDeployment\n      metadata: {name: chat}\n      spec: {services: {decode: {replicas: ${replicas}}}}\n`,
        ),
      }),
    ],
    [
      'a list of operations',
      {
        ...base(BETA_DGD),
        'deploy/prod/kustomization.yaml': overlay(
          '  - path: operations.yaml\n    target: {kind: DynamoGraphDeployment, name: chat}\n',
        ),
      },
      (replicas) => ({
        'deploy/prod/operations.yaml': `- {op: test, path: /spec/components/1/name, value: decode}\n- op: replace\n  path: /spec/components/1/replicas\n  value: ${replicas}\n`,
      }),
    ],
    [
      'values of a chart',
      { ...base(''), ...CHART, 'deploy/app.yaml': application('      valueFiles: [prod.yaml]\n') },
      (replicas) => ({ 'charts/chat/prod.yaml': `decode:\n  replicas: ${replicas} # sized by hand\n` }),
    ],
    [
      'values inside an Application',
      { ...base(''), ...CHART },
      (replicas) => ({
        'deploy/app.yaml': application(`      values: |\n        decode:\n          replicas: ${replicas}\n`),
      }),
    ],
  ];

  test.each(SHAPES)('is that of %s', async (_what, files, replicas) => {
    const folder = repository({ ...files, ...replicas(5) });
    commitAt('2026-10-20T08:00:00Z', folder, replicas(7), 'seven');
    commitAt('2026-10-21T08:00:00Z', folder, { 'README.md': 'x\n' }, 'words');
    commitAt('2026-10-22T08:00:00Z', folder, replicas(6), 'six\n\nPlan-Id: sha256:0\n');
    expect(shortly((await historyOf(folder)).history)).toEqual([
      '2026-10-20T08:00:00Z decode 5→7 human',
      '2026-10-22T08:00:00Z decode 7→6 human',
    ]);
  });

  test('is not read at a position of a list that was another list', async () => {
    const operation = (place: number, value: number): string =>
      `- {op: test, path: /spec/components/${place}/name, value: ${place === 0 ? 'prefill' : 'decode'}}\n- {op: replace, path: /spec/components/${place}/replicas, value: ${value}}\n`;
    const kustomization = overlay('  - path: operations.yaml\n    target: {kind: DynamoGraphDeployment, name: chat}\n');
    const files = { ...base(BETA_DGD), 'deploy/prod/kustomization.yaml': kustomization };
    const name = 'deploy/prod/operations.yaml';
    const folder = repository({ ...files, [name]: operation(1, 5) });
    commitAt('2026-10-20T08:00:00Z', folder, { [name]: operation(0, 9) + operation(1, 5) }, 'prefill too');
    commitAt('2026-10-21T08:00:00Z', folder, { [name]: operation(0, 9) + operation(1, 8) }, 'more decode');
    expect(shortly((await historyOf(folder)).history)).toEqual(['2026-10-21T08:00:00Z decode 5→8 human']);
  });
});
