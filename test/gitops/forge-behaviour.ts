import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { digestOf, type HeldItem, type LiveStatus, type Plan, type PlanTarget } from '../../api/index.ts';
import { type Forge, type Proposal, type ProposeInput, propose } from '../../gitops/index.ts';
import {
  BRANCH,
  chatFiles,
  complaints,
  type ForgeSite,
  type ForgeUnderTest,
  MORE,
  proposed,
  run,
} from './forge-conformance.ts';
import {
  CHAT,
  chatPlan,
  chatTargets,
  DGD,
  type Files,
  git,
  locationOf,
  manifestOf,
  NOW,
  PINS,
  pinsOf,
  planOf,
  targetOf,
} from './sandbox.ts';

const LATER = '2026-09-19T09:30:00.000Z';
const SEARCH = {
  graph: 'search',
  manifest: 'dist/prod/search/graph.yaml',
  pins: 'apps/search/pins/prod/search.yaml',
};
const SEARCH_BRANCH = 'dynamo-gitops/prod/search';
const BOTH: Files = {
  ...CHAT,
  [SEARCH.manifest]: manifestOf('search', { prefill: 2, decode: 4 }),
  [SEARCH.pins]: pinsOf('search', { prefill: 2, decode: 4 }),
};

async function outcomesOf(forge: Forge, plan: Plan, more: Partial<ProposeInput> = {}): Promise<readonly Proposal[]> {
  const result = await propose({ plan, forge, base: 'main', now: NOW, ...more });
  expect(complaints(result)).toEqual([]);
  return result.ok ? result.value.proposals : [];
}

function lines(proposals: readonly Proposal[]): readonly string[] {
  return proposals.map(({ environment, deployment, outcome }) => `${environment}/${deployment} ${outcome}`);
}

function heldChat(code: HeldItem['code'], reason: string, service: string | null = null): HeldItem {
  return { deployment: 'chat', namespace: 'serving', environment: 'prod', service, code, reason };
}

/** The plan of MORE's numbers or others, made later, and so more worth. */
function laterPlan(targets: readonly PlanTarget[], overrides: Partial<Omit<Plan, 'digest'>> = {}): Plan {
  return planOf(targets, { createdAt: LATER, ...overrides });
}

async function opened(open: ForgeUnderTest['open'], files: Files = CHAT, plan = MORE): Promise<ForgeSite> {
  const site = await open(files);
  for (const { outcome } of await outcomesOf(await site.client(), plan)) expect(outcome).toBe('created');
  return site;
}

const PATIENCE_MS = 60_000;

/** Each of them runs git, or a server, dozens of times, on machines that do other things too. */
function patiently(name: string, body: () => Promise<void>): void {
  test(name, body, PATIENCE_MS);
}

