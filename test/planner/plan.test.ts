import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { isSealed, type Plan, planSchema } from '../../api/index.ts';
import { type FleetMember, makePlan, type PlanInput, type ProfiledEngine } from '../../planner/index.ts';
import { config, deployment, engine, liveStatus, member, PROFILE, planInput } from './fleet-fixture.ts';
import { busy, IDLE, msAt, NOTHING, type recording, seriesOf } from './traffic-fixture.ts';

function planOf(input: PlanInput): Plan {
  const plan = makePlan(input);
  if (!plan.ok) throw new Error(plan.error.map((problem) => problem.message).join('; '));
  return plan.value;
}

function problemsOf(input: PlanInput): readonly string[] {
  const plan = makePlan(input);
  return plan.ok ? [] : plan.error.map(({ path, message, hint }) => [path, message, hint].filter(Boolean).join(' | '));
}

const numbersOf = (plan: Plan) => plan.targets.map(({ service, current, target }) => `${service} ${current}→${target}`);
const heldOf = (plan: Plan) => plan.held.map(({ service, code, reason }) => `${service ?? '*'} ${code}: ${reason}`);

/** A load of so many requests a minute, of 1,000 prompt and 200 output tokens each. */
const load = (requestCount: number) =>
  seriesOf([{ name: 'chat', namespace: 'llm', buckets: [busy(), busy({ requestCount })] }]);

