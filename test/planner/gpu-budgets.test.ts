import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type BudgetConfig, gpuQuotaOf, type JsonObject } from '../../api/index.ts';
import {
  type BudgetedGraph,
  fitBudgets,
  gpusAfter,
  gpusBefore,
  inScope,
  ledgerEntry,
  quotaBudgets,
  shareRoom,
} from '../../planner/index.ts';

describe('GPU budgets', () => {
  const known = (value: number) => ({ kind: 'known' as const, value });
  const unknown = { kind: 'unknown' as const, reason: 'gpu is "many"' };

  function graph(
    name: string,
    services: readonly (readonly [name: string, current: number, target: number | undefined, gpus: number])[],
    change: Partial<BudgetedGraph> = {},
  ): BudgetedGraph {
    return {
      ...{ name, namespace: 'llm', environment: 'prod' },
      services: services.map(([service, current, target, gpus]) => ({
        ...{ name: service, current: known(current), target, gpusPerReplica: known(gpus), min: 1 },
      })),
      ...change,
    };
  }

  const budget = (gpus: number, change: Partial<BudgetConfig> = {}): BudgetConfig => ({ name: 'all', gpus, ...change });
  const targetsOf = (graphs: readonly BudgetedGraph[]) =>
    graphs.map(({ services }) => services.map((service) => service.target));

  test('what fits is left alone', () => {
    const graphs = [
      graph('chat', [
        ['prefill', 1, 2, 2],
        ['decode', 2, 4, 1],
      ]),
    ];
    expect(fitBudgets(graphs, [budget(8)])).toEqual({ graphs, cuts: [] });
  });

  test('prefill and decode of a graph are cut in proportion to what they asked for', () => {
    const graphs = [
      graph('chat', [
        ['prefill', 2, 4, 1],
        ['decode', 2, 6, 1],
      ]),
    ];
    const { graphs: fitted, cuts } = fitBudgets(graphs, [budget(7)]);
    expect(targetsOf(fitted)).toEqual([[3, 4]]);
    expect(cuts.map(({ mark }) => mark)).toEqual([
      {
        ...{ guardrail: 'gpu-budget', from: 4, to: 3 },
        explanation:
          'budget "all" has 4 of 7 GPUs taken and 3 free, and 6 are wanted; 1 of 2 more replicas fit, 1 GPU each',
      },
      {
        ...{ guardrail: 'gpu-budget', from: 6, to: 4 },
        explanation:
          'budget "all" has 4 of 7 GPUs taken and 3 free, and 6 are wanted; 2 of 4 more replicas fit, 1 GPU each',
      },
    ]);
  });

  test('a graph that nobody plans takes its part of the budget', () => {
    const graphs = [graph('chat', [['decode', 2, 6, 1]]), graph('embed', [['worker', 3, undefined, 1]])];
    expect(targetsOf(fitBudgets(graphs, [budget(6)]).graphs)).toEqual([[3], [undefined]]);
  });

  test('a budget that is exceeded already lowers nothing and adds nothing', () => {
    const graphs = [
      graph('chat', [
        ['prefill', 4, 5, 4],
        ['decode', 4, 4, 4],
      ]),
    ];
    const { graphs: fitted, cuts } = fitBudgets(graphs, [budget(8)]);
    expect(targetsOf(fitted)).toEqual([[4, 4]]);
    expect(cuts.map(({ held }) => held?.code)).toEqual(['over-budget']);
  });

  test('what a graph gives up it may use itself, and no other graph may', () => {
    const swap = graph('chat', [
      ['prefill', 3, 2, 1],
      ['decode', 3, 4, 1],
    ]);
    const other = graph('other', [['decode', 2, 3, 1]]);
    expect(targetsOf(fitBudgets([swap, other], [budget(8)]).graphs)).toEqual([[2, 4], [2]]);
  });

  test('a number that could only rise to below its minimum stays', () => {
    const low = graph('chat', []);
    const services = [{ name: 'decode', current: known(1), target: 5, gpusPerReplica: known(1), min: 5 }];
    expect(targetsOf(fitBudgets([{ ...low, services }], [budget(3)]).graphs)).toEqual([[1]]);
  });

  test('a graph of a higher priority is served first, and says so', () => {
    const graphs = [graph('batch', [['decode', 2, 6, 1]]), graph('chat', [['decode', 2, 6, 1]], { priority: 5 })];
    const { graphs: fitted, cuts } = fitBudgets(graphs, [budget(9)]);
    expect(targetsOf(fitted)).toEqual([[3], [6]]);
    expect(cuts.map(({ mark }) => mark.explanation)).toEqual([
      'budget "all" has 4 of 9 GPUs taken and 5 free, and 8 are wanted; 1 of 4 more replicas fit, 1 GPU each; 2 graphs share them by how much of its demand a GPU meets, after those of a higher priority (this one has 0, the highest is 5)',
    ]);
  });

  test('among equals a GPU goes where it meets the largest share of a graph’s demand', () => {
    const graphs = [
      graph('large', [['decode', 30, 40, 1]]),
      graph('small', [['decode', 1, 4, 1]]),
      graph('heavy', [['decode', 1, 3, 8]]),
    ];
    expect(targetsOf(fitBudgets(graphs, [budget(46)]).graphs)).toEqual([[34], [4], [1]]);
    expect(targetsOf(fitBudgets(graphs, [budget(52)]).graphs)).toEqual([[32], [4], [2]]);
  });

  test('prefill and decode of a graph rise together, since the one that lacks most decides', () => {
    const pair = graph('pair', [
      ['prefill', 1, 4, 1],
      ['decode', 1, 4, 1],
    ]);
    const one = graph('one', [['worker', 2, 8, 1]]);
    // Each step of the pair meets a quarter for two GPUs, each of the other an eighth for one; the first wins the tie.
    expect(targetsOf(fitBudgets([pair, one], [budget(10)]).graphs)).toEqual([[4, 4], [2]]);
    expect(targetsOf(fitBudgets([pair, one], [budget(9)]).graphs)).toEqual([[3, 3], [3]]);
  });

  test('a budget of one graph bounds it alone', () => {
    const graphs = [graph('chat', [['decode', 2, 6, 1]]), graph('batch', [['decode', 2, 6, 1]])];
    expect(targetsOf(fitBudgets(graphs, [budget(4, { deployment: 'chat' })]).graphs)).toEqual([[4], [6]]);
  });

  describe('from a quota of the manifests', () => {
    const quota = (hard: JsonObject) => {
      const document = { apiVersion: 'v1', kind: 'ResourceQuota', metadata: { name: 'gpus', namespace: 'llm' } };
      const found = gpuQuotaOf({ ...document, spec: { hard } });
      return found === undefined ? [] : quotaBudgets(found, 'prod');
    };
    const h200 = (name: string, resource: string | undefined, change: Partial<BudgetedGraph> = {}): BudgetedGraph => {
      const one = graph(name, [['decode', 2, 6, 1]], change);
      return { ...one, services: one.services.map((service) => ({ ...service, resource })) };
    };

    test('a namespace gets no more than its quota, in its environment', () => {
      const graphs = [
        h200('chat', 'nvidia.com/gpu'),
        h200('other', 'nvidia.com/gpu', { namespace: 'other' }),
        h200('dev', 'nvidia.com/gpu', { environment: 'dev' }),
      ];
      const { graphs: fitted, cuts } = fitBudgets(graphs, quota({ 'requests.nvidia.com/gpu': '3' }));
      expect(targetsOf(fitted)).toEqual([[3], [6], [6]]);
      expect(cuts[0]?.mark.explanation).toBe(
        'quota "prod/llm/gpus" of nvidia.com/gpu has 2 of 3 GPUs taken and 1 free, and 4 are wanted; 1 of 4 more replicas fit, 1 GPU each',
      );
      expect(quota({ 'requests.nvidia.com/gpu': '3' }).map((one) => ledgerEntry(one, fitted))).toEqual([
        { budget: 'prod/llm/gpus', limitGpus: 3, beforeGpus: 2, afterGpus: 3, unknown: [] },
      ]);
    });

    test('it counts its own resource, and what may be it', () => {
      const graphs = [h200('chat', 'amd.com/gpu'), h200('maybe', undefined)];
      expect(targetsOf(fitBudgets(graphs, quota({ 'requests.nvidia.com/gpu': '3' })).graphs)).toEqual([[6], [3]]);
    });

    test('one that nobody can read lets nothing rise', () => {
      const { graphs: fitted, cuts } = fitBudgets(
        [h200('chat', 'nvidia.com/gpu')],
        quota({ 'requests.nvidia.com/gpu': '4k' }),
      );
      expect(targetsOf(fitted)).toEqual([[2]]);
      expect(cuts[0]?.held).toEqual({
        code: 'unknown-gpus',
        reason:
          'quota "prod/llm/gpus" of nvidia.com/gpu cannot be checked: spec.hard.requests.nvidia.com/gpu is "4k", which is not a whole number',
      });
    });
  });

  test('one unknown GPU count in scope holds every increase, and every service without one is named', () => {
    const dark = graph('dark', []);
    const worker = { name: 'worker', current: known(1), target: undefined, gpusPerReplica: unknown, min: 0 };
    const other = { ...worker, name: 'other', gpusPerReplica: { ...unknown, reason: 'gpu is "some"' } };
    const graphs = [
      graph('chat', [
        ['prefill', 2, 1, 1],
        ['decode', 2, 3, 1],
      ]),
      { ...dark, services: [worker, other] },
    ];
    const { graphs: fitted, cuts } = fitBudgets(graphs, [budget(100)]);
    expect(targetsOf(fitted)).toEqual([[1, 2], [undefined]]);
    expect(cuts.map(({ held }) => held)).toEqual([
      {
        code: 'unknown-gpus',
        reason:
          'budget "all" cannot be checked, since nobody knows the GPUs of prod/dark/worker (gpu is "many"), prod/dark/other (gpu is "some")',
      },
    ]);
    expect(ledgerEntry(budget(100), fitted)).toEqual({
      ...{
        budget: 'all',
        limitGpus: 100,
        beforeGpus: null,
        afterGpus: null,
        unknown: ['prod/dark/worker', 'prod/dark/other'],
      },
    });
  });

  test('a service without GPUs is nobody’s problem, even where its replicas cannot be read', () => {
    const odd = graph('odd', []);
    const services = [{ name: 'frontend', current: unknown, target: undefined, gpusPerReplica: known(0), min: 0 }];
    const graphs = [graph('chat', [['decode', 2, 3, 1]]), { ...odd, services }];
    expect(ledgerEntry(budget(8), graphs)).toMatchObject({ beforeGpus: 2, afterGpus: 3 });
  });

  test('a budget reaches its environment and namespace; a graph that names none counts everywhere', () => {
    const graphs = [
      graph('a', []),
      graph('b', [], { environment: 'dev' }),
      graph('c', [], { namespace: 'other' }),
      graph('d', [], { environment: undefined, namespace: undefined }),
    ];
    const names = (scope: BudgetConfig) => inScope(scope, graphs).map(({ name }) => name);
    expect(names(budget(1))).toEqual(['a', 'b', 'c', 'd']);
    expect(names(budget(1, { environment: 'prod' }))).toEqual(['a', 'c', 'd']);
    expect(names(budget(1, { environment: 'prod', namespace: 'llm' }))).toEqual(['a', 'd']);
  });

  const anyService = fc
    .record({
      name: fc.constantFrom('prefill', 'decode', 'worker'),
      current: fc.integer({ min: 0, max: 6 }),
      step: fc.option(fc.integer({ min: -3, max: 8 }), { nil: undefined }),
      gpus: fc.integer({ min: 0, max: 8 }),
      min: fc.integer({ min: 0, max: 4 }),
    })
    .map(({ name, current, step, gpus, min }) => ({
      ...{ name, current: known(current), gpusPerReplica: known(gpus), min },
      target: step === undefined ? undefined : Math.max(0, current + step),
    }));
  const anyGraphs = fc.array(
    fc.record({
      name: fc.constantFrom('a', 'b', 'c'),
      namespace: fc.constantFrom('x', 'y', undefined),
      environment: fc.constantFrom('prod', 'dev', undefined),
      priority: fc.integer({ min: -1, max: 1 }),
      services: fc.array(anyService, { maxLength: 3 }),
    }),
    { maxLength: 5 },
  );
  const anyBudgets = fc.array(
    fc.record(
      {
        name: fc.constantFrom('one', 'two'),
        gpus: fc.integer({ min: 0, max: 60 }),
        environment: fc.constantFrom('prod', 'dev'),
        namespace: fc.constantFrom('x', 'y'),
      },
      { requiredKeys: ['name', 'gpus'] },
    ),
    { maxLength: 3 },
  );

  test('whatever the fleet, no budget is exceeded by what a plan adds, and nothing falls because of one', () => {
    fc.assert(
      fc.property(anyGraphs, anyBudgets, (graphs, budgets) => {
        const { graphs: fitted } = fitBudgets(graphs, budgets);
        for (const one of budgets) {
          const scope = inScope(one, fitted);
          expect(gpusAfter(scope)).toBeLessThanOrEqual(Math.max(one.gpus, gpusBefore(scope)));
        }
        fitted.forEach((after, index) => {
          after.services.forEach((service, position) => {
            const wanted = graphs[index]?.services[position]?.target;
            if (service.target === undefined || wanted === undefined) return;
            const current = service.current.kind === 'known' ? service.current.value : Number.NaN;
            expect(service.target).toBeLessThanOrEqual(wanted);
            expect(service.target).toBeGreaterThanOrEqual(Math.min(current, wanted));
            if (service.target > current) expect(service.target).toBeGreaterThanOrEqual(Math.min(service.min, wanted));
          });
        });
      }),
    );
  });

  test('room is shared to the last GPU that any increase could use', () => {
    const increase = fc.record({
      graph: fc.integer({ min: 0, max: 2 }),
      priority: fc.constant(0),
      current: fc.integer({ min: 0, max: 4 }),
      replicas: fc.integer({ min: 1, max: 6 }),
      gpusPerReplica: fc.integer({ min: 1, max: 8 }),
    });
    fc.assert(
      fc.property(fc.array(increase, { maxLength: 5 }), fc.integer({ min: 0, max: 60 }), (increases, room) => {
        const granted = shareRoom(increases, room, new Map());
        const used = increases.reduce((sum, one, index) => sum + (granted[index] ?? 0) * one.gpusPerReplica, 0);
        expect(used).toBeLessThanOrEqual(room);
        increases.forEach((one, index) => {
          const isServed = granted[index] === one.replicas;
          expect(isServed || one.gpusPerReplica > room - used).toBe(true);
        });
      }),
    );
  });
});
