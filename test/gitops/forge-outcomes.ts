import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type AutoMergePolicy, type LiveStatus, sealPlan } from '../../api/index.ts';
import { BRANCH, chatFiles, type ForgeUnderTest, MORE, proposed } from './forge-conformance.ts';
import { CHAT, chatPlan, PINS, pinsOf } from './sandbox.ts';

const PATIENCE_MS = 60_000;
const NONE = chatPlan({ prefill: 2, decode: 4 });

/** The one comment on proposal 1, and the first line of it that people see. */
async function said(site: Awaited<ReturnType<ForgeUnderTest['open']>>, number = 1): Promise<readonly string[]> {
  return (await site.comments(number)).map((comment) => comment.split('\n')[2] ?? '');
}

/** Live objects with so many replicas of each service, so many of them ready. */
function statusOf(replicas: { readonly prefill: number; readonly decode: number }, missing = 0): LiveStatus {
  const report = (count: number) => ({ replicas: count, updatedReplicas: count, readyReplicas: count - missing });
  return {
    kind: 'List',
    items: [
      {
        ...{ apiVersion: 'nvidia.com/v1alpha1', kind: 'DynamoGraphDeployment' },
        metadata: { name: 'chat', namespace: 'serving', generation: 4 },
        status: {
          observedGeneration: 4,
          services: { prefill: report(replicas.prefill), decode: report(replicas.decode) },
        },
      },
    ],
  };
}

