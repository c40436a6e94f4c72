import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { parseDocument, parseJsonDocument, recordingSchema } from '../../api/index.ts';
import {
  bucketAt,
  bucketState,
  cutFound,
  readRecording,
  recordedSeries,
  type TrafficWindow,
  windowsUntil,
} from '../../planner/index.ts';
import { busy, IDLE, msAt, NOTHING, recording, series } from './traffic-fixture.ts';

function deciding(buckets: Parameters<typeof series>[0], intervalSeconds = 180): TrafficWindow {
  const cut = windowsUntil(series(buckets), intervalSeconds, msAt(buckets.length * 60));
  if (cut.kind === 'none') throw new Error(cut.reason);
  return cut.deciding;
}

describe('a recording as series', () => {
  test('cells stand under their columns, whatever order those have', () => {
    const document = {
      ...recording([]),
      graphs: [
        {
          ...{ deployment: 'chat', namespace: 'llm', model: 'acme/model' },
          columns: ['oslTokens' as const, 'requestCount' as const],
          buckets: [[200, 5]],
        },
      ],
    };
    const [only] = recordedSeries(document);
    expect(only?.length).toBe(1);
    expect(only && bucketAt(only, 0)).toEqual({ ...NOTHING, requestCount: 5, oslTokens: 200 });
  });

  test('a number that JSON cannot hold is refused before it becomes one', () => {
    const text = JSON.stringify(recording([{ name: 'chat', namespace: 'llm', buckets: [busy()] }]));
    const overflown = JSON.parse(text.replace('[600,', '[1e999,'));
    expect(parseDocument(recordingSchema, overflown, 'recording.json').ok).toBe(false);
  });
});

describe('the text of a recording', () => {
  const plainly = (text: string) => {
    const parsed = parseJsonDocument(recordingSchema, text, 'recording.json');
    return parsed.ok
      ? { ok: true, value: { source: parsed.value.source, series: recordedSeries(parsed.value) } }
      : parsed;
  };
  const document = (rows: string, more = '') =>
    `{"schemaVersion":1,"kind":"recording","source":"a \\"buckets\\": [1] of ours","start":"2026-01-01T00:00:00Z","bucketSeconds":60,"graphs":[{"deployment":"chat","namespace":"llm","model":"acme/model","columns":["requestCount","ttftMs"],"buckets":${rows}${more}}]}`;
  const cell = fc.oneof(
    fc.double({ noNaN: true }).map((value) => JSON.stringify(value)),
    fc.integer().map(String),
    fc.tuple(fc.integer({ min: 0, max: 99_999 }), fc.nat({ max: 9_999_999 })).map(([a, b]) => `${a}.${b}`),
    fc.constantFrom('null', '0', '-0', '1e3', '1E-7', '-12.5e+2', '0.1', '123456789012345678', '1e999'),
  );
  const space = fc.constantFrom('', ' ', '\n', '\r\n\t');

  test('is read as any JSON is, number for number', () => {
    const rows = fc
      .tuple(fc.array(fc.tuple(cell, cell), { maxLength: 40 }), space, space)
      .map(([list, a, b]) => `[${a}${list.map(([x, y]) => `[${b}${x}${a},${y}${b}]`).join(`${a},${b}`)}${b}]`);
    fc.assert(
      fc.property(rows, (text) => {
        expect(readRecording(document(text), 'recording.json')).toEqual(plainly(document(text)));
      }),
    );
  });

  test.each([
    ['rows of different lengths', document('[[1,2],[3]]')],
    ['a cell that is a word', document('[[1,"2"]]')],
    ['a number with a leading zero', document('[[01,2]]')],
    ['a number without digits', document('[[-,2]]')],
    ['a comma too many', document('[[1,2],]')],
    ['a row that is no list', document('[[1,2],null]')],
    ['a list that does not end', document('[[1,2]')],
    ['an unknown field with rows of its own', document('[[1,2]]', ',"more":{"buckets":[[1]]}')],
    ['the same field twice', document('[[1,2]]', ',"buckets":[[3,4]]')],
    ['no row', document('[]')],
    ['an empty row', document('[[]]')],
  ])('%s: the same outcome too', (_, text) => {
    expect(readRecording(text, 'recording.json')).toEqual(plainly(text));
  });
});

describe('a bucket is one of three things', () => {
  test.each([
    ['traffic', busy(), 'traffic'],
    ['no request', IDLE, 'no-traffic'],
    ['nothing measured', NOTHING, 'missing'],
    ['requests without lengths', busy({ oslTokens: null }), 'missing'],
    ['traffic without latencies', busy({ ttftMs: null, itlMs: null, requestSeconds: null }), 'traffic'],
    ['a negative count', busy({ requestCount: -1 }), 'implausible'],
    ['0 ms to the first token under load', busy({ ttftMs: 0 }), 'implausible'],
    ['0 ms between tokens under load', busy({ itlMs: 0 }), 'implausible'],
    ['prompts of no length', busy({ islTokens: 0 }), 'implausible'],
    ['a negative number of workers', busy({ decodeReady: -2 }), 'implausible'],
    ['not a number', busy({ requestCount: Number.NaN }), 'implausible'],
  ])('%s', (_, bucket, kind) => {
    expect(bucketState(bucket).kind).toBe(kind);
  });
});

