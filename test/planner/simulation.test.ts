import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { EngineSpec, RolePair } from '../../planner/backtest/engine/index.ts';
import {
  discreteSimulation,
  fluidSimulation,
  type Simulation,
  type SimulationOptions,
  type SimulationTotals,
} from '../../planner/backtest/simulator/index.ts';
import { requestLengths } from '../../planner/backtest/workload/index.ts';
import { itlMs, prefillMs } from '../../planner/capacity/index.ts';
import { attainmentOf, CHAT, MODEL, minutesOf, SLA, testEngine } from './simulation-fixture.ts';

const OPTIONS: SimulationOptions = { giveUpSeconds: 10 };

const FORMS = [
  ['fluid', fluidSimulation],
  ['discrete', discreteSimulation],
] as const;

function run(
  simulation: Simulation,
  minutes: ReturnType<typeof minutesOf>,
  serving: RolePair | ((index: number) => RolePair),
): SimulationTotals {
  for (const minute of minutes) {
    simulation.advanceMinute(minute, typeof serving === 'function' ? serving(minute.index) : serving);
  }
  return simulation.totals();
}

/** Agreement is of the forms, not of how requests are drawn, so both get the very same ones. */
const SAME_REQUESTS: SimulationOptions = { ...OPTIONS, drawnPerSecond: Number.POSITIVE_INFINITY };

