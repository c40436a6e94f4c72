import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { formatProblem } from '../../api/index.ts';
import {
  type FileSeries,
  type FileSetting,
  findInFile,
  formatOf,
  type MeasuredGraph,
  readMetricsFile,
  readRecording,
} from '../../planner/index.ts';

type Format = FileSetting['format'];

const START_MS = Date.parse('2026-11-02T00:00:00Z');

function read(format: Format, text: string, change: Partial<FileSetting> = {}) {
  return readMetricsFile(text, 'metrics.txt', { format, bucketSeconds: 60, traceStartMs: START_MS, ...change });
}

function seriesOf(format: Format, text: string, change: Partial<FileSetting> = {}): readonly FileSeries[] {
  const file = read(format, text, change);
  if (!file.ok) throw new Error(file.error.map(formatProblem).join('\n'));
  return file.value.series;
}

/** The columns of the only series, as plain numbers. */
function columnsOf(format: Format, text: string, change: Partial<FileSetting> = {}) {
  const [only, second] = seriesOf(format, text, change);
  if (only === undefined || second !== undefined) throw new Error('not one series');
  return Object.fromEntries(Object.entries(only.columns).map(([name, cells]) => [name, [...cells]]));
}

function problemOf(format: Format, text: string, change: Partial<FileSetting> = {}): string {
  const file = read(format, text, change);
  return file.ok ? 'no problem' : file.error.map(formatProblem).join('\n');
}

const nan = Number.NaN;

