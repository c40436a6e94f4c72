import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import * as z from 'zod';
import {
  argumentWords,
  canonicalJson,
  digestOf,
  digestOfDocument,
  dynamoApiVersionOf,
  dynamoNamespace,
  formatProblem,
  isAtLeast,
  isDnsLabel,
  isDnsSubdomain,
  modelNameOf,
  parseJsonDocument,
  parseOperatorVersion,
  scalingAdapterName,
  singleLine,
  valueAt,
} from '../../api/index.ts';

describe('a problem', () => {
  test('is place, field, fault and advice on one line', () => {
    expect(
      formatProblem({
        code: 'schema',
        file: 'a.yaml',
        line: 3,
        column: 5,
        path: 'spec.x',
        message: 'is wrong',
        hint: 'fix it',
      }),
    ).toBe('a.yaml:3:5: spec.x: is wrong (fix it)');
    expect(formatProblem({ code: 'usage', message: 'is wrong' })).toBe('is wrong');
    expect(formatProblem({ code: 'schema', file: 'a.yaml', column: 5, message: 'is wrong' })).toBe('a.yaml: is wrong');
  });

  test('stays on one line and shows what hides, whatever it was made from', () => {
    expect(singleLine('a\nb\r\u001b[31m\u2028\u202e')).toBe('a\\u000ab\\u000d\\u001b[31m\\u2028\\u202e');
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (file, message) => {
        expect(formatProblem({ code: 'schema', file, message })).not.toMatch(/[\p{Cc}\u2028\u2029]/u);
      }),
    );
  });
});

describe('a JSON document', () => {
  const schema = z.record(z.string(), z.unknown());

  test('that is no JSON is told the line, in few words', () => {
    expect(parseJsonDocument(schema, '{\n  "a": 1,\n}', 'a.json')).toEqual({
      ok: false,
      error: [
        {
          code: 'syntax',
          file: 'a.json',
          line: 3,
          column: 1,
          message: expect.stringMatching(/^is not JSON: [^\n]{1,60}$/),
        },
      ],
    });
    const unexpectedToken = parseJsonDocument(schema, '{\n"a": nope}', 'a.json');
    expect(unexpectedToken).toMatchObject({
      error: [{ message: expect.stringMatching(/^is not JSON: [^\n]{1,60}$/) }],
    });
  });

  test.each(['root:secret', '{"a": secret}', `[${'1, '.repeat(20)}secret, ${'1, '.repeat(20)}1]`])(
    'that is no JSON is not repeated, since it may be any file: %s',
    (text) => {
      const parsed = parseJsonDocument(z.unknown(), text, 'a.json');
      expect(JSON.stringify(parsed)).toContain('is not JSON: Unexpected token');
      expect(JSON.stringify(parsed)).not.toMatch(/secr|1, 1/);
    },
  );

  test.each(['[', '{"a":'])('of too many levels is refused in one line, whatever they are: %s', (opening) => {
    const nested = (levels: number) =>
      parseJsonDocument(z.unknown(), `${opening.repeat(levels)}1${(opening === '[' ? ']' : '}').repeat(levels)}`, 'a');
    expect(nested(200).ok).toBe(true);
    expect(nested(100_000)).toEqual({
      ok: false,
      error: [{ code: 'schema', file: 'a', message: 'has more than 200 levels, one inside another' }],
    });
  });

  test.each([
    ['{"__proto__": {"replicas": 1}}', '__proto__'],
    ['[[{"a": {"__proto__": 1}}]]', '[0][0].a.__proto__'],
    ['{"services": {"__proto__": 1}}', 'services.__proto__'],
    ['{"list": [1, {"__proto__": 1}]}', 'list[1].__proto__'],
  ])('may not name a field __proto__, which would pass unseen: %s', (text, path) => {
    expect(parseJsonDocument(z.unknown(), text, 'a.json')).toMatchObject({ ok: false, error: [{ path }] });
  });
});