/** What every forge says on a proposal, and has merged by itself. */
export function describeOutcomes({ name, start, stop, open }: ForgeUnderTest): void {
  describe(`what becomes of a proposal at the ${name} forge`, () => {
    if (start !== undefined) beforeAll(start, PATIENCE_MS);
    if (stop !== undefined) afterAll(stop);

    test('is not said where it goes as expected', async () => {
      const site = await open(CHAT);
      await proposed(await site.client(), MORE);
      await proposed(await site.client(), MORE);
      await proposed(await site.client(), chatPlan({ prefill: 3, decode: 7 }));
      expect(await site.comments(1)).toEqual([]);
    });

    test('is said in one comment: that it stops at somebody else’s commit, and who may do what', async () => {
      const site = await open(CHAT);
      await proposed(await site.client(), MORE);
      const first = await site.commit(BRANCH, { [PINS]: pinsOf('chat', { prefill: 3, decode: 5 }) });
      await proposed(await site.client(), MORE);
      await proposed(await site.client(), NONE);
      const [comment, ...more] = await site.comments(1);
      expect(more).toEqual([]);
      expect(comment).toContain('as it is:** the branch');
      expect(comment).toContain(`is at ${first.slice(0, 6)}`);
      expect(comment).toContain('Merge it, or close it and delete its branch');
      const second = await site.commit(BRANCH, { [PINS]: pinsOf('chat', { prefill: 3, decode: 4 }) });
      await proposed(await site.client(), MORE);
      const [later, ...others] = await site.comments(1);
      expect(others).toEqual([]);
      expect(later).toContain(`is at ${second.slice(0, 6)}`);
    });

    test('is said before it is closed', async () => {
      const site = await open(CHAT);
      await proposed(await site.client(), MORE);
      expect(await proposed(await site.client(), NONE)).toMatchObject({ outcome: 'closed' });
      const [line, ...more] = await said(site);
      expect(more).toEqual([]);
      expect(line).toMatch(/ was closed:\*\* plan sha256:.*leaves every number as it is\.$/);
    });

    test('is said where a label keeps it open that should be closed, and is taken back when it is right again', async () => {
      const site = await open(CHAT);
      await proposed(await site.client(), MORE);
      await site.label(1, 'hold');
      await proposed(await site.client(), chatPlan({ prefill: 5, decode: 6 }));
      expect(await site.comments(1)).toEqual([]);
      expect(await proposed(await site.client(), NONE)).toMatchObject({ outcome: 'refused' });
      expect(await said(site)).toEqual([
        expect.stringMatching(/ should not be merged any more:\*\* the newest plan leaves every number as it is\.$/),
      ]);
      const before = await site.fingerprint();
      const next = { ...NONE, createdAt: '2026-09-19T09:05:00.000Z' };
      expect(next.targets).toEqual(NONE.targets);
      await proposed(await site.client(), NONE);
      expect(await site.fingerprint()).toBe(before);
      await site.unlabel(1, 'hold');
      expect(await proposed(await site.client(), MORE)).toMatchObject({ outcome: 'unchanged' });
      expect(await said(site)).toEqual([
        expect.stringMatching(/ is up to date:\*\* its numbers are those of plan sha256:/),
      ]);
      const settled = await site.fingerprint();
      await proposed(await site.client(), MORE);
      expect(await site.fingerprint()).toBe(settled);
    });

    test('is said once it runs: merged, and shown by the status to be ready', async () => {
      const site = await open(CHAT);
      await proposed(await site.client(), MORE);
      await site.merge(1);
      const merged = chatPlan({ prefill: 3, decode: 6 }, { ...CHAT, ...chatFiles({ prefill: 3, decode: 6 }) });
      const run = async (status: LiveStatus | undefined) => proposed(await site.client(), merged, { status });
      for (const status of [
        undefined,
        statusOf({ prefill: 2, decode: 4 }),
        statusOf({ prefill: 3, decode: 6 }, 1),
        { ...statusOf({ prefill: 3, decode: 6 }), items: [] },
      ]) {
        expect(await run(status)).toMatchObject({ outcome: 'nothing-to-do' });
        expect(await site.comments(1)).toEqual([]);
      }
      const [live] = statusOf({ prefill: 3, decode: 6 }).items;
      const unseen = { ...live, metadata: { name: 'chat', namespace: 'serving', generation: 5 } };
      await run({ ...statusOf({ prefill: 3, decode: 6 }), items: [unseen as LiveStatus['items'][number]] });
      expect(await site.comments(1)).toEqual([]);
      await run(statusOf({ prefill: 3, decode: 6 }));
      expect(await said(site)).toEqual([
        expect.stringMatching(/ are running:\*\* prefill has 3 ready, decode has 6 ready\.$/),
      ]);
      const before = await site.fingerprint();
      await run(statusOf({ prefill: 3, decode: 6 }));
      expect(await site.fingerprint()).toBe(before);
    });
  });

  describe(`auto-merge at the ${name} forge`, () => {
    if (start !== undefined) beforeAll(start, PATIENCE_MS);
    if (stop !== undefined) afterAll(stop);
    const policy: AutoMergePolicy = { method: 'squash', environments: ['prod'], changes: 'scale-up' };

    async function mergeOf(wanted: { readonly prefill: number; readonly decode: number }, autoMerge: AutoMergePolicy) {
      const site = await open(CHAT);
      return (await proposed(await site.client(), chatPlan(wanted), { autoMerge }))?.autoMerge;
    }

    test('is for what the policy names alone, and for nothing that is not known', async () => {
      const up = { prefill: 3, decode: 6 };
      expect(await mergeOf(up, { ...policy, environments: ['staging'] })).toEqual({
        ...{ kind: 'people', reason: 'prod is no environment of proposals.autoMerge' },
      });
      expect(await mergeOf({ prefill: 1, decode: 6 }, policy)).toEqual({
        ...{ kind: 'people', reason: 'prefill becomes smaller, and proposals.autoMerge is for scale-up' },
      });
      expect(await mergeOf(up, { ...policy, maxAddedGpus: 2 })).toEqual({
        ...{ kind: 'people', reason: 'it adds 3 GPUs, and proposals.autoMerge allows 2' },
      });
      const site = await open(CHAT);
      const unknown = { ...MORE, targets: MORE.targets.map((target) => ({ ...target, gpusPerReplica: null })) };
      const { digest: _, ...unsealed } = unknown;
      const proposal = await proposed(await site.client(), sealPlan(unsealed), {
        autoMerge: { ...policy, maxAddedGpus: 100 },
      });
      expect(proposal?.autoMerge).toEqual({ kind: 'people', reason: 'the GPUs of a service are not known' });
    });

    test('is not spoken of where no policy is', async () => {
      const site = await open(CHAT);
      expect((await proposed(await site.client(), MORE))?.autoMerge).toBeUndefined();
    });
  });
}