describe('a CSV file', () => {
  test('may have the 95th percentiles of lengths', () => {
    const text = `timestamp,requestCount,isl,osl,isl_p95_tokens,oslP95Tokens
2026-11-02T00:00:00Z,600,1000,200,2500,440.1234567
2026-11-02T00:01:00Z,0,,,,
`;
    expect(columnsOf('csv', text)).toMatchObject({ islP95Tokens: [2500, nan], oslP95Tokens: [440.123, nan] });
    const line = '{"timestamp": "2026-11-02T00:00:00Z", "requestCount": 600, "oslTokens": 200, "oslP95Tokens": 440}';
    expect(columnsOf('jsonl', `${line}\n`)).toMatchObject({ oslP95Tokens: [440] });
  });

  test('has a row a bucket; what is left out or empty has no data, and 0 requests are none', () => {
    const text = `timestamp,requestCount,islTokens,ttft_ms
2026-11-02T00:00:00Z,600,1000.1234567,20
2026-11-02T00:01:00Z,0,,
2026-11-02T00:03:00+00:00,NaN,null,-
`;
    expect(seriesOf('csv', text)[0]).toMatchObject({
      startMs: START_MS,
      bucketSeconds: 60,
      length: 4,
      place: undefined,
    });
    expect(columnsOf('csv', text)).toEqual({
      requestCount: [600, 0, nan, nan],
      islTokens: [1000.12, nan, nan, nan],
      ttftMs: [20, nan, nan, nan],
    });
  });

  test('may say rates and seconds, times in any zone or since 1970, in any order', () => {
    const text = `time;rps`
      .replace(';', ',')
      .concat(',ttftSeconds\n1793577660,2,0.5\r\n2026-11-02T01:00:00+01:00,10,0.25\r\n');
    expect(columnsOf('csv', text)).toEqual({ requestCount: [600, 120], ttftMs: [250, 500] });
    expect(columnsOf('csv', 'time,requests\n1793577600000,1\n1793577610000,2')).toEqual({ requestCount: [1, 2] });
  });

  test('may hold several graphs, named by columns, each with its model', () => {
    const text = `timestamp,environment,namespace,deployment,model,requests
2026-11-02T00:00:00Z,prod,llm,chat,"acme/model, large",1
2026-11-02T00:00:00Z,,llm,assist,"acme ""tiny""",2
2026-11-02T00:01:00Z,prod,llm,chat,"acme/model, large",3
`;
    expect(seriesOf('csv', text).map(({ place, model, length }) => [place, model, length])).toEqual([
      [{ deployment: 'chat', namespace: 'llm', environment: 'prod' }, 'acme/model, large', 2],
      [{ deployment: 'assist', namespace: 'llm', environment: undefined }, 'acme "tiny"', 1],
    ]);
  });

  test.each([
    [
      'a local time',
      'time,requests\n2026-03-29 02:30:00,1',
      'metrics.txt:2:1: "2026-03-29 02:30:00" is a time without a time zone (write it as 2026-11-02T09:30:00Z, or in seconds or milliseconds since 1970)',
    ],
    ['a day that does not exist', 'time,requests\n2026-02-30T00:00:00Z,1', /:2:1: .* is not a time that exists/],
    ['an unknown column', 'time,reqests\n', 'metrics.txt:1:6: unknown column "reqests" (did you mean requests?)'],
    [
      'a column under two names',
      'time,requests,request_count\n',
      /^metrics.txt:1:15: column "request_count" stands twice/,
    ],
    ['a word for a number', 'time,requests\n1793577600,many', 'metrics.txt:2:12: requestCount: "many" is not a number'],
    ['a decimal comma', 'time,requests\n1793577600,"1,5"', /:2:12: requestCount: "1,5" is not a number$/],
    ['infinity', 'time,requests\n1793577600,Infinity', /is not a number$/],
    ['a number beyond a double', 'time,requests\n1793577600,1e999', /is not a number$/],
    ['a cell too many', 'time,requests\n1793577600,1,2', 'metrics.txt:2:1: has 3 cells, and the header has 2'],
    [
      'the same time twice',
      'time,requests\n1793577600,1\n1793577660,2\n2026-11-02T00:00:00Z,3',
      'metrics.txt:4:1: has the time 2026-11-02T00:00:00Z, which line 2 has too (keep one row a bucket of each graph)',
    ],
    [
      'rows at uneven distances',
      'time,requests\n1793577600,1\n1793577660,2\n1793577750,3',
      /^metrics.txt:4:1: 2026-11-02T00:02:30Z is no multiple of 60 s/,
    ],
    ['buckets of less than a second', 'time,requests\n1793577600.0,1\n1793577600.5,2', /rows are 0.5 s apart/],
    [
      'a time far from the others',
      'time,requests\n1793577600,1\n1793577601,2\n1993577600,3',
      /at most 2000000 are read/,
    ],
    [
      'a name that is none',
      'time,deployment,namespace,requests\n1793577600,../../etc,llm,1',
      /:2:12: "..\/..\/etc" is not a name that Kubernetes accepts$/,
    ],
    [
      'half a place',
      'time,deployment,requests\n1793577600,chat,1',
      /:2:12: a graph is named by deployment and namespace/,
    ],
    [
      'two models of one graph',
      'time,model,requests\n1793577600,a,1\n1793577660,b,2',
      /^metrics.txt:3:1: has the model "b", and rows before it of the same graph "a"/,
    ],
    [
      'a quote that is not closed',
      'time,model,requests\n1793577600,"a,1\n',
      'metrics.txt:2:12: opens a quote that is not closed',
    ],
    [
      'text behind a quote',
      'time,model,requests\n1793577600,"a"b,1\n',
      'metrics.txt:2:15: has text behind a closing quote',
    ],
    ['a quote inside of a cell', 'time,model,requests\n1793577600,a"b,1\n', /^metrics.txt:2:13: has a quote inside/],
    ['a NUL', 'time,requests\n1793577600,1\0', /^metrics.txt:2:12: holds a NUL character/],
    ['no row', 'time,requests\n\n', /^metrics.txt: has no row/],
    ['nothing at all', '', /^metrics.txt: has no row/],
    ['no time', 'requests\n1', /^metrics.txt:2:1: has no timestamp/],
    ['a prototype for a header', 'time,__proto__\n1793577600,1', /unknown column "__proto__"/],
  ])('with %s is refused with its place', (_, text, expected) => {
    expect(problemOf('csv', text)).toEqual(typeof expected === 'string' ? expected : expect.stringMatching(expected));
  });

  test('with a line of 100 MB is refused in no time, whatever quotes are around it', () => {
    const huge = '1'.repeat(100 * 1024 * 1024);
    for (const cell of [huge, `"${huge}`, `"${huge}"`]) {
      const start = performance.now();
      expect(problemOf('csv', `time,requests\n1793577600,${cell}\n`)).toMatch(/^metrics.txt:2/);
      expect(performance.now() - start).toBeLessThan(2000);
    }
    expect(problemOf('jsonl', `{"time": ${huge}}`)).toMatch(/^metrics.txt:1: is longer than/);
  });

  test('gives back the cells that were written, whatever is in them', () => {
    const cell = fc.string({ unit: fc.constantFrom('a', '"', ',', '\n', ' ', 'é', '\r') });
    fc.assert(
      fc.property(fc.array(cell, { minLength: 1, maxLength: 4 }), (models) => {
        const rows = models.map((model, index) => {
          return `2026-11-02T00:00:00Z,llm,g${index},"${model.replaceAll('"', '""')}",${index}\n`;
        });
        const series = seriesOf('csv', `time,namespace,deployment,model,requests\n${rows.join('')}`);
        expect(series.map(({ model }) => model ?? '')).toEqual(models);
      }),
    );
  });
});

