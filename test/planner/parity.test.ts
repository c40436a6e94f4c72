import { existsSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { differenceBetween } from '../parity/compare.ts';
import { type Evaluated, evaluateFolder, evaluateRow } from '../parity/evaluate.ts';
import { exclusionOf, readExclusions } from '../parity/exclusions.ts';
import { REPLAYS } from '../parity/functions/index.ts';
import { profilesOf } from '../parity/profiles.ts';
import { floorDivide, integer } from '../parity/python.ts';
import { closingLine, countOf, summarise } from '../parity/summary.ts';

const COMMITTED = 'test/parity/rows';
const exclusions = readExclusions('.');
const CASES = '../shared/data/planner';

function evaluated(folder: string, ignoresCarriedGrids = false): readonly Evaluated[] {
  const result = evaluateFolder({ root: '.', folder, ignoresCarriedGrids });
  if (!result.ok) throw new Error(`${folder} holds no rows`);
  return result.value;
}

function failuresIn(rows: readonly Evaluated[]): readonly string[] {
  return rows.flatMap(({ id, outcome }) => (outcome.kind === 'failed' ? [`${id}: ${outcome.message}`] : []));
}

describe('the reference cases of Dynamo 2026-02 and 2026-08', () => {
  test('that are committed all pass, and cover every function that can be replayed', () => {
    const rows = evaluated(COMMITTED);
    expect(failuresIn(rows)).toEqual([]);
    expect(countOf(rows, 'excluded')).toBe(0);
    expect(rows.length).toBeGreaterThan(600);
    const replayed = new Set(rows.map((row) => row.function));
    expect([...REPLAYS.keys()].filter((name) => !replayed.has(name))).toEqual(['seed.prometheus.queries']);
  });

  (existsSync(CASES) ? test : test.skip)(
    `that lie in ${CASES} all pass, with carried grids and with built ones`,
    () => {
      const rows = evaluated(CASES);
      expect(failuresIn(rows)).toEqual([]);
      expect(failuresIn(evaluated(CASES, true))).toEqual([]);
      expect(countOf(rows, 'passed')).toBeGreaterThan(2700);
    },
  );
});

describe('the comparison', () => {
  const bench = { profiles: profilesOf({ root: '.', folder: COMMITTED, ignoresCarriedGrids: false }), exclusions };
  const row = { id: 'x', function: 'seed.apply_component_gpu_budget', expected: 14 };
  const input = { desired: 22, engine_num_gpu: 1, max_gpu_budget: 15, min_endpoint: 1 };

  test('fails a row whose expectation differs, and says where', () => {
    expect(evaluateRow({ ...row, input }, bench)).toEqual({ kind: 'passed' });
    expect(evaluateRow({ ...row, input, expected: 15 }, bench)).toEqual({
      kind: 'failed',
      message: 'expected: expected 15, got 14',
    });
  });

  test('fails a function that nobody knows', () => {
    expect(evaluateRow({ ...row, input, function: 'seed.unheard_of' }, bench)).toEqual({
      kind: 'failed',
      message: 'there is no function "seed.unheard_of"',
    });
  });

  test('takes whole numbers exactly and others within the tolerance', () => {
    expect(differenceBetween(3, 4, 1)).toBe('expected');
    expect(differenceBetween(10_000_000_000, 10_000_000_001, 1e-9)).toBe('expected');
    expect(differenceBetween(0.1, 0.1 + 1e-11, 1e-9)).toBeUndefined();
    expect(differenceBetween(0.1, 0.1 + 1e-9, 1e-9)).toBe('expected');
    expect(differenceBetween(3000, 2999.9999999999995, 1e-9)).toBeUndefined();
    expect(differenceBetween(true, 1, 1)).toBe('expected');
    expect(differenceBetween('NaN', Number.NaN, 1e-9)).toBeUndefined();
    expect(differenceBetween('Infinity', Number.NaN, 1e-9)).toBe('expected');
  });

  test('names the place of a difference inside an answer', () => {
    expect(differenceBetween({ a: [1, { b: 2 }] }, { a: [1, { b: 3 }] }, 1e-9)).toBe('expected.a[1].b');
    expect(differenceBetween([1, 2], [1], 1e-9)).toBe('expected.length');
    expect(differenceBetween({ a: 1 }, { a: 1, b: 2 }, 1e-9)).toBe('expected.b');
    expect(differenceBetween({ error: 'ValueError' }, 1, 1e-9)).toBe('expected');
    expect(differenceBetween({ a: null }, {}, 1e-9)).toBeUndefined();
  });

  test('expects the six queries of an interval, in whatever shape they were recorded', () => {
    const metrics = [
      'time_to_first_token_seconds',
      'inter_token_latency_seconds',
      'request_duration_seconds',
      'input_sequence_tokens',
      'output_sequence_tokens',
    ];
    const expected = [
      ...metrics.map(
        (name) => `increase(dynamo_frontend_${name}_sum[180s])/increase(dynamo_frontend_${name}_count[180s])`,
      ),
      'increase(dynamo_frontend_requests_total[180s])',
    ];
    const queries = { id: 'q', function: 'seed.prometheus.queries', input: { interval: '180s' } };
    expect(evaluateRow({ ...queries, expected }, bench)).toEqual({ kind: 'passed' });
    expect(evaluateRow({ ...queries, expected: expected.slice(1) }, bench).kind).toBe('failed');
  });
});

describe('the exclusions', () => {
  test('have a reason each, and hide no function that can be replayed as a whole', () => {
    for (const { functions, where, reason } of exclusions) {
      expect(reason.length).toBeGreaterThan(20);
      if (where === undefined) expect(functions.filter((name) => REPLAYS.has(name))).toEqual([]);
    }
  });

  test('leave out ARIMA and nothing else of a function that they narrow', () => {
    const sequence = { id: 'a', function: 'seed.predictor.sequence', expected: null };
    expect(exclusionOf(exclusions, { ...sequence, input: { kind: 'arima' } })?.reason).toContain('ARIMA');
    expect(exclusionOf(exclusions, { ...sequence, input: { kind: 'kalman' } })).toBeUndefined();
  });
});

describe('the report', () => {
  const rows: readonly Evaluated[] = [
    { file: 'a.jsonl', id: '1', function: 'f', outcome: { kind: 'passed' } },
    { file: 'a.jsonl', id: '2', function: 'f', outcome: { kind: 'failed', message: 'expected: expected 1, got 2' } },
    { file: 'b.jsonl', id: '3', function: 'g', outcome: { kind: 'excluded', reason: 'not offered' } },
  ];

  test('closes with the counts alone on a line', () => {
    expect(closingLine(rows)).toBe('1 passed, 1 failed, 1 excluded');
    expect(summarise(rows)).toEqual([
      'file     function  passed  failed  excluded',
      'a.jsonl  f              1       1         0',
      'b.jsonl  g              0       0         1',
      '',
      'excluded 1: not offered',
      'failed: a.jsonl 2: expected: expected 1, got 2',
      '1 passed, 1 failed, 1 excluded',
    ]);
  });
});

describe("the original's arithmetic", () => {
  test('floors the exact quotient', () => {
    expect(floorDivide(1, 0.1)).toBe(9);
    expect(floorDivide(-0.001, 60)).toBe(-1);
    expect(floorDivide(120, 60)).toBe(2);
  });

  test('reads integers as it does', () => {
    expect([' 4 ', '-1', '1_000', 2.9, true].map(integer)).toEqual([4, -1, 1000, 2, 1]);
    expect(() => integer('2.0')).toThrow('ValueError');
    expect(() => integer([])).toThrow('TypeError');
  });
});
