import { describe, expect, test } from '@jest/globals';
import { discreteSimulation } from '../../planner/backtest/simulator/index.ts';
import { workloadOf } from '../../planner/backtest/workload/index.ts';
import { contextTokens, MOST_CONTEXT_VARIATION } from '../../planner/capacity/index.ts';
import { busyReplicas, lateShares, UNCORRECTED } from '../../planner/strategies/sla/horizon/horizon-engine.ts';
import { MODEL, SLA, testEngine } from './simulation-fixture.ts';

const MINUTES = 30;
const PLENTY = 60;
/** Share of the requests that may be late. */
const MAY_BE_LATE = 0.01;

interface Load {
  readonly requestsPerSecond: number;
  readonly islTokens: number;
  readonly oslTokens: number;
  readonly oslVariation: number;
}

/** Fewest decode replicas that keep the ITL of 99 % of the requests, by the model that `sla` sizes with. */
function sized({ requestsPerSecond, ...lengths }: Load): number {
  const engine = {
    ...{ model: MODEL, sla: SLA, gpusPerReplica: { prefill: 4, decode: 4 } },
    ...{ isAggregated: false, maxBatch: undefined },
  };
  const shape = { requestsPerSecond, ...lengths, islVariation: 1 };
  const busy = busyReplicas(engine, shape, UNCORRECTED).decode;
  const late = lateShares(engine, { ...shape, arrivalVariation: 1 }, UNCORRECTED).decode;
  let replicas = 1;
  while (late(replicas, busy) > MAY_BE_LATE) replicas += 1;
  return replicas;
}

/** The share of the requests that so many decode replicas serve too slowly, each of them simulated. */
function lateOf({ requestsPerSecond, islTokens, oslTokens, oslVariation }: Load, decode: number): number {
  const engine = testEngine();
  const count = new Float64Array(MINUTES).fill(60 * requestsPerSecond);
  const workload = workloadOf(
    {
      ...{ deployment: 'graph', namespace: 'llm', environment: 'prod', model: 'model' },
      ...{ startMs: 0, bucketSeconds: 60, length: MINUTES, provenance: { source: 'made up', queries: {} } },
      columns: {
        requestCount: count,
        islTokens: new Float64Array(MINUTES).fill(islTokens),
        oslTokens: new Float64Array(MINUTES).fill(oslTokens),
      },
    },
    { seed: 1, arrivalVariation: 1, oslVariation },
  );
  const simulation = discreteSimulation(engine, SLA, { giveUpSeconds: 10 });
  for (let minute = 0; minute < MINUTES; minute += 1) {
    simulation.advanceMinute(workload.minute(minute), { prefill: PLENTY, decode });
  }
  const { itlMisses, attained, missed } = simulation.totals();
  return itlMisses / (attained + missed);
}

describe('The context of a request in a batch', () => {
  test('is the prompt, and what a request that is found there has put out by then', () => {
    expect(contextTokens({ islTokens: 900, oslTokens: 1400, oslVariation: 1 })).toBe(2300);
    expect(contextTokens({ islTokens: 900, oslTokens: 1400, oslVariation: 0 })).toBe(1600);
    expect(contextTokens({ islTokens: 900, oslTokens: 1400, oslVariation: 3 })).toBe(3700);
  });

  test('believes in no more than what histograms can tell', () => {
    const most = contextTokens({ islTokens: 900, oslTokens: 1400, oslVariation: MOST_CONTEXT_VARIATION });
    expect(contextTokens({ islTokens: 900, oslTokens: 1400, oslVariation: 14 })).toBe(most);
  });

  test.each([
    [900, 140, 1, 60],
    [900, 400, 1, 40],
    [1000, 1400, 1, 15],
    [1500, 3500, 1, 6],
    [900, 1400, 0.25, 15],
    [900, 1400, 2, 15],
  ])(
    'lets prompts of %i tokens with outputs of %i, whose variation is %p, have as many replicas as a simulation of each request takes',
    (islTokens, oslTokens, oslVariation, requestsPerSecond) => {
      const load = { islTokens, oslTokens, oslVariation, requestsPerSecond };
      const replicas = sized(load);
      const spare = Math.ceil(0.1 * replicas);
      expect(lateOf(load, replicas)).toBeLessThanOrEqual(2 * MAY_BE_LATE);
      expect(lateOf(load, replicas - 1 - spare)).toBeGreaterThan(MAY_BE_LATE);
    },
  );
});
