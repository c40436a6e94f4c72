import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  columnQueries,
  combined,
  digestOfSeries,
  graphMatchers,
  promqlString,
  rangeQueries,
  readRecording,
  recordingText,
  regexLiteral,
  roundCell,
} from '../../planner/index.ts';
import { coverageOf } from '../../planner/metrics/prometheus/coverage.ts';
import { busy, IDLE, NOTHING, series } from './traffic-fixture.ts';

const anyText = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({ unit: fc.constantFrom('"', '\\', '\n', '}', '|', '.', 'a') }),
);

describe('a query', () => {
  test('keeps every value inside of its quotes, on one line', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const literal = promqlString(text);
        // PromQL has the escapes of Go's strings; those that are written are also JSON's.
        expect(JSON.parse(literal)).toBe(text);
        expect(literal).not.toMatch(/\n/);
      }),
    );
  });

  test('matches a value as a pattern that nothing else matches', () => {
    fc.assert(
      fc.property(anyText, anyText, (text, other) => {
        const pattern = new RegExp(`^(?:${regexLiteral(text)})$`);
        expect(pattern.test(text)).toBe(true);
        expect(pattern.test(other)).toBe(other === text);
      }),
    );
  });

  test('takes three requests a graph, each with its columns by name', () => {
    const graph = {
      name: 'chat',
      namespace: 'llm',
      environment: 'prod',
      dynamoNamespace: 'llm-chat',
      model: 'm',
      services: [],
    };
    const batches = columnQueries(graphMatchers(graph, { cluster: 'one' }), 60);
    expect(batches).toHaveLength(3);
    for (const batch of batches) {
      for (const query of batch.values()) expect(query).toContain('cluster="one"');
      expect(combined(batch).match(/label_replace\(/g)).toHaveLength(batch.size);
    }
  });

  test('leaves out what a graph has no service for', () => {
    const graph = {
      name: 'chat',
      namespace: 'llm',
      environment: 'prod',
      dynamoNamespace: 'llm-chat',
      model: 'm',
      services: [],
    };
    const names = columnQueries(graphMatchers(graph, {}), 60).flatMap((batch) => [...batch.keys()]);
    expect(names).not.toContain('decodeReady');
    expect(names).not.toContain('advisedDecode');
  });

  test.each([
    [1, [1]],
    [11_000, [11_000]],
    [11_001, [11_000, 1]],
    [25_000, [11_000, 11_000, 3000]],
  ])('for %i buckets asks for stretches of %j points, each the end of a bucket', (length, expected) => {
    const queries = rangeQueries('up', { startMs: 0, bucketSeconds: 60, length });
    expect(queries.map(({ firstEndMs, lastEndMs }) => (lastEndMs - firstEndMs) / 60_000 + 1)).toEqual(expected);
    expect(queries[0]?.firstEndMs).toBe(60_000);
    expect(queries.at(-1)?.lastEndMs).toBe(length * 60_000);
  });
});

describe('coverage', () => {
  test('is the share of the scrapes that a bucket usually has, of all frontends', () => {
    const [scrapes, frontends] = [
      [12, 12, 24, 18, Number.NaN, 6],
      [1, 1, 2, 2, Number.NaN, 1],
    ].map((numbers) => Float64Array.from(numbers));
    expect([...coverageOf(scrapes ?? new Float64Array(), frontends ?? new Float64Array())]).toEqual([
      1, 1, 1, 0.75, 0, 0.5,
    ]);
  });

  test('is 0 where nothing was ever scraped', () => {
    const nothing = Float64Array.of(Number.NaN, Number.NaN);
    expect([...coverageOf(nothing, nothing)]).toEqual([0, 0]);
  });
});

describe('the digest of a series', () => {
  test('is that of its numbers: equal after a recording of them, another with any other number', () => {
    const cell = fc.option(fc.double({ min: 0, max: 1e9, noNaN: true }).map(roundCell), { nil: null });
    fc.assert(
      fc.property(fc.array(cell, { minLength: 1, maxLength: 20 }), fc.nat(), (cells, at) => {
        const measured = series(cells.map((requestCount) => ({ ...busy(), requestCount })));
        const read = readRecording(recordingText('made up for a test', [measured]), 'recording.json');
        const [recorded] = read.ok ? read.value.series : [];
        if (recorded === undefined) throw new Error(JSON.stringify(read));
        expect(digestOfSeries(recorded)).toBe(digestOfSeries(measured));
        const index = at % cells.length;
        const changed = cells.map((one, place) => (place === index ? (one ?? 0) + 1 : one));
        const other = series(changed.map((requestCount) => ({ ...busy(), requestCount })));
        expect(digestOfSeries(other)).not.toBe(digestOfSeries(measured));
      }),
      { numRuns: 50 },
    );
  });

  test('tells no traffic from no data', () => {
    expect(digestOfSeries(series([IDLE]))).not.toBe(digestOfSeries(series([NOTHING])));
  });
});
