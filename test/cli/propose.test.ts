import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { digestOf, mergeRequestSchema, type Plan } from '../../api/index.ts';
import { VERSION } from '../../cli/version.ts';
import {
  CHAT,
  CONFIG,
  chatPlan,
  chatTargets,
  commitAll,
  DGD,
  ENVIRONMENT,
  git,
  manifestOf,
  NOW,
  PINS,
  pinsOf,
  plannedFrom,
  planOf,
  removeTemporaryFolders,
  repositoryWith,
  temporaryFolder,
  writeFiles,
} from '../gitops/sandbox.ts';
import { callCli } from './call.ts';

afterAll(removeTemporaryFolders);

const BRANCH = 'dynamo-gitops/prod/chat';
const MORE = chatPlan({ prefill: 3, decode: 6 });

/** A repository with a config, and a plan beside it that is not committed. */
function checkout(plan: Plan, config = CONFIG): string {
  const folder = repositoryWith({ ...CHAT, 'dynamo-gitops.yaml': config, '.gitignore': '/plan.json\n' });
  writePlan(folder, plan);
  return folder;
}

function writePlan(folder: string, plan: Plan): void {
  const config = join(folder, 'dynamo-gitops.yaml');
  const planned = existsSync(config) ? plannedFrom(plan, readFileSync(config, 'utf8')) : plan;
  writeFileSync(join(folder, 'plan.json'), JSON.stringify(planned));
}

function propose(cwd: string, ...words: readonly string[]) {
  return callCli(['propose', ...words], { cwd, env: ENVIRONMENT, now: () => NOW });
}

async function record(cwd: string, ...words: readonly string[]) {
  const { exitCode, stdout } = await propose(cwd, '-o', 'json', ...words);
  return { exitCode, document: JSON.parse(stdout) };
}

