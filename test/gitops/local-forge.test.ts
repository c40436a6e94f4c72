import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { formatProblem, type Result } from '../../api/index.ts';
import { type Forge, type LocalForge, type Proposal, propose } from '../../gitops/index.ts';
import {
  CHAT,
  chatPlan,
  chatTargets,
  commitAll,
  DGD,
  type Files,
  forgeAt,
  git,
  manifestOf,
  NOW,
  PINS,
  pinsOf,
  planOf,
  removeTemporaryFolders,
  repositoryWith,
  temporaryFolder,
  writeFiles,
} from './sandbox.ts';

afterAll(removeTemporaryFolders);

const BRANCH = 'dynamo-gitops/prod/chat';
const LOST = `somebody else moved "${BRANCH}", its base or its merge request (try again)`;
const MORE = chatPlan({ prefill: 3, decode: 6 });
const DONE: Files = {
  [DGD]: manifestOf('chat', { prefill: 3, decode: 6 }),
  [PINS]: pinsOf('chat', { prefill: 3, decode: 6 }),
};

async function opened(folder: string): Promise<LocalForge> {
  const forge = await forgeAt(folder);
  await propose({ plan: MORE, forge, base: 'main', now: NOW });
  return forge;
}

function problemsOf(result: Result<unknown>): readonly string[] {
  return result.ok ? [] : result.error.map(formatProblem);
}

/** Lets nobody on before `count` have arrived. */
function barrier(count: number): () => Promise<void> {
  let open = (): void => undefined;
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  let missing = count;
  return async () => {
    missing -= 1;
    if (missing === 0) open();
    return opened;
  };
}

/** A forge that writes for the first time when everybody has seen what they decide on. */
function startingTogether(forge: Forge, start: () => Promise<void>): Forge {
  let isFirst = true;
  return {
    ...forge,
    write: async (proposal) => {
      if (isFirst) await start();
      isFirst = false;
      return forge.write(proposal);
    },
  };
}

describe('merging in the local forge', () => {
  test('makes a merge commit in the object database alone where the base is not checked out', async () => {
    const folder = repositoryWith(CHAT);
    git(folder, 'checkout', '--quiet', '-b', 'elsewhere');
    const forge = await opened(folder);
    const base = git(folder, 'rev-parse', 'main').trim();
    const head = git(folder, 'rev-parse', BRANCH).trim();
    const merged = await forge.merge(1, { at: NOW, expectedHead: head });
    expect(problemsOf(merged)).toEqual([]);
    expect(git(folder, 'log', '-1', '--format=%P', 'main').trim()).toBe(`${base} ${head}`);
    expect(merged.ok && merged.value.commit).toBe(git(folder, 'rev-parse', 'main').trim());
    expect(git(folder, 'show', `main:${DGD}`)).toBe(DONE[DGD]);
    expect(git(folder, 'for-each-ref', '--format=%(refname)')).toBe(
      'refs/dynamo-gitops/mr/1\nrefs/heads/elsewhere\nrefs/heads/main\n',
    );
    expect(git(folder, 'status', '--porcelain')).toBe('');
    expect(git(folder, 'fsck', '--strict', '--no-dangling')).toBe('');
    expect(problemsOf(await forge.merge(1, { at: NOW }))).toEqual(['!1 is not merged: it is merged already']);
    expect(problemsOf(await forge.merge(2, { at: NOW }))).toEqual(['there is no merge request !2']);
  });

  test('keeps what others merged meanwhile', async () => {
    const folder = repositoryWith(CHAT);
    const forge = await opened(folder);
    writeFiles(folder, { 'README.md': 'Hello again.\n', [DGD]: `# New first line.\n${CHAT[DGD]}` });
    commitAll(folder, 'meanwhile');
    git(folder, 'checkout', '--quiet', '--detach');
    expect(problemsOf(await forge.merge(1, { at: NOW }))).toEqual([]);
    expect(git(folder, 'show', 'main:README.md')).toBe('Hello again.\n');
    expect(git(folder, 'show', `main:${DGD}`)).toBe(`# New first line.\n${DONE[DGD]}`);
  });

  test('refuses a base that is checked out, unless it may move the work tree along', async () => {
    const folder = repositoryWith(CHAT);
    const forge = await opened(folder);
    expect(problemsOf(await forge.merge(1, { at: NOW }))).toEqual([
      '!1 is not merged: "main" is checked out in a work tree (merge it there with git merge)',
    ]);
    writeFileSync(join(folder, 'notes.txt'), 'not tracked\n');
    expect(problemsOf(await forge.merge(1, { at: NOW, checkedOut: 'fast-forward' }))).toEqual([]);
    expect(readFileSync(join(folder, DGD), 'utf8')).toBe(DONE[DGD]);
    expect(git(folder, 'status', '--porcelain')).toBe('?? notes.txt\n');
    const again = await propose({ plan: chatPlan({ prefill: 3, decode: 6 }, DONE), forge, base: 'main', now: NOW });
    expect(again.ok && again.value.kind === 'proposed' && again.value.proposals[0]?.outcome).toBe('nothing-to-do');
  });

  test('does not touch a work tree with changes that are not committed', async () => {
    const folder = repositoryWith(CHAT);
    const forge = await opened(folder);
    writeFiles(folder, { 'README.md': 'Unsaved work.\n' });
    const refs = git(folder, 'for-each-ref');
    expect(problemsOf(await forge.merge(1, { at: NOW, checkedOut: 'fast-forward' }))).toEqual([
      'the work tree has changes that are not committed, so it is not moved (commit or put them away first)',
    ]);
    expect(git(folder, 'for-each-ref')).toBe(refs);
    expect(readFileSync(join(folder, DGD), 'utf8')).toBe(CHAT[DGD]);
  });

  test('names the files of a conflict', async () => {
    const folder = repositoryWith(CHAT);
    const forge = await opened(folder);
    writeFiles(folder, { [PINS]: pinsOf('chat', { prefill: 9, decode: 4 }) });
    commitAll(folder, 'nine');
    git(folder, 'checkout', '--quiet', '--detach');
    expect(problemsOf(await forge.merge(1, { at: NOW }))).toEqual([
      `!1 is not merged: it conflicts with "main" in ${PINS} (run plan and propose again)`,
    ]);
  });

  test('does not merge what was not reviewed', async () => {
    const folder = repositoryWith(CHAT);
    const forge = await opened(folder);
    git(folder, 'checkout', '--quiet', '--detach');
    const expectedHead = git(folder, 'rev-parse', 'main').trim();
    const merged = await forge.merge(1, { at: NOW, expectedHead });
    expect(merged.ok ? [] : merged.error.map((problem) => problem.code)).toEqual(['conflict']);
  });
});

