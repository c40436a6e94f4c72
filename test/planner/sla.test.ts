import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { EngineProfile, TrafficBucket } from '../../planner/index.ts';
import { engine, liveStatus, member, PROFILE } from './fleet-fixture.ts';
import { randomNumbers } from './queue-simulation.ts';
import {
  HOUR,
  heldOf,
  minutes,
  numbersOf,
  planOf,
  rawOf,
  type Sketch,
  slaInput,
  steady,
  wordsOf,
} from './sla-fixture.ts';
import { busy, IDLE, msAt, NOTHING } from './traffic-fixture.ts';

const UNCORRECTED = { correction: false };
const rawFor = (sketch: Sketch) => rawOf(planOf(slaInput(sketch)));

describe('a steady load', () => {
  test('is sized for its percentile, and every number says how it came about', () => {
    // 100 requests/s of 1,000 and 200 tokens. Prefill: 2 engines busy. Decode: 300 requests at once at 15 ms, 91 to an engine.
    const plan = planOf(slaInput({ buckets: steady(6000, { itlMs: 8 }), settings: { correction: false } }));
    expect(numbersOf(plan)).toEqual(['prefill 2→3', 'decode 2→4']);
    expect(wordsOf(plan, 'prefill')).toEqual([
      'observed: 360,000 requests arrived in the 3,600 s measured to 2026-01-01T12:00:00Z, 100 per second, by requests that were completed, since the metrics say neither what was started nor what is in flight',
      'observed: 1,000 prompt tokens per request on average over 60 buckets',
      'observed: 200 output tokens per request on average over 60 buckets',
      'observed: squared variation of prompt lengths 1 (assumed, since the metrics have no percentile of prompt lengths)',
      'observed: squared variation of output lengths 1 (assumed, since the metrics have no percentile of output lengths)',
      'observed: squared variation of the time between arrivals 1 (0 measured over 59 pairs of buckets, kept within 1 and 4)',
      'observed: 20 ms to the first token on average over the same time',
      'observed: 2 workers ready at the end',
      expect.stringMatching(
        /^forecast: at most 100,000 prompt tokens\/s with 95 % from 600 s ahead for 1,200 s, as likely as not 100,000: .*, 139 past errors \(sqrt\), enough in 100 % of them$/,
      ),
      'correction: not compared with what was measured (correction is off)',
      'demand: 100,000 prompt tokens/s ÷ 1,000 per request = 100 requests/s',
      'capacity: profile profiles/engine.json, which names no model: 20 ms + 0 ms per 1,000 tokens + 0 ms per 1,000 tokens squared (0 % off on average) = 20 ms for a prompt of 1,000 tokens; 20 ms on an engine on average over all lengths, squared variation 0',
      "demand: 100 requests/s × 20 ms = 2 engines busy on average, before anybody's wait is short",
      'raw: 3: TTFT p95 42.54 ms ≤ 200 ms, engines 66.67 % busy; prefill 2 would save 1 GPU, they cannot keep up, so that TTFT has no bound',
    ]);
    expect(wordsOf(plan, 'decode').slice(6)).toEqual([
      'observed: 8 ms between tokens on average over the same time',
      'observed: 2 workers ready at the end',
      expect.stringMatching(/^forecast: at most 20,000 output tokens\/s with 95 % /),
      'correction: not compared with what was measured (correction is off)',
      'capacity: profile profiles/engine.json, which names no model: 5 ms + 0.12 ms per request at a context of 1,200 tokens (ISL + OSL; 0 % off on average): a batch of 83.33 keeps 15 ms',
      'demand: 20,000 output tokens/s × 15 ms between them = 300 requests at once on average',
      'raw: 4: 3.94 engines hold the requests at once, with a margin for 95 % of the time, at 83.33 each; ITL p95 14.61 ms ≤ 15 ms; decode 3 would save 1 GPU, they cannot keep up, so that ITL has no bound',
    ]);
  });

  test('takes more for a higher percentile and for a tighter SLA, and less where the SLA is loose', () => {
    const buckets = steady(3000);
    const at = (settings: object, sla: object = { ttftMs: 200, itlMs: 15 }) =>
      rawFor({ buckets, settings: { correction: false, ...settings }, change: { sla } });
    expect(at({ percentile: 0.999 }).decode).toBeGreaterThan(Number(at({ percentile: 0.5 }).decode));
    expect(at({}, { ttftMs: 200, itlMs: 8 }).decode).toBeGreaterThan(Number(at({}).decode));
    expect(at({}, { ttftMs: 25, itlMs: 15 }).prefill).toBeGreaterThan(Number(at({}).prefill));
  });

  test('takes its prompt lengths to vary as their 95th percentile says', () => {
    const islP95Tokens = 3200;
    const plan = planOf(slaInput({ buckets: steady(3000, { islP95Tokens }), settings: UNCORRECTED }));
    expect(wordsOf(plan, 'prefill').join('\n')).toContain(
      'observed: squared variation of prompt lengths 1.88 (from a 95th percentile of 3,200 tokens)',
    );
  });

  test('takes the context of its batches to be as long as the variation of its outputs makes it', () => {
    const planFor = (oslP95Tokens: number | null) =>
      planOf(slaInput({ buckets: steady(6000, { itlMs: 8, oslP95Tokens }), settings: UNCORRECTED }));
    const plan = planFor(640);
    expect(wordsOf(plan, 'decode').join('\n')).toContain(
      'observed: squared variation of output lengths 1.88 (from a 95th percentile of 640 tokens)',
    );
    expect(wordsOf(plan, 'decode').join('\n')).toContain('at a context of 1,288 tokens (ISL + 1.44 × OSL; ');
    expect(rawOf(plan).prefill).toBe(rawOf(planFor(null)).prefill);
    expect(wordsOf(planFor(1000), 'decode').join('\n')).toMatch(
      /output lengths 13\.9\d? \(from a 95th percentile of 1,000 tokens, and 4 is the most that counts\)[\s\S]*\(ISL \+ 2\.5 × OSL; /,
    );
  });

  test('never gives fewer decode workers to outputs that differ more, and more to those that differ much', () => {
    const settings = fc.record({
      horizon: fc.constantFrom({}, undefined),
      percentile: fc.constantFrom(0.5, 0.95),
    });
    const decodeFor = (oslP95Tokens: number | null, { horizon, ...others }: { readonly horizon: object | undefined }) =>
      Number(
        rawFor({
          // Contexts are mostly output.
          buckets: steady(1500, { islTokens: 100, oslTokens: 2000, itlMs: 8, oslP95Tokens }),
          settings: { ...UNCORRECTED, ...others, ...(horizon === undefined ? {} : { horizon }) },
          change: { sla: { ttftMs: 200, itlMs: 12 } },
        }).decode,
      );
    const p95 = fc.integer({ min: 1, max: 12_000 });
    fc.assert(
      fc.property(p95, p95, settings, (one, other, chosen) => {
        const [less, more] = [Math.min(one, other), Math.max(one, other)];
        expect(decodeFor(more, chosen)).toBeGreaterThanOrEqual(decodeFor(less, chosen));
      }),
      { numRuns: 15 },
    );
    for (const horizon of [{}, undefined]) {
      expect(decodeFor(6000, { horizon })).toBeGreaterThan(decodeFor(null, { horizon }));
      expect(decodeFor(2000, { horizon })).toBeLessThan(decodeFor(null, { horizon }));
    }
  });

  test.each(['islP95Tokens', 'oslP95Tokens'] as const)('counts %s of nothing or less as not measured', (column) => {
    for (const settings of [UNCORRECTED, { ...UNCORRECTED, horizon: {} }]) {
      const without = rawFor({ buckets: steady(3000), settings });
      for (const cell of [0, -5])
        expect(rawFor({ buckets: steady(3000, { [column]: cell }), settings })).toEqual(without);
    }
  });

  test('of one kind of worker is sized for both at once', () => {
    const services = {
      Frontend: { componentType: 'frontend', replicas: 1 },
      worker: {
        componentType: 'worker',
        replicas: 2,
        resources: { limits: { gpu: '1' } },
        extraPodSpec: { mainContainer: { args: ['--model', 'acme/model'] } },
      },
    };
    const plan = planOf(
      slaInput({
        buckets: steady(6000, { itlMs: 8 }),
        settings: { correction: false },
        input: { fleet: [member({ services })] },
      }),
    );
    expect(plan.held).toEqual([]);
    // A prompt of 20 ms every 200 tokens adds 0.1 ms for each request of the batch, so that only 45 fit an engine.
    expect(rawOf(plan)).toEqual({ worker: 8 });
    expect(wordsOf(plan, 'worker').at(-1)).toMatch(
      /^raw: 8: TTFT takes 4 and ITL 8; TTFT p95 .* ≤ 200 ms, .*; ITL p95 .* ≤ 15 ms; 7 would save 1 GPU, ITL p95 .* > 15 ms$/,
    );
  });

  test('with a GPU budget gets the pair that keeps most of the SLA, and says what would be enough', () => {
    const plan = planOf(slaInput({ buckets: steady(6000), settings: { correction: false, maxGpus: 6 } }));
    expect(rawOf(plan)).toEqual({ prefill: 3, decode: 3 });
    expect(wordsOf(plan, 'decode').at(-1)).toContain('4 would keep the SLA; within maxGpus (6) this keeps most of it');
    const none = planOf(slaInput({ buckets: steady(6000), settings: { maxGpus: 1 } }));
    expect(heldOf(none)).toEqual([
      '* over-budget: maxGpus is 1, and the graph takes at least 1 for one prefill and 1 for one decode worker',
    ]);
  });

  test('that one request alone cannot keep is sized for one at a time, and says so', () => {
    const plan = planOf(
      slaInput({ buckets: steady(60), settings: { correction: false }, change: { sla: { ttftMs: 200, itlMs: 4 } } }),
    );
    expect(wordsOf(plan, 'decode').at(-3)).toContain(
      'even one request alone takes 5.12 ms, so the target of 4 ms cannot be met',
    );
  });

  test.each<readonly [string, Sketch['input'], Sketch['settings'], Partial<TrafficBucket>]>([
    ['waits for a status', { status: undefined }, {}, {}],
    [
      'would be of a saturated graph',
      { status: liveStatus({ prefill: 1, decode: 8 }) },
      { recentSeconds: 60 },
      { ttftMs: 900 },
    ],
  ])('with a GPU budget adds nothing where a scale-down %s', (_, input, settings, change) => {
    const sketch = (maxGpus: number | undefined) => ({
      buckets: steady(6000, change),
      settings: { ...UNCORRECTED, ...settings, ...(maxGpus === undefined ? {} : { maxGpus }) },
      input: { fleet: [member({ prefill: 1, decode: 8 })], ...input },
    });
    expect(numbersOf(planOf(slaInput(sketch(undefined))))).toEqual(['prefill 1→3', 'decode 8→8']);
    const plan = planOf(slaInput(sketch(9)));
    expect(numbersOf(plan)).toEqual(['prefill 1→1', 'decode 8→8']);
    expect(heldOf(plan)).toEqual([
      'prefill over-budget: budget "maxGpus" has 9 of 9 GPUs taken and 0 free, and 2 are wanted; 0 of 2 more replicas fit, 1 GPU each',
    ]);
    expect(numbersOf(planOf(slaInput(sketch(10))))).toEqual(['prefill 1→2', 'decode 8→8']);
  });
});

describe('a load that changes', () => {
  test('is sized for what it may become before the next change, not for what it is', () => {
    // From 1,200 to 6,000 requests a minute over six hours, every day; now half way up.
    const ramp = (minute: number) => 1200 + 4800 * Math.max(0, Math.sin((minute / (12 * HOUR)) * Math.PI)) ** 2;
    const buckets = minutes(27 * HOUR, (minute) => busy({ requestCount: Math.round(ramp(minute)) }));
    const settings = { correction: false };
    const short = rawFor({ buckets, settings: { ...settings, forecast: { leadSeconds: 60, holdSeconds: 60 } } });
    const long = rawFor({ buckets, settings: { ...settings, forecast: { leadSeconds: 1800, holdSeconds: 3600 } } });
    expect(long.decode).toBeGreaterThan(Number(short.decode));
  });

  test('never sinks in number as it grows', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 50_000 }), fc.double({ min: 1, max: 4, noNaN: true }), (count, factor) => {
        const settings = { correction: false };
        const [less, more] = [count, Math.ceil(count * factor)].map((one) =>
          rawFor({ buckets: steady(one).slice(0, 200), settings }),
        );
        expect(more?.prefill).toBeGreaterThanOrEqual(Number(less?.prefill));
        expect(more?.decode).toBeGreaterThanOrEqual(Number(less?.decode));
      }),
      { numRuns: 15 },
    );
  });
});