describe('a target', () => {
  test('is demand over capacity, rounded up', () => {
    // 1,500 a minute: 25,000 prompt tokens/s at 10,000 a GPU, 5,000 output tokens/s at 1,000 a GPU.
    const plan = planOf(planInput({ series: load(1500) }));
    expect(numbersOf(plan)).toEqual(['prefill 2→3', 'decode 2→5']);
    expect(plan.held).toEqual([]);
  });

  test('counts all GPUs of a replica', () => {
    const plan = planOf(planInput({ series: load(1500), fleet: [member({ gpus: '2' })] }));
    expect(numbersOf(plan)).toEqual(['prefill 2→2', 'decode 2→3']);
  });

  test('says for every number how it came about', () => {
    const plan = planOf(
      planInput({
        series: load(1500),
        config: config({
          deployments: [
            deployment({ strategy: { kind: 'dynamo-sla', profile: PROFILE, intervalSeconds: 60, correction: true } }),
          ],
        }),
      }),
    );
    expect(
      plan.targets.map((target) => target.reasons.map(({ stage, explanation }) => `${stage}: ${explanation}`)),
    ).toEqual([
      [
        'observed: 1,500 requests completed in the 60 s to 2026-01-01T00:02:00Z, 25 per second',
        'observed: 2 windows of 60 s, none is missing',
        'observed: 1,000 prompt tokens per request on average',
        'observed: 20 ms to the first token on average',
        'forecast: next window: 1,500 requests, as in the last (constant)',
        'forecast: next window: 1,000 prompt tokens per request, as in the last (constant)',
        'correction: 20 ms measured ÷ 20 ms in the profile at 1,000 prompt tokens = 1; only a factor below 1 changes the demand',
        'demand: 1,500 requests × 1,000 prompt tokens ÷ 60 s × 1 = 25,000 prompt tokens/s',
        'capacity: profile profiles/engine.json, which names no model, at 1,000 prompt tokens: 10,000 prompt tokens/s per GPU × 1 GPU = 10,000 prompt tokens/s per replica',
        'raw: 25,000 prompt tokens/s ÷ 10,000 per replica = 2.5 → 3',
      ],
      [
        'observed: 1,500 requests completed in the 60 s to 2026-01-01T00:02:00Z, 25 per second',
        'observed: 2 windows of 60 s, none is missing',
        'observed: 1,000 prompt tokens per request on average',
        'observed: 200 output tokens per request on average',
        'observed: 10 ms between tokens on average',
        'observed: 2 decode workers ready when the window ended',
        'forecast: next window: 1,500 requests, as in the last (constant)',
        'forecast: next window: 1,000 prompt tokens per request, as in the last (constant)',
        'forecast: next window: 200 output tokens per request, as in the last (constant)',
        // 25 requests on each worker hold 27,500 of 100,000 tokens: grid column 27, 5 + 10 × 27/99 ms.
        'correction: 10 ms measured ÷ 7.73 ms in the profile at that load = 1.29',
        'correction: ITL target 15 ms ÷ 1.29 = 11.59 ms to look up in the profile',
        'demand: 1,500 requests × 200 output tokens ÷ 60 s = 5,000 output tokens/s',
        'capacity: profile profiles/engine.json, which names no model, within 11.59 ms ITL at a context of 1,100 tokens (ISL + OSL ÷ 2), 65.66 % of the KV cache in use: 656.6 output tokens/s per GPU × 1 GPU = 656.6 output tokens/s per replica',
        'raw: 5,000 output tokens/s ÷ 656.6 per replica = 7.62 → 8',
      ],
    ]);
  });

  test('shows every guardrail that moved it, from the raw number to the last', () => {
    const limits = { prefill: { max: 4 }, decode: { maxStepUp: 2 } };
    const plan = planOf(
      planInput({
        series: load(6000),
        config: config({
          deployments: [deployment({ services: limits })],
          budgets: [{ name: 'all', gpus: 6 }],
        }),
      }),
    );
    expect(numbersOf(plan)).toEqual(['prefill 2→3', 'decode 2→3']);
    expect(
      plan.targets.map(({ guardrails }) => guardrails.map(({ guardrail, from, to }) => [guardrail, from, to])),
    ).toEqual([
      [
        ['max', 10, 4],
        ['gpu-budget', 4, 3],
      ],
      [
        ['step-up', 20, 4],
        ['gpu-budget', 4, 3],
      ],
    ]);
    expect(plan.ledger).toEqual([{ budget: 'all', limitGpus: 6, beforeGpus: 4, afterGpus: 6, unknown: [] }]);
  });

  test.each([
    ['another number is live', liveStatus({ prefill: 6 }), 'drift', 'prefill has 6 live and 2 in Git'],
    ['live status is not given', undefined, 'no-status', undefined],
  ])('does not fall where %s, and may rise', (_, status, guardrail, why) => {
    const explanation = why === undefined ? 'scale-down waits for --status' : `scale-down waits, since ${why}`;
    const quiet = planOf(planInput({ series: load(500), status }));
    expect(quiet.targets[0]).toMatchObject({
      current: 2,
      target: 2,
      guardrails: [{ guardrail, from: 1, explanation }],
    });
    expect(numbersOf(planOf(planInput({ series: load(1500), status })))[0]).toBe('prefill 2→3');
  });

  test('stands in the plan even where it equals the number that is there', () => {
    const plan = planOf(planInput({ series: load(1200), fleet: [member({ decode: 4 })] }));
    expect(numbersOf(plan)).toEqual(['prefill 2→2', 'decode 4→4']);
  });

  test('forgets windows without data and says how many', () => {
    const buckets = [busy(), NOTHING, busy({ ttftMs: 0 }), NOTHING, IDLE, busy()];
    const plan = planOf(
      planInput({ at: new Date(msAt(360)), series: seriesOf([{ name: 'chat', namespace: 'llm', buckets }]) }),
    );
    expect(plan.targets[0]?.reasons[1]?.explanation).toBe('3 windows of 60 s, 3 without data left out');
  });

  const corrections = (status: PlanInput['status']) => {
    const strategy = { kind: 'dynamo-sla', profile: PROFILE, intervalSeconds: 60, correction: true };
    const unready = busy({ decodeReady: null });
    const plan = planOf(
      planInput({
        config: config({ deployments: [deployment({ strategy })] }),
        series: seriesOf([{ name: 'chat', namespace: 'llm', buckets: [unready, unready] }]),
        status,
      }),
    );
    const corrections = plan.targets[1]?.reasons.filter(({ name }) => /decodeReady|decodeCorrectionFactor/.test(name));
    return corrections?.map(({ value, explanation }) => [value, explanation]);
  };

  test('leaves decode uncorrected where nobody knows how many workers were ready', () => {
    expect(corrections(undefined)).toEqual([
      [null, 'neither the metrics nor a status say how many decode workers were ready'],
      [1, 'no decode worker is known to have been ready, so the factor stays 1'],
    ]);
  });

  test('takes the ready decode workers from live status where the metrics do not say', () => {
    // 5 requests on each of 4 workers: grid column 5 of 0 to 99.
    expect(corrections(liveStatus({ decode: 4 }))).toEqual([
      [4, '4 decode workers ready in the status, since the metrics do not say'],
      [expect.closeTo(10 / (5 + 10 * (5 / 99))), expect.stringMatching(/^10 ms measured ÷ 5\.51 ms in the profile/)],
    ]);
  });
});

