import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { lintFiles } from '../../lint/index.ts';
import { readManifest } from '../../manifests/index.ts';
import { MAX_DOCUMENTS, MAX_MANIFEST_BYTES } from '../../manifests/read/limits.ts';
import { callCli } from '../cli/call.ts';

const HEAD = 'apiVersion: nvidia.com/v1alpha1\nkind: DynamoGraphDeployment\nmetadata: {name: chat}\nspec:\n';
const SOUND = `${HEAD}  services: {d: {componentType: worker, replicas: "2"}}\n`;

/** Far more than any of these takes alone, and far less than what none of them may take. */
const BOUND_MS = 10_000;

function checked(content: string | Uint8Array) {
  const bytes = typeof content === 'string' ? Buffer.from(content) : content;
  const { manifest, problems } = readManifest('x.yaml', bytes);
  return lintFiles(manifest === undefined ? [] : [manifest], problems, { operator: '1.4.0' });
}

function repeated(count: number, part: (index: number) => string): string {
  return Array.from({ length: count }, (_, index) => part(index)).join('');
}

/** A text that many aliases repeat. */
function bomb(levels: number): string {
  return `a0: &a0 [x, x]\n${repeated(levels, (n) => `a${n + 1}: &a${n + 1} [${`*a${n}, `.repeat(9)}*a${n}]\n`)}`;
}

describe('a file that means harm is a finding, soon and in little memory', () => {
  test.each<[string, () => string | Uint8Array, RegExp | undefined]>([
    ['aliases that unfold to a billion', () => bomb(9), /its aliases unfold to too much/],
    ['many of them', () => repeated(60, () => `${bomb(4)}---\n`), /its aliases unfold to too much/],
    ['aliases that lead to themselves', () => 'a: &a [*a]\n', /its aliases unfold to too much, or to themselves/],
    [
      'merge keys that lead back to where they stand',
      () => `${HEAD}  services:\n    d: &d\n      <<: *d\n      replicas: "2"\n`,
      /must be a whole number/,
    ],
    [
      'merge keys of merge keys',
      () =>
        `${HEAD}  services:\n    m0: &m0 {a: 1}\n${repeated(60, (n) => `    m${n + 1}: &m${n + 1} {<<: [*m${n}, *m${n}]}\n`)}`,
      undefined,
    ],
    ['a line of 20 MB', () => `${HEAD}  services: {d: {replicas: "${'y'.repeat(20e6)}"}}\n`, /must be a whole number/],
    [
      'a key of a megabyte',
      () => `${HEAD}  services:\n    ? ${'k'.repeat(1e6)}\n    : {replicas: "x"}\n`,
      /whole number/,
    ],
    ['lists in lists', () => `a: ${'['.repeat(1e6)}\n`, /nesting exceeded maxDepth \(100\)/],
    ['maps in maps', () => repeated(2000, (n) => `${' '.repeat(n)}a:\n`), /nesting exceeded maxDepth \(100\)/],
    ['lists as keys of lists', () => `a: ${'['.repeat(60)}x${']: 1'.repeat(60)}\n`, /is not YAML/],
    ['keys that ask for keys', () => '? '.repeat(100_000), /nesting exceeded maxDepth/],
    ['a quote that never ends', () => `a: "${'x\n'.repeat(500_000)}`, /is not YAML/],
    ['spaces', () => `${' '.repeat(5e6)}\n${HEAD}  foo: 1\n`, /knows no field "foo"/],
    ['empty lines', () => `${HEAD}${'\n'.repeat(5e6)}  foo: 1\n`, /knows no field "foo"/],
    ['a comment', () => `a: 1 ${'#'.repeat(5e6)}\n`, undefined],
    ['a million documents', () => 'a: 1\n---\n'.repeat(1e6), new RegExp(`more than ${MAX_DOCUMENTS} documents`)],
    ['documents that are none', () => 'a: [\n---\n'.repeat(5000), /4000 more documents that are not YAML/],
    [
      'fields that nobody knows',
      () => `${HEAD}${repeated(20_000, (n) => `  f${n}: 1\n`)}`,
      /more findings about this object/,
    ],
    [
      'services beyond number',
      () => `${HEAD}  services:\n${repeated(30_000, (n) => `    s${n}: {componentType: worker}\n`)}`,
      /more findings about this object/,
    ],
    [
      'claims beyond number',
      () =>
        `${HEAD}  pvcs:\n${repeated(8000, (n) => `  - {name: v${n}, create: false}\n`)}  services: {d: {volumeMounts: [${repeated(8000, (n) => `{name: v${n}}, `)}{name: v}]}}\n`,
      /without saying where/,
    ],
    [
      'a map in brackets that closes at the column of its key, for ever',
      () => `${HEAD}  services:\n    a: {\n${repeated(60_000, (n) => `      s${n}: {componentType: x},\n`)}    }\n`,
      /closes at the column of its key/,
    ],
    ['words for true and false', () => `${HEAD}  x: [${'yes, '.repeat(50_000)}no]\n`, /knows no field "x"/],
    ['numbers that no number holds', () => `${HEAD}  services: {d: {replicas: 1e999}}\n`, /must be a whole number/],
    [
      'digits',
      () => `${HEAD}  services: {d: {replicas: ${'9'.repeat(100_000)}}}\n`,
      /replicas|whole number|most allowed/,
    ],
    ['NUL bytes', () => `${SOUND}\0`, /holds a NUL byte/],
    ['text of another encoding', () => Buffer.from(SOUND, 'utf16le'), /holds a NUL byte/],
    ['UTF-16', () => Buffer.from(`\ufeff${SOUND}`, 'utf16le'), /is UTF-16/],
    ['bytes that are no text', () => Buffer.concat([Buffer.from(SOUND), Buffer.of(0xc3, 0x28)]), /is not UTF-8/],
    ['a byte order mark, which is none', () => `\uFEFF${SOUND}`, /must be a whole number/],
    ['line ends of Windows, which are none', () => SOUND.replaceAll('\n', '\r\n'), /must be a whole number/],
    ['the key __proto__', () => `${SOUND}__proto__: {polluted: 1}\n`, /must be a whole number/],
    [
      'keys that every object has',
      () => `${HEAD}  constructor: {prototype: {polluted: 1}}\n`,
      /knows no field "constructor"/,
    ],
    [
      'the key __proto__ in a merge',
      () => `a: &a {__proto__: {polluted: 1}}\n${HEAD}  services: {d: {<<: *a}}\n`,
      undefined,
    ],
  ])('%s', (_, content, message) => {
    const start = performance.now();
    const findings = checked(content());
    expect(performance.now() - start).toBeLessThan(BOUND_MS);
    expect(findings.length).toBeLessThanOrEqual(1100);
    const longest = findings.reduce(
      (most, { message: text, path, excerpt = '' }) => Math.max(most, text.length, path.length, excerpt.length),
      0,
    );
    expect(longest).toBeLessThanOrEqual(4096);
    if (message === undefined) expect(findings.filter(({ rule }) => rule === 'yaml-syntax')).toEqual([]);
    else expect(findings.map((finding) => finding.message).join('\n')).toMatch(message);
    expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false);
  });
});

