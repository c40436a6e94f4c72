import { spawnSync } from 'node:child_process';
import { afterAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { CORE_SCHEMA, load, YAML11_SCHEMA } from 'js-yaml';
import { parse } from 'yaml';
import { isObject, type JsonObject, type JsonValue, objectAt } from '../../api/index.ts';
import { emitYaml } from '../../constructs/render/emit.ts';
import { stringStyle } from '../../constructs/render/quoting.ts';
import { presentWhole } from '../../constructs/render/scalar-text.ts';
import { removeTemporaryFolders, temporaryFolder, writeFiles } from './temporary-app.ts';

afterAll(removeTemporaryFolders);

/** Strings that one reader or another takes for something else. */
const AWKWARD = [
  ...[
    '0o17',
    '0x1F',
    '0b11',
    '0777',
    '1_000',
    '+1',
    '-1',
    '1.',
    '.5',
    '1e3',
    'E0',
    '-e5',
    '12e03',
    '.inf',
    '-.INF',
    '.nan',
  ],
  ...['1:20', '12:30:45', '2001-01-01', '2001-01-01T00:00:00Z', 'yes', 'No', 'ON', 'off', 'y', 'N', 'true', 'FALSE'],
  ...[
    'null',
    'NULL',
    '~',
    '',
    '=',
    '<<',
    '---',
    '...',
    '- a',
    '? a',
    ': a',
    'a:',
    'a: b',
    'a #b',
    '#',
    '-',
    '?',
    '%a',
    '@a',
    '`a',
  ],
  ...['!t', '&a', '*a', '|', '>', "'", '"', 'a"b', "a'b", '{', '[a', 'a]', '{{ x }}', 'a, b', 'a\\b', '200Gi', '100m'],
  ...[
    ' ',
    ' a',
    'a ',
    '\t',
    '\ta',
    'a\t',
    '\n',
    ' \n',
    '\n\n',
    'a\n',
    'a\n\n',
    '\na',
    'a\nb',
    'a\n b\n',
    'a\n\tb',
    'a \nb',
    ' a\nb',
  ],
  ...[
    'a\rb',
    'a\r\nb',
    '\u00a0',
    '\u0085',
    '\u2028',
    '\u2029',
    '\ufeff',
    '\u0000',
    '\u0007',
    '\u007f',
    '\u009f',
    '\ufffe',
  ],
  ...[
    'é',
    '日本',
    '😀',
    'a\u200bb',
    '\ud83d\ude00\n',
    '#!/bin/sh\nset -e\n\techo "$1"\n',
    '--model',
    '-m',
    '--- a',
    'key: |\n  a\n',
  ],
];

const anyString = fc.oneof(
  fc.constantFrom(...AWKWARD),
  fc.string({ unit: 'binary' }),
  fc.string({ unit: 'grapheme' }),
  fc.stringMatching(/^[-+.0-9eExXoO_:yYnN~<=> \n\t#'"|>&*!%@`{}[\],a-f/]{0,12}$/),
  fc.stringMatching(/^[a-z \n\t:#-]{0,20}$/),
);

const READERS: readonly (readonly [string, (text: string) => unknown])[] = [
  ['yaml 1.2', (text) => parse(text)],
  ['yaml 1.1', (text) => parse(text, { version: '1.1' })],
  ['js-yaml 1.2', (text) => load(text, { schema: CORE_SCHEMA })],
  ['js-yaml 1.1', (text) => load(text, { schema: YAML11_SCHEMA })],
];

describe('a string', () => {
  test.each(READERS)('reads back the same with %s, as a value, in a list and as a key', (_, read) => {
    const documents = fc.array(fc.tuple(anyString, anyString, anyString), { maxLength: 5 }).map((rows): JsonObject => {
      const entries = rows.map(([key, value, item]): [string, JsonObject] => [
        `k${key}`,
        { value, list: [item, [value]] },
      ]);
      return Object.fromEntries(entries);
    });
    const awkward = Object.fromEntries(AWKWARD.map((text) => [text, text]));
    fc.assert(
      fc.property(documents, (document) => expect(read(emitYaml(document))).toEqual(document)),
      { numRuns: 300, examples: [[awkward]] },
    );
  });

  test('stands in a document byte for byte where the library itself would lay it out', () => {
    const json = fc.letrec<{ value: JsonValue }>((tie) => ({
      value: fc.oneof(
        { depthSize: 'small', withCrossShrink: true },
        anyString,
        fc.oneof(fc.integer(), fc.double(), fc.boolean(), fc.constantFrom(null, -0, 1e21, 'k'.repeat(300))),
        fc.array(tie('value'), { maxLength: 4 }),
        fc.dictionary(fc.oneof(anyString, fc.constantFrom('k'.repeat(300), 'a\nb')), tie('value'), { maxKeys: 4 }),
      ),
    })).value;
    const documents = fc.dictionary(fc.stringMatching(/^[a-z]{1,3}$/), json, { maxKeys: 5 });
    fc.assert(
      fc.property(documents, (document) => expect(emitYaml(document)).toBe(presentWhole(document))),
      { numRuns: 1_000, examples: [[{}], [{ a: { b: [] }, c: {}, d: [[[]], [{ e: [{}] }]] }]] },
    );
    expect(emitYaml({ a: undefined, b: { c: undefined }, d: [{ e: undefined, f: 1 }] })).toBe('b: {}\nd:\n  - f: 1\n');
    expect(() => emitYaml(JSON.parse('{"a":1}', () => Symbol('s') as never))).toThrow();
  });

  test('is written without quotes only where it can be nothing but text', () => {
    for (const text of [
      'nvcr.io/nvidia/ai-dynamo/vllm-runtime:1.3.1',
      '--served-model-name',
      '-m',
      'a b',
      '/opt/models',
      '200Gi',
    ]) {
      expect([text, stringStyle(text)]).toEqual([text, 'plain']);
    }
    // The words and numbers of YAML 1.1, YAML 1.2 and Go's parsers.
    const scalars = /^(?:[-+]?(?:\.?\d|0[box])|[-+]?\.(?:inf|nan)|[~=]|<<|$)/i;
    const words = /^(?:y|yes|n|no|true|false|on|off|null)$/i;
    for (const text of AWKWARD.filter((one) => (scalars.test(one) && one !== '200Gi') || words.test(one))) {
      expect([text, stringStyle(text)]).not.toEqual([text, 'plain']);
    }
  });

  test('of several lines is a block where every line stands as it is', () => {
    expect(emitYaml({ script: 'set -e\n\n  echo "$1" # now\n' })).toBe('script: |\n  set -e\n\n    echo "$1" # now\n');
    expect(emitYaml({ script: 'a \nb' })).toBe('script: "a \\nb"\n');
  });

  test('is not shared between places: there are no anchors', () => {
    const shared = { a: ['x'] };
    expect(emitYaml([shared, shared])).toBe('- a:\n    - x\n- a:\n    - x\n');
  });

  const kubectl = spawnSync('kubectl', ['kustomize', '--help']).status === 0;
  (kubectl ? test : test.skip)(
    'reads back the same in Go, as kubectl kustomize shows (skipped without kubectl)',
    () => {
      // Kustomize itself writes control characters in a way that it cannot read.
      const isWritable = (text: string): boolean => !/[\p{Cc}\ufffe\uffff\ufeff]/u.test(text.replace(/[\t\n\r]/g, ''));
      const strings = [...AWKWARD, ...fc.sample(anyString, { numRuns: 2_000, seed: 1 })].filter(isWritable);
      const data = Object.fromEntries(strings.map((text, index) => [`k${index}`, text]));
      const root = temporaryFolder();
      writeFiles(root, {
        'map.yaml': emitYaml({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'strings' }, data }),
        'kustomization.yaml': emitYaml({
          apiVersion: 'kustomize.config.k8s.io/v1beta1',
          kind: 'Kustomization',
          resources: ['map.yaml'],
        }),
      });
      const { stdout } = spawnSync('kubectl', ['kustomize', root], { encoding: 'utf8', maxBuffer: 1 << 26 });
      const read = load(stdout);
      expect(isObject(read) && objectAt(read, 'data')).toEqual(data);
    },
  );
});
