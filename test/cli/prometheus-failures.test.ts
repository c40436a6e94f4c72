import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from '@jest/globals';
import { formatProblem } from '../../api/index.ts';
import { serverAddress } from '../../cli/metrics/prometheus/address.ts';
import { type AskingMeans, askRange } from '../../cli/metrics/prometheus/ask-range.ts';
import { requestHeaders } from '../../cli/metrics/prometheus/credentials.ts';
import { prometheusSource, type RangeAnswer, type SeriesRequest } from '../../planner/index.ts';
import { engine } from '../planner/fleet-fixture.ts';
import { callCli } from './call.ts';

const NOW = new Date('2026-01-01T00:00:00Z');
const QUERY = { promql: 'up', firstEndMs: 60_000, lastEndMs: 180_000, stepSeconds: 60 };

type Answering = (request: IncomingMessage, response: ServerResponse, body: string) => void;

const servers: Server[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});

/** A server that does as it likes; the date it sends is that of the test. */
async function serve(answer: Answering): Promise<string> {
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => {
      body += chunk.toString();
    });
    request.on('end', () => {
      response.setHeader('date', NOW.toUTCString());
      answer(request, response, body);
    });
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
}

function json(response: ServerResponse, document: unknown, status = 200): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(document));
}

function matrix(...series: readonly unknown[]) {
  return { status: 'success', data: { resultType: 'matrix', result: series } };
}

interface Asked {
  readonly answer: RangeAnswer;
  /** The one line that people read, without the port that differs. */
  readonly line: string;
  readonly pausesMs: readonly number[];
}

async function ask(
  url: string,
  means: Partial<AskingMeans> & { readonly timeoutSeconds?: number } = {},
): Promise<Asked> {
  const pausesMs: number[] = [];
  const { timeoutSeconds = 5, ...rest } = means;
  const asking = askRange(
    { address: url, headers: async () => ({ ok: true, value: {} }), timeoutSeconds },
    {
      ...{ fetch: (address, request) => fetch(address, request), now: () => NOW, random: () => 0.5 },
      sleep: async (ms) => void pausesMs.push(ms),
      ...rest,
    },
  );
  const answer = await asking(QUERY);
  const problems = answer.kind === 'failed' ? answer.problems : [];
  const line = problems.map((problem) => formatProblem(problem).replace(/:\d{2,5} /, ' ')).join('\n');
  return { answer, line, pausesMs };
}