describe('a folder that means harm', () => {
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'dynamo-gitops-hostile-'));
    mkdirSync(join(folder, 'dist'));
    writeFileSync(join(folder, 'dist/sound.yaml'), SOUND);
  });
  afterEach(() => {
    chmodSync(join(folder, 'dist'), 0o755);
    rmSync(folder, { recursive: true });
  });

  async function lint(...words: readonly string[]) {
    const { exitCode, stdout, stderr } = await callCli(['lint', '-o', 'json', ...words], { cwd: folder });
    const { findings = [] } = JSON.parse(stdout) as { findings?: readonly { file: string; message: string }[] };
    const found = findings.map(({ file, message }) => `${file}: ${message}`);
    return { exitCode, stderr, found: found.filter((line) => !line.startsWith('dist/sound.yaml')), all: found };
  }

  test.each<[string, (path: string) => void, string | undefined]>([
    ['a link that leads out of it', (path) => symlinkSync('/etc/hostname', path), 'leads out of the working folder'],
    ['a link to what is not there', (path) => symlinkSync('missing.yaml', path), 'does not exist'],
    ['a link to itself', (path) => symlinkSync('x.yaml', path), 'is a symbolic link that leads to itself'],
    ['a link to the folder around it', (path) => symlinkSync('.', path), undefined],
    ['a pipe', (path) => void execFileSync('mkfifo', [path]), undefined],
    ['a folder of that name', (path) => void mkdirSync(path), undefined],
    [
      'a file that is too large',
      (path) => writeFileSync(path, Buffer.alloc(MAX_MANIFEST_BYTES + 1, 'a')),
      'is not read',
    ],
    ['an empty file', (path) => writeFileSync(path, ''), undefined],
  ])('with %s is checked all the same', async (_, make, message) => {
    make(join(folder, 'dist/x.yaml'));
    const { exitCode, found, all } = await lint('dist');
    expect(exitCode).toBe(2);
    expect(all.some((line) => line.startsWith('dist/sound.yaml'))).toBe(true);
    if (message === undefined) expect(found).toEqual([]);
    else expect(found).toEqual([expect.stringContaining(message)]);
  });

  test('with a file that may not be read is checked all the same', async () => {
    // The superuser may read everything.
    if (process.getuid?.() === 0) return;
    writeFileSync(join(folder, 'dist/x.yaml'), SOUND, { mode: 0 });
    expect((await lint('dist')).found).toEqual(['dist/x.yaml: may not be read']);
  });

  test.each([
    ['a pipe', (path: string) => void execFileSync('mkfifo', [path]), 2],
    ['nothing', () => undefined, 1],
    ['a link that leads out', (path: string) => symlinkSync('/etc', path), 2],
  ])('%s that was named ends in one line', async (_, make, exitCode) => {
    make(join(folder, 'named'));
    const { exitCode: code, found, stderr } = await lint('named');
    expect(code).toBe(exitCode);
    expect(found.length + stderr.split('\n').filter((line) => line !== '').length).toBe(1);
  });
});