describe('what owns the number decides what moves', () => {
  const scaler = {
    ...{ kind: 'keda' as const, name: 'chat-decode', namespace: 'llm', adapterName: 'chat-decode', min: 3, max: 6 },
    ...{ minPath: ['spec', 'minReplicaCount'], maxPath: ['spec', 'maxReplicaCount'] },
  };

  test('an autoscaler keeps its number; its floor moves, and never above its ceiling', () => {
    const fleet = [member({ owners: { decode: { kind: 'autoscaler', scaler } } })];
    const plan = planOf(planInput({ series: load(3000), fleet }));
    expect(plan.targets[1]).toMatchObject({ owner: 'autoscaler', current: 3, target: 6 });
    expect(plan.targets[1]?.guardrails).toEqual([
      {
        guardrail: 'max',
        from: 10,
        to: 6,
        explanation: 'at most 6 (maximum of keda "chat-decode"), so the SLA cannot be met at this load',
      },
    ]);
  });

  test('an autoscaler whose ceiling cannot be read is left alone', () => {
    const fleet = [member({ owners: { decode: { kind: 'autoscaler', scaler: { ...scaler, max: undefined } } } })];
    expect(heldOf(planOf(planInput({ fleet })))).toEqual([
      'decode unreadable-number: the maximum of keda "chat-decode" cannot be read, and its minimum must not pass it',
    ]);
  });

  test('where nobody in the repository owns it, it is held with the reason, and the other service goes on', () => {
    const fleet = [member({ owners: { decode: { kind: 'nobody', reason: 'the scaling adapter is on' } } })];
    const plan = planOf(planInput({ series: load(1500), fleet }));
    expect(numbersOf(plan)).toEqual(['prefill 2→3']);
    expect(heldOf(plan)).toEqual(['decode owner: the scaling adapter is on']);
  });

  test('a number that nobody wrote is not edited', () => {
    const fleet = [member({ decode: undefined })];
    expect(heldOf(planOf(planInput({ fleet })))).toEqual([
      'decode unreadable-number: the manifest writes no replicas (the operator runs 1), so there is no number to edit; write it out',
    ]);
  });

  test('a pin that disagrees with the manifest holds', () => {
    const drift = { kind: 'refused' as const, code: 'drift' as const, reason: 'the pin says 3' };
    const fleet = [member({ numbers: { decode: drift } })];
    expect(heldOf(planOf(planInput({ fleet })))).toEqual(['decode drift: the pin says 3']);
  });
});