describe('a server that is asked for a range', () => {
  test('is asked by POST with a form, for all of the data and the finest samples', async () => {
    let [path, form] = ['', ''];
    const url = await serve((request, response, body) => {
      [path, form] = [`${request.method} ${request.url} ${request.headers['content-type']}`, body];
      json(response, matrix());
    });
    const { answer } = await ask(`${url}/prometheus`);
    expect(answer.kind).toBe('body');
    expect(path).toBe('POST /prometheus/api/v1/query_range application/x-www-form-urlencoded');
    expect(Object.fromEntries(new URLSearchParams(form))).toEqual({
      ...{ query: 'up', start: '60', end: '180', step: '60', timeout: '5s' },
      ...{ partial_response: 'false', dedup: 'true', max_source_resolution: '0s' },
    });
  });

  test('that is down is tried four times, each pause longer, and then is one line', async () => {
    const url = await serve(() => undefined);
    await new Promise((resolve) => servers.pop()?.close(resolve));
    const { line, pausesMs } = await ask(url);
    expect(line).toBe('Prometheus at http://127.0.0.1 cannot be reached: the connection is refused');
    expect(pausesMs).toEqual([250, 500, 1000]);
  });

  test('on a port that no browser asks is not tried again', async () => {
    const { line, pausesMs } = await ask('http://127.0.0.1:1');
    expect(line).toContain('is on a port that is kept from HTTP');
    expect(pausesMs).toEqual([]);
  });

  test('that is slow is given up after its time, and not asked again', async () => {
    let requests = 0;
    const url = await serve(() => {
      requests += 1;
    });
    const { line } = await ask(url, { timeoutSeconds: 0.2 });
    expect(line).toContain('Prometheus at http://127.0.0.1 did not answer within 0.2 s');
    expect(requests).toBe(1);
  });

  test('that sends its answer drop by drop is given up after its time', async () => {
    const url = await serve((_, response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      const drops = setInterval(() => response.write(' '), 20);
      response.on('close', () => clearInterval(drops));
    });
    const { line } = await ask(url, { timeoutSeconds: 0.3 });
    expect(line).toContain('did not answer within 0.3 s');
  });

  test.each([
    [400, 'answers 400: bad luck (the server does not take this query'],
    [401, 'answers 401: bad luck (set PROMETHEUS_TOKEN'],
    [403, 'answers 403: bad luck (these credentials may not read metrics'],
    [404, 'answers 404: bad luck (no Prometheus API is there'],
    [418, 'answers 418: bad luck'],
  ])('that answers %i is one line, and is not asked again', async (status, words) => {
    let requests = 0;
    const url = await serve((_, response) => {
      requests += 1;
      json(response, { status: 'error', error: 'bad luck' }, status);
    });
    const { line, answer } = await ask(url);
    expect(answer.kind).toBe('failed');
    expect(line).toContain(words);
    expect(line).not.toContain('\n');
    expect(requests).toBe(1);
  });

  test('that finds a query too heavy refuses that query alone', async () => {
    const url = await serve((_, response) => json(response, { status: 'error', error: 'too many samples' }, 422));
    const { answer } = await ask(url);
    expect(answer).toEqual({ kind: 'refused', reason: 'Prometheus refuses the query (422): too many samples' });
  });

  test.each([429, 500, 502, 503])('that answers %i is asked again', async (status) => {
    let requests = 0;
    const url = await serve((_, response) => {
      requests += 1;
      if (requests < 3) json(response, { status: 'error', error: 'busy' }, status);
      else json(response, matrix());
    });
    const { answer, pausesMs } = await ask(url);
    expect(answer.kind).toBe('body');
    expect(pausesMs).toEqual([250, 500]);
  });

  test.each([
    ['7', [7000, 7000, 7000]],
    [new Date(NOW.getTime() + 3000).toUTCString(), [3000, 3000, 3000]],
    ['3600', []],
    ['soon', [250, 500, 1000]],
  ])('that says Retry-After: %s is waited for within bounds', async (retryAfter, expected) => {
    const url = await serve((_, response) => {
      response.setHeader('retry-after', retryAfter);
      json(response, { status: 'error', error: 'busy' }, 503);
    });
    const { line, pausesMs } = await ask(url);
    expect(line).toContain('answers 503: busy');
    expect(pausesMs).toEqual(expected);
  });

  test('that breaks off its answer is tried again, and then is one line', async () => {
    const url = await serve((_, response) => {
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' });
      response.write('{"status":');
      setTimeout(() => response.destroy(), 10);
    });
    const { line, pausesMs } = await ask(url);
    expect(line).toBe('Prometheus at http://127.0.0.1 broke off its answer');
    expect(pausesMs).toHaveLength(3);
  });

  test('that breaks off an answer of unknown length is tried again', async () => {
    const url = await serve((_, response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.write('{"status":');
      setTimeout(() => response.destroy(), 10);
    });
    expect((await ask(url)).line).toContain('broke off its answer');
  });

  test('whose answer does not end is read no further than the limit', async () => {
    let written = 0;
    const url = await serve((_, response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      const megabyte = Buffer.alloc(1024 * 1024, ' ');
      const more = (): void => {
        while (!response.destroyed && written < 1024) {
          written += 1;
          if (!response.write(megabyte)) return void response.once('drain', more);
        }
        response.end();
      };
      more();
    });
    const { line } = await ask(url, { mostBytes: 8 * 1024 * 1024 });
    expect(line).toContain('answers with more than 8 MB');
    expect(written).toBeLessThan(100);
  });

  test('that announces too long an answer is not read at all', async () => {
    const url = await serve((_, response) => {
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': String(2 ** 30) });
      response.write('{');
    });
    expect((await ask(url)).line).toContain('answers with more than 128 MB');
  });

  test.each(['<!DOCTYPE html><html>log in', '\n<html><body>log in'])(
    'that is a login page is said to be one',
    async (page) => {
      const url = await serve((_, response) => response.writeHead(200, { 'content-type': 'text/plain' }).end(page));
      expect((await ask(url)).line).toBe(
        'Prometheus at http://127.0.0.1 is a login page, not Prometheus (check the token, and the address)',
      );
    },
  );

  test('that redirects is not followed, so that no credentials get elsewhere', async () => {
    let elsewhere = 0;
    const other = await serve((_, response) => {
      elsewhere += 1;
      json(response, matrix());
    });
    const url = await serve((_, response) => response.writeHead(302, { location: other }).end());
    expect((await ask(url)).line).toContain('redirects (302) instead of answering');
    expect(elsewhere).toBe(0);
  });

  test.each([
    [3600, 'has a clock that is 3600 s behind this machine'],
    [-3600, "has a clock that is 3600 s ahead of this machine's"],
  ])('with another clock by %i s is not believed', async (seconds, words) => {
    const url = await serve((_, response) => json(response, matrix()));
    const { line } = await ask(url, { now: () => new Date(NOW.getTime() + seconds * 1000) });
    expect(line).toContain(words);
  });

  test('with a clock that is a minute off is believed', async () => {
    const url = await serve((_, response) => json(response, matrix()));
    expect((await ask(url, { now: () => new Date(NOW.getTime() + 60_000) })).answer.kind).toBe('body');
  });

  test('that answers in no text is one line', async () => {
    const url = await serve((_, response) => response.writeHead(200).end(Buffer.from([0x7b, 0xff, 0xfe])));
    expect((await ask(url)).line).toContain('sent an answer that is not UTF-8 text');
  });

  test('cannot forge a second line with what it says', async () => {
    const url = await serve((_, response) => json(response, { status: 'error', error: 'a\nerror: b\u001b[2K' }, 400));
    const { line } = await ask(url);
    expect(line).toContain('a\\u000aerror: b\\u001b[2K');
  });
});