describe.each(FORMS)('the %s simulation', (_, simulationOf) => {
  const create = (engine: EngineSpec = testEngine(), options = OPTIONS): Simulation =>
    simulationOf(engine, SLA, options);

  test('loses no request: each is attained, missed, abandoned, hopeless or still inside', () => {
    const shape = fc.record({
      islTokens: fc.double({ min: 20, max: 6000, noNaN: true }),
      islVariation: fc.double({ min: 0, max: 6, noNaN: true }),
      oslTokens: fc.double({ min: 1, max: 600, noNaN: true }),
      oslVariation: fc.double({ min: 0, max: 4, noNaN: true }),
    });
    const replicas = fc.record({ prefill: fc.integer({ min: 0, max: 6 }), decode: fc.integer({ min: 0, max: 6 }) });
    const stretch = fc.record({
      ...{ shape, replicas, rate: fc.double({ min: 0, max: 80, noNaN: true }) },
      ...{ dispersion: fc.double({ min: 1, max: 9, noNaN: true }), seed: fc.integer() },
    });
    fc.assert(
      fc.property(
        fc.array(stretch, { minLength: 1, maxLength: 6 }),
        fc.constantFrom(0, 40),
        (stretches, transferMs) => {
          const simulation = create(testEngine(transferMs));
          let before = simulation.totals();
          for (const { shape, replicas, rate, dispersion, seed } of stretches) {
            const totals = run(simulation, minutesOf({ count: 2, rate, dispersion, shape, seed }), replicas);
            const { requests, attained, missed, abandoned, hopeless, inside } = totals;
            expect(attained + missed + abandoned + hopeless + inside).toBeCloseTo(requests, 3);
            for (const name of ['requests', 'attained', 'missed', 'abandoned', 'hopeless'] as const) {
              expect(totals[name]).toBeGreaterThanOrEqual(before[name] - 1e-6);
            }
            expect(inside).toBeGreaterThanOrEqual(-1e-6);
            expect(totals.ttftMisses + totals.itlMisses).toBeGreaterThanOrEqual(missed - 1e-6);
            expect(Math.max(totals.ttftMisses, totals.itlMisses)).toBeLessThanOrEqual(missed + 1e-6);
            const { queueDepth, kvUsage, concurrency, prefillBusy } = simulation.observe();
            for (const level of [queueDepth, concurrency]) expect(level).toBeGreaterThanOrEqual(-1e-6);
            for (const share of [kvUsage, prefillBusy]) {
              expect(share).toBeGreaterThanOrEqual(0);
              expect(share).toBeLessThanOrEqual(1);
            }
            before = totals;
          }
        },
      ),
      { numRuns: 40 },
    );
  });

  test('answers everything in the end, where nothing more arrives', () => {
    const simulation = create();
    run(simulation, minutesOf({ count: 3, rate: 40 }), { prefill: 3, decode: 2 });
    const totals = run(simulation, minutesOf({ count: 5, rate: 0 }), { prefill: 3, decode: 2 });
    expect(totals.inside).toBeCloseTo(0, 6);
    expect(simulation.observe().concurrency).toBe(0);
  });

  test('has nothing to say where nothing arrives', () => {
    const simulation = create();
    const { drainingSeconds, ...counts } = run(simulation, minutesOf({ count: 2, rate: 0 }), { prefill: 1, decode: 1 });
    expect(Object.values(counts)).toEqual(Object.values(counts).map(() => 0));
    expect(drainingSeconds).toEqual({ prefill: 0, decode: 0 });
    const { started, completed, ttftMs, itlMs, islTokens, queueDepth, concurrency } = simulation.observe();
    expect({ started, completed, queueDepth, concurrency }).toEqual({
      ...{ started: 0, completed: 0, queueDepth: 0, concurrency: 0 },
    });
    for (const mean of [ttftMs, itlMs, islTokens]) expect(mean).toBeNaN();
  });

  test('gives the same numbers again, after a reset, and beside other simulations', () => {
    const serving = (index: number): RolePair => ({ prefill: 2 + (index % 3), decode: 1 + (index % 2) });
    const minutes = minutesOf({ count: 9, rate: 45, dispersion: 4 });
    const engine = testEngine();
    const once = create(engine);
    const expected = run(once, minutes, serving);
    once.reset();
    expect(run(once, minutes, serving)).toEqual(expected);
    const [beside, other] = [create(engine), create(engine)];
    for (const minute of minutes) {
      other.advanceMinute(minute, { prefill: 9, decode: 9 });
      beside.advanceMinute(minute, serving(minute.index));
    }
    expect(beside.totals()).toEqual(expected);
    expect(run(create(testEngine()), minutes, serving)).toEqual(expected);
  });

  test('attains no less with one more replica of either role', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 2, max: 60, noNaN: true }),
        fc.double({ min: 1, max: 6, noNaN: true }),
        fc.integer({ min: 1, max: 5 }),
        fc.integer(),
        (rate, dispersion, replicas, seed) => {
          const minutes = minutesOf({ count: 4, rate, dispersion, seed });
          const attained = (prefill: number, decode: number): number =>
            run(create(), minutes, { prefill, decode }).attained;
          // What prefill lets through sooner may crowd decode a little.
          const slack = 0.005 * rate * 60 * minutes.length + 1;
          expect(attained(replicas + 1, 12)).toBeGreaterThanOrEqual(attained(replicas, 12) - slack);
          expect(attained(20, replicas + 1)).toBeGreaterThanOrEqual(attained(20, replicas) - slack);
        },
      ),
      { numRuns: 12 },
    );
  });

  test('waits as long before one prefill replica as Pollaczek and Khinchine say', () => {
    const rate = 10;
    const simulation = create();
    const services = requestLengths(CHAT.islTokens, CHAT.islVariation).map(
      (tokens) => prefillMs(MODEL.prefill, tokens) / 1000,
    );
    const mean = services.reduce((sum, one) => sum + one, 0) / services.length;
    const square = services.reduce((sum, one) => sum + one * one, 0) / services.length;
    const wait = (rate * square) / (2 * (1 - rate * mean));
    let [ttft, minutes] = [0, 0];
    for (const minute of minutesOf({ count: 400, rate })) {
      simulation.advanceMinute(minute, { prefill: 1, decode: 4 });
      const { ttftMs, started } = simulation.observe();
      ttft += ttftMs * started;
      minutes += started;
    }
    expect(ttft / minutes / 1000 / (wait + mean)).toBeGreaterThan(0.92);
    expect(ttft / minutes / 1000 / (wait + mean)).toBeLessThan(1.08);
  });

  test("decodes as fast as Little's law lets it, at the batch that it makes", () => {
    const shape = { islTokens: 928, islVariation: 0, oslTokens: 141, oslVariation: 0 };
    const simulation = create();
    run(simulation, minutesOf({ count: 20, rate: 60, shape }), { prefill: 9, decode: 3 });
    const { itlMs: observed } = simulation.observe();
    let itl = MODEL.decode.fixedMs;
    for (let step = 0; step < 200; step += 1) itl = itlMs(MODEL.decode, (20 * 141 * itl) / 1000, 928 + 141 / 2);
    expect(observed / itl).toBeGreaterThan(0.98);
    expect(observed / itl).toBeLessThan(1.02);
  });

  test('lets clients give up after so many seconds, and no earlier', () => {
    const simulation = create();
    const totals = run(simulation, minutesOf({ count: 1, rate: 5 }), { prefill: 0, decode: 1 });
    const lastTenSeconds = 5 * 10;
    expect(totals.abandoned).toBeGreaterThan(0.7 * (totals.requests - lastTenSeconds));
    expect(totals.inside).toBeGreaterThan(0.4 * lastTenSeconds);
    const more = run(simulation, minutesOf({ count: 1, rate: 0 }), { prefill: 0, decode: 1 });
    expect(more.inside).toBeCloseTo(0, 6);
    expect(more.abandoned).toBeCloseTo(more.requests, 6);
    const patient = create(testEngine(), { giveUpSeconds: 1000 });
    expect(run(patient, minutesOf({ count: 1, rate: 5 }), { prefill: 0, decode: 1 }).abandoned).toBe(0);
    const late = run(patient, minutesOf({ count: 2, rate: 0 }), { prefill: 4, decode: 2 });
    expect(late.ttftMisses).toBeGreaterThan(0.9 * late.requests);
    expect(late.inside).toBeCloseTo(0, 6);
  });

  test('counts requests that nobody could answer in time apart', () => {
    const shape = { ...CHAT, islTokens: 30_000, islVariation: 0 };
    const totals = run(create(), minutesOf({ count: 4, rate: 0.5, shape }), { prefill: 8, decode: 8 });
    expect(totals.attained + totals.missed + totals.abandoned).toBe(0);
    expect(totals.hopeless).toBeGreaterThan(0);
  });

  test('pays for replicas that drain until their requests are done', () => {
    const simulation = create();
    run(simulation, minutesOf({ count: 4, rate: 50 }), { prefill: 6, decode: 6 });
    expect(simulation.totals().drainingSeconds).toEqual({ prefill: 0, decode: 0 });
    const { inside } = simulation.totals();
    const { drainingSeconds, requests, attained } = run(simulation, minutesOf({ count: 2, rate: 0 }), {
      ...{ prefill: 1, decode: 1 },
    });
    expect(inside).toBeGreaterThan(50);
    // A request takes about two seconds, and the longest of a replica's few times that.
    expect(drainingSeconds.decode).toBeGreaterThan(5 * 2);
    expect(drainingSeconds.decode).toBeLessThan(5 * 30);
    expect(attained / requests).toBeGreaterThan(0.99);
  });
});

