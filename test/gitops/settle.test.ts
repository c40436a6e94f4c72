import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { digestOf, type MergeRequest, type Plan, type ProposedChange, type ScalarLocation } from '../../api/index.ts';
import type { BranchView, ForgeSurvey, SurveyedProposal } from '../../gitops/forges/index.ts';
import { proposalBranch } from '../../gitops/proposal/branch.ts';
import type { Considered } from '../../gitops/proposal/consider.ts';
import type { Draft } from '../../gitops/proposal/draft.ts';
import { inPhases } from '../../gitops/proposal/phases.ts';
import { settle } from '../../gitops/proposal/settle.ts';
import { planOf, targetOf } from './sandbox.ts';

const GRAPHS = ['a', 'b', 'c', 'd', 'e'];
const FILES = ['one.yaml', 'two.yaml', 'three.yaml', 'four.yaml'];

function changeOf(deployment: string, file: string, up = true): ProposedChange {
  return {
    ...{ deployment, namespace: 'serving', environment: 'prod', service: 'decode', file, line: 1 },
    ...{ from: 2, to: up ? 3 : 1 },
  };
}

/** Files mention every graph, so that nothing counts as gone. */
function viewOf(deployment: string): BranchView {
  const stored = { mode: '100644', object: '', bytes: Buffer.from(GRAPHS.join(' ')) } as const;
  return {
    base: { branch: 'main', commit: '', files: new Map(FILES.map((file) => [file, stored])) },
    head: { branch: proposalBranch('prod', deployment), commit: undefined, files: new Map() },
    ...{ open: undefined, merged: undefined, rejected: undefined, obstacle: undefined, isOrphan: false },
  };
}

function wanted(deployment: string, files: readonly string[], up: boolean): Considered {
  const changes = files.map((file) => changeOf(deployment, file, up));
  const draft = { changes, files: files.map((file) => ({ file, bytes: Buffer.from('') })) } as unknown as Draft;
  return {
    ...{ environment: 'prod', deployment, view: viewOf(deployment), waiting: [] },
    decision: { kind: 'create', draft },
    again: async () => ({ ok: false, error: [] }),
  };
}

const filesArbitrary = fc.subarray(FILES, { minLength: 1, maxLength: 3 });

/** What is open has no file in common, as it should be; others want to be. */
const situation = fc
  .record({
    owners: fc.array(fc.constantFrom(...GRAPHS, undefined), { minLength: FILES.length, maxLength: FILES.length }),
    wants: fc.array(fc.record({ files: filesArbitrary, up: fc.boolean() }), {
      minLength: GRAPHS.length,
      maxLength: GRAPHS.length,
    }),
    maxOpen: fc.integer({ min: 1, max: 5 }),
    maxPerHour: fc.integer({ min: 1, max: 5 }),
    openedSince: fc.integer({ min: 0, max: 4 }),
  })
  .map(({ owners, wants, ...limits }) => {
    const open = GRAPHS.flatMap((graph, index): readonly SurveyedProposal[] => {
      const changes = FILES.filter((_, at) => owners[at] === graph).map((file) => changeOf(graph, file));
      return changes.length === 0 ? [] : [{ number: index + 1, branch: proposalBranch('prod', graph), changes }];
    });
    const isOpen = new Set(open.map(({ branch }) => branch));
    const considered = GRAPHS.map((graph, index) =>
      wanted(graph, wants[index]?.files ?? [], wants[index]?.up === true),
    );
    return { open, considered: considered.filter(({ view }) => !isOpen.has(view.head.branch)), ...limits };
  });

function filesOf({ decision }: Considered): readonly string[] {
  return decision.kind === 'create' ? decision.draft.files.map(({ file }) => file) : [];
}

describe('what is proposed together', () => {
  test('never has a file in two proposals, nor more of them than the limits allow', () => {
    fc.assert(
      fc.property(situation, ({ open, considered, openedSince, ...limits }) => {
        const survey: ForgeSurvey = { open, openedSince };
        const settled = settle(considered, survey, limits, '!');
        const created = settled.considered.filter(({ decision }) => decision.kind === 'create');
        const files = [...open.flatMap(({ changes }) => changes.map(({ file }) => file)), ...created.flatMap(filesOf)];
        expect(new Set(files).size).toBe(files.length);
        expect(open.length + created.length).toBeLessThanOrEqual(Math.max(limits.maxOpen, open.length));
        expect(openedSince + created.length).toBeLessThanOrEqual(Math.max(limits.maxPerHour, openedSince));
        expect(settled.superseded).toEqual([]);
        expect(settled.considered).toHaveLength(considered.length);
      }),
    );
  });

  test('holds nothing without a reason: every one that is held would break a limit or share a file', () => {
    fc.assert(
      fc.property(situation, ({ open, considered, openedSince, ...limits }) => {
        const settled = settle(considered, { open, openedSince }, limits, '!');
        const created = settled.considered.filter(({ decision }) => decision.kind === 'create');
        const taken = new Set([
          ...open.flatMap(({ changes }) => changes.map(({ file }) => file)),
          ...created.flatMap(filesOf),
        ]);
        for (const { deployment, decision } of settled.considered) {
          if (decision.kind !== 'held') continue;
          const wants = filesOf(considered.find((one) => one.deployment === deployment) ?? wanted('x', [], true));
          const isFull =
            open.length + created.length >= limits.maxOpen || openedSince + created.length >= limits.maxPerHour;
          expect(isFull || wants.some((file) => taken.has(file))).toBe(true);
        }
      }),
    );
  });

  test('leaves the place to what adds replicas', () => {
    const all = [wanted('a', ['one.yaml'], false), wanted('b', ['two.yaml'], true)];
    const settled = settle(all, { open: [], openedSince: 0 }, { maxOpen: 1 }, '!');
    expect(settled.considered.map(({ deployment, decision }) => [deployment, decision.kind])).toEqual([
      ['b', 'create'],
      ['a', 'held'],
    ]);
  });

  test('takes the place of one whose graph the shared file does not mention any more', () => {
    const one = wanted('a', ['one.yaml'], true);
    const open = [{ number: 4, branch: proposalBranch('prod', 'gone'), changes: [changeOf('gone', 'one.yaml')] }];
    const settled = settle([one], { open, openedSince: 0 }, { maxOpen: 1 }, '!');
    expect(settled.considered[0]?.decision.kind).toBe('create');
    expect(settled.superseded.map(({ old, by }) => [old.number, by])).toEqual([[4, 'prod/a']]);
  });
});