describe('without traffic', () => {
  const idle = (quiet: number) => [...steady(6000), ...minutes(quiet, () => IDLE)];

  test('numbers stay for as long as the settings say, and then go down to one each', () => {
    expect(heldOf(planOf(slaInput({ buckets: idle(30) })))).toEqual([
      '* no-traffic: no request since 2026-01-01T12:00:00Z, 1,800 s; numbers stay until it is 3600 s (idleSeconds), all of them measured',
    ]);
    const plan = planOf(slaInput({ buckets: idle(60) }));
    expect(rawOf(plan)).toEqual({ prefill: 1, decode: 1 });
    expect(wordsOf(plan, 'decode').at(-1)).toMatch(
      /^raw: no request since .*: one worker is left, so that the model stays available$/,
    );
  });

  test('but with requests in flight, or with an hour that was not all measured, numbers stay', () => {
    const stuck = idle(60).map((bucket, index, all) =>
      index >= all.length - 60 ? { ...bucket, concurrency: 12 } : bucket,
    );
    expect(heldOf(planOf(slaInput({ buckets: stuck })))).toEqual([
      expect.stringContaining('12 are in flight; numbers stay'),
    ]);
    const dark = idle(60).map((bucket, index, all) => (index === all.length - 30 ? NOTHING : bucket));
    expect(numbersOf(planOf(slaInput({ buckets: dark })))).not.toContain('decode 2→1');
  });

  test('no data holds, and is no traffic of zero', () => {
    const plan = planOf(slaInput({ buckets: [...steady(6000), ...minutes(20, () => NOTHING)] }));
    expect(plan.targets).toEqual([]);
    expect(heldOf(plan)).toEqual([expect.stringMatching(/^\* (no-data|stale-data): /)]);
  });
});

