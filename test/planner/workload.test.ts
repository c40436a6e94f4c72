import { describe, expect, test } from '@jest/globals';
import {
  arrivalCount,
  DrawnRequests,
  LENGTHS,
  poissonNumber,
  randomNumbers,
  requestLengths,
  type Workload,
  type WorkloadMinute,
  workloadOf,
} from '../../planner/backtest/workload/index.ts';
import { busy, IDLE, NOTHING, series } from './traffic-fixture.ts';

const sum = (values: Iterable<number>): number => [...values].reduce((total, one) => total + one, 0);

function momentsOf(draw: () => number, count: number): { readonly mean: number; readonly dispersion: number } {
  const values = Array.from({ length: count }, draw);
  const mean = sum(values) / count;
  return { mean, dispersion: sum(values.map((one) => (one - mean) ** 2)) / count / mean };
}

function minutesOf(workload: Workload): readonly WorkloadMinute[] {
  return Array.from({ length: workload.minutes }, (_, index) => workload.minute(index));
}

describe('counts of arrivals', () => {
  test.each([
    [0.4, 1],
    [9, 1],
    [20, 1],
    [300, 1],
    [0.4, 4],
    [20, 4],
    [300, 9],
  ])('have a mean of %p, and a variance of as much times %p', (mean, dispersion) => {
    const random = randomNumbers(7);
    const moments = momentsOf(() => arrivalCount(random, mean, dispersion), 60_000);
    expect(moments.mean / mean).toBeCloseTo(1, 1);
    expect(moments.dispersion / dispersion).toBeGreaterThan(0.95);
    expect(moments.dispersion / dispersion).toBeLessThan(1.05);
  });

  test('are whole, and none where nothing arrives', () => {
    const random = randomNumbers(1);
    expect(arrivalCount(random, 0, 4)).toBe(0);
    for (const mean of [0.1, 9.99, 10, 1e4]) {
      const count = poissonNumber(random, mean);
      expect(Number.isInteger(count) && count >= 0).toBe(true);
    }
  });
});

describe('lengths', () => {
  test.each([0, 0.25, 1, 4])('keep the mean at a variation of %p, and rise', (variation) => {
    const lengths = requestLengths(700, variation);
    expect(sum(lengths) / LENGTHS).toBeCloseTo(700, 6);
    expect(lengths).toEqual(lengths.toSorted());
    if (variation <= 1) expect(momentsOf(lengthAt(lengths), LENGTHS).dispersion / 700).toBeCloseTo(variation, 1);
  });
});

function lengthAt(lengths: Float64Array): () => number {
  let index = -1;
  return () => {
    index += 1;
    return lengths[index] ?? Number.NaN;
  };
}

describe('requests of a second', () => {
  test('come in their order, the same for the same seed, and others for another', () => {
    const [drawn, again] = [new DrawnRequests(), new DrawnRequests()];
    drawn.draw(5, 3, 200);
    again.draw(9, 9, 20);
    again.draw(5, 3, 200);
    expect(again.arrival.slice(0, 200)).toEqual(drawn.arrival.slice(0, 200));
    expect(again.prompt.slice(0, 200)).toEqual(drawn.prompt.slice(0, 200));
    const arrivals = [...drawn.arrival.slice(0, 200)];
    expect(arrivals).toEqual(arrivals.toSorted((one, other) => one - other));
    expect(Math.min(...arrivals)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...arrivals)).toBeLessThan(1);
    again.draw(6, 3, 200);
    expect(again.prompt.slice(0, 200)).not.toEqual(drawn.prompt.slice(0, 200));
  });
});