describe('a server that repeats the headers of the request', () => {
  const password = 'pa55-wörd';
  const basic = Buffer.from(`me:${password}`).toString('base64');
  const secrets = ['t0ken-of-mine', basic, password, 'k3y-of-a-gateway', 'sid=c00kie'];
  const headers = {
    ...{ authorization: `Basic ${basic}`, 'X-Other-Auth': 'Bearer t0ken-of-mine', 'X-Scope-OrgID': 'team-a' },
    ...{ 'X-Api-Key': 'k3y-of-a-gateway', Cookie: 'theme=dark; sid=c00kie' },
  };
  const words = `${JSON.stringify({ ...headers, password })} ${secrets.join(' ')}`;

  test.each<readonly [string, number, unknown]>([
    ['in an error', 400, { status: 'error', error: words }],
    ['where it refuses a query', 422, { status: 'error', error: words }],
    ['where it is not able to answer', 502, { status: 'error', error: words }],
    ['in a warning', 200, { ...matrix(), warnings: [words] }],
    ['in an answer of another form', 200, { status: 'error', error: headers }],
  ])('%s shows no credentials', async (_, status, answer) => {
    const url = await serve((_request, response) => json(response, answer, status));
    const read = await prometheusSource(
      askRange(
        { address: url, headers: async () => ({ ok: true, value: headers }), timeoutSeconds: 5 },
        { fetch, now: () => NOW, random: () => 0, sleep: async () => undefined },
      ),
      { labelsOf: () => ({}) },
    ).read(REQUEST);
    const said = JSON.stringify(read);
    expect(said).toContain('***');
    expect(secrets.filter((secret) => said.includes(secret))).toEqual([]);
  });
});

const REQUEST: SeriesRequest = {
  graph: {
    ...{ name: 'chat', namespace: 'llm', environment: 'prod', dynamoNamespace: 'llm-chat', model: 'acme/model' },
    services: [],
  },
  ...{ startMs: 0, endMs: 180_000, bucketSeconds: 60 },
};

/** What the source makes of an answer to its first request. */
async function readWith(text: string): Promise<string> {
  const source = prometheusSource(async () => ({ kind: 'body', text }), { labelsOf: () => ({}) });
  const read = await source.read(REQUEST);
  if (!read.ok) return read.error.map(formatProblem).join('\n');
  return read.value.kind === 'unavailable' ? `held: ${read.value.reason}` : 'series';
}

