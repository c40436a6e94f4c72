import { chmodSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { formatProblem } from '../../api/index.ts';
import { readManifest, readManifestTree } from '../../manifests/index.ts';

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

function read(text: string) {
  const { manifest, problems } = readManifest('a.yaml', bytesOf(text));
  return {
    documents: manifest?.documents.map(({ index, line, value }) => ({ index, line, value })),
    problems: problems.map(formatProblem),
  };
}
const places = (text: string) =>
  read(text).documents?.map(({ index, line, value }) => [index, line, Object.keys(value)[0]]);

describe('the documents of a file', () => {
  test('are found by their markers, each with its position and its first line', () => {
    expect(places('a: 1\n---\n# note\n\nb: 1\n---\nc: 1')).toEqual([
      [0, 1, 'a'],
      [1, 5, 'b'],
      [2, 7, 'c'],
    ]);
  });

  test.each([
    ['nothing', '', []],
    ['comments only', '# a\n\n  # b\n', []],
    ['comments before a marker', '# a\n\n---\na: 1\n', [[0, 4, 'a']]],
    [
      'directives',
      '# a\n%YAML 1.2\n%TAG ! tag:x,2000:\n---\na: 1\n...\n%YAML 1.2\n---\nb: 1\n',
      [
        [0, 5, 'a'],
        [1, 9, 'b'],
      ],
    ],
    [
      'an end marker without a start',
      'a: 1\n... # done\nb: 1\n',
      [
        [0, 1, 'a'],
        [1, 3, 'b'],
      ],
    ],
    ['end markers alone', '...\n...\na: 1\n...\n', [[0, 3, 'a']]],
    ['empty documents, which count', '---\n---\n# x\n---\na: 1\n', [[2, 5, 'a']]],
    [
      'content on the line of the marker',
      '--- {a: 1}\n--- # x\nb: 1\n',
      [
        [0, 1, 'a'],
        [1, 3, 'b'],
      ],
    ],
    ['scalars and lists, which count', 'x\n---\n- 1\n---\na: 1\n', [[2, 5, 'a']]],
    [
      'CR LF',
      'a: 1\r\n---\r\nb: 1\r\n',
      [
        [0, 1, 'a'],
        [1, 3, 'b'],
      ],
    ],
    [
      'a byte order mark before each',
      '\uFEFF---\na: 1\n\uFEFF---\nb: 1\n',
      [
        [0, 2, 'a'],
        [1, 4, 'b'],
      ],
    ],
    ['a marker without a line end', 'a: 1\n---', [[0, 1, 'a']]],
    ['dashes that are no marker', 'a: |\n  ---\n  x\nb: ---x\n', [[0, 1, 'a']]],
    ['a separator of another script, which ends no line', 'a: "\u2028---"\nb: 1\n', [[0, 1, 'a']]],
  ])('with %s', (_, text, expected) => {
    expect(read(text).problems).toEqual([]);
    expect(places(text)).toEqual(expected);
  });

  test('are plain JSON, with merge keys and aliases filled in', () => {
    const text =
      'base: &b {gpu: 1}\nx:\n  <<: *b\n  n: [1, 2.5, -3, true, null, ~, .inf, 0x10, 1e3, "1", 2026-01-01]\n';
    const value = read(text).documents?.[0]?.value;
    expect(value).toEqual({
      base: { gpu: 1 },
      x: { gpu: 1, n: [1, 2.5, -3, true, null, null, '.inf', 16, 1000, '1', '2026-01-01'] },
    });
    expect(JSON.parse(JSON.stringify(value))).toEqual(value);
  });

  test('keep keys that mean something to JavaScript as data', () => {
    const value = read('__proto__: {polluted: true}\nconstructor: 1\n').documents?.[0]?.value ?? {};
    expect(Object.keys(value)).toEqual(['__proto__', 'constructor']);
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  });

  test('may carry tags that only another tool knows', () => {
    expect(read('a: !reference [b, c]\nd: !Ref e\nf: !Sub {g: 1}\n').documents?.[0]?.value).toEqual({
      ...{ a: ['b', 'c'], d: 'e', f: { g: 1 } },
    });
  });

  test('may close a flow collection at the column of its key, as Kubernetes allows', () => {
    const text = 'spec:\n  args: [\n    a,\n  ]\n  resources: {\n    gpu: 1\n  }\n';
    expect(read(text)).toEqual({
      documents: [{ index: 0, line: 1, value: { spec: { args: ['a'], resources: { gpu: 1 } } } }],
      problems: [],
    });
  });
});

describe('a document that cannot be read is a problem with its place, and the others are read', () => {
  test.each([
    [
      'a list that is never closed',
      'b: [1,\n',
      'a.yaml:5:7: is not YAML: Flow sequence in block collection must be sufficiently indented and end with a ]',
    ],
    ['a key twice', 'b: 1\nc: 2\n"b": 3\n', 'a.yaml:7:1: is not YAML: the key "b" stands twice'],
    [
      'a key twice where the other parser reads',
      'b: [\n  1\n]\nb: 2\n',
      'a.yaml:8:1: is not YAML: the key "b" stands twice',
    ],
    [
      'a tab for indentation',
      'b:\n\tc: 1\n',
      'a.yaml:6:1: is not YAML: tab characters must not be used in indentation',
    ],
    ['an unknown alias', 'b: *c\n', 'a.yaml:5:5: is not YAML: unidentified alias "c"'],
    ['a control character', 'b: \u0007\n', 'a.yaml:5:4: is not YAML: the stream contains non-printable characters'],
    ['a key that is a map', '{a: 1}: 2\n', 'a.yaml:5:1: is not YAML: a key must be text, not a map or a list'],
  ])('%s', (_, broken, problem) => {
    const { documents, problems } = read(`# fleet\na: 1\n...\n# broken\n${broken}---\nz: 1\n`);
    expect(problems).toEqual([problem]);
    expect(documents?.map(({ value }) => value)).toEqual([{ a: 1 }, { z: 1 }]);
  });

  test('directives that no document follows', () => {
    expect(read('a: 1\n...\n%YAML 1.2\n# nothing\n').problems).toEqual([
      'a.yaml:4:10: is not YAML: directives end mark is expected',
    ]);
  });

  test.each([
    [
      'Helm',
      'metadata:\n  {{- if .Values.labels }}\n  labels: x\n  {{- end }}\n',
      'a.yaml:2:3: looks like a template ("{{")',
    ],
    [
      'Helm in place of a value',
      'spec:\n  replicas: {{ .Values.replicas }}\n',
      'a.yaml:2:13: looks like a template ("{{")',
    ],
    [
      'envsubst',
      'spec:\n\u0024{ENV_BLOCK}\n  replicas: 1\n',
      'a.yaml:2:1: looks like a template ("\u0024{ENV_BLOCK}")',
    ],
  ])('a template of %s is called one, on one line', (_, text, start) => {
    const { problems } = read(text);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain(start);
    expect(problems[0]).toMatch(/ and is not YAML: .* \(render it first/);
  });

  test.each([
    ['nesting without end', '['.repeat(100_000)],
    ['nesting behind keys', Array.from({ length: 150 }, (_, depth) => `${' '.repeat(depth)}k:`).join('\n')],
    [
      'an alias bomb',
      [
        'a: &a [x,x,x,x,x,x,x,x,x,x]',
        ...'bcdefgh'
          .split('')
          .map((name, index) => `${name}: &${name} [${Array(10).fill(`*${'abcdefg'[index]}`).join(',')}]`),
      ].join('\n'),
    ],
    ['an alias of itself', 'a: &a [*a]'],
    ['an alias of itself where the other parser reads', 'a: &a [\n*a\n]'],
    ['a merge of itself', 'a: &a\n  <<: *a\n  b: [\n1\n]\n'],
    ['aliases in the thousands', `a: &a 1\nb: [${'*a ,'.repeat(2000)}]`],
  ])('%s, at once', (_, text) => {
    const started = performance.now();
    const { documents, problems } = read(text);
    expect(documents).toEqual([]);
    expect(problems).toHaveLength(1);
    expect(performance.now() - started).toBeLessThan(1500);
  });

  test('no problem is more than one line, whatever the file says', () => {
    const { problems } = read('a: *x\u2028forged\u202e\n');
    for (const character of ['\n', '\u2028', '\u202e']) expect(problems[0]).not.toContain(character);
    expect(problems[0]).toContain('forged');
  });
});

describe('a file that is no text', () => {
  test.each([
    ['is not UTF-8 text', Uint8Array.of(0x61, 0xff, 0x62)],
    ['is UTF-16, and only UTF-8 is read: save it as UTF-8', Uint8Array.of(0xff, 0xfe, 0x61, 0x62)],
    ['holds a NUL byte, so it is no text file', bytesOf('a: 1\n\0')],
    ['is 33554433 bytes, and a manifest of more than 33554432 is not read', new Uint8Array(32 * 1024 * 1024 + 1)],
  ])('%s', (message, bytes) => {
    expect(readManifest('a.yaml', bytes)).toEqual({
      manifest: undefined,
      problems: [{ code: 'unreadable', file: 'a.yaml', message }],
    });
  });
});

describe('a tree of manifests', () => {
  let root: string;
  beforeEach(() => {
    root = realpathSync(mkdtempSync(join(tmpdir(), 'manifest-tree-')));
  });
  afterEach(() => rmSync(root, { recursive: true, force: true }));

  function write(path: string, text: string): void {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  async function tree(...paths: readonly string[]) {
    const { files, problems } = await readManifestTree(root, paths);
    return { files: files.map(({ file }) => file), problems: problems.map(formatProblem) };
  }

  test('is every YAML file under the folders, sorted, each once', async () => {
    for (const path of ['b/z.yaml', 'b/a.yml', 'a.yaml', 'a.txt', 'b/.git/x.yaml', 'b/node_modules/y.yaml', 'B.yaml']) {
      write(path, 'a: 1\n');
    }
    expect(await tree('.')).toEqual({ files: ['B.yaml', 'a.yaml', 'b/a.yml', 'b/z.yaml'], problems: [] });
    expect(await tree('b', 'b/z.yaml', './b/../b')).toEqual({ files: ['b/a.yml', 'b/z.yaml'], problems: [] });
  });

  test('takes a file that is named whatever its name', async () => {
    write('fleet.json', '{"a": 1}');
    expect(await tree('fleet.json')).toEqual({ files: ['fleet.json'], problems: [] });
  });

  test('says which path does not exist, and reads the rest', async () => {
    write('a.yaml', 'a: 1\n');
    write('b.yaml', 'a: [\n---\nb: 1\n');
    expect(await tree('nowhere', 'a.yaml/x', '.')).toEqual({
      files: ['a.yaml', 'b.yaml'],
      problems: [
        'nowhere: does not exist',
        'a.yaml/x: does not exist',
        'b.yaml:1:5: is not YAML: Flow sequence in block collection must be sufficiently indented and end with a ]',
      ],
    });
  });

  test('never leaves its root, by a path or by a link', async () => {
    const outside = realpathSync(mkdtempSync(join(tmpdir(), 'outside-')));
    try {
      writeFileSync(join(outside, 'secret.yaml'), 'a: 1\n');
      symlinkSync(outside, join(root, 'folder'));
      symlinkSync(join(outside, 'secret.yaml'), join(root, 'link.yaml'));
      const hint = 'leads out of the working folder (choose the folder with -C)';
      expect(await tree('.', '..', outside)).toEqual({
        files: [],
        problems: expect.arrayContaining([`folder: ${hint}`, `link.yaml: ${hint}`, `..: ${hint}`]),
      });
    } finally {
      rmSync(outside, { recursive: true, force: true });
    }
  });

  test('follows links inside its root, once, also in circles', async () => {
    write('b/a.yaml', 'a: 1\n');
    symlinkSync(join(root, 'b'), join(root, 'again'));
    symlinkSync(root, join(root, 'b/up'));
    symlinkSync(join(root, 'loop.yaml'), join(root, 'loop.yaml'));
    expect(await tree('.')).toEqual({
      files: ['b/a.yaml'],
      problems: ['loop.yaml: is a symbolic link that leads to itself'],
    });
  });

  (process.getuid?.() === 0 ? test.skip : test)('says which file may not be read', async () => {
    write('a.yaml', 'a: 1\n');
    chmodSync(join(root, 'a.yaml'), 0);
    expect(await tree('.')).toEqual({ files: [], problems: ['a.yaml: may not be read'] });
  });
});