/** How a bot behaves that people want to keep, on every forge. */
export function describeBehaviour({ name, start, stop, open }: ForgeUnderTest): void {
  describe(`proposals on the ${name} forge`, () => {
    if (start !== undefined) beforeAll(start, PATIENCE_MS);
    if (stop !== undefined) afterAll(stop);

    patiently('remember what a person closed, until a number has moved by the configured step', async () => {
      const site = await opened(open);
      await site.close(1);
      const before = await site.fingerprint();
      const again = await proposed(await site.client(), MORE);
      expect(again?.outcome).toBe('nothing-to-do');
      expect(again?.reason).toMatch(/^[!#]1 wanted the same and was closed; other numbers will be proposed again$/);
      const limits = { minStepAfterClose: 2 };
      for (const near of [
        { prefill: 3, decode: 7 },
        { prefill: 4, decode: 5 },
      ]) {
        const kept = await proposed(await site.client(), chatPlan(near), { limits });
        expect(kept?.outcome).toBe('nothing-to-do');
        expect(kept?.reason).toMatch(/^[!#]1 was closed, and no number is 2 or more away from what it wanted$/);
      }
      expect(await site.fingerprint()).toBe(before);
      const moved = await proposed(await site.client(), chatPlan({ prefill: 3, decode: 8 }), { limits });
      expect(moved).toMatchObject({ outcome: 'created', mergeRequest: { number: 2 } });
      const repository = await site.repository();
      expect(git(repository, 'diff', '--numstat', 'main', BRANCH)).toBe(`2\t2\t${PINS}\n2\t2\t${DGD}\n`);
      expect(git(repository, 'fsck', '--strict', '--no-dangling')).toBe('');
    });

    patiently('remember it too after we have opened and closed another since', async () => {
      const site = await opened(open);
      await site.close(1);
      await proposed(await site.client(), chatPlan({ prefill: 3, decode: 8 }));
      expect(await proposed(await site.client(), chatPlan({ prefill: 2, decode: 4 }))).toMatchObject({
        ...{ outcome: 'closed', mergeRequest: { number: 2 } },
      });
      const again = await proposed(await site.client(), MORE);
      expect(again?.outcome).toBe('nothing-to-do');
      expect(again?.reason).toMatch(/^[!#]1 wanted the same and was closed;/);
    });

    patiently('are left as they are while a person has labelled them, and brought up to date afterwards', async () => {
      const site = await opened(open);
      for (const label of ['hold', 'freeze']) {
        await site.label(1, label);
        const before = git(await site.repository(), 'rev-parse', BRANCH);
        for (const numbers of [
          { prefill: 5, decode: 6 },
          { prefill: 2, decode: 4 },
        ]) {
          const kept = await proposed(await site.client(), chatPlan(numbers));
          expect(kept?.outcome).toBe('refused');
          expect(kept?.reason).toMatch(
            new RegExp(`^[!#]1 has the label "${label}"; take it off, and it is brought up to date again$`),
          );
        }
        expect(await proposed(await site.client(), MORE)).toMatchObject({ outcome: 'unchanged' });
        expect(git(await site.repository(), 'rev-parse', BRANCH)).toBe(before);
        await site.unlabel(1, label);
      }
      expect(await proposed(await site.client(), chatPlan({ prefill: 5, decode: 6 }))).toMatchObject({
        ...{ outcome: 'updated', mergeRequest: { number: 1 } },
      });
    });

    patiently('are no more at once than people want to look at; what adds replicas goes first', async () => {
      const site = await open(BOTH);
      const plan = planOf([
        ...chatTargets(BOTH, { prefill: 2, decode: 3 }),
        ...chatTargets(BOTH, { prefill: 2, decode: 5 }, SEARCH),
      ]);
      const limits = { maxOpen: 1 };
      const first = await outcomesOf(await site.client(), plan, { limits });
      expect(lines(first)).toEqual(['prod/chat held', 'prod/search created']);
      expect(first[0]?.reason).toBe('1 proposal is open already, and proposals.maxOpen is 1; merge or close one');
      const before = await site.fingerprint();
      expect(lines(await outcomesOf(await site.client(), plan, { limits }))).toEqual([
        'prod/chat held',
        'prod/search unchanged',
      ]);
      expect(await site.fingerprint()).toBe(before);
      // What closes in the same run makes room.
      const turned = laterPlan([
        ...chatTargets(BOTH, { prefill: 2, decode: 3 }),
        ...chatTargets(BOTH, { prefill: 2, decode: 4 }, SEARCH),
      ]);
      expect(lines(await outcomesOf(await site.client(), turned, { limits }))).toEqual([
        'prod/chat created',
        'prod/search closed',
      ]);
    });

    patiently('are no more within an hour than people want to look at', async () => {
      const site = await open(BOTH);
      const plan = planOf(
        [...chatTargets(BOTH, { prefill: 2, decode: 5 }), ...chatTargets(BOTH, { prefill: 2, decode: 5 }, SEARCH)],
        { expiresAt: '2199-01-01T00:00:00.000Z' },
      );
      const limits = { maxPerHour: 1 };
      const first = await outcomesOf(await site.client(), plan, { limits });
      expect(lines(first)).toEqual(['prod/chat created', 'prod/search held']);
      expect(first[1]?.reason).toBe(
        '1 proposal is of the last hour, and proposals.maxPerHour is 1; it waits for a later run',
      );
      expect(lines(await outcomesOf(await site.client(), plan, { limits }))[1]).toBe('prod/search held');
      const now = new Date(Math.max(Date.now(), NOW.getTime()) + 2 * 3_600_000);
      expect(lines(await outcomesOf(await site.client(), plan, { limits, now }))).toEqual([
        'prod/chat unchanged',
        'prod/search created',
      ]);
    });

    patiently('are never two on one file: the second waits until the first is merged', async () => {
      const file = 'clusters/prod.yaml';
      const both = (chat: number, search: number) =>
        `${manifestOf('chat', { prefill: 2, decode: chat })}---\n${manifestOf('search', { prefill: 2, decode: search })}`;
      const planAt = (text: string, created: string) =>
        planOf(
          (['chat', 'search'] as const).map((deployment, document) => {
            const path = ['spec', 'services', 'decode', 'replicas'];
            const { location, value } = locationOf(file, text, path, document);
            return targetOf([location], { deployment, service: 'decode', role: 'decode', current: value, target: 6 });
          }),
          { createdAt: created },
        );
      const site = await open({ [file]: both(4, 4) });
      const plan = planAt(both(4, 4), LATER);
      const first = await outcomesOf(await site.client(), plan);
      expect(lines(first)).toEqual(['prod/chat created', 'prod/search held']);
      expect(first[1]?.reason).toBe(
        `${file} is changed by the proposal of prod/chat already; it waits until that is merged or closed`,
      );
      const again = await outcomesOf(await site.client(), plan);
      expect(lines(again)).toEqual(['prod/chat unchanged', 'prod/search held']);
      expect(again[1]?.reason).toMatch(new RegExp(`^${file} is changed by [!#]1 already;`));
      await site.merge(1);
      const next = await outcomesOf(await site.client(), planAt(both(6, 4), '2026-09-19T09:45:00.000Z'));
      expect(lines(next)).toEqual(['prod/chat nothing-to-do', 'prod/search created']);
      const repository = await site.repository();
      expect(git(repository, 'diff', '--numstat', 'main', SEARCH_BRANCH)).toBe(`1\t1\t${file}\n`);
    });

    patiently('take the place of one whose graph has another environment by now', async () => {
      const file = 'clusters/chat.yaml';
      const files = { [file]: CHAT[DGD] ?? '' };
      const { location } = locationOf(file, files[file] ?? '', ['spec', 'services', 'prefill', 'replicas']);
      const site = await opened(open, files, planOf([targetOf([location])]));
      const renamed = laterPlan([targetOf([location], { environment: 'live' })]);
      const proposals = await outcomesOf(await site.client(), renamed);
      expect(lines(proposals)).toEqual(['live/chat created', 'prod/chat closed']);
      expect(proposals[1]?.reason).toBe('superseded by the proposal of live/chat');
      const branches = git(await site.repository(), 'for-each-ref', '--format=%(refname)', 'refs/heads');
      expect(branches).toContain('dynamo-gitops/live/chat');
      expect(branches).not.toContain(BRANCH);
      expect(lines(await outcomesOf(await site.client(), renamed))).toEqual(['live/chat unchanged']);
    });

    patiently('wait where a person keeps the one whose place they would take', async () => {
      const file = 'clusters/chat.yaml';
      const files = { [file]: CHAT[DGD] ?? '' };
      const { location } = locationOf(file, files[file] ?? '', ['spec', 'services', 'prefill', 'replicas']);
      const site = await opened(open, files, planOf([targetOf([location])]));
      await site.label(1, 'hold');
      const renamed = laterPlan([targetOf([location], { environment: 'live' })]);
      const proposals = await outcomesOf(await site.client(), renamed);
      expect(lines(proposals)).toEqual(['live/chat held', 'prod/chat refused']);
      expect(proposals[0]?.reason).toMatch(/^prod\/chat is in its way: [!#]1 has the label "hold"/);
      const branches = git(await site.repository(), 'for-each-ref', '--format=%(refname)', 'refs/heads');
      expect(branches).toContain(BRANCH);
      expect(branches).not.toContain('dynamo-gitops/live/chat');
    });

    patiently('close where somebody decided that the graph stays as it is, and say why', async () => {
      const reason = 'frozen from 2026-09-19 to 2026-09-21: *release* of @everyone';
      const site = await opened(open);
      const frozen = laterPlan([], { held: [heldChat('freeze', reason)] });
      const closed = await proposed(await site.client(), frozen);
      expect(closed).toMatchObject({ outcome: 'closed', isRefused: false, reason: `prod/chat is held: ${reason}` });
      expect(closed?.mergeRequest?.body).not.toContain('*release* of @everyone');
      const before = await site.fingerprint();
      expect(await outcomesOf(await site.client(), frozen)).toEqual([]);
      expect(await site.fingerprint()).toBe(before);
      // It was nobody's decision about these numbers, so they come back.
      expect(await proposed(await site.client(), laterPlan(MORE.targets))).toMatchObject({
        ...{ outcome: 'created', mergeRequest: { number: 2 } },
      });
    });

    patiently('close for a single service that is paused, and name it', async () => {
      const site = await opened(open);
      const targets = chatTargets(CHAT, { prefill: 2, decode: 4 }).filter(({ service }) => service === 'prefill');
      const paused = laterPlan(targets, { held: [heldChat('paused', 'paused in Git: incident 4711', 'decode')] });
      expect(await proposed(await site.client(), paused)).toMatchObject({
        ...{ outcome: 'closed', reason: 'prod/chat is held: paused in Git: incident 4711' },
      });
    });

    patiently('stay open without data for as long as their own plan holds, and close when it has expired', async () => {
      const site = await opened(open);
      const unknown = laterPlan([], {
        ...{ held: [heldChat('no-data', 'no sample of the last hour')], expiresAt: '2026-09-25T00:00:00.000Z' },
      });
      const before = await site.fingerprint();
      const kept = await proposed(await site.client(), unknown);
      expect(kept?.outcome).toBe('held');
      expect(kept?.reason).toMatch(
        /^[!#]1 stays open until its plan expires at 2026-09-20T09:00:00\.000Z, though the plan has no number: no sample of the last hour$/,
      );
      expect(await site.fingerprint()).toBe(before);
      const late = new Date('2026-09-21T00:00:00.000Z');
      expect(await proposed(await site.client(), unknown, { now: late })).toMatchObject({
        outcome: 'closed',
        reason:
          'its plan expired at 2026-09-20T09:00:00.000Z, and there is no newer number: no sample of the last hour',
      });
    });

    patiently('whose plan has expired are renewed in place by a newer one with the same numbers, once', async () => {
      const site = await opened(open);
      const newer = laterPlan(MORE.targets, { expiresAt: '2026-09-25T00:00:00.000Z' });
      expect(await proposed(await site.client(), newer)).toMatchObject({ outcome: 'unchanged' });
      const now = new Date('2026-09-21T00:00:00.000Z');
      expect(await proposed(await site.client(), newer, { now })).toMatchObject({
        outcome: 'updated',
        mergeRequest: { number: 1, planDigest: newer.digest, expiresAt: newer.expiresAt },
      });
      const before = await site.fingerprint();
      expect(await proposed(await site.client(), newer, { now })).toMatchObject({
        ...{ outcome: 'unchanged', mergeRequest: { planDigest: newer.digest } },
      });
      expect(await site.fingerprint()).toBe(before);
      const repository = await site.repository();
      expect(git(repository, 'diff', '--numstat', 'main', BRANCH)).toBe(`2\t2\t${PINS}\n2\t2\t${DGD}\n`);
    });

    patiently('close where the operator would not admit any more what is wanted', async () => {
      const owned = (CHAT[DGD] ?? '').replace('    decode:\n', '    decode:\n      minAvailable: 4\n');
      const files = { ...CHAT, [DGD]: owned };
      const site = await opened(open, files, planOf(chatTargets(files, { prefill: 2, decode: 6 })));
      const refused = laterPlan(chatTargets(files, { prefill: 2, decode: 3 }));
      const closed = await proposed(await site.client(), refused, { operator: '1.4.0' });
      expect(closed).toMatchObject({ outcome: 'closed', isRefused: true });
      expect(closed?.reason).toContain('operator 1.4.0 would not admit the result');
      expect(await proposed(await site.client(), refused, { operator: '1.4.0' })).toMatchObject({
        ...{ outcome: 'refused', isRefused: true },
      });
    });

    patiently('shrink before they grow where a budget has no room for both, and wait until that is seen', async () => {
      const site = await open(CHAT);
      const ledger = (before: number) => [
        { budget: 'prod', scope: { environment: 'prod' }, limitGpus: 6, beforeGpus: before, afterGpus: 6, unknown: [] },
      ];
      const plan = planOf(chatTargets(CHAT, { prefill: 1, decode: 5 }), { ledger: ledger(6) });
      const first = await proposed(await site.client(), plan);
      expect(first).toMatchObject({
        outcome: 'created',
        mergeRequest: { title: 'scale(prod/chat): prefill 2→1 (-1 GPU)' },
      });
      expect(first?.waiting).toEqual([
        heldChat(
          'phase',
          'phase 2 of 2: prefill goes from 2 to 1; budget "prod" has 6 of 6 GPUs taken, so it waits until that is merged and a status shows it',
          'decode',
        ),
      ]);
      expect(first?.mergeRequest?.body).toContain('phase 2 of 2');
      expect(git(await site.repository(), 'diff', '--numstat', 'main', BRANCH)).toBe(`1\t1\t${PINS}\n1\t1\t${DGD}\n`);
      expect(await proposed(await site.client(), plan)).toMatchObject({ outcome: 'unchanged' });

      await site.merge(1);
      const files = chatFiles({ prefill: 1, decode: 4 });
      const next = planOf(chatTargets(files, { prefill: 1, decode: 5 }), { ledger: ledger(5), createdAt: LATER });
      const before = await site.fingerprint();
      const unseen = await proposed(await site.client(), next);
      expect(unseen?.outcome).toBe('held');
      expect(unseen?.reason).toMatch(
        /^phase 2 of 2: [!#]1 took prefill from 2 to 1, and no status that was given shows it; budget "prod" has 5 of 6 GPUs taken, so it waits until a status shows it: /,
      );
      const running = await proposed(await site.client(), next, { status: statusOf({ prefill: 2, decode: 4 }) });
      expect(running?.reason).toContain('took prefill from 2 to 1, and 2 of its replicas still run');
      expect(await site.fingerprint()).toBe(before);
      const seen = await proposed(await site.client(), next, { status: statusOf({ prefill: 1, decode: 4 }) });
      expect(seen).toMatchObject({
        ...{
          outcome: 'created',
          waiting: [],
          mergeRequest: { number: 2, title: 'scale(prod/chat): decode 4→5 (+1 GPU)' },
        },
      });
    });

    patiently('are one commit where the budget has room for both, or is of other graphs', async () => {
      const site = await open(CHAT);
      const ledger = [
        { budget: 'roomy', limitGpus: 7, beforeGpus: 6, afterGpus: 6, unknown: [] },
        { budget: 'lab', scope: { environment: 'lab' }, limitGpus: 1, beforeGpus: 1, afterGpus: 1, unknown: [] },
      ];
      const plan = planOf(chatTargets(CHAT, { prefill: 1, decode: 5 }), { ledger });
      expect(await proposed(await site.client(), plan)).toMatchObject({ outcome: 'created', waiting: [] });
      expect(git(await site.repository(), 'diff', '--numstat', 'main', BRANCH)).toBe(`2\t2\t${PINS}\n2\t2\t${DGD}\n`);
    });

    patiently('take up the branch of a run that was cut short before it opened one', async () => {
      const site = await open(CHAT);
      const orphaned = await orphanOf(site);
      expect(await proposed(await site.client(), MORE)).toMatchObject({ outcome: 'created' });
      const repository = await site.repository();
      expect(shownFiles(repository)).toEqual(chatFiles({ prefill: 3, decode: 6 }));
      expect(orphaned).toMatch(/^[0-9a-f]{40}$/);
      expect(git(repository, 'fsck', '--strict', '--no-dangling')).toBe('');
    });

    patiently('delete such a branch where nothing is wanted any more, and no other', async () => {
      const site = await open(CHAT);
      await orphanOf(site);
      const none = chatPlan({ prefill: 2, decode: 4 });
      expect(await proposed(await site.client(), none)).toMatchObject({
        outcome: 'nothing-to-do',
        reason: 'every number is what it should be; the branch of a run that was cut short is deleted',
      });
      const branches = git(await site.repository(), 'for-each-ref', '--format=%(refname)', 'refs/heads');
      expect(branches).not.toContain(BRANCH);
      await site.commit(BRANCH, { 'mine.txt': 'mine\n' });
      const before = await site.fingerprint();
      expect(await proposed(await site.client(), none)).toMatchObject({
        ...{ outcome: 'nothing-to-do', reason: 'every number is what it should be' },
      });
      expect(await site.fingerprint()).toBe(before);
    });

    patiently('stop where the config is another one on the base by now, also between decision and write', async () => {
      const config = 'schemaVersion: 1\n';
      const site = await open({ ...CHAT, 'dynamo-gitops.yaml': config });
      const frozen = `${config}freezes: [{from: 2026-09-19, to: 2026-09-21}]\n`;
      const complaint =
        'dynamo-gitops.yaml: is another file on branch "main" than the plan was made from (commit it there if it is not, or run plan again)';
      const forge = await site.client();
      const slow: Forge = {
        ...forge,
        write: async (proposal) => {
          await site.commit('main', { 'dynamo-gitops.yaml': frozen });
          return forge.write(proposal);
        },
      };
      expect(complaints(await run(slow, MORE))).toEqual([complaint]);
      expect(complaints(await run(await site.client(), MORE))).toEqual([complaint]);
      const branches = git(await site.repository(), 'for-each-ref', '--format=%(refname)', 'refs/heads');
      expect(branches).not.toContain(BRANCH);
      const { config: input } = MORE.inputs;
      const inputs = { ...MORE.inputs, config: { ...input, digest: digestOf(frozen) } };
      expect(await proposed(await site.client(), laterPlan(MORE.targets, { inputs }))).toMatchObject({
        outcome: 'created',
      });
    });
  });
}

/** Leaves a branch of ours without a proposal, as a run does that is killed between the two. */
async function orphanOf(site: ForgeSite): Promise<string> {
  await site.interrupted(async (forge) => {
    await run(forge, MORE);
  });
  return git(await site.repository(), 'rev-parse', BRANCH).trim();
}

function shownFiles(repository: string): Files {
  return Object.fromEntries([DGD, PINS].map((file) => [file, git(repository, 'show', `${BRANCH}:${file}`)]));
}

/** Live objects with so many replicas of each service. */
function statusOf(replicas: { readonly prefill: number; readonly decode: number }): LiveStatus {
  return {
    kind: 'List',
    items: [
      {
        apiVersion: 'nvidia.com/v1alpha1',
        kind: 'DynamoGraphDeployment',
        metadata: { name: 'chat', namespace: 'serving' },
        status: { services: { prefill: { replicas: replicas.prefill }, decode: { replicas: replicas.decode } } },
      },
    ],
  };
}
