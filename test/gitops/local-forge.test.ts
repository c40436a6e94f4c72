import { chmodSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { type AutoMergePolicy, formatProblem, type Result } from '../../api/index.ts';
import { type LocalForge, propose, verifyProposal } from '../../gitops/index.ts';
import { describeBehaviour } from './forge-behaviour.ts';
import { barrier, describeForge, type ForgeUnderTest, startingTogether } from './forge-conformance.ts';
import { describeOutcomes } from './forge-outcomes.ts';
import {
  CHAT,
  chatPlan,
  chatTargets,
  commitAll,
  DGD,
  type Files,
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

/** Somebody's commit in the work tree, which is left on no branch. */
function commitOn(folder: string, branch: string, files: Files): string {
  const exists = git(folder, 'branch', '--list', branch) !== '';
  git(folder, 'checkout', '--quiet', ...(exists ? [branch] : ['-b', branch, 'main']));
  writeFiles(folder, files);
  const commit = commitAll(folder, 'by a person');
  git(folder, 'checkout', '--quiet', '--detach');
  return commit;
}

const LOCAL: ForgeUnderTest = {
  name: 'local',
  open: async (files, modes = {}) => {
    const links = Object.keys(modes).filter((file) => modes[file] === '120000');
    const folder = repositoryWith(Object.fromEntries(Object.entries(files).filter(([file]) => !links.includes(file))));
    for (const file of links) {
      mkdirSync(dirname(join(folder, file)), { recursive: true });
      symlinkSync(files[file] ?? '', join(folder, file));
    }
    for (const file of Object.keys(modes)) if (modes[file] === '100755') chmodSync(join(folder, file), 0o755);
    if (git(folder, 'status', '--porcelain') !== '') commitAll(folder, 'modes');
    git(folder, 'checkout', '--quiet', '--detach');
    return {
      client: () => forgeAt(folder),
      commit: async (branch, more) => commitOn(folder, branch, more),
      merge: async (number) => {
        const merged = await (await forgeAt(folder)).merge(number, { at: NOW });
        expect(problemsOf(merged)).toEqual([]);
      },
      comments: async (number) => {
        const name = `refs/dynamo-gitops/comment/${number}`;
        return git(folder, 'for-each-ref', name) === '' ? [] : [git(folder, 'show', `${name}:comment.md`)];
      },
      deleteBranch: async (branch) => {
        git(folder, 'branch', '--quiet', '-D', branch);
      },
      close: async (number) => {
        git(folder, 'update-ref', `refs/dynamo-gitops/label/${number}/closed`, 'HEAD');
      },
      interrupted: async (propose) => {
        await propose(await forgeAt(folder));
        git(folder, 'update-ref', '-d', 'refs/dynamo-gitops/mr/1');
      },
      label: async (number, label) => {
        git(folder, 'update-ref', `refs/dynamo-gitops/label/${number}/${label}`, 'HEAD');
      },
      unlabel: async (number, label) => {
        git(folder, 'update-ref', '-d', `refs/dynamo-gitops/label/${number}/${label}`);
      },
      repository: async () => folder,
      fingerprint: async () => `${git(folder, 'for-each-ref')}${git(folder, 'count-objects', '-v')}`,
    };
  },
};

describeForge(LOCAL);
describeBehaviour(LOCAL);
describeOutcomes(LOCAL);

test('the local forge merges nothing by itself', async () => {
  const autoMerge: AutoMergePolicy = { method: 'merge', environments: ['prod'], changes: 'any' };
  const forge = await forgeAt(repositoryWith(CHAT));
  const result = await propose({ plan: MORE, forge, base: 'main', now: NOW, autoMerge });
  expect(result.ok && result.value.proposals[0]?.autoMerge).toEqual({
    ...{ kind: 'people', reason: 'the embedded forge merges nothing by itself' },
  });
});

describe('two graphs in one file', () => {
  test('that are proposed at once by two runs end in one proposal, and the other run is told', async () => {
    const file = 'clusters/prod.yaml';
    const numbers = { prefill: 2, decode: 4 };
    const text = `${manifestOf('chat', numbers)}---\n${manifestOf('search', numbers)}`;
    const folder = repositoryWith({ [file]: text });
    git(folder, 'checkout', '--quiet', '--detach');
    const start = barrier(2);
    const results = await Promise.all(
      (['chat', 'search'] as const).map(async (deployment, document) => {
        const path = ['spec', 'services', 'decode', 'replicas'];
        const { location } = locationOf(file, text, path, document);
        const plan = planOf([
          targetOf([location], { deployment, service: 'decode', role: 'decode', current: 4, target: 6 }),
        ]);
        return propose({ plan, forge: startingTogether(await forgeAt(folder), start), base: 'main', now: NOW });
      }),
    );
    expect(results.filter(({ ok }) => ok)).toHaveLength(1);
    expect(results.flatMap(problemsOf)).toEqual([
      `${file}: is changed by !1 already, which was opened meanwhile (propose again: it waits for that one)`,
    ]);
    expect(git(folder, 'for-each-ref', '--format=%(refname)', 'refs/dynamo-gitops/mr')).toBe(
      'refs/dynamo-gitops/mr/1\n',
    );
  }, 60_000);
});

describe('a proposal with nothing left to change', () => {
  test('is closed by one of eight who close it at once, and the others have nothing to do', async () => {
    const folder = repositoryWith(CHAT);
    git(folder, 'checkout', '--quiet', '--detach');
    await opened(folder);
    const start = barrier(8);
    const results = await Promise.all(
      Array.from({ length: 8 }, async () => {
        const forge = await forgeAt(folder);
        let isFirst = true;
        const together: LocalForge = {
          ...forge,
          close: async (...words) => {
            if (isFirst) await start();
            isFirst = false;
            return forge.close(...words);
          },
        };
        return propose({ plan: chatPlan({ prefill: 2, decode: 4 }), forge: together, base: 'main', now: NOW });
      }),
    );
    expect(results.flatMap(problemsOf)).toEqual([]);
    const outcomes = results.flatMap((result) =>
      result.ok ? result.value.proposals.map(({ outcome }) => outcome) : [],
    );
    expect(outcomes.sort()).toEqual(['closed', ...Array.from({ length: 7 }, () => 'nothing-to-do')]);
    expect(git(folder, 'branch', '--list', BRANCH)).toBe('');
  }, 60_000);
});

describe('labels of the local forge', () => {
  test('are of one merge request only: a number that has any is never given again', async () => {
    const folder = repositoryWith(CHAT);
    const forge = await opened(folder);
    git(folder, 'update-ref', 'refs/dynamo-gitops/label/1/closed', 'HEAD');
    git(folder, 'update-ref', '-d', 'refs/dynamo-gitops/mr/1');
    git(folder, 'branch', '--quiet', '-D', BRANCH);
    await propose({ plan: MORE, forge, base: 'main', now: NOW });
    const list = await forge.list();
    expect(list.ok && list.value.map(({ number, state }) => [number, state])).toEqual([[2, 'open']]);
  });

  test('are not merged past: what a person closed is closed', async () => {
    const folder = repositoryWith(CHAT);
    git(folder, 'checkout', '--quiet', '--detach');
    const forge = await opened(folder);
    git(folder, 'update-ref', 'refs/dynamo-gitops/label/1/closed', 'HEAD');
    expect(problemsOf(await forge.merge(1, { at: NOW }))).toEqual(['!1 is not merged: it is closed already']);
    const list = await forge.list();
    expect(list.ok && list.value.map(({ state }) => state)).toEqual(['closed']);
  });
});

describe('a write of the local forge', () => {
  const NEXT = chatPlan({ prefill: 4, decode: 6 });
  /** Everything that is in the repository, reachable or not. */
  const stateOf = (folder: string): string => git(folder, 'for-each-ref') + git(folder, 'count-objects', '-v');
  const writingAfter = (forge: LocalForge, meanwhile: () => void): LocalForge => ({
    ...forge,
    write: async (proposal) => {
      meanwhile();
      return forge.write(proposal);
    },
  });

  test.each(['hold', 'Freeze', 'closed'])(
    'leaves nothing where a person has put on the label %s since it was decided',
    async (label) => {
      const folder = repositoryWith(CHAT);
      const forge = await opened(folder);
      let before = '';
      const slow = writingAfter(forge, () => {
        git(folder, 'update-ref', `refs/dynamo-gitops/label/1/${label}`, 'HEAD');
        before = stateOf(folder);
      });
      const result = await propose({ plan: NEXT, forge: slow, base: 'main', now: NOW });
      expect(git(folder, 'rev-list', '--count', `main..${BRANCH}`)).toBe('1\n');
      expect(stateOf(folder)).toBe(before);
      expect(result.ok && result.value.proposals.map(({ outcome }) => outcome)).not.toEqual(['updated']);
    },
  );

  test('takes the next number where somebody else has taken its own since it was decided', async () => {
    const files = { ...CHAT, 'dist/other.yaml': manifestOf('other', { prefill: 1, decode: 1 }) };
    const folder = repositoryWith(files);
    const path = ['spec', 'services', 'decode', 'replicas'];
    const { location } = locationOf('dist/other.yaml', files['dist/other.yaml'] ?? '', path);
    const other = planOf([
      targetOf([location], { deployment: 'other', service: 'decode', role: 'decode', current: 1, target: 2 }),
    ]);
    const rival = await forgeAt(folder);
    const slow: LocalForge = {
      ...rival,
      write: async (proposal) => {
        const first = await propose({ plan: other, forge: rival, base: 'main', now: NOW });
        expect(problemsOf(first)).toEqual([]);
        return rival.write(proposal);
      },
    };
    const result = await propose({ plan: MORE, forge: slow, base: 'main', now: NOW });
    expect(result.ok && result.value.proposals.map(({ mergeRequest }) => mergeRequest?.number)).toEqual([2]);
    const list = await rival.list();
    expect(list.ok && list.value.map(({ number, head }) => [number, head.branch])).toEqual([
      [1, 'dynamo-gitops/prod/other'],
      [2, BRANCH],
    ]);
  });
});

describe('refs of the local forge that others wrote', () => {
  test.each(['9007199254740991', '99999999999999999999999', '9999999999'])(
    'are not counted from: mr/%s loses no proposal',
    async (name) => {
      const folder = repositoryWith(CHAT);
      git(folder, 'update-ref', `refs/dynamo-gitops/mr/${name}`, 'HEAD');
      const forge = await opened(folder);
      expect(await forge.branchOf(1)).toEqual({ ok: true, value: BRANCH });
      const again = await propose({ plan: MORE, forge, base: 'main', now: NOW });
      expect(again.ok && again.value.proposals.map(({ outcome }) => outcome)).toEqual(['unchanged']);
    },
  );

  test('stand in the way of no other merge request that is asked for by its number', async () => {
    const folder = repositoryWith(CHAT);
    const forge = await opened(folder);
    git(folder, 'update-ref', 'refs/dynamo-gitops/mr/2', 'HEAD');
    expect(await forge.branchOf(1)).toEqual({ ok: true, value: BRANCH });
    expect(problemsOf(await forge.branchOf(2))).toEqual([
      expect.stringMatching(/^refs\/dynamo-gitops\/mr\/2: has no merge-request\.json \(git log -p /),
    ]);
    expect(problemsOf(await forge.branchOf(3))).toEqual(['there is no merge request !3']);
  });

  test('are named with the way out where a comment would have to follow them', async () => {
    const folder = repositoryWith(CHAT);
    const forge = await forgeAt(folder);
    const name = 'refs/dynamo-gitops/comment/1';
    git(folder, 'update-ref', name, git(folder, 'rev-parse', `HEAD:${DGD}`).trim());
    expect(
      problemsOf(await forge.comment({ number: 1, markdown: 'x', onlyReplaces: false, mayExist: true, at: NOW })),
    ).toEqual([`${name}: is no commit with a comment (git update-ref -d ${name} forgets it)`]);
  });

  test.each(['main', 'other'])('and make its branch another name of "%s" are not written through', async (name) => {
    const folder = repositoryWith(CHAT);
    git(folder, 'branch', 'other');
    git(folder, 'symbolic-ref', `refs/heads/${BRANCH}`, `refs/heads/${name}`);
    const before = git(folder, 'for-each-ref');
    const result = await propose({ plan: MORE, forge: await forgeAt(folder), base: 'main', now: NOW });
    expect(result.ok && result.value.proposals.map(({ outcome, reason }) => [outcome, reason])).toEqual([
      [
        'refused',
        `the branch "${BRANCH}" is only another name of "${name}"; take it away with git symbolic-ref -d, then propose again`,
      ],
    ]);
    expect(git(folder, 'for-each-ref')).toBe(before);
  });

  test('and make its branch another name of nothing are replaced, and nothing is written by that name', async () => {
    const folder = repositoryWith(CHAT);
    git(folder, 'symbolic-ref', `refs/heads/${BRANCH}`, 'refs/heads/none');
    await opened(folder);
    expect(git(folder, 'for-each-ref', '--format=%(refname)%(symref)', 'refs/heads')).toBe(
      `refs/heads/${BRANCH}\nrefs/heads/main\n`,
    );
  });

  test('and make its base another name of a branch lead to that, also where it is merged', async () => {
    const folder = repositoryWith(CHAT);
    git(folder, 'checkout', '--quiet', '--detach');
    git(folder, 'symbolic-ref', 'refs/heads/trunk', 'refs/heads/main');
    const forge = await forgeAt(folder);
    await propose({ plan: MORE, forge, base: 'trunk', now: NOW });
    expect(problemsOf(await forge.merge(1, { at: NOW }))).toEqual([]);
    expect(git(folder, 'symbolic-ref', 'refs/heads/trunk')).toBe('refs/heads/main\n');
    expect(git(folder, 'show', `main:${DGD}`)).toBe(DONE[DGD]);
  });

  test('that stand in the way are not called branches', async () => {
    const folder = repositoryWith(CHAT);
    git(folder, 'update-ref', 'refs/dynamo-gitops/mr/1/x', 'HEAD');
    const result = await propose({ plan: MORE, forge: await forgeAt(folder), base: 'main', now: NOW });
    expect(problemsOf(result)).toEqual([
      'the ref "refs/dynamo-gitops/mr/1/x" stands in the way of "refs/dynamo-gitops/mr/1" (rename the one that is there)',
    ]);
  });
});

test('a proposal of the local forge goes where the config says now', async () => {
  const folder = repositoryWith(CHAT);
  const forge = await opened(folder);
  git(folder, 'branch', 'release');
  const verified = await verifyProposal({ forge, base: 'release', branch: BRANCH, now: NOW });
  expect(problemsOf(verified)).toEqual([
    `the branch "${BRANCH}" has no open proposal into "release" (dynamo-gitops propose opens one)`,
  ]);
  await propose({ plan: MORE, forge, base: 'release', now: NOW });
  const list = await forge.list();
  expect(list.ok && list.value.map(({ number, base }) => [number, base.branch])).toEqual([[1, 'release']]);
  expect(await verifyProposal({ forge, base: 'release', branch: BRANCH, now: NOW })).toMatchObject({
    ok: true,
    value: { reasons: [] },
  });
});

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