describe('what arrived', () => {
  const settings = { correction: false };

  test('is what the frontend started, where it counts that', () => {
    const plan = planOf(slaInput({ buckets: steady(1500, { startedCount: 6000 }), settings }));
    expect(rawOf(plan)).toEqual({ prefill: 3, decode: 4 });
    expect(wordsOf(plan, 'decode').join('\n')).toContain('by requests that were started');
  });

  test('is else what completed and what piled up', () => {
    const buckets = steady(1500).map((bucket, minute) => ({ ...bucket, concurrency: 100 + 4500 * minute }));
    const plan = planOf(slaInput({ buckets, settings }));
    expect(rawOf(plan)).toEqual({ prefill: 3, decode: 4 });
    expect(wordsOf(plan, 'decode').join('\n')).toContain('by requests that were completed or piled up in flight');
  });

  test('is in doubt as soon as TTFT is missed, however calm the hour was', () => {
    const calm = steady(600);
    const late = calm.map((bucket, minute) => (minute >= calm.length - 5 ? { ...bucket, ttftMs: 900 } : bucket));
    const input = { fleet: [member({ decode: 5 })], status: liveStatus({ decode: 5 }) };
    expect(rawFor({ buckets: calm, settings, input }).decode).toBeLessThan(5);
    expect(rawFor({ buckets: late, settings, input }).decode).toBe(5);
  });

  test('is unknown where only completions are measured and TTFT is missed: then nothing is taken away', () => {
    const plan = planOf(
      slaInput({
        buckets: steady(600, { ttftMs: 4000 }),
        settings,
        input: { fleet: [member({ decode: 5 })], status: liveStatus({ decode: 5 }) },
      }),
    );
    expect(rawOf(plan)).toEqual({ prefill: 2, decode: 5 });
    expect(wordsOf(plan, 'decode').at(-1)).toContain(
      '1 by what was completed, but TTFT was 4,000 ms against 200 ms, so that more arrives than is completed, and nothing is taken away',
    );
  });
});