describe('whole graphs are held', () => {
  const profiled = (change: Partial<ProfiledEngine>) => {
    const measured = { model: 'acme/model', backend: 'vllm', gpu: 'H200', tensorParallel: 1, ...change };
    const { prefill, decode } = engine;
    return new Map([[PROFILE, { prefill: { ...prefill, engine: measured }, decode: { ...decode, engine: measured } }]]);
  };
  const vllm = (): FleetMember => {
    const graph = member();
    return { ...graph, view: { ...graph.view, backend: 'vllm' } };
  };
  const one = (buckets: Parameters<typeof recording>[0][number]['buckets'], change: object = {}) =>
    seriesOf([{ name: 'chat', namespace: 'llm', buckets, ...change }]);

  test.each([
    [
      'without data in the deciding window',
      { series: one([busy(), NOTHING]) },
      'no-data: window of 60 s to 2026-01-01T00:02:00Z: requestCount is missing: 0 of 1 buckets have data',
    ],
    [
      'with an impossible value in it',
      { series: one([busy(), busy({ itlMs: -1 })]) },
      'impossible-data: window of 60 s to 2026-01-01T00:02:00Z: impossible value: itlMs is -1 with 600 requests',
    ],
    [
      'without a latency that the strategy needs',
      { series: one([busy(), busy({ ttftMs: null })]) },
      'no-data: window of 60 s to 2026-01-01T00:02:00Z: ttftMs is missing: 0 of 1 buckets have data',
    ],
    [
      'without traffic in it',
      { series: one([busy(), IDLE]) },
      'no-traffic: window of 60 s to 2026-01-01T00:02:00Z: no request completed; dynamo-sla cannot size an idle graph, so its numbers stay',
    ],
    [
      'on stale metrics',
      { at: new Date(msAt(3600)) },
      'stale-data: the newest data ends at 2026-01-01T00:02:00Z, more than 150 s (a bucket and three scrapes) before 2026-01-01T01:00:00Z',
    ],
    [
      'without metrics of their own',
      { series: seriesOf([]) },
      'no-data: the recording has no graph chat in namespace llm',
    ],
    [
      'on metrics of another environment',
      { series: one([busy(), busy()], { environment: 'dev' }) },
      'no-data: the recording has no graph chat in namespace llm',
    ],
    [
      'on metrics of another model',
      { series: one([busy(), busy()], { model: 'acme/other' }) },
      'no-data: the metrics are of the model "acme/other", and the graph serves "acme/model"',
    ],
    [
      'with GPUs that cannot be counted',
      { fleet: [member({ gpus: 'many' })] },
      'unknown-gpus: prefill: resources.limits.gpu is "many", which is not a whole number; decode: resources.limits.gpu is "many", which is not a whole number',
    ],
    [
      'with workers that ask for no GPU',
      { fleet: [member({ gpus: '0' })] },
      'unknown-gpus: prefill: it shows no GPU (resources.limits.gpu), and its profile counts tokens per second and GPU; decode: it shows no GPU (resources.limits.gpu), and its profile counts tokens per second and GPU',
    ],
    [
      'when prefill and decode are one worker',
      { fleet: [member({ services: { worker: { componentType: 'worker', replicas: 1 } } })] },
      'unsupported: dynamo-sla sizes prefill and decode, and the workers of this graph do both at once',
    ],
    [
      'when they are not the graph that the planner runs in',
      { parentGraph: 'other' },
      'invalid-deployment: DYN_PARENT_DGD_K8S_NAME names "other", but this graph is "chat"',
    ],
    [
      'on the profile of another model',
      { profiles: profiled({ model: 'acme/other' }) },
      'profile-mismatch: profile profiles/engine.json was measured with the model "acme/other", and the graph serves "acme/model"',
    ],
    [
      'on the profile of another backend',
      { profiles: profiled({ backend: 'sglang' }), fleet: [vllm()] },
      'profile-mismatch: profile profiles/engine.json was measured with sglang, and the graph runs vllm',
    ],
    [
      'on the profile of another tensor parallelism',
      { profiles: profiled({ tensorParallel: 2 }) },
      'profile-mismatch: profile profiles/engine.json was measured with tensor parallelism 2, so with that many GPUs per replica, and prefill has 1 and decode has 1',
    ],
  ])('%s', (_, change, expected) => {
    const plan = planOf(planInput(change));
    expect(heldOf(plan)).toEqual([`* ${expected}`]);
    expect(plan.targets).toEqual([]);
    expect(planSchema.safeParse(plan).error).toBeUndefined();
  });

  test('a profile of the same engine is used, whatever its case, and named with its capacity', () => {
    const profiles = profiled({ model: 'ACME/Model', backend: 'vLLM' });
    const plan = planOf(planInput({ profiles, fleet: [vllm()] }));
    expect(plan.held).toEqual([]);
    for (const { reasons } of plan.targets) {
      expect(reasons.find(({ stage }) => stage === 'capacity')?.explanation).toMatch(
        /^profile profiles\/engine\.json \(ACME\/Model on H200, vLLM, tensor parallelism 1\) /,
      );
    }
  });

  test('a graph that leaves its backend to the operator contradicts no profile', () => {
    expect(planOf(planInput({ profiles: profiled({ backend: 'sglang' }) })).held).toEqual([]);
  });

  test('a budget does not count a sized worker without GPUs as free', () => {
    const fleet = [member({ gpus: '0' })];
    const budgets = [{ name: 'all', gpus: 64 }];
    expect(planOf(planInput({ fleet, config: config({ budgets }) })).ledger).toEqual([
      {
        ...{ budget: 'all', limitGpus: 64, beforeGpus: null, afterGpus: null },
        unknown: ['prod/chat/prefill', 'prod/chat/decode'],
      },
    ]);
  });

  test('the model’s label may differ in case, as Dynamo’s frontend writes it in lower case', () => {
    const metrics = one([busy(), busy()], { model: 'ACME/Model' });
    expect(planOf(planInput({ series: metrics })).held).toEqual([]);
  });

  test('a graph that no deployment names is listed', () => {
    const plan = planOf(planInput({ fleet: [member(), member({ name: 'embed' })] }));
    expect(heldOf(plan)).toEqual(['* not-planned: no deployment of the config names it']);
  });

  test('a demand that no fleet could serve is a broken profile, not a plan', () => {
    const tiny = { ...engine, prefill: { ...engine.prefill, tokensPerSecondPerGpu: [0.01, 0.01, 0.01, 0.01] } };
    expect(heldOf(planOf(planInput({ profiles: new Map([[PROFILE, tiny]]) })))).toEqual([
      '* no-decision: dynamo-sla asks for 1000000 replicas, which is beyond anything plausible; check the profile',
    ]);
  });
});