describe('JSON lines', () => {
  test('say the same as a CSV file', () => {
    const text = `{"timestamp": "2026-11-02T00:00:00Z", "requestCount": 600, "isl": 1000, "model": "m"}

{"timestamp": 1793577660000, "requestCount": 0, "isl": null, "model": "m"}
`;
    expect(columnsOf('jsonl', text)).toEqual({ requestCount: [600, 0], islTokens: [1000, nan] });
  });

  test.each([
    ['a list', '[1]', 'metrics.txt:1:1: "[1]" is not an object in JSON'],
    [
      'a broken line',
      '{"time": 1793577600, "requests": 1}\n{"time": ',
      /^metrics.txt:2:1: .* is not an object in JSON$/,
    ],
    [
      'a truth',
      '{"time": 1793577600, "requests": true}',
      'metrics.txt:1:22: "requests" is neither a number nor text nor null',
    ],
    ['an unknown key', '{"time": 1793577600, "constructor": 1}', /^metrics.txt:1:22: unknown column "constructor"/],
    ['a number that JSON cannot hold', '{"time": 1793577600, "requests": 1e999}', /is not a number$/],
  ])('with %s are refused with their place', (_, text, expected) => {
    expect(problemOf('jsonl', text)).toEqual(typeof expected === 'string' ? expected : expect.stringMatching(expected));
  });
});