describe('a profile that measurements contradict', () => {
  test('counts as slower, never as faster', () => {
    const slower = planOf(slaInput({ buckets: steady(6000, { itlMs: 20, decodeReady: 8 }) }));
    // 50 requests on each engine: 5 + 0.12 × 50 = 11 ms by the profile.
    expect(wordsOf(slower, 'decode')).toContain(
      "correction: ITL over 60 buckets was 1.82 times the model's at that load",
    );
    const faster = planOf(slaInput({ buckets: steady(6000, { itlMs: 4, decodeReady: 8 }) }));
    expect(wordsOf(faster, 'decode').join('\n')).toMatch(
      /^correction: ITL over 60 buckets was 0\.645 times .* which is no promise/m,
    );
    expect(rawOf(slower).decode).toBeGreaterThan(Number(rawOf(faster).decode));
  });

  test('is one of contexts that are as long as the measured outputs make them', () => {
    // ITL of a batch of 26 at 3,100 tokens: a prompt of 100, and outputs of 2,000 whose squared variation is 2.
    const load = { islTokens: 100, oslTokens: 2000, itlMs: 13.16 };
    const correctionOf = (oslP95Tokens: number | null) =>
      wordsOf(
        planOf(
          slaInput({
            buckets: steady(120, { ...load, oslP95Tokens }),
            change: { sla: { ttftMs: 200, itlMs: 30 } },
          }),
        ),
        'decode',
      ).find((one) => one.startsWith('correction'));
    expect(correctionOf(null)).toBe("correction: ITL over 60 buckets was 1.25 times the model's at that load");
    expect(correctionOf(6476)).toMatch(
      /^correction: ITL over 60 buckets was (1|1\.0\d*|0\.9\d*) times the model's at that load/,
    );
  });

  test('by more than twice is of another engine, and holds', () => {
    const plan = planOf(slaInput({ buckets: steady(600, { itlMs: 30, decodeReady: 8 }) }));
    expect(heldOf(plan)).toEqual([
      expect.stringMatching(
        /^\* profile-mismatch: ITL over the last 3600 s was 5\.\d+ times what profile profiles\/engine\.json/,
      ),
    ]);
  });

  test('in TTFT while the engines are quiet is overhead, which leaves less time to wait', () => {
    const plan = planOf(slaInput({ buckets: steady(600, { ttftMs: 170, prefillReady: 4 }) }));
    expect(wordsOf(plan, 'prefill').join('\n')).toContain(
      '150 ms of TTFT in quiet times are not prefill, and are taken off the target',
    );
    const calm = planOf(slaInput({ buckets: steady(600, { ttftMs: 20, prefillReady: 4 }) }));
    expect(rawOf(plan).prefill).toBeGreaterThanOrEqual(Number(rawOf(calm).prefill));
  });
});