describe('a config that contradicts the manifests is an error with its place', () => {
  test.each([
    [
      'a graph that is not there',
      { deployments: [deployment({ name: 'chart' })] },
      'deployments[0] | no graph "chart" is in the manifests | there are: prod/chat (namespace llm)',
    ],
    [
      'a service that is not there',
      { deployments: [deployment({ services: { decoder: { max: 4 } } })] },
      'deployments[0].services.decoder | prod/chat has no service "decoder" | it has "Frontend", "prefill", "decode"',
    ],
    [
      'two deployments for one graph',
      { deployments: [deployment(), deployment({ namespace: 'llm' })] },
      'deployments[1] | deployments[0] names the same graph, prod/chat (namespace llm) | keep one of the two',
    ],
    [
      'no SLA anywhere',
      { deployments: [deployment({ sla: undefined })] },
      'deployments[0] | no SLA is declared for "chat" | set sla: { ttftMs, itlMs } here, or in the code of the deployment',
    ],
  ])('%s', (_, change, problem) => {
    expect(problemsOf(planInput({ config: config(change) }))).toEqual([problem]);
  });

  test.each([
    ['environment', { policy: undefined }, 'environment: prod'],
    ['namespace', { namespace: undefined }, 'namespace: inference'],
  ])('no %s anywhere', (field, sketch, example) => {
    expect(problemsOf(planInput({ fleet: [member(sketch)] }))).toEqual([
      `deployments[0].${field} | is not set, and the manifest of "chat" does not say its ${field} either | such as ${example}`,
    ]);
  });

  test('a name that stands in two environments', () => {
    const fleet = [member(), member({ environment: 'dev' })];
    expect(problemsOf(planInput({ fleet }))).toEqual([
      'deployments[0] | "chat" names 2 graphs: prod/chat (namespace llm) in dist/prod/chat.yaml and dev/chat (namespace llm) in dist/dev/chat.yaml | tell them apart with environment and namespace',
    ]);
  });

  test('an SLA that is wider than the declared one', () => {
    const policy = {
      ...{ schemaVersion: 1 as const, app: 'chat', environment: 'prod', services: {} },
      sla: { ttftMs: 300, itlMs: 10 },
    };
    expect(problemsOf(planInput({ fleet: [member({ policy })] }))).toEqual([
      'deployments[0].sla.itlMs | itlMs is 15, and "chat" is declared with 10: config may tighten an SLA, not widen it',
    ]);
  });

  test('everything that is wrong is said at once', () => {
    const services = { prefill: { max: 9 }, decode: { min: 0 } };
    const bounds = { prefill: { min: 1, max: 8 }, decode: { min: 1, max: 8 } };
    const policy = { schemaVersion: 1 as const, app: 'chat', environment: 'prod', services: bounds };
    const given = planInput({
      fleet: [member({ policy })],
      config: config({ deployments: [deployment({ services })] }),
    });
    expect(problemsOf(given)).toHaveLength(2);
  });
});