/** Eight writers share what processors there are. */
const PATIENCE_MS = 60_000;

describe('compare-and-swap', () => {
  test('lets one of two writers win who saw the same, and leaves nothing of the other', async () => {
    const folder = repositoryWith(CHAT);
    const forge = await forgeAt(folder);
    const view = await forge.view({ base: 'main', head: BRANCH, files: [DGD, PINS] });
    if (!view.ok) throw new Error('no view');
    const proposal = {
      ...{
        view: view.value,
        title: 't',
        body: 'b',
        commitMessage: 'm\n',
        planDigest: MORE.digest,
        plannedAt: MORE.createdAt,
      },
      ...{ changes: [], diff: '', at: NOW },
    };
    const first = await forge.write({ ...proposal, files: [{ file: DGD, bytes: Buffer.from('first\n') }] });
    const second = await forge.write({ ...proposal, files: [{ file: DGD, bytes: Buffer.from('second\n') }] });
    expect(problemsOf(first)).toEqual([]);
    expect(problemsOf(second)).toEqual([LOST]);
    expect(git(folder, 'show', `${BRANCH}:${DGD}`)).toBe('first\n');
    expect(git(folder, 'for-each-ref', '--format=%(refname)', 'refs/dynamo-gitops')).toBe('refs/dynamo-gitops/mr/1\n');
  });

  test('refuses a write and a close on a base or a record that moved', async () => {
    const folder = repositoryWith(CHAT);
    const forge = await opened(folder);
    const view = await forge.view({ base: 'main', head: BRANCH, files: [] });
    if (!view.ok) throw new Error('no view');
    writeFiles(folder, { 'README.md': 'Later.\n' });
    commitAll(folder, 'later');
    const closed = await forge.close(view.value, 'test', NOW);
    expect(closed.ok ? [] : closed.error.map((problem) => problem.code)).toEqual(['conflict']);
  });

  test(
    'has one winner among eight who propose different numbers at once, and seven who are told',
    async () => {
      const folder = repositoryWith(CHAT);
      const start = barrier(8);
      const results = await Promise.all(
        Array.from({ length: 8 }, async (_, index) => {
          const plan = chatPlan({ prefill: 10 + index, decode: 4 });
          return propose({ plan, forge: startingTogether(await forgeAt(folder), start), base: 'main', now: NOW });
        }),
      );
      const proposals = results.flatMap((result): readonly Proposal[] =>
        result.ok && result.value.kind === 'proposed' ? result.value.proposals : [],
      );
      expect(proposals.map((proposal) => proposal.outcome)).toEqual(['created']);
      expect(results.flatMap(problemsOf)).toEqual(Array.from({ length: 7 }, () => LOST));
      expect(git(folder, 'rev-list', '--count', `main..${BRANCH}`)).toBe('1\n');
      expect(git(folder, 'rev-list', '--count', 'refs/dynamo-gitops/mr/1')).toBe('1\n');
      expect(git(folder, 'diff', '--numstat', 'main', BRANCH)).toBe(`1\t1\t${PINS}\n1\t1\t${DGD}\n`);
      expect(git(folder, 'for-each-ref', '--format=%(refname)')).toBe(
        `refs/dynamo-gitops/mr/1\nrefs/heads/${BRANCH}\nrefs/heads/main\n`,
      );
      expect(git(folder, 'fsck', '--strict', '--no-dangling')).toBe('');
      expect(git(folder, 'status', '--porcelain')).toBe('');
    },
    PATIENCE_MS,
  );

  test('decides again where only the base moved meanwhile', async () => {
    const folder = repositoryWith(CHAT);
    const forge = await forgeAt(folder);
    let isFirst = true;
    const slow: Forge = {
      ...forge,
      write: async (proposal) => {
        if (isFirst) {
          isFirst = false;
          writeFiles(folder, { 'README.md': 'Merged in between.\n' });
          commitAll(folder, 'in between');
        }
        return forge.write(proposal);
      },
    };
    const result = await propose({ plan: MORE, forge: slow, base: 'main', now: NOW });
    expect(result.ok && result.value.kind === 'proposed' && result.value.proposals[0]?.outcome).toBe('created');
    expect(git(folder, 'rev-parse', `${BRANCH}^`)).toBe(git(folder, 'rev-parse', 'main'));
  });

  test(
    'has one winner among eight who propose the same, and seven who find it done',
    async () => {
      const folder = repositoryWith(CHAT);
      const results = await Promise.all(
        Array.from({ length: 8 }, async () =>
          propose({ plan: MORE, forge: await forgeAt(folder), base: 'main', now: NOW }),
        ),
      );
      const outcomes = results.map((result) =>
        result.ok && result.value.kind === 'proposed' ? result.value.proposals[0]?.outcome : result,
      );
      expect(outcomes.toSorted()).toEqual(['created', ...Array.from({ length: 7 }, () => 'unchanged')]);
      expect(git(folder, 'rev-list', '--count', `main..${BRANCH}`)).toBe('1\n');
      expect(git(folder, 'fsck', '--strict', '--no-dangling')).toBe('');
    },
    PATIENCE_MS,
  );

  test(
    'gives eight graphs that are proposed at once a number each',
    async () => {
      const graphs = Array.from({ length: 8 }, (_, index) => ({
        ...{
          graph: `graph-${index}`,
          manifest: `dist/graph-${index}.yaml`,
          pins: `apps/g/pins/prod/graph-${index}.yaml`,
        },
      }));
      const files: Files = Object.fromEntries(
        graphs.flatMap(({ graph, manifest, pins }) => [
          [manifest, manifestOf(graph, { prefill: 1, decode: 1 })],
          [pins, pinsOf(graph, { prefill: 1, decode: 1 })],
        ]),
      );
      const folder = repositoryWith(files);
      const results = await Promise.all(
        graphs.map(async (names) =>
          propose({
            plan: planOf(chatTargets(files, { prefill: 2, decode: 2 }, names)),
            ...{ forge: await forgeAt(folder), base: 'main', now: NOW },
          }),
        ),
      );
      expect(results.flatMap(problemsOf)).toEqual([]);
      const list = await (await forgeAt(folder)).list();
      expect(list.ok && list.value.map(({ number }) => number)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
      expect(new Set(list.ok ? list.value.map(({ head }) => head.branch) : [])).toHaveProperty('size', 8);
      expect(git(folder, 'fsck', '--strict', '--no-dangling')).toBe('');
    },
    PATIENCE_MS,
  );
});

test('records survive a clone that asks for them', async () => {
  const folder = repositoryWith(CHAT);
  await opened(folder);
  const bare = join(temporaryFolder(), 'copy.git');
  git(folder, 'clone', '--quiet', '--mirror', folder, bare);
  const list = await (await forgeAt(bare)).list();
  expect(list.ok && list.value.map(({ title }) => title)).toEqual([
    'scale(prod/chat): prefill 2→3, decode 4→6 (+3 GPU)',
  ]);
});