describe('propose', () => {
  test('shows the merge request as a reviewer sees it', async () => {
    const folder = checkout(MORE);
    const { exitCode, stdout, stderr } = await propose(folder);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(stdout.split('\n').slice(0, 4)).toEqual([
      '!1 scale(prod/chat): prefill 2→3, decode 4→6 (+3 GPU)',
      `open · ${BRANCH} → main`,
      '',
      'Scale up chat (prod): +3 GPUs (prefill 2 → 3, decode 4 → 6).',
    ]);
    expect(stdout).toContain(`--- a/${DGD}\n+++ b/${DGD}\n`);
    expect(stdout).toContain('-      replicas: 2   # sized in March\n+      replicas: 3   # sized in March\n');
    expect(stdout.trimEnd().split('\n').slice(-3)).toEqual([
      `prod/chat: created !1 (${BRANCH} → main)`,
      `  look: git diff main...${BRANCH}`,
      `  merge, on main: git merge ${BRANCH}`,
    ]);
    expect(git(folder, 'diff', '--name-only', `main...${BRANCH}`)).toBe(`${PINS}\n${DGD}\n`);
    expect(git(folder, 'status', '--porcelain')).toBe('');
  });

  test('proposes from a work tree in which git has made the line ends those of Windows', async () => {
    const folder = repositoryWith({ ...CHAT, 'dynamo-gitops.yaml': 'schemaVersion: 1\n' });
    git(folder, 'config', 'core.autocrlf', 'true');
    git(folder, 'rm', '--quiet', '-r', '--cached', '.');
    git(folder, 'reset', '--quiet', '--hard');
    const files = Object.fromEntries([DGD, PINS].map((file) => [file, readFileSync(join(folder, file), 'utf8')]));
    expect(files[DGD]).toContain('\r\n');
    writePlan(folder, chatPlan({ prefill: 3, decode: 6 }, files));
    expect(await propose(folder)).toMatchObject({ exitCode: 0, stderr: '' });
    expect(git(folder, 'diff', '--numstat', 'main', BRANCH)).toBe(`2\t2\t${PINS}\n2\t2\t${DGD}\n`);
    expect(git(folder, 'show', `${BRANCH}:${PINS}`)).not.toContain('\r');
  });

  test('refuses with 3 what the operator of the config would not admit', async () => {
    const owned = (CHAT[DGD] ?? '').replace('    decode:\n', '    decode:\n      minAvailable: 4\n');
    const files = { ...CHAT, [DGD]: owned, 'dynamo-gitops.yaml': 'schemaVersion: 1\noperatorVersion: 1.4.0\n' };
    const folder = repositoryWith(files);
    writePlan(folder, chatPlan({ prefill: 2, decode: 3 }, files));
    const { exitCode, stdout } = await propose(folder);
    expect(exitCode).toBe(3);
    expect(stdout).toContain(`prod/chat: refused: operator 1.4.0 would not admit the result: ${DGD}: `);
    expect(git(folder, 'for-each-ref', '--format=%(refname)')).toBe('refs/heads/main\n');
  });

  test('leaves an audit record for programs', async () => {
    const config = 'schemaVersion: 1\nproposals: {base: main}\n';
    const folder = checkout(MORE, config);
    const plan = plannedFrom(MORE, config);
    const base = git(folder, 'rev-parse', 'main').trim();
    const { exitCode, document } = await record(folder);
    expect(exitCode).toBe(0);
    expect(document).toMatchObject({
      ...{ schemaVersion: 1, kind: 'proposals', dryRun: false, forge: 'local', base: 'main', refused: null },
      ...{ at: NOW.toISOString(), tool: { name: 'dynamo-gitops', version: VERSION } },
      plan: { digest: plan.digest, expiresAt: plan.expiresAt, inputs: plan.inputs },
      proposals: [
        {
          ...{ environment: 'prod', deployment: 'chat', outcome: 'created', reason: null, number: 1, state: 'open' },
          ...{ base: { branch: 'main', commit: base }, branch: BRANCH },
          commit: git(folder, 'rev-parse', BRANCH).trim(),
          ...{ verified: null, url: null, autoMerge: null },
          files: [PINS, DGD].map((file) => ({
            ...{ file, before: digestOf(CHAT[file] ?? '') },
            after: digestOf(git(folder, 'show', `${BRANCH}:${file}`)),
          })),
          changes: [
            { file: PINS, line: 6, service: 'prefill', from: 2, to: 3 },
            { file: PINS, line: 8, service: 'decode', from: 4, to: 6 },
            { file: DGD, line: 10, service: 'prefill', from: 2, to: 3 },
            { file: DGD, line: 12, service: 'decode', from: 4, to: 6 },
          ],
        },
      ],
    });
    const stored = JSON.parse(git(folder, 'show', 'refs/dynamo-gitops/mr/1:merge-request.json'));
    expect(mergeRequestSchema.parse(stored)).toMatchObject({ body: document.proposals[0].body });
  });

  test('leaves the same record where there is nothing to do, and where a proposal is closed', async () => {
    const folder = checkout(MORE);
    await propose(folder);
    writePlan(folder, chatPlan({ prefill: 2, decode: 4 }));
    const closed = (await record(folder)).document.proposals[0];
    expect(closed).toMatchObject({
      ...{ outcome: 'closed', number: 1, state: 'closed', files: [] },
      ...{ reason: expect.stringContaining('leaves every number as it is') },
      changes: [
        { from: 2, to: 3 },
        { from: 4, to: 6 },
        { from: 2, to: 3 },
        { from: 4, to: 6 },
      ],
    });
    const { exitCode, document } = await record(folder);
    expect(exitCode).toBe(0);
    expect(document).toMatchObject({
      ...{ kind: 'proposals', at: NOW.toISOString(), base: 'main', held: [] },
      plan: { inputs: MORE.inputs },
      proposals: [
        {
          ...{ outcome: 'nothing-to-do', reason: 'every number is what it should be', branch: BRANCH, commit: null },
          ...{ base: { branch: 'main', commit: git(folder, 'rev-parse', 'main').trim() }, number: null, url: null },
          ...{ verified: null, autoMerge: null, files: [], changes: [], body: null, diff: null },
        },
      ],
    });
    expect(Object.keys(document.proposals[0])).toEqual(Object.keys(closed));
  });

  test('records what was done before it failed, beside why it failed', async () => {
    const search = { manifest: 'dist/prod/search/graph.yaml', pins: 'apps/search/pins/prod/search.yaml' };
    const files = {
      ...CHAT,
      [search.manifest]: manifestOf('search', { prefill: 1, decode: 1 }),
      [search.pins]: pinsOf('search', { prefill: 1, decode: 1 }),
      'dynamo-gitops.yaml': 'schemaVersion: 1\nproposals: {autoMerge: {method: merge, environments: [prod]}}\n',
    };
    const folder = repositoryWith(files);
    // A branch of that name leaves no room for one below it.
    git(folder, 'branch', 'dynamo-gitops/prod/search/mine');
    const targets = [
      ...chatTargets(files, { prefill: 3, decode: 6 }),
      ...chatTargets(files, { prefill: 2, decode: 1 }, { graph: 'search', ...search }),
    ];
    writePlan(folder, planOf(targets));
    const { exitCode, document } = await record(folder);
    expect(exitCode).toBe(1);
    expect(document).toMatchObject({
      kind: 'proposals',
      problems: [{ message: expect.stringContaining('stands in the way of') }],
      proposals: [
        {
          ...{ deployment: 'chat', outcome: 'created', number: 1, commit: git(folder, 'rev-parse', BRANCH).trim() },
          autoMerge: { isOn: false, reason: 'the embedded forge merges nothing by itself' },
        },
      ],
    });
    writePlan(folder, planOf(targets.slice(0, 2)));
    expect((await propose(folder)).stdout).toContain(
      '  merges: by people: the embedded forge merges nothing by itself\n',
    );
  });

  test('does the same once, however often it is called', async () => {
    const folder = checkout(MORE);
    await propose(folder);
    const refs = git(folder, 'for-each-ref');
    const { exitCode, document } = await record(folder);
    expect(exitCode).toBe(0);
    expect(document.proposals[0]).toMatchObject({
      ...{ outcome: 'unchanged', number: 1, commit: git(folder, 'rev-parse', BRANCH).trim() },
    });
    expect((await propose(folder)).stdout).toBe(
      `prod/chat: unchanged !1\n  look: git diff main...${BRANCH}\n  merge, on main: git merge ${BRANCH}\n`,
    );
    expect(git(folder, 'for-each-ref')).toBe(refs);
  });

  test('updates and closes what is open, and says so', async () => {
    const folder = checkout(MORE);
    await propose(folder);
    writePlan(folder, chatPlan({ prefill: 3, decode: 5 }));
    expect((await record(folder)).document.proposals[0]).toMatchObject({ outcome: 'updated', number: 1 });
    writePlan(folder, chatPlan({ prefill: 2, decode: 4 }));
    const { exitCode, stdout } = await propose(folder);
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^prod\/chat: closed !1: plan sha256:[0-9a-f]{64} leaves every number as it is\n$/);
    expect((await propose(folder)).stdout).toBe('prod/chat: nothing to do: every number is what it should be\n');
  });

  test('writes nothing in a dry run, and shows what it would write', async () => {
    const folder = checkout(MORE);
    const refs = git(folder, 'for-each-ref');
    const { exitCode, stdout } = await propose(folder, '--dry-run');
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^scale\(prod\/chat\): prefill 2→3, decode 4→6 \(\+3 GPU\)\ndry run · /);
    expect(stdout).toContain('+    replicas: 6\n');
    expect(stdout).toMatch(/prod\/chat: would be created \(.* → main\)\n$/);
    const { document } = await record(folder, '--dry-run');
    expect(document.proposals[0]).toMatchObject({ outcome: 'created', number: null, commit: null });
    expect(git(folder, 'for-each-ref')).toBe(refs);
  });

  test('shows what an expired plan would have been, only in a dry run', async () => {
    const folder = checkout(planOf(MORE.targets, { expiresAt: '2026-09-19T09:30:00.000Z' }));
    const refs = git(folder, 'for-each-ref');
    const { exitCode, stdout } = await propose(folder, '--dry-run');
    expect(exitCode).toBe(3);
    expect(stdout).toContain('Scale up chat (prod): +3 GPUs');
    expect(stdout).toMatch(/\n\nRefused: the plan expired at 2026-09-19T09:30:00\.000Z; [^\n]*\n$/);
    const { document } = await record(folder, '--dry-run');
    expect(document.refused).toContain('the plan expired');
    expect(document.proposals[0]).toMatchObject({ outcome: 'created' });
    expect(git(folder, 'for-each-ref')).toBe(refs);
  });

  test('says what is held and why, and ends with 3 where that is all that was planned', async () => {
    const held = (deployment: string, code: 'no-data' | 'owner' | 'not-planned', service: string | null = null) => ({
      ...{ deployment, namespace: 'serving', environment: 'prod', service, code },
      reason: `${deployment} has\u001b[31m a reason`,
    });
    const items = [held('chat', 'no-data'), held('search', 'owner', 'decode'), held('lab', 'not-planned')];
    const folder = checkout(planOf([], { held: items }));
    const { exitCode, stdout } = await propose(folder);
    expect({ exitCode, lines: stdout.split('\n') }).toEqual({
      exitCode: 3,
      lines: [
        'prod/chat is held: chat has\ufffd[31m a reason',
        'prod/search/decode is held: search has\ufffd[31m a reason',
        'Nothing was proposed: everything that was planned is held.',
        '',
      ],
    });
    expect((await record(folder)).document.held).toEqual(items.slice(0, 2));

    writePlan(folder, planOf(chatPlan({ prefill: 2, decode: 4 }).targets, { held: [held('search', 'no-data')] }));
    const partly = await propose(folder);
    expect(partly.exitCode).toBe(0);
    expect(partly.stdout).toContain('prod/search is held: search has');
    for (const nobody of [[], [held('lab', 'not-planned')]]) {
      writePlan(folder, planOf([], { held: nobody }));
      expect(await propose(folder)).toMatchObject({ exitCode: 0, stdout: 'Nothing to do: the plan has no target.\n' });
    }
  });

  test('has nothing to do once the plan is merged', async () => {
    const folder = checkout(MORE);
    await propose(folder);
    git(folder, 'merge', '--quiet', '--no-edit', BRANCH);
    const { exitCode, stdout } = await propose(folder);
    expect({ exitCode, stdout }).toEqual({
      exitCode: 0,
      stdout: 'prod/chat: nothing to do: already merged, by !1\n',
    });
  });

  test('estimates the cost only where the config has a price', async () => {
    const pricing = 'pricing: {currency: EUR, perGpuHour: 2.5, source: list price}\n';
    const { stdout } = await propose(checkout(MORE, `schemaVersion: 1\n${pricing}`), '--dry-run', '-o', 'markdown');
    expect(stdout).toContain('+3 GPUs (`prefill` 2 → 3, `decode` 4 → 6), about +7.50 EUR/h.');
    expect((await propose(checkout(MORE), '--dry-run', '-o', 'markdown')).stdout).not.toContain('/h');
  });

  test('ends with 3 where the plan has expired, and where somebody else wrote to the branch', async () => {
    const expired = await propose(checkout(planOf(MORE.targets, { expiresAt: '2026-09-19T09:30:00.000Z' })));
    expect(expired).toEqual({
      exitCode: 3,
      stdout:
        'Refused: the plan expired at 2026-09-19T09:30:00.000Z; its numbers no longer speak of now, so run plan again.\n',
      stderr: '',
    });

    const folder = checkout(MORE);
    await propose(folder);
    git(folder, 'checkout', '--quiet', BRANCH);
    writeFiles(folder, { 'README.md': 'Looks good, with a note.\n' });
    commitAll(folder, 'note');
    git(folder, 'checkout', '--quiet', 'main');
    const { exitCode, document } = await record(folder);
    expect(exitCode).toBe(3);
    expect(document.proposals[0].outcome).toBe('refused');
    expect(document.proposals[0].reason).toContain('a commit that is not ours');
  });

  test('ends with 1 and one line where the branch holds another file than the plan was made from', async () => {
    const folder = checkout(MORE);
    writeFiles(folder, { [DGD]: `${CHAT[DGD]}# later\n` });
    commitAll(folder, 'later');
    expect(await propose(folder)).toEqual({
      exitCode: 1,
      stdout: '',
      stderr: `error: ${DGD}: is another file on branch "main" than the plan was made from (commit it there if it is not, or run plan again)\n`,
    });
  });

  test('ends with 1 and one line where the plan has no name, or a limit is beyond all numbers', async () => {
    const folder = checkout(MORE, 'schemaVersion: 1\n');
    const unnamed = await callCli(['propose', ''], { cwd: folder, env: ENVIRONMENT, now: () => NOW });
    expect(unnamed).toMatchObject({
      exitCode: 1,
      stderr: 'error: the name of a file is empty (see dynamo-gitops propose --help)\n',
    });
    writeFiles(folder, { 'dynamo-gitops.yaml': 'schemaVersion: 1\nproposals: {maxOpen: 1e99}\n' });
    expect((await propose(folder)).stderr).toBe(
      'error: dynamo-gitops.yaml:2:22: proposals.maxOpen: must be at most 10000, not 1e+99\n',
    );
  });

  test('ends with 1 and one line where there is no config, no repository, no base or no such forge', async () => {
    const empty = temporaryFolder();
    writePlan(empty, MORE);
    expect((await propose(empty)).stderr).toMatch(/^error: dynamo-gitops\.yaml: does not exist [^\n]*\n$/);
    writeFiles(empty, { 'dynamo-gitops.yaml': 'schemaVersion: 1\n' });
    expect((await propose(empty)).stderr).toMatch(/^error: this folder is not in a git repository [^\n]*\n$/);
    const folder = checkout(MORE, 'schemaVersion: 1\nproposals: {base: release}\n');
    const { exitCode, stderr } = await propose(folder);
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/^error: the branch "release", which proposals are merged into, does not exist [^\n]*\n$/);
    expect((await propose(folder, '--forge', 'gitlab')).stderr).toMatch(
      /^error: [^\n]*Allowed choices are local, github\.[^\n]*\n$/,
    );
  });

  test('holds what is more than the config wants to be open, and ends with 3 where that is all', async () => {
    const search = {
      ...{ graph: 'search', manifest: 'dist/prod/search/graph.yaml' },
      pins: 'apps/search/pins/prod/search.yaml',
    };
    const files = {
      ...CHAT,
      [search.manifest]: manifestOf('search', { prefill: 1, decode: 1 }),
      [search.pins]: pinsOf('search', { prefill: 1, decode: 1 }),
      'dynamo-gitops.yaml': 'schemaVersion: 1\nproposals: {maxOpen: 1}\n',
    };
    const folder = repositoryWith(files);
    const both = planOf([
      ...chatTargets(files, { prefill: 3, decode: 6 }),
      ...chatTargets(files, { prefill: 2, decode: 1 }, search),
    ]);
    writePlan(folder, both);
    const reason = '1 proposal is open already, and proposals.maxOpen is 1; merge or close one';
    const { exitCode, document } = await record(folder);
    expect(exitCode).toBe(0);
    expect(document.proposals).toMatchObject([
      { deployment: 'chat', outcome: 'created' },
      { deployment: 'search', outcome: 'held', reason },
    ]);
    writePlan(folder, planOf(chatTargets(files, { prefill: 2, decode: 1 }, search)));
    const alone = await propose(folder);
    expect(alone).toEqual({ exitCode: 3, stderr: '', stdout: `prod/search: held: ${reason}\n` });
    expect(git(folder, 'for-each-ref', '--format=%(refname)', 'refs/heads')).toBe(
      `refs/heads/${BRANCH}\nrefs/heads/main\n`,
    );
  });

  test('proposes what grows only once the status of the plan shows that what shrinks is gone', async () => {
    const folder = checkout(MORE);
    const ledger = (beforeGpus: number) => [{ budget: 'prod', limitGpus: 6, beforeGpus, afterGpus: 6, unknown: [] }];
    writePlan(folder, planOf(chatTargets(CHAT, { prefill: 1, decode: 5 }), { ledger: ledger(6) }));
    const first = await record(folder);
    expect(first.exitCode).toBe(0);
    expect(first.document.proposals[0]).toMatchObject({
      ...{ outcome: 'created', title: 'scale(prod/chat): prefill 2→1 (-1 GPU)' },
      waiting: [
        { service: 'decode', code: 'phase', reason: expect.stringMatching(/^phase 2 of 2: prefill goes from 2 to 1;/) },
      ],
    });
    const again = await propose(folder);
    expect(again.stdout).toContain('prod/chat: unchanged !1\n');
    expect(again.stdout).toContain('prod/chat/decode is held: phase 2 of 2: prefill goes from 2 to 1;');

    git(folder, 'merge', '--quiet', '--no-edit', BRANCH);
    const files = {
      [DGD]: manifestOf('chat', { prefill: 1, decode: 4 }),
      [PINS]: pinsOf('chat', { prefill: 1, decode: 4 }),
    };
    const live = (prefill: number): string =>
      JSON.stringify({
        kind: 'List',
        items: [
          {
            ...{ apiVersion: 'nvidia.com/v1alpha1', kind: 'DynamoGraphDeployment' },
            metadata: { name: 'chat', namespace: 'serving' },
            status: { services: { prefill: { replicas: prefill }, decode: { replicas: 4 } } },
          },
        ],
      });
    const status = (prefill: number) => {
      writeFileSync(join(folder, 'status.json'), live(prefill));
      const inputs = { ...MORE.inputs, status: { file: 'status.json', digest: digestOf(live(prefill)) } };
      const targets = chatTargets(files, { prefill: 1, decode: 5 });
      writePlan(folder, planOf(targets, { inputs, ledger: ledger(5), createdAt: '2026-09-19T09:30:00.000Z' }));
    };
    status(2);
    const waiting = await propose(folder);
    expect(waiting.exitCode).toBe(3);
    expect(waiting.stdout).toContain(
      'prod/chat: held: phase 2 of 2: !1 took prefill from 2 to 1, and 2 of its replicas',
    );
    status(1);
    writeFileSync(join(folder, 'other.json'), live(0));
    expect((await propose(folder, '--status', 'other.json')).stderr).toBe(
      'error: other.json: is not the status of the plan (give it to plan, then propose that plan)\n',
    );
    renameSync(join(folder, 'status.json'), join(folder, 'elsewhere.json'));
    expect((await propose(folder)).exitCode).toBe(3);
    expect((await record(folder, '--status', 'elsewhere.json')).document.proposals[0]).toMatchObject({
      ...{ outcome: 'created', title: 'scale(prod/chat): decode 4→5 (+1 GPU)', waiting: [] },
    });
  }, 30_000);

  test('closes what the operator would no longer admit, and still ends with 3', async () => {
    const owned = (CHAT[DGD] ?? '').replace('    decode:\n', '    decode:\n      minAvailable: 4\n');
    const files = { ...CHAT, [DGD]: owned, 'dynamo-gitops.yaml': CONFIG };
    const folder = repositoryWith(files);
    writePlan(folder, chatPlan({ prefill: 2, decode: 6 }, files));
    await propose(folder);
    writePlan(folder, chatPlan({ prefill: 2, decode: 3 }, files));
    const { exitCode, stdout } = await propose(folder);
    expect(exitCode).toBe(3);
    expect(stdout).toMatch(/^prod\/chat: closed !1: operator 1\.4\.0 would not admit the result: /);
    expect(git(folder, 'for-each-ref', '--format=%(refname)', 'refs/heads')).toBe('refs/heads/main\n');
  });

  test('closes what is open of a graph that is frozen, and says what becomes of one without data', async () => {
    const held = (code: 'freeze' | 'no-data', reason: string) => [
      { deployment: 'chat', namespace: 'serving', environment: 'prod', service: null, code, reason },
    ];
    const folder = checkout(MORE);
    await propose(folder);
    const later = { createdAt: '2026-09-19T09:30:00.000Z' };
    writePlan(folder, planOf([], { ...later, held: held('no-data', 'no sample') }));
    expect(await propose(folder)).toMatchObject({
      exitCode: 3,
      stdout:
        'prod/chat: held !1: !1 stays open until its plan expires at 2026-09-20T09:00:00.000Z, though the plan has no number: no sample\n\nprod/chat is held: no sample\n',
    });
    writePlan(folder, planOf([], { ...later, held: held('freeze', 'frozen until Monday') }));
    expect(await propose(folder)).toMatchObject({
      exitCode: 0,
      stdout:
        'prod/chat: closed !1: prod/chat is held: frozen until Monday\n\nprod/chat is held: frozen until Monday\n',
    });
  });
});
