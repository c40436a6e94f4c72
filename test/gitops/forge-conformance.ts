import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { formatProblem, type Plan, type Problem, type Result } from '../../api/index.ts';
import {
  type Forge,
  type Proposal,
  type ProposeInput,
  type ProposeResult,
  propose,
  verifyProposal,
} from '../../gitops/index.ts';
import { outcomeComment } from '../../report/index.ts';
import { CHAT, chatPlan, DGD, type Files, git, manifestOf, NOW, PINS, pinsOf } from './sandbox.ts';

/** A forge with one repository, whose branch `main` holds some files, and people who work there too. */
export interface ForgeSite {
  /** Another client of the same forge. */
  readonly client: () => Promise<Forge>;
  /** A person's commit on top of a branch, which is made from main where there is none. */
  readonly commit: (branch: string, files: Files) => Promise<string>;
  /** A person merges a proposal with a merge commit. */
  readonly merge: (number: number) => Promise<void>;
  /** What was said of a proposal, by anybody. */
  readonly comments: (number: number) => Promise<readonly string[]>;
  readonly deleteBranch: (branch: string) => Promise<void>;
  /** A person closes a proposal without merging it. */
  readonly close: (number: number) => Promise<void>;
  /** A run whose branch is written, and whose proposal is not. */
  readonly interrupted: (propose: (forge: Forge) => Promise<void>) => Promise<void>;
  readonly label: (number: number, label: string) => Promise<void>;
  readonly unlabel: (number: number, label: string) => Promise<void>;
  /** A git repository with the forge's branches. */
  readonly repository: () => Promise<string>;
  /** Something else whenever anybody has written anything. */
  readonly fingerprint: () => Promise<string>;
}

export interface ForgeUnderTest {
  readonly name: string;
  readonly start?: () => Promise<void>;
  readonly stop?: () => Promise<void>;
  readonly open: (files: Files, modes?: { readonly [file: string]: '100755' | '120000' }) => Promise<ForgeSite>;
}

export const BRANCH = 'dynamo-gitops/prod/chat';
export const MORE = chatPlan({ prefill: 3, decode: 6 });

/** Every problem of a run, in one line each. */
export function complaints(result: Result<unknown>): readonly string[] {
  return result.ok ? [] : result.error.map(formatProblem);
}

function codes(result: Result<unknown>): readonly Problem['code'][] {
  return result.ok ? [] : result.error.map(({ code }) => code);
}

export async function run(forge: Forge, plan: Plan, more: Partial<ProposeInput> = {}): Promise<Result<ProposeResult>> {
  return propose({ plan, forge, base: 'main', now: NOW, ...more });
}

export async function proposed(
  forge: Forge,
  plan: Plan,
  more: Partial<ProposeInput> = {},
): Promise<Proposal | undefined> {
  const result = await run(forge, plan, more);
  expect(complaints(result)).toEqual([]);
  return result.ok ? result.value.proposals[0] : undefined;
}

export function chatFiles(wanted: { readonly prefill: number; readonly decode: number }): Files {
  return { [DGD]: manifestOf('chat', wanted), [PINS]: pinsOf('chat', wanted) };
}

function shown(repository: string, branch: string): Files {
  return Object.fromEntries([DGD, PINS].map((file) => [file, git(repository, 'show', `${branch}:${file}`)]));
}