describe('a workload', () => {
  const day = series(Array.from({ length: 200 }, (_, index) => busy({ requestCount: 600 + 3 * index })));

  test('has the rate of its history, scaled', () => {
    const minutes = minutesOf(workloadOf(day, { seed: 1, scale: 2 }));
    expect(minutes).toHaveLength(200);
    const arrived = sum(minutes.map(({ arrivalsPerSecond }) => sum(arrivalsPerSecond)));
    expect(arrived / (2 * 200 * (600 + 1.5 * 199))).toBeCloseTo(1, 2);
  });

  test('is the same for the same seed, in whatever order its minutes are asked for', () => {
    const expected = minutesOf(workloadOf(day, { seed: 4, arrivalVariation: 4 }));
    const again = workloadOf(day, { seed: 4, arrivalVariation: 4 });
    for (let index = again.minutes - 1; index >= 0; index -= 7) expect(again.minute(index)).toEqual(expected[index]);
    expect(workloadOf(day, { seed: 5, arrivalVariation: 4 }).minute(0)).not.toEqual(expected[0]);
  });

  test('varies as much as it is told, at most so much', () => {
    const flat = series(Array.from({ length: 400 }, () => busy({ requestCount: 1200 })));
    const dispersionOf = (settings: { readonly arrivalVariation: number; readonly mostArrivalVariation?: number }) => {
      const workload = workloadOf(flat, { seed: 2, ...settings });
      const counts = minutesOf(workload).flatMap(({ arrivalsPerSecond }) => [...arrivalsPerSecond]);
      return momentsOf(lengthAt(Float64Array.from(counts)), counts.length).dispersion;
    };
    expect(dispersionOf({ arrivalVariation: 6 })).toBeCloseTo(6, 0);
    expect(dispersionOf({ arrivalVariation: 60, mostArrivalVariation: 3 })).toBeCloseTo(3, 0);
  });

  test('tells no traffic from no data, and counts what is left out', () => {
    const holes = series([busy(), IDLE, NOTHING, busy({ requestCount: -5 }), busy({ islTokens: 0 }), busy()]);
    const workload = workloadOf(holes, { seed: 1 });
    expect(minutesOf(workload).map(({ hasData }) => hasData)).toEqual([true, true, false, false, false, true]);
    expect(workload.gaps).toEqual({ missing: 1, implausible: 2 });
    const counts = minutesOf(workload).map(({ arrivalsPerSecond }) => sum(arrivalsPerSecond));
    expect(counts.slice(1, 5)).toEqual([0, 0, 0, 0]);
    expect(counts[0]).toBeGreaterThan(0);
  });

  test('keeps the newest shape where nothing says one, and learns variation from the 95th percentile', () => {
    const shapes = minutesOf(
      workloadOf(series([busy({ islP95Tokens: 2500 }), IDLE, busy({ islTokens: 50, oslTokens: 9 })]), {
        ...{ seed: 1, oslVariation: Float64Array.of(0.5, 0.5, 2) },
      }),
    ).map(({ shape }) => shape);
    expect(shapes[1]).toBe(shapes[0]);
    expect(shapes[0]).toMatchObject({ islTokens: 1000, oslTokens: 200, oslVariation: 0.5 });
    expect(shapes[0]?.islVariation).toBeGreaterThan(0.5);
    expect(shapes[2]).toMatchObject({ islTokens: 50, oslTokens: 9, islVariation: 1, oslVariation: 2 });
  });

  test('learns how outputs vary from their 95th percentile, and takes them to vary by 1 without one', () => {
    const p95 = 440;
    const variationOf = (oslP95Tokens: number | null) => {
      const workload = workloadOf(series([busy({ oslP95Tokens }), busy({ oslP95Tokens: p95 })]), { seed: 1 });
      return workload.minute(0).shape.oslVariation;
    };
    expect(variationOf(p95)).toBeCloseTo(0.404, 3);
    expect(variationOf(720)).toBeGreaterThan(variationOf(p95));
    expect(variationOf(200)).toBe(0);
    expect(variationOf(100)).toBe(0);
    for (const nothing of [null, Number.NaN, 0, -40]) expect(variationOf(nothing)).toBe(1);
    const given = workloadOf(series([busy({ oslP95Tokens: p95 })]), { seed: 1, oslVariation: 0.25 });
    expect(given.minute(0).shape.oslVariation).toBe(0.25);
    const neither = workloadOf(series([busy()]), { seed: 1 });
    expect(neither.minute(0).shape).toEqual({ islTokens: 1000, islVariation: 1, oslTokens: 200, oslVariation: 1 });
  });

  test('takes buckets that are longer or shorter than a minute', () => {
    const long = workloadOf(series([busy({ requestCount: 6000 }), NOTHING], 600), { seed: 1 });
    expect(long.minutes).toBe(20);
    expect(long.gaps.missing).toBe(10);
    expect(long.minute(0).shape).toBe(long.minute(9).shape);
    const short = workloadOf(
      series([busy({ requestCount: 300, islTokens: 100 }), busy({ requestCount: 100, islTokens: 500 })], 30),
      { seed: 1 },
    );
    expect(short.minutes).toBe(1);
    expect(short.minute(0).shape.islTokens).toBeCloseTo(200, 6);
    const { arrivalsPerSecond } = short.minute(0);
    expect(sum(arrivalsPerSecond.slice(0, 30))).toBeGreaterThan(sum(arrivalsPerSecond.slice(30)));
  });
});