describe('an answer', () => {
  const points = [
    [60, '1'],
    [120, '2'],
    [180, '3'],
  ];
  const requests = { metric: { column: 'requestCount' }, values: points };

  test.each<readonly [string, unknown, string]>([
    ['of nothing holds the graph', matrix(), 'held: Prometheus has nothing of the graph'],
    ['of NaN alone holds the graph', matrix({ ...requests, values: [[60, 'NaN']] }), 'held: Prometheus has nothing'],
    ['of another type', { status: 'success', data: { resultType: 'vector', result: [] } }, 'sent a vector where'],
    ['of an error', { status: 'error', error: 'no' }, 'answered with an error: no'],
    ['of no document', [], 'sent an answer that is not of the Prometheus API'],
    ['without data', { status: 'success' }, 'sent an answer without data'],
    ['of no list', { status: 'success', data: { resultType: 'matrix', result: {} } }, 'sent a result that is no list'],
    ['with a series of its own', matrix({ metric: { column: 'up' }, values: [] }), 'series that was not asked for'],
    ['with one series twice', matrix(requests, requests), 'sent requestCount twice'],
    ['off the grid', matrix({ ...requests, values: [[61, '1']] }), 'with a time that was not asked for'],
    ['after the end', matrix({ ...requests, values: [[240, '1']] }), 'with a time that was not asked for'],
    ['out of order', matrix({ ...requests, values: [points[1], points[0]] }), 'with times out of order'],
    ['with a time twice', matrix({ ...requests, values: [points[0], points[0]] }), 'with times out of order'],
    ['with a word for a number', matrix({ ...requests, values: [[60, 'many']] }), 'with a value that is no number'],
    ['with a number for text', matrix({ ...requests, values: [[60, 1]] }), 'with a value that is no number'],
    ['with half a point', matrix({ ...requests, values: [[60]] }), 'is no pair of time and number'],
    [
      'of a part, as Thanos says',
      { ...matrix(requests), warnings: ['store down'] },
      'only a part of the data: store down',
    ],
    ['of a part, as VictoriaMetrics says', { ...matrix(requests), isPartial: true }, 'only a part of the data'],
    ['with a web page', '<html>', 'answered with a web page'],
  ])('%s is not planned on', async (_, document, words) => {
    const read = await readWith(typeof document === 'string' ? document : JSON.stringify(document));
    expect(read).toContain(words);
    expect(read).not.toContain('\n');
  });

  test('that breaks off is not planned on', async () => {
    expect(await readWith(JSON.stringify(matrix(requests)).slice(0, -3))).toContain('sent an answer that is no JSON');
  });

  test('with a remark on the query language is whole', async () => {
    const remark = 'PromQL warning: bucket label "le" is missing';
    const read = prometheusSource(
      async ({ promql }) => {
        const [column] = /requestCount/.exec(promql) ?? [];
        const series = column === undefined ? [] : [requests];
        return { kind: 'body', text: JSON.stringify({ ...matrix(...series), warnings: [remark] }) };
      },
      { labelsOf: () => ({}) },
    ).read(REQUEST);
    expect(await read).toMatchObject({ ok: true, value: { kind: 'series' } });
  });

  test('that fails for several graphs at once is one problem', async () => {
    const failure = { kind: 'failed', problems: [{ code: 'unavailable', message: 'down' }] } as const;
    const source = prometheusSource(async () => failure, { labelsOf: () => ({}) });
    const reads = await Promise.all([source.read(REQUEST), source.read(REQUEST), source.read(REQUEST)]);
    expect(reads.filter((read) => !read.ok)).toHaveLength(1);
  });
});

describe('an address', () => {
  test.each([
    ['http://prometheus:9090/', 'http://prometheus:9090'],
    ['https://mimir.example/prometheus', 'https://mimir.example/prometheus'],
    ['http://prometheus:9090/api/v1', 'http://prometheus:9090'],
  ])('%s is asked as %s', (text, expected) => {
    expect(serverAddress(text, '--prometheus')).toEqual({ ok: true, value: expected });
  });

  test.each([
    ['http://user:secret@prometheus:9090', 'has a user or a password in it'],
    ['http://prometheus?token=secret', 'has a query or a fragment'],
    ['file:///etc/secret', 'must begin with http:// or https://'],
    ['secret', 'is no address'],
  ])('%s is refused without being repeated', (text, words) => {
    const refused = serverAddress(text, '--prometheus');
    const line = refused.ok ? '' : refused.error.map(formatProblem).join();
    expect(line).toContain(words);
    expect(line).not.toContain('secret');
  });
});