describe('names', () => {
  test('of scaling adapters are in lower case', () => {
    expect(scalingAdapterName('chat', 'VllmDecodeWorker')).toBe('chat-vllmdecodeworker');
  });

  test('of Dynamo namespaces have dashes for dots', () => {
    expect(dynamoNamespace('inference', 'llama-3.1', false)).toBe('inference-llama-3-1');
    expect(dynamoNamespace('inference', 'llama-3.1', true)).toBe('dynamo');
  });

  test('of versions are exact', () => {
    expect(dynamoApiVersionOf('nvidia.com/v1alpha1')).toBe('v1alpha1');
    for (const other of ['v1alpha1', 'nvidia.com/v1', 'nvidia.com/v1alpha1 ', undefined, 3]) {
      expect(dynamoApiVersionOf(other)).toBeUndefined();
    }
  });

  test.each([
    ['a', true, true],
    ['a-1', true, true],
    ['1a', true, true],
    ['a.b', false, true],
    ['A', false, false],
    ['-a', false, false],
    ['a-', false, false],
    ['', false, false],
    ['a..b', false, false],
    ['a'.repeat(63), true, true],
    ['a'.repeat(64), false, true],
    ['a'.repeat(254), false, false],
    ['../x', false, false],
    ['a\n', false, false],
  ])('%j as a label or a subdomain of DNS', (text, isLabel, isSubdomain) => {
    expect([isDnsLabel(text), isDnsSubdomain(text)]).toEqual([isLabel, isSubdomain]);
  });
});

describe('operator versions', () => {
  test('are read with or without their patch', () => {
    expect(['1.4', '1.4.2', 'v1.4.0'].map(parseOperatorVersion)).toEqual(['1.4.0', '1.4.0', '1.4.0']);
    expect(['1', '1.4.0-rc1', '2.0', '', '1.40'].map(parseOperatorVersion)).toEqual(Array(5).fill(undefined));
  });

  test('are in order', () => {
    expect(isAtLeast('1.4.0', '1.4.0')).toBe(true);
    expect(isAtLeast('1.5.0', '1.4.0')).toBe(true);
    expect(isAtLeast('0.9.0', '1.0.0')).toBe(false);
  });
});

describe('a document', () => {
  test('has one digest however its keys are ordered', () => {
    expect(canonicalJson({ b: [1, { d: null, c: 'x' }], a: undefined })).toBe('{"b":[1,{"c":"x","d":null}]}');
    expect(digestOfDocument({ a: 1, b: { c: 2, d: 3 } })).toBe(digestOfDocument({ b: { d: 3, c: 2 }, a: 1 }));
    expect(digestOfDocument({ a: [1, 2] })).not.toBe(digestOfDocument({ a: [2, 1] }));
  });

  test('is JSON again after its canonical form', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(JSON.parse(canonicalJson(value))).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });

  test('is digested as SHA-256 (the empty text, FIPS 180-4)', () => {
    expect(digestOf('')).toBe('sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
  });

  test('is read by its own keys only', () => {
    expect(valueAt({ a: { b: 1 } }, 'a', 'b')).toBe(1);
    for (const key of ['constructor', '__proto__', 'toString']) expect(valueAt({}, key)).toBeUndefined();
    expect(valueAt([1], 'length')).toBeUndefined();
  });
});

describe('container arguments', () => {
  test('are split as a shell would', () => {
    expect(argumentWords(['a b', "'c d'", 'e\\ f', '"g"h'])).toEqual(['a', 'b', 'c d', 'e f', 'gh']);
    expect(argumentWords('a "b c"')).toEqual(['a', 'b c']);
    expect(argumentWords([1, null, 'a'])).toEqual(['a']);
    expect(argumentWords(undefined)).toEqual([]);
    expect(argumentWords(["it's"])).toEqual(["it's"]);
  });

  test('name the model exactly as Dynamo’s planner finds it', () => {
    expect(modelNameOf(['--model', 'a', '--served-model-name', 'b'])).toBe('b');
    expect(modelNameOf(['--model-name', 'n', '--model', 'm'])).toBe('n');
    expect(modelNameOf(['--model=a'])).toBeUndefined();
    expect(modelNameOf(['--model'])).toBeUndefined();
    expect(modelNameOf([])).toBeUndefined();
  });
});