/** Lets nobody on before `count` have arrived. */
export function barrier(count: number): () => Promise<void> {
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
export function startingTogether(forge: Forge, start: () => Promise<void>): Forge {
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

const PATIENCE_MS = 60_000;

/** What every forge does, whoever runs it. */
export function describeForge({ name, start, stop, open }: ForgeUnderTest): void {
  describe(`the ${name} forge`, () => {
    if (start !== undefined) beforeAll(start, PATIENCE_MS);
    if (stop !== undefined) afterAll(stop);

    test('opens a proposal of one commit, with one line for each number', async () => {
      const site = await open(CHAT);
      const proposal = await proposed(await site.client(), MORE);
      expect(proposal).toMatchObject({
        ...{ outcome: 'created', branch: BRANCH },
        mergeRequest: {
          ...{ number: 1, state: 'open', title: 'scale(prod/chat): prefill 2→3, decode 4→6 (+3 GPU)' },
          changes: proposal?.draft?.changes,
        },
      });
      const repository = await site.repository();
      expect(git(repository, 'diff', '--numstat', 'main', BRANCH)).toBe(`2\t2\t${PINS}\n2\t2\t${DGD}\n`);
      expect(shown(repository, BRANCH)).toEqual(chatFiles({ prefill: 3, decode: 6 }));
      expect(git(repository, 'rev-list', '--count', `main..${BRANCH}`)).toBe('1\n');
      expect(git(repository, 'rev-parse', BRANCH).trim()).toBe(proposal?.mergeRequest?.head.commit);
      expect(git(repository, 'log', '-1', '--format=%(trailers:key=Plan-Id,valueonly)', BRANCH).trim()).toBe(
        MORE.digest,
      );
      expect(git(repository, 'fsck', '--strict', '--no-dangling')).toBe('');
    });

    test('writes nothing at all where the open proposal says the same', async () => {
      const site = await open(CHAT);
      const first = await proposed(await site.client(), MORE);
      const before = await site.fingerprint();
      const again = await proposed(await site.client(), MORE);
      expect(again).toMatchObject({ outcome: 'unchanged' });
      expect(again?.mergeRequest).toMatchObject({
        ...{ number: 1, planDigest: MORE.digest, plannedAt: MORE.createdAt, expiresAt: MORE.expiresAt },
        ...{ head: first?.mergeRequest?.head, base: first?.mergeRequest?.base, changes: first?.mergeRequest?.changes },
      });
      expect(await site.fingerprint()).toBe(before);
    });

    test('calls its proposal sound, whatever else moves on the base, until the plan has expired', async () => {
      const site = await open(CHAT);
      const forge = await site.client();
      await proposed(forge, MORE);
      await site.commit('main', { 'README.md': 'Later.\n' });
      const before = await site.fingerprint();
      const verified = async (now: Date) => {
        const answer = await verifyProposal({ forge, base: 'main', branch: BRANCH, now });
        return answer.ok ? answer.value.reasons : complaints(answer);
      };
      expect(await verified(NOW)).toEqual([]);
      const late = new Date(Date.parse(MORE.expiresAt) + 1);
      expect(await verified(late)).toEqual([`the plan expired at ${MORE.expiresAt}`]);
      const view = await forge.view({ base: 'main', head: BRANCH, files: [] });
      expect(view.ok && view.value.open?.mergeRequest.expiresAt).toBe(MORE.expiresAt);
      expect(view.ok && (await forge.changedFiles(view.value))).toEqual({ ok: true, value: [PINS, DGD] });
      expect(await site.fingerprint()).toBe(before);
    });

    test('writes nothing in a dry run', async () => {
      const site = await open(CHAT);
      const before = await site.fingerprint();
      expect(await proposed(await site.client(), MORE, { dryRun: true })).toMatchObject({
        ...{ outcome: 'created', mergeRequest: undefined },
      });
      expect(await site.fingerprint()).toBe(before);
    });

    test('adds one commit where the numbers are others, and keeps the proposal', async () => {
      const site = await open(CHAT);
      await proposed(await site.client(), MORE);
      const repository = await site.repository();
      const first = git(repository, 'rev-parse', BRANCH).trim();
      expect(await proposed(await site.client(), chatPlan({ prefill: 2, decode: 7 }))).toMatchObject({
        ...{ outcome: 'updated', mergeRequest: { number: 1, title: 'scale(prod/chat): decode 4→7 (+3 GPU)' } },
      });
      const after = await site.repository();
      expect(git(after, 'rev-parse', `${BRANCH}^`).trim()).toBe(first);
      expect(git(after, 'diff', '--numstat', 'main', BRANCH)).toBe(`1\t1\t${PINS}\n1\t1\t${DGD}\n`);
      expect(git(after, 'fsck', '--strict', '--no-dangling')).toBe('');
      expect(await proposed(await site.client(), chatPlan({ prefill: 2, decode: 7 }))).toMatchObject({
        ...{ outcome: 'unchanged', mergeRequest: { title: 'scale(prod/chat): decode 4→7 (+3 GPU)' } },
      });
    });

    test('leaves the branch where only other files moved on the base, and follows where its own did', async () => {
      const site = await open(CHAT);
      await proposed(await site.client(), MORE);
      await site.commit('main', { 'README.md': 'Later.\n' });
      const before = await site.fingerprint();
      expect(await proposed(await site.client(), MORE)).toMatchObject({ outcome: 'unchanged' });
      expect(await site.fingerprint()).toBe(before);

      const moved = { ...CHAT, [DGD]: `# New first line.\n${CHAT[DGD]}` };
      await site.commit('main', { [DGD]: moved[DGD] ?? '' });
      const plan = chatPlan({ prefill: 3, decode: 6 }, moved);
      expect(await proposed(await site.client(), plan)).toMatchObject({ outcome: 'updated' });
      const repository = await site.repository();
      expect(git(repository, 'diff', '--numstat', 'main', BRANCH)).toBe(`2\t2\t${PINS}\n2\t2\t${DGD}\n`);
      expect(git(repository, 'rev-list', '--count', `${BRANCH}..main`)).toBe('0\n');
      expect(git(repository, 'rev-list', '--count', '--first-parent', `main..${BRANCH}`)).toBe('2\n');
      expect(git(repository, 'show', `${BRANCH}:README.md`)).toBe('Later.\n');
    });

    test('closes a proposal that has nothing left to change, and may open another', async () => {
      const site = await open(CHAT);
      await proposed(await site.client(), MORE);
      const none = chatPlan({ prefill: 2, decode: 4 });
      expect(await proposed(await site.client(), none)).toMatchObject({
        ...{ outcome: 'closed', mergeRequest: { number: 1, state: 'closed' } },
      });
      const repository = await site.repository();
      expect(git(repository, 'for-each-ref', '--format=%(refname)', 'refs/heads')).not.toContain(BRANCH);
      const before = await site.fingerprint();
      expect(await proposed(await site.client(), none)).toMatchObject({ outcome: 'nothing-to-do' });
      expect(await site.fingerprint()).toBe(before);
      expect(await proposed(await site.client(), MORE)).toMatchObject({
        ...{ outcome: 'created', mergeRequest: { number: 2 } },
      });
    });

    test('has nothing to do once its numbers are merged', async () => {
      const site = await open(CHAT);
      await proposed(await site.client(), MORE);
      await site.merge(1);
      const before = await site.fingerprint();
      const again = await proposed(await site.client(), MORE);
      expect(again?.outcome).toBe('nothing-to-do');
      expect(again?.reason).toMatch(/^already merged, by [!#]1$/);
      expect(await site.fingerprint()).toBe(before);
    });

    test('proposes again what was merged and then changed by a person', async () => {
      const site = await open(CHAT);
      await proposed(await site.client(), MORE);
      await site.merge(1);
      await site.commit('main', chatFiles({ prefill: 2, decode: 4 }));
      expect(await proposed(await site.client(), MORE)).toMatchObject({
        ...{ outcome: 'created', mergeRequest: { number: 2 } },
      });
      const repository = await site.repository();
      expect(shown(repository, BRANCH)).toEqual(chatFiles({ prefill: 3, decode: 6 }));
    });

    test('stops at a commit of somebody else on the branch, and overwrites nothing', async () => {
      const site = await open(CHAT);
      await proposed(await site.client(), MORE);
      const theirs = await site.commit(BRANCH, { [PINS]: pinsOf('chat', { prefill: 3, decode: 5 }) });
      expect(await proposed(await site.client(), MORE)).toMatchObject({ outcome: 'refused' });
      // It has said so once, and says it no second time.
      const before = await site.fingerprint();
      for (const plan of [MORE, chatPlan({ prefill: 5, decode: 9 }), chatPlan({ prefill: 2, decode: 4 })]) {
        const proposal = await proposed(await site.client(), plan);
        expect(proposal).toMatchObject({ outcome: 'refused' });
        expect(proposal?.reason).toContain('a commit that is not ours');
      }
      expect(await site.fingerprint()).toBe(before);
      expect(git(await site.repository(), 'rev-parse', BRANCH).trim()).toBe(theirs);
    });

    test('stops at a branch of that name that was never ours', async () => {
      const site = await open(CHAT);
      await site.commit(BRANCH, { 'mine.txt': 'mine\n' });
      const before = await site.fingerprint();
      expect(await proposed(await site.client(), MORE)).toMatchObject({ outcome: 'refused' });
      expect(await site.fingerprint()).toBe(before);
    });

    test('proposes again where a person deleted the branch', async () => {
      const site = await open(CHAT);
      await proposed(await site.client(), MORE);
      await site.deleteBranch(BRANCH);
      const plan = chatPlan({ prefill: 3, decode: 7 });
      const proposal = await proposed(await site.client(), plan);
      expect(proposal?.mergeRequest?.state).toBe('open');
      expect(shown(await site.repository(), BRANCH)).toEqual(chatFiles({ prefill: 3, decode: 7 }));
    });

    test('keeps line ends, a byte order mark, a missing final newline and the mode of its files', async () => {
      const strange = `\ufeff${CHAT[DGD]?.replaceAll('\n', '\r\n').trimEnd()}`;
      const files = { ...CHAT, [DGD]: strange };
      const site = await open(files, { [DGD]: '100755' });
      await proposed(await site.client(), chatPlan({ prefill: 3, decode: 4 }, files));
      const repository = await site.repository();
      expect(git(repository, 'show', `${BRANCH}:${DGD}`)).toBe(strange.replace('replicas: 2 ', 'replicas: 3 '));
      expect(git(repository, 'ls-tree', BRANCH, DGD)).toMatch(/^100755 /);
    });

    test('never writes through a link', async () => {
      const site = await open({ ...CHAT, [PINS]: 'elsewhere.yaml' }, { [PINS]: '120000' });
      const before = await site.fingerprint();
      expect(complaints(await run(await site.client(), MORE))).toEqual([
        `${PINS}: is a symbolic link in the repository`,
      ]);
      expect(await site.fingerprint()).toBe(before);
    });

    test('never edits what the base has marked as generated since the plan was made', async () => {
      const site = await open({ ...CHAT, '.gitattributes': 'dist/prod/** linguist-generated\n' });
      const before = await site.fingerprint();
      const [line] = complaints(await run(await site.client(), MORE));
      expect(line).toBe(
        `${DGD}:10: spec.services.prefill.replicas: ${DGD} is marked linguist-generated in .gitattributes:1; edit what it is generated from`,
      );
      expect(await site.fingerprint()).toBe(before);
    });

    test('keeps one comment on a proposal, and writes it where it says something else', async () => {
      const site = await open(CHAT);
      const forge = await site.client();
      await proposed(forge, MORE);
      const text = (reason: string, at: string): string =>
        outcomeComment({ environment: 'prod', deployment: 'chat', outcome: 'stopped', reason, at }, forge.name);
      const said = { number: 1, mayExist: true, onlyReplaces: false, at: NOW };
      const nothing = await forge.comment({ ...said, onlyReplaces: true, markdown: text('one', 'then') });
      expect(nothing).toEqual({ ok: true, value: 'unchanged' });
      expect(await site.comments(1)).toEqual([]);
      expect(await forge.comment({ ...said, mayExist: false, markdown: text('one', 'then') })).toEqual({
        ...{ ok: true, value: 'written' },
      });
      const before = await site.fingerprint();
      expect(await forge.comment({ ...said, markdown: text('one', 'later') })).toEqual({
        ok: true,
        value: 'unchanged',
      });
      expect(await site.fingerprint()).toBe(before);
      expect(await site.comments(1)).toEqual([text('one', 'then')]);
      const other = { ...said, onlyReplaces: true, markdown: text('two', 'later') };
      expect(await forge.comment(other)).toEqual({ ok: true, value: 'written' });
      expect(await site.comments(1)).toEqual([text('two', 'later')]);
      const view = await forge.view({ base: 'main', head: BRANCH, files: [] });
      expect(view.ok && view.value.open?.isCommented).toBe(true);
      expect(await proposed(forge, MORE)).toMatchObject({ outcome: 'unchanged' });
    });

    test('says where the base branch does not exist', async () => {
      const site = await open(CHAT);
      const result = await run(await site.client(), MORE, { base: 'trunk' });
      expect(complaints(result)).toEqual([
        'the branch "trunk", which proposals are merged into, does not exist (make a first commit on it, or set proposals.base in dynamo-gitops.yaml)',
      ]);
    });

    test('lets one of two writers win who saw the same, and leaves nothing of the other', async () => {
      const site = await open(CHAT);
      const forge = await site.client();
      const view = await forge.view({ base: 'main', head: BRANCH, files: [DGD, PINS] });
      if (!view.ok) throw new Error(complaints(view).join('\n'));
      const text = { title: 't', body: 'b\n', commitMessage: `m\n\nPlan-Id: ${MORE.digest}\n`, changes: [], diff: '' };
      const proposal = {
        ...text,
        ...{ view: view.value, planDigest: MORE.digest, plannedAt: MORE.createdAt, expiresAt: MORE.expiresAt, at: NOW },
      };
      const first = await forge.write({ ...proposal, files: [{ file: DGD, bytes: Buffer.from('first\n') }] });
      const second = await forge.write({ ...proposal, files: [{ file: DGD, bytes: Buffer.from('second\n') }] });
      expect(complaints(first)).toEqual([]);
      expect(codes(second)).toEqual(['conflict']);
      expect(git(await site.repository(), 'show', `${BRANCH}:${DGD}`)).toBe('first\n');
    });

    test('refuses a write and a close on a base that moved', async () => {
      const site = await open(CHAT);
      const forge = await site.client();
      await proposed(forge, MORE);
      const view = await forge.view({ base: 'main', head: BRANCH, files: [] });
      if (!view.ok) throw new Error(complaints(view).join('\n'));
      await site.commit('main', { 'README.md': 'Later.\n' });
      expect(codes(await forge.close(view.value, 'test', NOW))).toEqual(['conflict']);
    });

    test('decides again where only the base moved meanwhile', async () => {
      const site = await open(CHAT);
      const forge = await site.client();
      let isFirst = true;
      const slow: Forge = {
        ...forge,
        write: async (proposal) => {
          if (isFirst) await site.commit('main', { 'README.md': 'Merged in between.\n' });
          isFirst = false;
          return forge.write(proposal);
        },
      };
      expect(await proposed(slow, MORE)).toMatchObject({ outcome: 'created' });
      const repository = await site.repository();
      expect(git(repository, 'rev-parse', `${BRANCH}^`)).toBe(git(repository, 'rev-parse', 'main'));
    });

    test(
      'has one winner among eight who propose different numbers at once, and seven who are told',
      async () => {
        const site = await open(CHAT);
        const start = barrier(8);
        const results = await Promise.all(
          Array.from({ length: 8 }, async (_, index) =>
            run(startingTogether(await site.client(), start), chatPlan({ prefill: 10 + index, decode: 4 })),
          ),
        );
        const outcomes = results.flatMap((result) =>
          result.ok ? result.value.proposals.map((one) => one.outcome) : [],
        );
        expect(outcomes).toEqual(['created']);
        expect(results.flatMap(codes)).toEqual(Array.from({ length: 7 }, () => 'conflict'));
        const repository = await site.repository();
        expect(git(repository, 'rev-list', '--count', `main..${BRANCH}`)).toBe('1\n');
        expect(git(repository, 'diff', '--numstat', 'main', BRANCH)).toBe(`1\t1\t${PINS}\n1\t1\t${DGD}\n`);
        expect(git(repository, 'fsck', '--strict', '--no-dangling')).toBe('');
        const winner = results.findIndex((result) => result.ok);
        const again = await proposed(await site.client(), chatPlan({ prefill: 10 + winner, decode: 4 }));
        expect(again).toMatchObject({ outcome: 'unchanged', mergeRequest: { number: 1 } });
      },
      PATIENCE_MS,
    );

    test(
      'ends in one proposal where eight propose the same at once',
      async () => {
        const site = await open(CHAT);
        const start = barrier(8);
        const results = await Promise.all(
          Array.from({ length: 8 }, async () => run(startingTogether(await site.client(), start), MORE)),
        );
        const outcomes = results.flatMap((result) =>
          result.ok ? result.value.proposals.map((one) => one.outcome) : [],
        );
        expect(outcomes.filter((outcome) => outcome === 'created')).toHaveLength(1);
        expect(new Set(outcomes)).toEqual(new Set(['created', 'unchanged'].slice(0, new Set(outcomes).size)));
        expect(new Set(results.flatMap(codes)).size).toBeLessThanOrEqual(1);
        const repository = await site.repository();
        expect(git(repository, 'rev-list', '--count', `main..${BRANCH}`)).toBe('1\n');
        const again = await proposed(await site.client(), MORE);
        expect(again).toMatchObject({ outcome: 'unchanged', mergeRequest: { number: 1 } });
      },
      PATIENCE_MS,
    );
  });
}