describe('both forms', () => {
  const capacity = { prefill: 14.7, decode: 28.3 };
  test.each([
    [{ prefill: 1, decode: 4 }, 0.9 * capacity.prefill, 1],
    [{ prefill: 4, decode: 6 }, 4 * 0.9 * capacity.prefill, 4],
    [{ prefill: 5, decode: 1 }, 0.9 * capacity.decode, 1],
    [{ prefill: 16, decode: 4 }, 4 * 0.9 * capacity.decode, 4],
  ])(
    'attain the same within a percentage point with %p at %p requests/s, variation %p',
    (serving, rate, dispersion) => {
      const minutes = minutesOf({ count: 50, rate, dispersion, seed: 3 });
      const [fluid, discrete] = FORMS.map(([, of]) => {
        const simulation = of(testEngine(), SLA, SAME_REQUESTS);
        run(simulation, minutes, serving);
        return attainmentOf(simulation);
      });
      expect(discrete).toBeLessThan(0.999);
      expect(Math.abs((fluid ?? 0) - (discrete ?? 0))).toBeLessThan(0.01);
    },
  );

  test('attain the same while replicas come and go', () => {
    const minutes = minutesOf({ count: 90, rate: 60, dispersion: 4, seed: 5 });
    const serving = (index: number): RolePair => {
      const turn = Math.floor(index / 3);
      return { prefill: 2 + ((turn * 5) % 7), decode: 2 + ((turn * 3) % 5) };
    };
    const [fluid, discrete] = FORMS.map(([, of]) => {
      const simulation = of(testEngine(), SLA, SAME_REQUESTS);
      const totals = run(simulation, minutes, serving);
      return { attained: attainmentOf(simulation), draining: totals.drainingSeconds.decode };
    });
    expect(Math.abs((fluid?.attained ?? 0) - (discrete?.attained ?? 0))).toBeLessThan(0.01);
    expect((fluid?.draining ?? 0) / (discrete?.draining ?? 1)).toBeGreaterThan(0.7);
    expect((fluid?.draining ?? 0) / (discrete?.draining ?? 1)).toBeLessThan(1.3);
  });
});