describe('a profile for each role', () => {
  const profiles = new Map<string, Partial<EngineProfile>>([
    ['p', { prefill: engine.prefill }],
    ['d', { decode: engine.decode }],
  ]);

  test('sizes as one of both does', () => {
    const plan = planOf(
      slaInput({
        buckets: steady(6000),
        settings: { correction: false, profile: { prefill: 'p', decode: 'd' } },
        input: { profiles },
      }),
    );
    expect(rawOf(plan)).toEqual({ prefill: 3, decode: 4 });
    expect(wordsOf(plan, 'decode').join()).toContain('profile d, which names no model');
  });

  test('that was measured on other GPUs than a role has is refused for that role', () => {
    const engineOf = (tensorParallel: number) => ({
      model: 'acme/model',
      backend: 'vllm',
      gpu: 'H200',
      tensorParallel,
    });
    const measured = new Map([
      [
        PROFILE,
        { prefill: { ...engine.prefill, engine: engineOf(1) }, decode: { ...engine.decode, engine: engineOf(4) } },
      ],
    ]);
    expect(heldOf(planOf(slaInput({ buckets: steady(6000), input: { profiles: measured } })))).toEqual([
      '* profile-mismatch: profile profiles/engine.json was measured with tensor parallelism 4, so with that many GPUs per replica, and decode has 1',
    ]);
  });
});