describe('credentials', () => {
  const headersOf = async (env: { readonly [name: string]: string }, configured = {}) => {
    const source = requestHeaders({ env, cwd: '/nowhere' }, configured);
    const headers = source.ok ? await source.value() : source;
    return headers.ok ? headers.value : headers.error.map(formatProblem).join();
  };

  test.each<readonly [string, { readonly [name: string]: string }, { readonly [name: string]: string }]>([
    ['a token, without the line break of its file', { PROMETHEUS_TOKEN: 'abc\n' }, { authorization: 'Bearer abc' }],
    [
      'a user and a password',
      { PROMETHEUS_USERNAME: 'me', PROMETHEUS_PASSWORD: 'pä:ss' },
      { authorization: `Basic ${Buffer.from('me:pä:ss').toString('base64')}` },
    ],
    ['nothing, where a variable is empty', { PROMETHEUS_TOKEN: '' }, {}],
    [
      'headers, a line each',
      { PROMETHEUS_HEADERS: 'X-Scope-OrgID: a|b\nX-Other: c' },
      { 'X-Scope-OrgID': 'a|b', 'X-Other': 'c' },
    ],
  ])('are %s', async (_, env, expected) => {
    expect(await headersOf(env)).toEqual(expected);
  });

  test('of the environment go before the headers of the config', async () => {
    expect(await headersOf({ PROMETHEUS_HEADERS: 'X-Scope-OrgID: a' }, { 'X-Scope-OrgID': 'b' })).toEqual({
      'X-Scope-OrgID': 'a',
    });
  });

  test.each([
    [{ PROMETHEUS_TOKEN: 'sec\nret' }, 'PROMETHEUS_TOKEN has characters that no token has'],
    [{ PROMETHEUS_TOKEN: 'secret', PROMETHEUS_TOKEN_FILE: 'f' }, 'PROMETHEUS_TOKEN and PROMETHEUS_TOKEN_FILE are set'],
    [{ PROMETHEUS_TOKEN_FILE: 'missing' }, 'missing: does not exist'],
    [{ PROMETHEUS_USERNAME: 'me' }, 'PROMETHEUS_USERNAME is set without PROMETHEUS_PASSWORD'],
    [{ PROMETHEUS_PASSWORD: 'secret' }, 'a password is set without PROMETHEUS_USERNAME'],
    [{ PROMETHEUS_HEADERS: 'secret' }, 'PROMETHEUS_HEADERS, line 1: is no header'],
    [{ PROMETHEUS_HEADERS: 'Host: secret' }, 'PROMETHEUS_HEADERS, line 1: Host is a header that the request sets'],
  ])('%j are refused without being repeated', async (env, words) => {
    const refused = await headersOf(env);
    expect(refused).toContain(words);
    expect(refused).not.toContain('secret');
  });
});

