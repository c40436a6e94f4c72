import { execFileSync } from 'node:child_process';
import { chmodSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { digestOf, formatProblem, type Plan } from '../../api/index.ts';
import { type Forge, openRepository, type Proposal, type ProposeInput, propose } from '../../gitops/index.ts';
import { lintFiles } from '../../lint/index.ts';
import { readManifest } from '../../manifests/index.ts';
import {
  CHAT,
  chatPlan,
  chatTargets,
  commitAll,
  DGD,
  ENVIRONMENT,
  forgeAt,
  git,
  locationOf,
  manifestOf,
  NOW,
  PINS,
  pinsOf,
  planOf,
  removeTemporaryFolders,
  repositoryWith,
  targetOf,
  temporaryFolder,
  writeFiles,
} from './sandbox.ts';

afterAll(removeTemporaryFolders);

const BRANCH = 'dynamo-gitops/prod/chat';
const MORE = chatPlan({ prefill: 3, decode: 6 });

async function run(forge: Forge, plan: Plan, overrides: Partial<ProposeInput> = {}): Promise<readonly Proposal[]> {
  const result = await propose({ plan, forge, base: 'main', now: NOW, ...overrides });
  if (!result.ok) throw new Error(result.error.map(formatProblem).join('\n'));
  if (result.value.kind === 'refused') throw new Error(result.value.reason);
  return result.value.proposals;
}

async function problemsOf(forge: Forge, plan: Plan, overrides: Partial<ProposeInput> = {}): Promise<readonly string[]> {
  const result = await propose({ plan, forge, base: 'main', now: NOW, ...overrides });
  return result.ok ? [] : result.error.map(formatProblem);
}

function outcomes(proposals: readonly Proposal[]): readonly string[] {
  return proposals.map(({ environment, deployment, outcome }) => `${environment}/${deployment} ${outcome}`);
}

/** Everything in a repository that a write could change. */
function fingerprint(folder: string): string {
  return [
    git(folder, 'for-each-ref'),
    git(folder, 'count-objects', '-v'),
    git(folder, 'rev-parse', 'HEAD'),
    git(folder, 'status', '--porcelain'),
  ].join('\n');
}

describe('a proposal', () => {
  test('is one commit with the pin and the rendered number, and leaves work tree, index and HEAD alone', async () => {
    const folder = repositoryWith(CHAT);
    const head = git(folder, 'rev-parse', 'HEAD');
    const index = readFileSync(join(folder, '.git/index'));
    const [proposal] = await run(await forgeAt(folder), MORE);

    expect(proposal?.outcome).toBe('created');
    expect(git(folder, 'diff', '--numstat', 'main', BRANCH)).toBe(`2\t2\t${PINS}\n2\t2\t${DGD}\n`);
    expect(git(folder, 'show', `${BRANCH}:${DGD}`)).toBe(manifestOf('chat', { prefill: 3, decode: 6 }));
    expect(git(folder, 'show', `${BRANCH}:${PINS}`)).toBe(pinsOf('chat', { prefill: 3, decode: 6 }));
    expect(git(folder, 'rev-list', '--count', `main..${BRANCH}`)).toBe('1\n');
    expect(git(folder, 'rev-parse', 'HEAD')).toBe(head);
    expect(git(folder, 'symbolic-ref', 'HEAD')).toBe('refs/heads/main\n');
    expect(readFileSync(join(folder, '.git/index')).equals(index)).toBe(true);
    expect(git(folder, 'status', '--porcelain')).toBe('');
    expect(git(folder, 'fsck', '--strict', '--no-dangling')).toBe('');
    expect(git(folder, 'for-each-ref', '--format=%(refname)')).toBe(
      `refs/dynamo-gitops/mr/1\nrefs/heads/${BRANCH}\nrefs/heads/main\n`,
    );
  });

  test('has a title with the numbers, and a commit message whose trailers git reads', async () => {
    const folder = repositoryWith(CHAT);
    const [proposal] = await run(await forgeAt(folder), MORE);
    const message = git(folder, 'log', '-1', '--format=%B', BRANCH);
    const trailers = execFileSync('git', ['interpret-trailers', '--parse'], { input: message, encoding: 'utf8' });
    expect(proposal?.mergeRequest?.title).toBe('scale(prod/chat): prefill 2→3, decode 4→6 (+3 GPU)');
    expect(message.split('\n')[0]).toBe(proposal?.mergeRequest?.title);
    expect(trailers.trim().split('\n')).toEqual([
      `Plan-Id: ${MORE.digest}`,
      `Plan-Expires: ${MORE.expiresAt}`,
      'Planner-Change: serving/chat/prefill 2->3',
      'Planner-Change: serving/chat/decode 4->6',
    ]);
    expect(git(folder, 'log', '-1', '--format=%an <%ae> %aI', BRANCH).trim()).toBe(
      'dynamo-gitops <dynamo-gitops@users.noreply.invalid> 2026-09-19T10:00:00+00:00',
    );
  });

  test('is recorded with the diff that git itself would apply', async () => {
    const folder = repositoryWith(CHAT);
    const forge = await forgeAt(folder);
    await run(forge, MORE);
    const list = await forge.list();
    const [mergeRequest] = list.ok ? list.value : [];
    if (mergeRequest === undefined) throw new Error('no merge request');
    expect(mergeRequest).toMatchObject({
      number: 1,
      state: 'open',
      base: { branch: 'main', commit: git(folder, 'rev-parse', 'main').trim() },
      head: { branch: BRANCH, commit: git(folder, 'rev-parse', BRANCH).trim() },
      planDigest: MORE.digest,
      createdAt: NOW.toISOString(),
    });
    expect(mergeRequest.changes).toHaveLength(4);
    writeFileSync(join(folder, '../proposal.patch'), mergeRequest.diff);
    git(folder, 'apply', '--index', '../proposal.patch');
    expect(git(folder, 'write-tree')).toBe(git(folder, 'rev-parse', `${BRANCH}^{tree}`));
  });

  test('is the same commit whoever writes it, since clock and author are given', async () => {
    const date = {
      ...ENVIRONMENT,
      GIT_AUTHOR_DATE: '2026-01-01T00:00:00Z',
      GIT_COMMITTER_DATE: '2026-01-01T00:00:00Z',
    };
    const commits: string[] = [];
    for (const folder of [temporaryFolder(), temporaryFolder()]) {
      git(folder, 'init', '--quiet', '--initial-branch=main');
      writeFiles(folder, CHAT);
      git(folder, 'add', '--all');
      execFileSync('git', ['commit', '--quiet', '--message', 'first'], { cwd: folder, env: date });
      await run(await forgeAt(folder), MORE);
      commits.push(git(folder, 'rev-parse', BRANCH, 'refs/dynamo-gitops/mr/1'));
    }
    expect(commits[0]).toBe(commits[1]);
  });

  test('keeps line ends, a byte order mark, a missing final newline and the mode of its files', async () => {
    const files = {
      [DGD]: `\ufeff${CHAT[DGD]}`.replaceAll('\n', '\r\n'),
      [PINS]: (CHAT[PINS] ?? '').trimEnd(),
      '.gitattributes': '* -text\n',
    };
    const folder = repositoryWith(files);
    chmodSync(join(folder, DGD), 0o755);
    commitAll(folder, 'executable');
    const forge = await forgeAt(folder);
    const [proposal] = await run(forge, chatPlan({ prefill: 3, decode: 4 }, files));
    expect(git(folder, 'diff', '--numstat', 'main', BRANCH)).toBe(`1\t1\t${PINS}\n1\t1\t${DGD}\n`);
    expect(git(folder, 'diff', '--summary', 'main', BRANCH)).toBe('');
    expect(git(folder, 'ls-tree', BRANCH, DGD)).toMatch(/^100755 /);
    writeFileSync(join(folder, '../proposal.patch'), proposal?.draft?.diff ?? '');
    git(folder, 'apply', '--check', '../proposal.patch');
  });

  test('works in a bare repository, on a detached HEAD, and under a path with spaces and umlauts', async () => {
    const clone = repositoryWith(CHAT, join(temporaryFolder(), 'mit Leerzeichen und ü "quoted"'));
    git(clone, 'checkout', '--quiet', '--detach');
    const bare = join(temporaryFolder(), 'bare repository.git');
    git(clone, 'clone', '--quiet', '--bare', clone, bare);
    git(bare, 'branch', '--force', 'main', 'HEAD');
    for (const folder of [clone, bare]) {
      expect(outcomes(await run(await forgeAt(folder), MORE))).toEqual(['prod/chat created']);
      expect(git(folder, 'diff', '--numstat', 'main', BRANCH)).toBe(`2\t2\t${PINS}\n2\t2\t${DGD}\n`);
      expect(git(folder, 'fsck', '--strict', '--no-dangling')).toBe('');
    }
    expect(git(clone, 'status', '--porcelain')).toBe('');
    expect(git(clone, 'rev-parse', '--abbrev-ref', 'HEAD')).toBe('HEAD\n');
  });

  test('of a file whose path has spaces, quotes and umlauts edits that file', async () => {
    const manifest = 'dist/mit leerzeichen/é "x"/\'chat\'.yaml';
    const files = { [manifest]: CHAT[DGD] ?? '', [PINS]: CHAT[PINS] ?? '' };
    const folder = repositoryWith(files);
    const targets = chatTargets(files, { prefill: 3, decode: 4 }, { graph: 'chat', manifest, pins: PINS });
    const [proposal] = await run(await forgeAt(folder), planOf(targets));
    expect(git(folder, 'show', `${BRANCH}:${manifest}`)).toBe(manifestOf('chat', { prefill: 3, decode: 4 }));
    writeFileSync(join(folder, '../proposal.patch'), proposal?.draft?.diff ?? '');
    git(folder, 'apply', '--check', '../proposal.patch');
  });

  test('of an autoscaler names it, and its maximum', async () => {
    const manifest = 'dist/prod/chat/hpa.yaml';
    const text = [
      'apiVersion: autoscaling/v2',
      'kind: HorizontalPodAutoscaler',
      'metadata: {name: chat-decode, namespace: serving}',
      'spec:',
      '  scaleTargetRef: {apiVersion: nvidia.com/v1alpha1, kind: DynamoGraphDeploymentScalingAdapter, name: chat-decode}',
      '  minReplicas: 2',
      '  maxReplicas: 4',
      '',
    ].join('\n');
    const graph = manifestOf('chat', { prefill: 2, decode: 4 }).replace(
      /( +)(replicas: 4)/,
      '$1scalingAdapter: {enabled: true}\n$1$2',
    );
    const folder = repositoryWith({ [manifest]: text, [DGD]: graph });
    const { location } = locationOf(manifest, text, ['spec', 'minReplicas']);
    const target = targetOf([location], { service: 'decode', role: 'decode', owner: 'autoscaler', target: 4 });
    const { inputs } = MORE;
    const plan = planOf([target], { inputs: { ...inputs, manifests: [{ file: DGD, digest: digestOf(graph) }] } });
    const [proposal] = await run(await forgeAt(folder), plan);
    expect(proposal?.draft?.body).toContain('4 is the floor of HPA `chat-decode` and its maximum');
    expect(git(folder, 'show', `${BRANCH}:${manifest}`)).toBe(text.replace('minReplicas: 2', 'minReplicas: 4'));
  });

  test('of a graph whose name git does not take as a branch has one that it takes', async () => {
    const pins = 'apps/chat/pins/prod/chat.lock.yaml';
    const numbers = { prefill: 2, decode: 4 };
    const files = { [DGD]: manifestOf('chat.lock', numbers), [pins]: pinsOf('chat.lock', numbers) };
    const folder = repositoryWith(files);
    const names = { graph: 'chat.lock', manifest: DGD, pins };
    const [proposal] = await run(await forgeAt(folder), planOf(chatTargets(files, { prefill: 3, decode: 4 }, names)));
    expect(proposal?.branch).toBe('dynamo-gitops/prod/chat.lock-');
    expect(git(folder, 'rev-parse', '--verify', 'dynamo-gitops/prod/chat.lock-')).toMatch(/^[0-9a-f]{40}\n$/);
  });

  test('is one for each environment and graph, each with its own files', async () => {
    const names = {
      graph: 'search',
      manifest: 'dist/prod/search/graph.yaml',
      pins: 'apps/search/pins/prod/search.yaml',
    };
    const files = {
      ...CHAT,
      [names.manifest]: manifestOf('search', { prefill: 1, decode: 1 }),
      [names.pins]: pinsOf('search', { prefill: 1, decode: 1 }),
    };
    const folder = repositoryWith(files);
    const targets = [
      ...chatTargets(files, { prefill: 3, decode: 4 }),
      ...chatTargets(files, { prefill: 1, decode: 2 }, names),
      ...chatTargets(files, { prefill: 2, decode: 4 }).map((target) => ({ ...target, environment: 'lab' })),
    ];
    const forge = await forgeAt(folder);
    const proposals = await run(forge, planOf(targets));
    expect(outcomes(proposals)).toEqual(['lab/chat nothing-to-do', 'prod/chat created', 'prod/search created']);
    expect(git(folder, 'diff', '--name-only', 'main', BRANCH)).toBe(`${PINS}\n${DGD}\n`);
    expect(git(folder, 'diff', '--name-only', 'main', 'dynamo-gitops/prod/search')).toBe(
      `${names.pins}\n${names.manifest}\n`,
    );
  });
});

describe('proposing again', () => {
  test('writes nothing at all where the open proposal says the same', async () => {
    const folder = repositoryWith(CHAT);
    const forge = await forgeAt(folder);
    await run(forge, MORE);
    const before = fingerprint(folder);
    const later = planOf(MORE.targets, { createdAt: '2026-09-19T11:00:00.000Z' });
    expect(outcomes(await run(forge, MORE))).toEqual(['prod/chat unchanged']);
    expect(outcomes(await run(forge, later))).toEqual(['prod/chat unchanged']);
    expect(fingerprint(folder)).toBe(before);
  });

  test('adds one commit where the numbers are others, and keeps number and age', async () => {
    const folder = repositoryWith(CHAT);
    const forge = await forgeAt(folder);
    const [first] = await run(forge, MORE);
    const later = new Date('2026-09-19T12:00:00.000Z');
    const [second] = await run(forge, chatPlan({ prefill: 2, decode: 5 }), { now: later });
    expect(second?.outcome).toBe('updated');
    expect(second?.mergeRequest).toMatchObject({
      number: 1,
      title: 'scale(prod/chat): decode 4→5 (+1 GPU)',
      createdAt: first?.mergeRequest?.createdAt,
      updatedAt: later.toISOString(),
    });
    expect(git(folder, 'rev-list', '--count', `main..${BRANCH}`)).toBe('2\n');
    expect(git(folder, 'diff', '--numstat', 'main', BRANCH)).toBe(`1\t1\t${PINS}\n1\t1\t${DGD}\n`);
    expect(git(folder, 'rev-list', '--count', 'refs/dynamo-gitops/mr/1')).toBe('2\n');
    expect(git(folder, 'fsck', '--strict', '--no-dangling')).toBe('');
  });

  test('leaves the branch where only other files moved on the base, and follows where its own did', async () => {
    const folder = repositoryWith(CHAT);
    const forge = await forgeAt(folder);
    await run(forge, MORE);
    writeFiles(folder, { 'README.md': 'Hello again.\n' });
    commitAll(folder, 'readme');
    expect(outcomes(await run(forge, MORE))).toEqual(['prod/chat unchanged']);

    const files = { ...CHAT, [DGD]: `# The first line is new.\n${CHAT[DGD]}` };
    writeFiles(folder, files);
    const base = commitAll(folder, 'comment');
    expect(outcomes(await run(forge, chatPlan({ prefill: 3, decode: 6 }, files)))).toEqual(['prod/chat updated']);
    expect(git(folder, 'merge-base', 'main', BRANCH).trim()).toBe(base);
    expect(git(folder, 'diff', '--numstat', 'main', BRANCH)).toBe(`2\t2\t${PINS}\n2\t2\t${DGD}\n`);
  });

  test('closes a proposal that has nothing left to change', async () => {
    const folder = repositoryWith(CHAT);
    const forge = await forgeAt(folder);
    await run(forge, MORE);
    const [closed] = await run(forge, chatPlan({ prefill: 2, decode: 4 }));
    expect(closed?.outcome).toBe('closed');
    expect(closed?.mergeRequest?.state).toBe('closed');
    expect(git(folder, 'branch', '--list', BRANCH)).toBe('');
    expect(outcomes(await run(forge, chatPlan({ prefill: 2, decode: 4 })))).toEqual(['prod/chat nothing-to-do']);
    expect((await run(forge, MORE))[0]?.mergeRequest?.number).toBe(2);
  });

  test('has nothing to do once its numbers are merged, whoever merged them', async () => {
    const folder = repositoryWith(CHAT);
    const forge = await forgeAt(folder);
    await run(forge, MORE);
    git(folder, 'merge', '--quiet', '--no-edit', BRANCH);
    const [merged] = await run(forge, MORE);
    expect([merged?.outcome, merged?.reason]).toEqual(['nothing-to-do', 'already merged, by !1']);

    const other = repositoryWith(CHAT);
    writeFiles(other, {
      [DGD]: manifestOf('chat', { prefill: 3, decode: 6 }),
      [PINS]: pinsOf('chat', { prefill: 3, decode: 6 }),
    });
    commitAll(other, 'by hand');
    const [byHand] = await run(await forgeAt(other), MORE);
    expect([byHand?.outcome, byHand?.reason]).toEqual(['nothing-to-do', '"main" already holds every number']);
  });

  test('from a plan that was merged before leaves what was proposed since alone', async () => {
    const folder = repositoryWith(CHAT);
    const forge = await forgeAt(folder);
    await run(forge, MORE);
    git(folder, 'merge', '--quiet', '--no-edit', BRANCH);
    const files = {
      [DGD]: readFileSync(join(folder, DGD), 'utf8'),
      [PINS]: readFileSync(join(folder, PINS), 'utf8'),
    };
    await run(forge, chatPlan({ prefill: 4, decode: 6 }, files));
    const before = fingerprint(folder);
    const [again] = await run(forge, MORE);
    expect([again?.outcome, again?.reason]).toEqual([
      'nothing-to-do',
      '"main" already holds every number; !2 stays open until a new plan speaks of it',
    ]);
    expect(fingerprint(folder)).toBe(before);
  });

  test('does not close a proposal for a service that the plan holds', async () => {
    const folder = repositoryWith(CHAT);
    const forge = await forgeAt(folder);
    await run(forge, MORE);
    const before = fingerprint(folder);
    const targets = chatTargets(CHAT, { prefill: 2, decode: 4 }).filter((target) => target.service === 'prefill');
    const [proposal] = await run(forge, planOf(targets));
    expect(proposal?.outcome).toBe('nothing-to-do');
    expect(proposal?.reason).toBe('!1 stays open, since the plan has no target for "decode"');
    expect(fingerprint(folder)).toBe(before);
  });

  test('stops at a commit of somebody else on the branch, and overwrites nothing', async () => {
    const folder = repositoryWith(CHAT);
    const forge = await forgeAt(folder);
    await run(forge, MORE);
    git(folder, 'checkout', '--quiet', BRANCH);
    writeFiles(folder, { [PINS]: pinsOf('chat', { prefill: 3, decode: 5 }) });
    const theirs = commitAll(folder, 'five is enough');
    git(folder, 'checkout', '--quiet', 'main');
    // The first run says so in a comment, and no other has anything to add.
    await run(forge, MORE);
    const before = fingerprint(folder);
    for (const plan of [MORE, chatPlan({ prefill: 3, decode: 8 }), chatPlan({ prefill: 2, decode: 4 })]) {
      const [proposal] = await run(forge, plan);
      expect(proposal?.outcome).toBe('refused');
      expect(proposal?.reason).toContain(
        `the branch "${BRANCH}" is at ${theirs.slice(0, 12)}, a commit that is not ours`,
      );
    }
    expect(fingerprint(folder)).toBe(before);
  });

  test('stops at a branch of that name that was never ours', async () => {
    const folder = repositoryWith(CHAT);
    git(folder, 'checkout', '--quiet', '-b', BRANCH);
    writeFiles(folder, { 'README.md': 'Mine.\n' });
    commitAll(folder, 'mine');
    git(folder, 'checkout', '--quiet', 'main');
    const before = fingerprint(folder);
    const [proposal] = await run(await forgeAt(folder), MORE);
    expect(proposal?.outcome).toBe('refused');
    expect(proposal?.reason).toContain('a commit that is not ours');
    expect(fingerprint(folder)).toBe(before);
  });

  test.each(['review', 'on two\nlines'])(
    'moves no branch under the feet of whoever has it checked out, in %j',
    async (name) => {
      const folder = repositoryWith(CHAT);
      const forge = await forgeAt(folder);
      await run(forge, MORE);
      git(folder, 'worktree', 'add', '--quiet', join(temporaryFolder(), name), BRANCH);
      const before = fingerprint(folder);
      expect(outcomes(await run(forge, MORE))).toEqual(['prod/chat unchanged']);
      const [proposal] = await run(forge, chatPlan({ prefill: 3, decode: 8 }));
      expect(proposal?.outcome).toBe('refused');
      expect(proposal?.reason).toContain('is checked out in a work tree');
      expect(fingerprint(folder)).toBe(before);
    },
  );

  test('makes the branch anew where somebody deleted it, under the number it had', async () => {
    const folder = repositoryWith(CHAT);
    const forge = await forgeAt(folder);
    await run(forge, MORE);
    git(folder, 'branch', '--quiet', '-D', BRANCH);
    const [proposal] = await run(forge, MORE);
    expect([proposal?.outcome, proposal?.mergeRequest?.number]).toEqual(['updated', 1]);
    expect(git(folder, 'rev-list', '--count', `main..${BRANCH}`)).toBe('1\n');
  });

  test('opens a new one where a person merged the last with git alone, and says so of the old', async () => {
    const folder = repositoryWith(CHAT);
    const forge = await forgeAt(folder);
    await run(forge, MORE);
    git(folder, 'merge', '--quiet', '--no-ff', '--no-edit', BRANCH);
    const files = {
      [DGD]: readFileSync(join(folder, DGD), 'utf8'),
      [PINS]: readFileSync(join(folder, PINS), 'utf8'),
    };
    expect(outcomes(await run(forge, chatPlan({ prefill: 3, decode: 6 }, files)))).toEqual(['prod/chat nothing-to-do']);
    const before = await forge.list();
    expect(before.ok && before.value.map(({ state }) => state)).toEqual(['merged']);
    const [proposal] = await run(forge, chatPlan({ prefill: 4, decode: 6 }, files));
    expect([proposal?.outcome, proposal?.mergeRequest?.number]).toEqual(['created', 2]);
    const list = await forge.list();
    expect(list.ok && list.value.map(({ number, state }) => [number, state])).toEqual([
      [1, 'merged'],
      [2, 'open'],
    ]);
  });
});

describe('what admission would refuse is not proposed', () => {
  const name = 'clusters/prod/chat.yaml';
  const MORE_DECODE = { prefill: 2, decode: 6 };

  /** A graph with further lines for decode, and a plan that scales decode up. */
  function scaled(decode: readonly string[], spec: readonly string[] = [], wanted = MORE_DECODE) {
    const text = manifestOf('chat', { prefill: 2, decode: 4 })
      .replace('spec:\n', ['spec:', ...spec, ''].join('\n'))
      .replace(/( +)replicas: 4\n/, (line, indent) =>
        [line.trimEnd(), ...decode.map((one) => indent + one), ''].join('\n'),
      );
    const targets = (['prefill', 'decode'] as const).flatMap((service) => {
      const { location, value } = locationOf(name, text, ['spec', 'services', service, 'replicas']);
      const target = wanted[service];
      return [targetOf([location], { service, role: service, current: value, target })];
    });
    return { folder: repositoryWith({ [name]: text }), plan: planOf(targets) };
  }

  test('a count that a scaling adapter owns, in a dry run too', async () => {
    const { folder, plan } = scaled(['scalingAdapter: {enabled: true}']);
    const forge = await forgeAt(folder);
    const before = fingerprint(folder);
    for (const dryRun of [true, false]) {
      const [proposal] = await run(forge, plan, { dryRun });
      expect(proposal).toMatchObject({ outcome: 'refused', draft: undefined });
      expect(proposal?.reason).toContain(
        `operator 1.4.0 would not admit the result: ${name}: spec.services[decode].replicas: "decode" goes from 4 to 6 while its scaling adapter owns the count`,
      );
    }
    expect(fingerprint(folder)).toBe(before);
  });

  test('by the release that is meant: fewer replicas than minAvailable are refused since 1.3', async () => {
    const { folder, plan } = scaled(['minAvailable: 4'], [], { prefill: 2, decode: 3 });
    const forge = await forgeAt(folder);
    const [refused] = await run(forge, plan, { operator: '1.4.0', dryRun: true });
    expect(refused?.outcome).toBe('refused');
    expect(refused?.reason).toContain('minAvailable is 4 and replicas 3');
    const [taken] = await run(forge, plan, { operator: '1.2.0', dryRun: true });
    expect(taken?.outcome).toBe('created');
  });

  test.each([
    ['minReplicas: 2', 'maxReplicas: 4', 5, 'hpa-bounds', 'the least count, 5, is above the most, 4: the API server'],
    [
      'minReplicaCount: 3',
      'idleReplicaCount: 1',
      1,
      'keda-bounds',
      "not fewer than the least count, 1: KEDA's webhook",
    ],
  ] as const)(
    'a floor that %s and %s make an autoscaler of nobody takes',
    async (floor, limit, wanted, rule, words) => {
      const manifest = 'dist/prod/chat/scaler.yaml';
      const isHpa = rule === 'hpa-bounds';
      const text = [
        isHpa ? 'apiVersion: autoscaling/v2' : 'apiVersion: keda.sh/v1alpha1',
        isHpa ? 'kind: HorizontalPodAutoscaler' : 'kind: ScaledObject',
        'metadata: {name: chat-decode, namespace: serving}',
        'spec:',
        '  scaleTargetRef: {apiVersion: nvidia.com/v1alpha1, kind: DynamoGraphDeploymentScalingAdapter, name: chat-decode}',
        ...[`  ${floor}`, `  ${limit}`, ''],
      ].join('\n');
      const graph = manifestOf('chat', { prefill: 2, decode: 4 }).replace(
        /( +)(replicas: 4)/,
        '$1scalingAdapter: {enabled: true}\n$1$2',
      );
      const folder = repositoryWith({ [manifest]: text, [DGD]: graph });
      const [field = ''] = floor.split(':');
      const { location, value } = locationOf(manifest, text, ['spec', field]);
      const about = { service: 'decode', role: 'decode', owner: 'autoscaler' } as const;
      const plan = planOf([targetOf([location], { ...about, graphFiles: [DGD], current: value, target: wanted })]);
      const before = fingerprint(folder);
      const [proposal] = await run(await forgeAt(folder), plan);
      expect(proposal?.outcome).toBe('refused');
      expect(proposal?.reason).toContain(words);
      expect(proposal?.reason).toContain(`(${rule};`);
      expect(fingerprint(folder)).toBe(before);
    },
  );

  test("but what was wrong before stands in nobody's way", async () => {
    const { folder, plan } = scaled([], ['  backendFramework: fortran']);
    const { manifest } = readManifest(name, readFileSync(join(folder, name)));
    const found = lintFiles(manifest === undefined ? [] : [manifest], [], { operator: '1.4.0' });
    expect(found.map(({ severity, rule }) => `${severity} ${rule}`)).toContain('error schema-value');
    const [proposal] = await run(await forgeAt(folder), plan);
    expect(proposal?.outcome).toBe('created');
    expect(git(folder, 'diff', '--numstat', 'main', BRANCH)).toBe(`1\t1\t${name}\n`);
  });

  test('as it is rendered, where a kustomization patches the count of a graph whose base has minAvailable', async () => {
    const base = manifestOf('chat', { prefill: 2, decode: 4 }).replace(
      'replicas: 4',
      'replicas: 4\n      minAvailable: 4',
    );
    const patch = [
      'apiVersion: nvidia.com/v1alpha1',
      'kind: DynamoGraphDeployment',
      'metadata: {name: chat, namespace: serving}',
      'spec: {services: {decode: {replicas: 5}}}',
      '',
    ].join('\n');
    const files = {
      'base/chat.yaml': base,
      'base/kustomization.yaml': 'resources: [chat.yaml]\n',
      'prod/kustomization.yaml': 'resources: [../base]\npatches: [{path: decode.yaml}]\n',
      'prod/decode.yaml': patch,
    };
    const { location } = locationOf('prod/decode.yaml', patch, ['spec', 'services', 'decode', 'replicas']);
    const through = Object.keys(files);
    const planTo = (target: number) =>
      planOf([targetOf([location], { service: 'decode', role: 'decode', current: 5, target, through })]);
    const forge = await forgeAt(repositoryWith(files));
    const [refused] = await run(forge, planTo(3), { dryRun: true });
    expect(refused?.reason).toContain('base/chat.yaml: spec.services[decode]: minAvailable is 4 and replicas 3');
    expect(outcomes(await run(forge, planTo(6), { dryRun: true }))).toEqual(['prod/chat created']);
  });
});

describe('nothing is written', () => {
  test('where a killed git left the lock of the branch, which is named within seconds', async () => {
    const folder = repositoryWith(CHAT);
    const lock = `.git/refs/heads/${BRANCH}.lock`;
    writeFiles(folder, { [lock]: '' });
    const began = performance.now();
    expect(await problemsOf(await forgeAt(folder), MORE)).toEqual([
      `${join(folder, lock)}: git holds the lock of a ref, or was killed and left it; the ref was not moved (if no git runs there, delete this file and try again)`,
    ]);
    expect(performance.now() - began).toBeLessThan(5000);
    expect(git(folder, 'for-each-ref', '--format=%(refname)')).toBe('refs/heads/main\n');
  });

  test('where the open proposal was made from a newer plan, which finished first', async () => {
    const folder = repositoryWith(CHAT);
    const forge = await forgeAt(folder);
    const newer = planOf(chatTargets(CHAT, { prefill: 4, decode: 8 }), { createdAt: '2026-09-19T09:30:00.000Z' });
    const [opened] = await run(forge, newer);
    expect(opened?.mergeRequest?.plannedAt).toBe(newer.createdAt);
    const before = fingerprint(folder);
    for (const older of [MORE, chatPlan({ prefill: 2, decode: 4 })]) {
      const [proposal] = await run(forge, older);
      expect(proposal).toMatchObject({
        outcome: 'refused',
        reason:
          '!1 is of a newer plan (2026-09-19T09:30:00.000Z) than this one (2026-09-19T09:00:00.000Z); run plan again',
      });
    }
    expect(fingerprint(folder)).toBe(before);
    const [same] = await run(forge, newer);
    expect(same?.outcome).toBe('unchanged');
    const newest = planOf(chatTargets(CHAT, { prefill: 3, decode: 8 }), { createdAt: '2026-09-19T09:31:00.000Z' });
    const [updated] = await run(forge, newest);
    expect(updated).toMatchObject({ outcome: 'updated', mergeRequest: { plannedAt: newest.createdAt } });
  });

  test('in a dry run, which shows what would be', async () => {
    const folder = repositoryWith(CHAT);
    const forge = await forgeAt(folder);
    const before = fingerprint(folder);
    const [dry] = await run(forge, MORE, { dryRun: true });
    expect(dry?.outcome).toBe('created');
    expect(dry?.mergeRequest).toBeUndefined();
    expect(fingerprint(folder)).toBe(before);
    const [real] = await run(forge, MORE);
    expect(real?.mergeRequest?.diff).toBe(dry?.draft?.diff);
    expect(real?.mergeRequest?.body).toBe(dry?.draft?.body);
  });

  test('for a plan that expired', async () => {
    const folder = repositoryWith(CHAT);
    const before = fingerprint(folder);
    const late = new Date('2026-09-20T09:00:00.001Z');
    const result = await propose({ plan: MORE, forge: await forgeAt(folder), base: 'main', now: late });
    expect(result).toEqual({
      ok: true,
      value: {
        kind: 'refused',
        reason: `the plan expired at ${MORE.expiresAt}; its numbers no longer speak of now, so run plan again`,
        proposals: [],
      },
    });
    const dry = await propose({ plan: MORE, forge: await forgeAt(folder), base: 'main', now: late, dryRun: true });
    expect(dry).toMatchObject({ ok: true, value: { kind: 'refused', proposals: [{ outcome: 'created' }] } });
    expect(fingerprint(folder)).toBe(before);
  });

  test('for a plan that was changed after it was made', async () => {
    const folder = repositoryWith(CHAT);
    const forge = await forgeAt(folder);
    expect(await problemsOf(forge, { ...MORE, expiresAt: '2027-01-01T00:00:00.000Z' })).toEqual([
      'digest: the plan was changed after it was made: its digest does not match (run plan again)',
    ]);
  });

  test('for any graph where one file is not what the plan was made from', async () => {
    const names = { graph: 'search', manifest: 'dist/search.yaml', pins: 'apps/search/pins/prod/search.yaml' };
    const files = {
      ...CHAT,
      [names.manifest]: manifestOf('search', { prefill: 1, decode: 1 }),
      [names.pins]: pinsOf('search', { prefill: 1, decode: 1 }),
    };
    const folder = repositoryWith(files);
    const targets = [
      ...chatTargets(files, { prefill: 3, decode: 4 }),
      ...chatTargets(files, { prefill: 2, decode: 2 }, names),
    ];
    writeFiles(folder, { [names.manifest]: `${files[names.manifest]}# later\n` });
    commitAll(folder, 'later');
    const before = fingerprint(folder);
    expect(await problemsOf(await forgeAt(folder), planOf(targets))).toEqual([
      'dist/search.yaml: is another file on branch "main" than the plan was made from (commit it there if it is not, or run plan again)',
    ]);
    expect(fingerprint(folder)).toBe(before);
  });

  test('where the base branch does not exist', async () => {
    const folder = repositoryWith(CHAT);
    const empty = temporaryFolder();
    git(empty, 'init', '--quiet', '--initial-branch=main');
    const message = (branch: string) =>
      `the branch "${branch}", which proposals are merged into, does not exist (make a first commit on it, or set proposals.base in dynamo-gitops.yaml)`;
    expect(await problemsOf(await forgeAt(folder), MORE, { base: 'release' })).toEqual([message('release')]);
    expect(await problemsOf(await forgeAt(folder), MORE, { base: '--all' })).toEqual([message('--all')]);
    expect(await problemsOf(await forgeAt(empty), MORE)).toEqual([message('main')]);
  });

  test('through a symbolic link or into a submodule', async () => {
    const folder = repositoryWith({ 'real.yaml': CHAT[DGD] ?? '', [PINS]: CHAT[PINS] ?? '' });
    symlinkSync('real.yaml', join(folder, 'link.yaml'));
    commitAll(folder, 'link');
    git(
      folder,
      'update-index',
      '--add',
      '--cacheinfo',
      `160000,${git(folder, 'rev-parse', 'HEAD').trim()},module.yaml`,
    );
    git(folder, 'commit', '--quiet', '--message', 'module');
    const forge = await forgeAt(folder);
    const planFor = (manifest: string): Plan => {
      const files = { [manifest]: CHAT[DGD] ?? '', [PINS]: CHAT[PINS] ?? '' };
      return planOf(chatTargets(files, { prefill: 3, decode: 4 }, { graph: 'chat', manifest, pins: PINS }));
    };
    expect(await problemsOf(forge, planFor('link.yaml'))).toEqual(['link.yaml: is a symbolic link in the repository']);
    expect(await problemsOf(forge, planFor('module.yaml'))).toEqual(['module.yaml: is a submodule in the repository']);
    expect(await problemsOf(forge, planFor('dist/none.yaml'))).toEqual([
      'dist/none.yaml: does not exist on branch "main" (commit it there if it is not, or run plan again)',
    ]);
  });

  test('where a branch stands in the way of ours', async () => {
    const folder = repositoryWith(CHAT);
    git(folder, 'branch', 'dynamo-gitops/prod');
    expect(await problemsOf(await forgeAt(folder), MORE)).toEqual([
      `the branch "dynamo-gitops/prod" stands in the way of "${BRANCH}" (rename the one that is there)`,
    ]);
    expect(git(folder, 'for-each-ref', 'refs/dynamo-gitops')).toBe('');
  });

  test('where the record of the proposal cannot be read', async () => {
    const folder = repositoryWith(CHAT);
    const forge = await forgeAt(folder);
    await run(forge, MORE);
    const blob = execFileSync('git', ['hash-object', '-w', '--stdin'], { cwd: folder, input: '{"number": 1' });
    const tree = execFileSync('git', ['mktree'], {
      cwd: folder,
      input: `100644 blob ${blob.toString().trim()}\tmerge-request.json\n`,
    });
    const commit = git(folder, 'commit-tree', '-m', `${BRANCH} !1 open`, tree.toString().trim()).trim();
    git(folder, 'update-ref', 'refs/dynamo-gitops/mr/1', commit);
    const before = fingerprint(folder);
    const problems = await problemsOf(forge, chatPlan({ prefill: 3, decode: 8 }));
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatch(
      /^refs\/dynamo-gitops\/mr\/1(:\d+:\d+)?: is not JSON: .* \(git log -p refs\/dynamo-gitops\/mr\/1 /,
    );
    const list = await forge.list();
    expect(list.ok).toBe(false);
    expect(fingerprint(folder)).toBe(before);
  });
});

describe('a repository', () => {
  test('that is none, or lies above the folder, or has no git, is one line each', async () => {
    const outside = temporaryFolder();
    const folder = repositoryWith(CHAT);
    const answers = await Promise.all([
      openRepository(outside, { ...ENVIRONMENT }),
      openRepository(join(folder, 'apps/chat'), ENVIRONMENT),
      openRepository(folder, { ...ENVIRONMENT, PATH: '/nonexistent' }),
    ]);
    expect(answers.map((answer) => (answer.ok ? [] : answer.error.map(formatProblem)))).toEqual([
      ['this folder is not in a git repository (run in a clone, or name it with -C; "git init" makes a new one)'],
      [
        `the repository's root is above this folder, which is its "apps/chat/"; paths of a plan start at the root (run in the repository's root, or name it with -C)`,
      ],
      ['git cannot be started: git ENOENT (install git 2.38 or later and have it on PATH)'],
    ]);
  });

  test('is the one of the folder, whatever an outer git says in the environment', async () => {
    const folder = repositoryWith(CHAT);
    const other = repositoryWith(CHAT);
    const repository = await openRepository(folder, {
      ...ENVIRONMENT,
      GIT_DIR: join(other, '.git'),
      GIT_INDEX_FILE: join(other, '.git/index'),
    });
    expect(repository.ok && repository.value.gitDir).toBe(join(folder, '.git'));
  });
});