describe('a model that is learned from the metrics', () => {
  const settings = { profile: 'learned' };
  /** A day of load and lengths that change, on engines that cost 20 + 0.03·ISL ms and 6 + 0.05·B + 0.00002·B·context ms. */
  const lively = minutes(14 * HOUR, (minute) => {
    const requestCount = Math.round(1200 + 900 * Math.sin(minute / 60));
    const islTokens = 1000 + 600 * Math.sin(minute / 37);
    const oslTokens = 200 + 80 * Math.sin(minute / 23);
    const slope = 0.05 + 0.000_02 * (islTokens + oslTokens / 2);
    const decodeReady = 3;
    const itlMs = 6 / (1 - (slope * requestCount * oslTokens) / 60 / 1000 / decodeReady);
    return busy({
      requestCount,
      islTokens,
      oslTokens,
      ttftMs: 20 + 0.03 * islTokens,
      itlMs,
      prefillReady: 6,
      decodeReady,
    });
  });

  test('finds what the engines cost, and sizes with it', () => {
    const plan = planOf(slaInput({ buckets: lively, settings }));
    expect(plan.held).toEqual([]);
    const words = wordsOf(plan, 'decode').join('\n');
    expect(words).toContain("a model learned from 840 buckets of the graph's own metrics: 6 ms +");
    expect(wordsOf(plan, 'prefill').join('\n')).toContain('20 ms + 30 ms per 1,000 tokens');
  });

  test.each([
    [
      'too little was measured',
      lively.slice(0, 50),
      /^\* no-decision: no performance model can be learned: \d+ buckets have lengths, latencies and ready workers, and 60 are needed$/,
    ],
    [
      'the load never changed',
      steady(1500),
      /the batch on each decode worker was always about 25, so that nobody can say what a larger one does to ITL/,
    ],
    [
      'ITL does not depend on the load',
      lively.map((bucket, minute) => ({ ...bucket, itlMs: minute % 2 === 0 ? 5 : 15 })),
      /a performance model of ITL is \d.* % off on average, more than 20 %: something else decides on it/,
    ],
    [
      'TTFT is not the time of an engine',
      lively.map((bucket) => ({ ...bucket, ttftMs: 400 })),
      /prefill served .* requests\/s of .* tokens with 6 ready, for which TTFT in quiet times would keep .* busy/,
    ],
  ])('is refused with the reason where %s', (_, buckets, reason) => {
    expect(heldOf(planOf(slaInput({ buckets, settings })))).toEqual([expect.stringMatching(reason)]);
  });
});

test('whatever is measured, every number is a whole one above zero or is held with a reason', () => {
  const cell = (value: fc.Arbitrary<number>) => fc.option(value, { freq: 12, nil: null });
  const positive = fc.oneof(fc.double({ min: 1e-3, max: 1e6, noNaN: true }), fc.constantFrom(0, 1e-9, 1e12));
  const bucket: fc.Arbitrary<TrafficBucket> = fc
    .record({
      requestCount: cell(fc.oneof(fc.integer({ min: 0, max: 5000 }), fc.constantFrom(0, 1, 1e9))),
      startedCount: cell(fc.integer({ min: 0, max: 5000 })),
      concurrency: cell(fc.integer({ min: 0, max: 5000 })),
      ...{ islTokens: cell(positive), oslTokens: cell(positive), islP95Tokens: cell(positive) },
      oslP95Tokens: cell(positive),
      ...{ ttftMs: cell(positive), itlMs: cell(positive) },
      prefillReady: cell(fc.integer({ min: 0, max: 5 })),
      decodeReady: cell(fc.integer({ min: 0, max: 5 })),
    })
    .map((cells) => ({ ...NOTHING, ...cells }));
  const settings = fc.record({
    profile: fc.constantFrom(PROFILE, 'learned'),
    correction: fc.boolean(),
    percentile: fc.constantFrom(0.5, 0.95, 0.999),
    maxGpus: fc.constantFrom(1, 2, 7, 1_000_000),
  });
  fc.assert(
    fc.property(fc.array(bucket, { minLength: 2, maxLength: 12 }), settings, fc.boolean(), (some, chosen, isSteady) => {
      const buckets = minutes(300, (minute) => some[isSteady ? 0 : minute % some.length] ?? NOTHING);
      const plan = planOf(slaInput({ buckets, settings: chosen }));
      expect(plan.targets.length + plan.held.length).toBeGreaterThan(0);
      for (const { target, reasons } of plan.targets) {
        expect(Number.isInteger(target) && target >= 1).toBe(true);
        const raw = reasons.find(({ stage }) => stage === 'raw')?.value;
        expect(Number.isInteger(raw) && Number(raw) >= 1).toBe(true);
        expect(reasons.every(({ explanation }) => !/NaN|undefined|not a number/.test(explanation))).toBe(true);
      }
    }),
    { numRuns: 80 },
  );
});