describe('the command line', () => {
  let folder = '';
  const start = async (metrics: string) => {
    folder = await mkdtemp(join(tmpdir(), 'dynamo-gitops-metrics-'));
    await mkdir(join(folder, 'dist'));
    await writeFile(join(folder, 'dist/graph.yaml'), GRAPH);
    await writeFile(join(folder, 'dynamo-gitops.yaml'), `schemaVersion: 1\nmetrics: ${metrics}\n${DEPLOYMENT}`);
    await writeFile(join(folder, 'engine.json'), JSON.stringify(PROFILE_DOCUMENT));
  };
  const call = (words: readonly string[], env: { readonly [name: string]: string } = {}) =>
    callCli(words, { cwd: folder, env, now: () => NOW });
  afterEach(() => rm(folder, { recursive: true }));

  test.each<readonly [string, readonly string[], { readonly [name: string]: string }, string]>([
    ['{}', ['plan'], {}, 'no metrics are given (pass --metrics <file> or --prometheus <url>'],
    ['{}', ['plan', '--prometheus'], {}, 'no address of Prometheus is given (pass --prometheus <url>'],
    ['{}', ['record', '--out', 'm'], {}, 'no address of Prometheus is given'],
    ['{}', ['record', '--out', '', '--prometheus', 'http://a'], {}, '--out needs a name'],
    ['{}', ['plan', '--metrics', 'm.json', '--prometheus'], {}, '--metrics and --prometheus are given; keep one'],
    ['{}', ['plan', '--prometheus', 'http://me:secret@a'], {}, '--prometheus: has a user or a password in it'],
    ['{}', ['plan'], { PROMETHEUS_URL: 'ftp://secret' }, 'PROMETHEUS_URL: must begin with http:// or https://'],
    ['{ prometheus: { url: "http://u:secret@a" } }', ['plan'], {}, 'metrics.prometheus.url: has a user or a password'],
    [
      '{ prometheus: { headers: { Authorization: secret } } }',
      ['plan'],
      {},
      'dynamo-gitops.yaml:2:52: metrics.prometheus.headers.Authorization: may be a secret; set it in the variable PROMETHEUS_HEADERS',
    ],
    [
      '{ prometheus: { labels: { namespace: a } } }',
      ['plan'],
      {},
      'metrics.prometheus.labels.namespace: is a label that each graph sets for itself',
    ],
  ])('with metrics: %s answers %j with one line', async (metrics, words, env, line) => {
    await start(metrics);
    const { exitCode, stdout, stderr } = await call(words, env);
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' });
    expect(stderr).toContain(line);
    expect(stderr.trim().split('\n')).toHaveLength(1);
    expect(stderr).not.toContain('secret@');
  });

  test('takes the address of the command line before that of the environment, and that before the config', async () => {
    const seen: string[] = [];
    const urls = await Promise.all(
      ['flag', 'env', 'config'].map((name) =>
        serve((_, response) => {
          seen.push(name);
          json(response, matrix());
        }),
      ),
    );
    await start(`{ prometheus: { url: "${urls[2]}" } }`);
    const env = { PROMETHEUS_URL: urls[1] ?? '' };
    const calls = [
      [['plan', '--prometheus', urls[0] ?? ''], env, 'flag'],
      [['plan', '--prometheus'], env, 'env'],
      [['plan'], env, 'env'],
      [['plan'], {}, 'config'],
    ] as const;
    for (const [words, variables, expected] of calls) {
      const { exitCode, stderr } = await call(words, variables);
      expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
      expect(new Set(seen.splice(0))).toEqual(new Set([expected]));
    }
  });

  test('sends the token of a file, and the headers of the config', async () => {
    let headers: IncomingMessage['headers'] = {};
    const url = await serve((request, response) => {
      headers = request.headers;
      json(response, matrix());
    });
    await start('{ prometheus: { headers: { X-Scope-OrgID: team-a } } }');
    await writeFile(join(folder, 'token'), 'abc\n');
    const env = { PROMETHEUS_TOKEN_FILE: 'token' };
    expect(await call(['plan', '--prometheus', url], env)).toMatchObject({ exitCode: 0, stderr: '' });
    expect(headers).toMatchObject({ authorization: 'Bearer abc', 'x-scope-orgid': 'team-a' });
  });

  test('never lowers a target where the server fails: there is no plan at all', async () => {
    const url = await serve((_, response) => json(response, { status: 'error', error: 'no' }, 403));
    await start('{}');
    const { exitCode, stdout, stderr } = await call(['plan', '--prometheus', url, '--out', 'plan.json']);
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' });
    expect(stderr).toMatch(
      /^error: Prometheus at http:\/\/127\.0\.0\.1:\d+ answers 403: no \(these credentials[^\n]+\n$/,
    );
    await expect(readFile(join(folder, 'plan.json'))).rejects.toThrow('ENOENT');
  });
});

const DEPLOYMENT = `deployments:
  - name: chat
    environment: prod
    sla: { ttftMs: 200, itlMs: 15 }
    strategy: { kind: dynamo-sla, profile: engine.json }
`;
const GRAPH = `apiVersion: nvidia.com/v1alpha1
kind: DynamoGraphDeployment
metadata: { name: chat, namespace: llm }
spec:
  services:
    decode:
      componentType: worker
      subComponentType: decode
      replicas: 1
      extraPodSpec: { mainContainer: { args: ["--model acme/model"] } }
`;
const PROFILE_DOCUMENT = {
  ...{ schemaVersion: 1, kind: 'profile', source: 'made up for a test', model: 'acme/model', gpu: 'none' },
  ...{ backend: 'vllm', tensorParallel: 1 },
  ...engine,
};