test('a fluid simulation goes on from a checkpoint as it did before, as often as it goes back', () => {
  const pair = fc.record({ prefill: fc.integer({ min: 0, max: 4 }), decode: fc.integer({ min: 0, max: 4 }) });
  const servings = fc.array(pair, { minLength: 4, maxLength: 8 });
  fc.assert(
    fc.property(servings, servings, fc.integer({ min: 1, max: 3 }), (serving, other, until) => {
      const engine = testEngine(20);
      const minutes = minutesOf({ count: serving.length, rate: 35, dispersion: 4 });
      const simulation = fluidSimulation(engine, SLA, OPTIONS);
      const at = (pairs: readonly RolePair[]) => (index: number) =>
        pairs[index % pairs.length] ?? { prefill: 1, decode: 1 };
      run(simulation, minutes.slice(0, until), at(serving));
      const goBack = simulation.checkpoint();
      const expected = run(simulation, minutes.slice(until), at(serving));
      const observed = simulation.observe();
      for (const _ of [1, 2]) {
        run(simulation, minutes, at(other));
        goBack();
        expect(run(simulation, minutes.slice(until), at(serving))).toEqual(expected);
        expect(simulation.observe()).toEqual(observed);
      }
    }),
    { numRuns: 25 },
  );
});

test.each([
  { replicas: 1, rate: 60 },
  { replicas: 4, rate: 260 },
  { replicas: 16, rate: 1060 },
])('the tokens of short outputs come as slowly in both forms, on $replicas replicas', ({ replicas, rate }) => {
  const shape = { islTokens: 900, islVariation: 1, oslTokens: 30, oslVariation: 1 };
  const minutes = minutesOf({ count: replicas === 1 ? 30 : 4, rate, shape });
  const [fluid = Number.NaN, discrete = Number.NaN] = [fluidSimulation, discreteSimulation].map((simulationOf) => {
    const simulation = simulationOf(testEngine(), SLA, SAME_REQUESTS);
    let [completed, itl] = [0, 0];
    for (const minute of minutes) {
      simulation.advanceMinute(minute, { prefill: 40 * replicas, decode: replicas });
      const observed = simulation.observe();
      completed += observed.completed;
      itl += observed.completed * observed.itlMs;
    }
    return itl / completed;
  });
  expect(Math.abs(fluid / discrete - 1)).toBeLessThan(0.004);
});
