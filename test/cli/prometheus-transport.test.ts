import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer as createHttpServer } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { type AddressInfo, connect, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { formatProblem } from '../../api/index.ts';
import { askRange } from '../../cli/metrics/prometheus/ask-range.ts';
import { openTransport, type TlsFiles } from '../../cli/metrics/prometheus/transport.ts';

const QUERY = { promql: 'up', firstEndMs: 60_000, lastEndMs: 60_000, stepSeconds: 60 };
const NO_FILES: TlsFiles = { caFile: undefined, certFile: undefined, keyFile: undefined };

const folder = mkdtempSync(join(tmpdir(), 'dynamo-gitops-tls-'));
afterAll(() => rmSync(folder, { recursive: true }));
const servers: Server[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) await new Promise((resolve) => server.close(resolve));
});

async function portOf(server: Server): Promise<number> {
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

/** What comes of one question: `body`, or the line of the problem. */
async function ask(address: string, files: TlsFiles, env: { readonly [name: string]: string } = {}): Promise<string> {
  const fetch = await openTransport({ env, cwd: folder }, files);
  if (!fetch.ok) return fetch.error.map(formatProblem).join('\n');
  const answer = await askRange(
    { address, headers: async () => ({ ok: true, value: {} }), timeoutSeconds: 5 },
    { fetch: fetch.value, now: () => new Date(), sleep: async () => undefined, random: () => 0 },
  )(QUERY);
  return answer.kind === 'failed' ? answer.problems.map(formatProblem).join('\n') : answer.kind;
}

const openssl = (...words: readonly string[]) =>
  spawnSync('openssl', words, { cwd: folder, stdio: 'ignore' }).status === 0;
const HAS_OPENSSL = openssl('version');
if (!HAS_OPENSSL) process.stderr.write('skipped: openssl is not installed\n');

(HAS_OPENSSL ? describe : describe.skip)('a server with a certificate of its own authority', () => {
  let address = '';
  const open = async () => {
    const server = createHttpsServer(
      {
        key: readFileSync(join(folder, 'server.key')),
        cert: readFileSync(join(folder, 'server.pem')),
        ca: readFileSync(join(folder, 'ca.pem')),
        ...{ requestCert: true, rejectUnauthorized: true },
      },
      (_, response) => response.setHeader('connection', 'close').end('{}'),
    );
    address = `https://localhost:${await portOf(server)}`;
  };

  beforeAll(() => {
    const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
    openssl('req', '-x509', ...key, '-keyout', 'ca.key', '-out', 'ca.pem', '-subj', '/CN=ca', '-days', '2');
    for (const name of ['server', 'client']) {
      openssl('req', ...key, '-keyout', `${name}.key`, '-out', `${name}.csr`, '-subj', `/CN=${name}`);
      writeFileSync(join(folder, 'names'), 'subjectAltName=DNS:localhost');
      const signed = ['-CA', 'ca.pem', '-CAkey', 'ca.key', '-CAcreateserial', '-days', '2', '-extfile', 'names'];
      openssl('x509', '-req', '-in', `${name}.csr`, '-out', `${name}.pem`, ...signed);
    }
  });

  test('is asked with --ca-file, --cert-file and --key-file', async () => {
    await open();
    expect(await ask(address, { caFile: 'ca.pem', certFile: 'client.pem', keyFile: 'client.key' })).toBe('body');
  });

  test('is not trusted without --ca-file', async () => {
    await open();
    expect(await ask(address, NO_FILES)).toMatch(
      /^Prometheus at https:\/\/localhost:\d+ has a certificate that is not trusted \(.+\) \(name the authority that signed it with --ca-file\)$/,
    );
  });

  test('that wants a certificate and gets none is one line', async () => {
    await open();
    expect(await ask(address, { ...NO_FILES, caFile: 'ca.pem' })).toMatch(/^Prometheus at https:\/\/localhost:\d+ .+$/);
  });

  test.each([
    [{ ...NO_FILES, certFile: 'client.pem' }, '--cert-file and --key-file belong together; one of them is missing'],
    [{ ...NO_FILES, caFile: 'none.pem' }, 'none.pem: does not exist'],
    [{ ...NO_FILES, caFile: 'names' }, 'names: is no PEM file: it has no line "-----BEGIN …"'],
  ])('%j is refused before anything is asked', async (files, line) => {
    expect(await ask('https://localhost:1', files)).toBe(line);
  });

  test('a PEM file that holds no certificate is one line', async () => {
    await open();
    writeFileSync(join(folder, 'broken.pem'), '-----BEGIN CERTIFICATE-----\nnothing\n-----END CERTIFICATE-----\n');
    const line = await ask(address, { caFile: 'ca.pem', certFile: 'broken.pem', keyFile: 'client.key' });
    expect(line).toMatch(/^[^\n]+$/);
    expect(line).not.toBe('body');
  });
});

describe('a proxy of the environment', () => {
  const open = async () => {
    const seen: string[] = [];
    const target = await portOf(createHttpServer((_, response) => response.setHeader('connection', 'close').end('{}')));
    const proxy = createHttpServer((request, response) => {
      seen.push(request.url ?? '');
      response.setHeader('connection', 'close').end('{}');
    });
    proxy.on('connect', (request, socket) => {
      seen.push(request.url ?? '');
      const through = connect(target, '127.0.0.1', () => {
        socket.write('HTTP/1.1 200 OK\r\n\r\n');
        through.pipe(socket).pipe(through);
      });
    });
    return { seen, address: `http://127.0.0.1:${target}`, proxy: `http://127.0.0.1:${await portOf(proxy)}` };
  };

  test('is gone through', async () => {
    const { seen, address, proxy } = await open();
    expect(await ask(address, NO_FILES, { HTTP_PROXY: proxy })).toBe('body');
    expect(seen).toHaveLength(1);
  });

  test('is passed by for the names of NO_PROXY', async () => {
    const { seen, address, proxy } = await open();
    expect(await ask(address, NO_FILES, { HTTP_PROXY: proxy, NO_PROXY: '127.0.0.1' })).toBe('body');
    expect(seen).toEqual([]);
  });

  test('that is no address is refused without being repeated', async () => {
    expect(await ask('http://localhost:1', NO_FILES, { HTTPS_PROXY: 'secret' })).toBe(
      'HTTP_PROXY or HTTPS_PROXY is no address of a proxy',
    );
  });
});