describe('phases of a graph', () => {
  const location: ScalarLocation = { file: 'one.yaml', digest: digestOf('one'), document: 0, path: ['x'], line: 1 };
  const services = ['prefill', 'decode', 'router'];
  const numbers = fc.record({
    counts: fc.array(
      fc.record({
        current: fc.integer({ min: 0, max: 9 }),
        target: fc.integer({ min: 0, max: 9 }),
        gpus: fc.integer({ min: 0, max: 4 }),
        isFloor: fc.boolean(),
      }),
      { minLength: services.length, maxLength: services.length },
    ),
    others: fc.integer({ min: 0, max: 20 }),
    room: fc.integer({ min: 0, max: 30 }),
  });

  function planFor({ counts, others, room }: typeof numbers extends fc.Arbitrary<infer T> ? T : never): Plan {
    const targets = services.map((service, index) => {
      const { current = 0, target = 0, gpus = 0, isFloor = false } = counts[index] ?? {};
      return targetOf([{ ...location, path: [service] }], {
        ...{ service, role: 'other', current, target, gpusPerReplica: gpus, owner: isFloor ? 'autoscaler' : 'graph' },
      });
    });
    const gpusOf = (count: 'current' | 'target') =>
      targets.reduce((sum, one) => sum + one[count] * (one.gpusPerReplica ?? 0), others);
    // A plan adds nothing beyond a budget.
    const limitGpus = Math.max(gpusOf('current'), gpusOf('target')) + room;
    const ledger = [
      { budget: 'all', limitGpus, beforeGpus: gpusOf('current'), afterGpus: gpusOf('target'), unknown: [] },
    ];
    return planOf(targets, { ledger });
  }

  const NOBODY = { merged: undefined, status: undefined, sign: '!' };

  test('never exceed a budget, in whichever order the replicas of a commit come and go', () => {
    fc.assert(
      fc.property(numbers, (some) => {
        const plan = planFor(some);
        const [entry] = plan.ledger;
        const edits = plan.targets
          .filter(({ current, target }) => current !== target)
          .map((target) => ({ target, location: target.locations[0] ?? location }));
        const group = { environment: 'prod', deployment: 'chat', edits };
        const phased = inPhases(plan, group, NOBODY);
        const proposed = phased.group.edits.map(({ target }) => target);
        const frees = plan.targets.some(
          ({ current, target, gpusPerReplica, owner }) =>
            owner !== 'autoscaler' && target < current && (gpusPerReplica ?? 0) > 0,
        );
        const growth = proposed.reduce(
          (sum, one) => sum + Math.max(0, one.target - one.current) * (one.gpusPerReplica ?? 0),
          0,
        );
        if (frees) expect((entry?.beforeGpus ?? 0) + growth).toBeLessThanOrEqual(entry?.limitGpus ?? 0);
        else expect(phased.waiting).toEqual([]);
        // Nothing is lost: what is not proposed now waits with a reason.
        expect(proposed.length + phased.waiting.length).toBe(edits.length);
        expect(phased.plan.digest).toBe(plan.digest);
      }),
    );
  });

  test('end: what grows goes once a status shows that what shrank is gone', () => {
    const merged = {
      number: 3,
      changes: [{ ...changeOf('chat', 'one.yaml', false), service: 'prefill', from: 4, to: 2 }],
    };
    const targets = [
      targetOf([location], { current: 2, target: 2, gpusPerReplica: 2 }),
      targetOf([location], { service: 'decode', current: 4, target: 6, gpusPerReplica: 2 }),
    ];
    const ledger = [{ budget: 'all', limitGpus: 16, beforeGpus: 12, afterGpus: 16, unknown: [] }];
    const plan = planOf(targets, { ledger });
    const group = {
      ...{ environment: 'prod', deployment: 'chat' },
      edits: targets.slice(1).map((target) => ({ target, location })),
    };
    const waitingFor = (running: number | undefined) => {
      const status = {
        kind: 'List' as const,
        items: [
          {
            ...{ apiVersion: 'nvidia.com/v1beta1', kind: 'DynamoGraphDeployment' },
            metadata: { name: 'chat', namespace: 'serving' },
            status: { components: { prefill: running === undefined ? {} : { replicas: running } } },
          },
        ],
      };
      return inPhases(plan, group, { merged: merged as unknown as MergeRequest, status, sign: '!' }).waiting.length;
    };
    expect([4, 3, 2, 1, undefined].map(waitingFor)).toEqual([1, 1, 0, 0, 1]);
  });
});