test('equal input gives an equal plan, whenever it is made', () => {
  const input = slaInput({ buckets: steady(3000), input: { at: new Date(msAt(12 * 3600)) } });
  expect(planOf(input).digest).toBe(planOf(input).digest);
});

describe('masked metrics', () => {
  const count = fc.integer({ min: 1, max: 12 });
  const numbers = (
    buckets: readonly TrafficBucket[],
    current: { prefill: number; decode: number },
    settings: { readonly [field: string]: unknown },
  ) => {
    const plan = planOf(
      slaInput({ buckets, settings, input: { fleet: [member(current)], status: liveStatus(current) } }),
    );
    const target = (role: 'prefill' | 'decode') =>
      plan.targets.find(({ service }) => service === role)?.target ?? current[role];
    return { prefill: target('prefill'), decode: target('decode'), held: plan.held.length };
  };

  test('never give less than the lower of the full target and the current count', () => {
    const input = fc.record({
      counts: fc.array(
        fc.oneof(
          { weight: 9, arbitrary: fc.integer({ min: 100, max: 9000 }) },
          { weight: 1, arbitrary: fc.constant(0) },
        ),
        {
          minLength: 40,
          maxLength: 40,
        },
      ),
      masks: fc.array(fc.boolean(), { minLength: 40, maxLength: 40 }),
      every: fc.integer({ min: 1, max: 15 }),
      current: fc.record({ prefill: count, decode: count }),
      correction: fc.boolean(),
      isIdle: fc.boolean(),
    });
    fc.assert(
      fc.property(input, ({ counts, masks, every, current, correction, isIdle }) => {
        // Ten minutes of each load, so that there is something to forecast from.
        const buckets = minutes(400, (minute) => {
          const requestCount = isIdle && minute > 320 ? 0 : (counts[Math.floor(minute / 10)] ?? 0);
          return requestCount === 0 ? IDLE : busy({ requestCount, prefillReady: 2 });
        });
        const masked = buckets.map((one, minute) => (masks[minute % 40] && minute % every === 0 ? NOTHING : one));
        const settings = { correction, forecast: { leadSeconds: 300, holdSeconds: 600 } };
        const [full, part] = [numbers(buckets, current, settings), numbers(masked, current, settings)];
        for (const role of ['prefill', 'decode'] as const) {
          expect(part[role]).toBeGreaterThanOrEqual(Math.min(full[role], current[role]));
        }
      }),
      { numRuns: 40 },
    );
  });

  test('of one bucket in twenty at random hold nothing, and move no number by more than one', () => {
    const random = randomNumbers(3);
    const load = minutes(30 * HOUR, (minute) =>
      busy({
        requestCount: Math.round(3000 + 1500 * Math.sin(minute / 230) + 300 * (random() - 0.5)),
        prefillReady: 2,
      }),
    );
    const hidden = load.map((one) => (random() < 0.05 ? NOTHING : one));
    let current = { prefill: 3, decode: 4 };
    for (let end = 12 * HOUR; end <= load.length; end += 3 * HOUR) {
      const of = (all: readonly TrafficBucket[]) => numbers(all.slice(0, end), current, { correction: false });
      const [full, part] = [of(load), of(hidden)];
      expect(part.held).toBe(full.held);
      for (const role of ['prefill', 'decode'] as const) {
        expect(Math.abs(part[role] - full[role])).toBeLessThanOrEqual(1);
        expect(part[role]).toBeGreaterThanOrEqual(Math.min(full[role], current[role]));
      }
      current = { prefill: full.prefill, decode: full.decode };
    }
  });
});