describe('windows', () => {
  test('counts are added up and means are weighted by what they average over', () => {
    const window = deciding([
      busy({ requestCount: 100, islTokens: 100, oslTokens: 10, ttftMs: 10, itlMs: 10 }),
      busy({ requestCount: 300, islTokens: 500, oslTokens: 30, ttftMs: 50, itlMs: 20, decodeReady: 3 }),
      IDLE,
    ]);
    expect(window).toMatchObject({
      kind: 'traffic',
      requestCount: 400,
      islTokens: 400,
      oslTokens: 25,
      ttftMs: { kind: 'measured', value: 40 },
      // 1,000 tokens at 10 ms and 9,000 at 20 ms.
      itlMs: { kind: 'measured', value: 19 },
      decodeReady: { kind: 'measured', value: 2 },
    });
  });

  test('the mean of a single bucket is its own number, to the last digit', () => {
    const window = deciding([busy({ requestCount: 3, islTokens: 0.1 })], 60);
    expect(window).toMatchObject({ islTokens: 0.1 });
  });

  test('windows are whole and aligned to the end; older buckets that fill none are left out', () => {
    const cut = windowsUntil(series(Array.from({ length: 8 }, () => busy())), 180, msAt(480));
    expect(cut).toMatchObject({ kind: 'windows', deciding: { endMs: msAt(480) } });
    expect(cut.kind === 'windows' && cut.earlier.map((window) => window.endMs)).toEqual([msAt(300)]);
  });

  test('a bucket that ends after the time of the plan is not looked at', () => {
    const buckets = [...Array.from({ length: 3 }, () => busy()), busy({ requestCount: 9_999 })];
    const cut = windowsUntil(series(buckets), 180, msAt(239));
    expect(cut).toMatchObject({ kind: 'windows', deciding: { endMs: msAt(180), requestCount: 1800 } });
  });

  test('no request in a window is no traffic', () => {
    expect(deciding([IDLE, IDLE, IDLE])).toEqual({ kind: 'no-traffic', endMs: msAt(180) });
  });

  test('one bucket without data makes the window one without data, and its coverage is said', () => {
    expect(deciding([busy(), NOTHING, IDLE])).toMatchObject({
      kind: 'no-data',
      reason: 'requestCount is missing: 2 of 3 buckets have data',
    });
  });

  test('an impossible value makes the window unusable, with the value in the reason', () => {
    expect(deciding([busy(), busy({ ttftMs: 0 }), busy()])).toMatchObject({
      kind: 'no-data',
      reason: 'impossible value: ttftMs is 0 with 600 requests',
    });
  });

  test('sums that overflow are impossible values too', () => {
    const huge = busy({ requestCount: 1e308 });
    expect(deciding([huge, huge, huge])).toMatchObject({ kind: 'no-data' });
  });

  test('a latency that is missing in part of the traffic is missing', () => {
    expect(deciding([busy(), busy({ itlMs: null }), IDLE])).toMatchObject({
      kind: 'traffic',
      itlMs: { kind: 'missing', reason: 'itlMs is missing: 1 of 2 buckets with traffic have it' },
    });
  });

  test.each([
    ['a recording that has ended long ago', 3, 180, 180 + 181, /newest data ends at 2026-01-01T00:03:00Z/],
    ['a plan before the recording began', 3, 180, -5, /no bucket of the recording has ended at 2025-12-31T23:59:55Z/],
    ['an interval that cuts buckets', 3, 90, 180, /90 s is not a multiple of the recording's buckets of 60 s/],
    ['a recording shorter than one interval', 2, 180, 120, /2 of 3 buckets of the deciding window exist/],
    ['an empty recording', 0, 180, 0, /no bucket/],
  ])('%s gives no window, and says why', (_, buckets, interval, at, reason) => {
    const cut = windowsUntil(series(Array.from({ length: buckets }, () => busy())), interval, msAt(at));
    expect(cut).toEqual({ kind: 'none', reason: expect.stringMatching(reason) });
  });

  test('data that is exactly one interval old still decides', () => {
    const cut = windowsUntil(series([busy(), busy(), busy()]), 180, msAt(360));
    expect(cut.kind).toBe('windows');
  });
});

describe('what is asked for of a series', () => {
  const found = { kind: 'series', series: series(Array.from({ length: 10 }, () => busy())) } as const;
  const asked = (from: number, to: number) => cutFound(found, { startMs: msAt(from * 60), endMs: msAt(to * 60) });

  test('is what of it lies within the time that is looked at', () => {
    expect(asked(4, 20)).toMatchObject({ kind: 'series', series: { startMs: msAt(240), length: 6 } });
    expect(asked(9, 20)).toMatchObject({ kind: 'series', series: { length: 1 } });
  });

  test('is stale where it ended before that, which is said with both times', () => {
    expect(asked(10, 70)).toEqual({
      ...{ kind: 'unavailable', code: 'stale-data' },
      reason:
        'the metrics end at 2026-01-01T00:10:00Z, and those from 2026-01-01T00:10:00Z on count (metrics.historyHours: 1); record anew, or give the time to plan for with --at',
    });
  });
});