describe('the document', () => {
  const names = ['alpha', 'beta', 'gamma'] as const;
  const anyBucket = fc.oneof(
    {
      weight: 6,
      arbitrary: fc
        .integer({ min: 0, max: 4000 })
        .map((requestCount) => (requestCount === 0 ? IDLE : busy({ requestCount }))),
    },
    { weight: 1, arbitrary: fc.constant(NOTHING) },
    { weight: 1, arbitrary: fc.constant(busy({ ttftMs: 0 })) },
    { weight: 1, arbitrary: fc.constant(busy({ itlMs: null })) },
  );
  const anyGraph = fc.record({
    buckets: fc.array(anyBucket, { minLength: 2, maxLength: 6 }),
    prefill: fc.integer({ min: 0, max: 8 }),
    decode: fc.integer({ min: 0, max: 8 }),
    gpus: fc.constantFrom('1', '2', '4'),
    isConfigured: fc.boolean(),
    limits: fc.record({ maxStepUp: fc.integer({ min: 1, max: 3 }), maxStepDown: fc.integer({ min: 1, max: 3 }) }),
  });
  const anyInput = fc
    .record({
      graphs: fc.array(anyGraph, { minLength: 1, maxLength: 3 }),
      hasStatus: fc.boolean(),
      hasHistory: fc.boolean(),
      budget: fc.integer({ min: 0, max: 40 }),
      correction: fc.boolean(),
      predictor: fc.constantFrom('constant', 'kalman'),
    })
    .map(({ graphs, hasStatus, hasHistory, budget, correction, predictor }) => {
      const named = graphs.map((graph, index) => ({ ...graph, name: names[index] ?? 'other' }));
      const strategy = { kind: 'dynamo-sla', profile: PROFILE, intervalSeconds: 60, correction, predictor };
      const base = planInput();
      return planInput({
        fleet: named.map(({ name, prefill, decode, gpus }) => member({ name, prefill, decode, gpus })),
        series: seriesOf(named.map(({ name, buckets }) => ({ name, namespace: 'llm', buckets }))),
        config: config({
          deployments: named
            .filter((graph) => graph.isConfigured)
            .map(({ name, limits }) => deployment({ name, strategy, services: { prefill: limits, decode: limits } })),
          budgets: [{ name: 'all', gpus: budget }],
        }),
        status: hasStatus
          ? liveStatus(...named.map(({ name, prefill, decode }) => ({ name, prefill, decode })))
          : undefined,
        history: hasHistory ? base.history : undefined,
      });
    });

  test('keeps to its schema and its seal, and expires when the config says', () => {
    fc.assert(
      fc.property(anyInput, (input) => {
        const plan = planOf(input);
        expect(planSchema.safeParse(plan).error).toBeUndefined();
        expect(isSealed(plan)).toBe(true);
        expect(Date.parse(plan.expiresAt) - Date.parse(plan.createdAt)).toBe(24 * 3_600_000);
      }),
      { numRuns: 50 },
    );
  });

  test('is the same byte for byte for the same input, in whatever order its graphs come', () => {
    fc.assert(
      fc.property(anyInput, (input) => {
        const turned = {
          ...input,
          fleet: input.fleet.toReversed(),
          series: input.series.toReversed(),
          config: { ...input.config, deployments: input.config.deployments.toReversed() },
        };
        const text = JSON.stringify(planOf(input));
        expect(JSON.stringify(planOf(input))).toBe(text);
        expect(JSON.stringify(planOf(turned))).toBe(text);
      }),
      { numRuns: 50 },
    );
  });

  test('lowers nothing without data, status and history, whatever else is asked', () => {
    fc.assert(
      fc.property(anyInput, (input) => {
        const plan = planOf(input);
        const dark = planOf({
          ...input,
          series: input.series.map((one) => ({ ...one, columns: {} })),
        });
        expect(dark.targets).toEqual([]);
        if (input.status !== undefined && input.history !== undefined) return;
        for (const { current, target } of plan.targets) expect(target).toBeGreaterThanOrEqual(current);
      }),
      { numRuns: 50 },
    );
  });

  test('exceeds no budget by what it adds, and moves no number further than a step', () => {
    fc.assert(
      fc.property(anyInput, (input) => {
        const { targets, ledger } = planOf(input);
        for (const { beforeGpus, afterGpus, limitGpus } of ledger) {
          expect(afterGpus).toBeLessThanOrEqual(Math.max(limitGpus, beforeGpus ?? 0));
        }
        for (const { deployment: name, current, target } of targets) {
          const limits = input.config.deployments.find((one) => one.name === name)?.services.prefill;
          expect(target).toBeGreaterThanOrEqual(Math.min(1, current));
          expect(target - current).toBeLessThanOrEqual(Math.max(1 - current, limits?.maxStepUp ?? 0));
          expect(current - target).toBeLessThanOrEqual(limits?.maxStepDown ?? 0);
        }
      }),
      { numRuns: 50 },
    );
  });
});