describe('a request trace', () => {
  const mooncake = [
    [0, 100, 10],
    [59_999, 300, 30],
    [120_000, 50, 5],
    [200_000, 1, 1],
  ]
    .map(([timestamp, input_length, output_length]) =>
      JSON.stringify({ timestamp, input_length, output_length, hash_ids: [1] }),
    )
    .join('\n');

  test('in the Mooncake format is cut into buckets from the time that is given; nothing arriving is idle', () => {
    expect(seriesOf('mooncake', mooncake)[0]).toMatchObject({ startMs: START_MS, bucketSeconds: 60, length: 3 });
    expect(columnsOf('mooncake', mooncake)).toEqual({
      requestCount: [2, 0, 1],
      startedCount: [2, 0, 1],
      islTokens: [200, nan, 50],
      oslTokens: [20, nan, 5],
    });
  });

  test('in the Azure format begins with its earliest request', () => {
    const text = `TIMESTAMP,ContextTokens,GeneratedTokens\r
2023-11-16 18:16:50.5000000,300,30\r
2023-11-16 18:15:51.0000000,100,10\r
2023-11-16 18:17:52.0000000,7,7\r
`;
    expect(columnsOf('azure', text)).toMatchObject({
      requestCount: [2, 0],
      islTokens: [200, nan],
      oslTokens: [20, nan],
    });
  });

  test.each([
    [
      'mooncake',
      '{"timestamp": -1, "input_length": 1, "output_length": 1}',
      'metrics.txt:1:2: timestamp is missing, or not a number from 0',
    ],
    ['mooncake', '{"timestamp": 1, "input_length": "9"}', /^metrics.txt:1:18: input_length is missing/],
    [
      'mooncake',
      '{"timestamp": 1e300, "input_length": 1, "output_length": 1}',
      /at most 2000000 are read \(timestamp is in milliseconds/,
    ],
    [
      'mooncake',
      '{"timestamp": 1, "input_length": 1, "output_length": 1}',
      /^metrics.txt: has no whole bucket of 60 s/,
    ],
    ['azure', 'TIMESTAMP,ContextTokens\n', /^metrics.txt:1:1: has 2 cells/],
    ['azure', 'time,in,out\n', /^metrics.txt:1:1: the header is "time,in,out", not TIMESTAMP/],
    ['azure', 'TIMESTAMP,ContextTokens,GeneratedTokens\nyesterday,1,1', /^metrics.txt:2:1: "yesterday" is not a time/],
    [
      'azure',
      'TIMESTAMP,ContextTokens,GeneratedTokens\n2023-11-16 18:15:46.68,1,-1',
      /^metrics.txt:2:26: GeneratedTokens: "-1"/,
    ],
  ] as const)('in the %s format, %s is refused', (format, text, expected) => {
    expect(problemOf(format, text)).toEqual(typeof expected === 'string' ? expected : expect.stringMatching(expected));
  });

  test('needs to know when it begins', () => {
    expect(problemOf('mooncake', mooncake, { traceStartMs: undefined })).toMatch(/pass --trace-start/);
  });
});

describe('text expositions', () => {
  const snapshot = (
    time: string,
    [requests, tokens, inflight]: readonly [number, number, number],
    labels = 'model="m"',
  ) =>
    `# timestamp ${time}
# HELP dynamo_frontend_requests_total Requests
# TYPE dynamo_frontend_requests_total counter
dynamo_frontend_requests_total{${labels},endpoint="chat",status="success"} ${requests}
dynamo_frontend_input_sequence_tokens_sum{${labels}} ${tokens}
dynamo_frontend_input_sequence_tokens_count{${labels}} ${requests}
dynamo_frontend_input_sequence_tokens_bucket{${labels},le="+Inf"} ${requests}
dynamo_frontend_inflight_requests{${labels}} ${inflight}
process_cpu_seconds_total 12.5
`;

  test('of several times give the increases between them, also where a counter was reset', () => {
    const text =
      snapshot('2026-11-02T00:00:00Z', [100, 5000, 1]) +
      snapshot('2026-11-02T00:01:01Z', [160, 11_000, 3]) +
      snapshot('2026-11-02T00:02:00Z', [20, 4000, 2]);
    expect(seriesOf('openmetrics', text)[0]).toMatchObject({
      model: 'm',
      startMs: START_MS,
      bucketSeconds: 60,
      length: 2,
    });
    expect(columnsOf('openmetrics', text)).toEqual({
      requestCount: [60, 20],
      islTokens: [100, 200],
      concurrency: [3, 2],
    });
  });

  test('may carry times of their own, in seconds as OpenMetrics or milliseconds as Prometheus has them', () => {
    const line = (value: number, time: string) => `dynamo_frontend_requests_total{model="a\\"b"} ${value} ${time}\n`;
    const text = `${line(1, '1793577600.000')}${line(4, '1793577660000')}# EOF\n`;
    expect(seriesOf('openmetrics', text)[0]).toMatchObject({ model: 'a"b' });
    expect(columnsOf('openmetrics', text)).toEqual({ requestCount: [3] });
  });

  test('of one time show levels only, and say so', () => {
    const file = read('openmetrics', snapshot('2026-11-02T00:01:00Z', [100, 5000, 4]));
    expect(file).toMatchObject({
      ok: true,
      value: { source: expect.stringMatching(/a single snapshot, .* no increases$/) },
    });
    expect(columnsOf('openmetrics', snapshot('2026-11-02T00:01:00Z', [100, 5000, 4]))).toEqual({ concurrency: [4] });
  });

  const line = 'dynamo_frontend_requests_total{model="m"} 1';
  test.each([
    ['no time', line, /^metrics.txt:1:1: dynamo_frontend_requests_total has no time \(put a line/],
    ['a local time', `# timestamp 2026-11-02 09:30:00\n${line}`, /is a time without a time zone/],
    [
      'two graphs',
      `# timestamp 1793577600\ndynamo_frontend_requests_total{model="m",namespace="a"} 1\ndynamo_frontend_requests_total{model="m",namespace="b"} 1`,
      /^metrics.txt:3:1: has namespace="b", and samples before it "a"/,
    ],
    ['one series twice', `# timestamp 1793577600\n${line}\n${line}`, /^metrics.txt:3:1: .* stands twice/],
    ['a login page', '<!doctype html>', /^metrics.txt:1:1: "<!doctype html>" is not a sample/],
    ['nothing known', '# timestamp 1793577600\nup 1\n', /has no sample of a metric that is known/],
    [
      'uneven distances',
      [0, 60, 70].map((s) => `# timestamp ${1793577600 + s}\n${line}\n`).join(''),
      /take them at even distances/,
    ],
  ])('with %s are refused', (_, text, expected) => {
    expect(problemOf('openmetrics', text)).toMatch(expected);
  });
});

describe('a file', () => {
  test.each([
    ['a.csv', 'time,requests\n', 'csv'],
    ['a.csv', 'TIMESTAMP,ContextTokens,GeneratedTokens\r\n', 'azure'],
    ['a.jsonl', '{"timestamp": 0, "input_length": 1}\n', 'mooncake'],
    ['a.ndjson', '{"time": 0}\n', 'jsonl'],
    ['a.json', '{}', 'recording'],
    ['a.prom', '', 'openmetrics'],
    ['a', '{\n  "schemaVersion": 1', 'recording'],
    ['a', '{"time": 0}\n', 'jsonl'],
    ['a', '# HELP x\n', 'openmetrics'],
    ['a.txt', 'time,requests\n', 'csv'],
    ['a', '\u007fELF', undefined],
  ])('%s beginning with %j is taken for %s', (file, text, format) => {
    expect(formatOf(file, text)).toBe(format);
  });

  const graph: MeasuredGraph = {
    ...{ name: 'chat', namespace: 'llm', environment: 'prod' },
    ...{ dynamoNamespace: 'llm-chat', model: 'acme/model', services: [] },
  };
  const file = (text: string) => {
    const found = read('csv', text);
    if (!found.ok) throw new Error(found.error.map(formatProblem).join());
    return found.value;
  };

  test('that names no graph is of the one that is said, with the model that it serves', () => {
    const unnamed = file('time,requests\n1793577600,1\n');
    expect(findInFile(unnamed, { kind: 'graph', name: 'chat' }, graph)).toMatchObject({
      series: { model: 'acme/model' },
    });
    expect(findInFile(unnamed, { kind: 'graph', name: 'chat', environment: 'dev' }, graph)).toMatchObject({
      kind: 'unavailable',
    });
  });

  test('that names graphs gives each its own, and none to others', () => {
    const named = file(
      'time,deployment,namespace,environment,requests\n1793577600,chat,llm,dev,1\n1793577600,chat,llm,prod,2\n',
    );
    const found = findInFile(named, { kind: 'in-file' }, graph);
    expect(found.kind === 'series' && [...(found.series.columns.requestCount ?? [])]).toEqual([2]);
    expect(findInFile(named, { kind: 'in-file' }, { ...graph, name: 'other' })).toEqual({
      kind: 'unavailable',
      reason: 'the file has no metrics of other in namespace llm',
    });
  });
});

describe('a recording of a fleet', () => {
  test.each([
    [1000, 3],
    [3, 5000],
  ])('of %i graphs with %i rows takes no more memory than its numbers do', (graphs, rows) => {
    const buckets = Array.from({ length: rows }, (_, index) => [index, index / 4]);
    const recording = {
      ...{ schemaVersion: 1, kind: 'recording', source: 'made up for a test', start: '2026-11-02T00:00:00Z' },
      bucketSeconds: 60,
      graphs: Array.from({ length: graphs }, (_, index) => ({
        ...{ deployment: `chat-${index}`, namespace: 'llm', model: 'acme/model' },
        ...{ columns: ['requestCount', 'islTokens'], buckets },
      })),
    };
    const read = readRecording(JSON.stringify(recording), 'recording.json');
    const columns = read.ok ? read.value.series.flatMap((one) => Object.values(one.columns)) : [];
    expect(columns).toHaveLength(2 * graphs);
    expect(columns.every((column) => column[rows - 1] === rows - 1 || column[rows - 1] === (rows - 1) / 4)).toBe(true);
    const bytes = columns.reduce((sum, { buffer }) => sum + buffer.byteLength, 0);
    expect(bytes).toBe(2 * graphs * rows * 8);
  });
});
