import { describe, expect, test } from '@jest/globals';
import { formatProblem } from '../../api/index.ts';
import { locateInteger, readManifest } from '../../manifests/index.ts';

const PATH = ['spec', 'services', 'decode', 'replicas'];

function locate(text: string, path: Parameters<typeof locateInteger>[2] = PATH, document = 0) {
  const { manifest } = readManifest('a.yaml', new TextEncoder().encode(text));
  if (manifest === undefined) throw new Error('not a text');
  const located = locateInteger(manifest, document, path);
  return located.ok ? located.value : located.error.map(formatProblem).join('\n');
}

/** A graph whose decode service is `body`, indented as the services of a v1alpha1 graph are. */
const graph = (body: string, before = ''): string => `${before}spec:\n  services:\n    decode:${body}\n`;
const replicas = (value: string): string => graph(`\n      replicas: ${value}`);

describe('a number is found', () => {
  test('with its offsets, line and column', () => {
    const text = replicas('12 # two');
    const start = text.indexOf('12');
    expect(locate(text)).toEqual({ value: 12, start, end: start + 2, line: 4, column: 17 });
  });

  test.each([
    ['in a flow map', 'spec: { services: {"decode" : {replicas: 3, x: 1}} }'],
    ['on the line after its key', 'spec:\n  services:\n    decode:\n      replicas:\n        # tuned\n        3'],
    ['behind an explicit key', 'spec:\n  services:\n    ? decode\n    : ? replicas\n      : 3'],
    ['with CR LF and a byte order mark', '\uFEFFspec:\r\n  services:\r\n    decode:\r\n      replicas: 3\r\n'],
    ['after text beyond the basic plane', '# 𝒳🚀\nspec: {services: {decode: {note: "🚀", replicas: 3}}}'],
    ['beside an anchor and its alias', graph('\n      resources: &r {gpu: 1}\n      replicas: 3\nx: *r')],
    ['beside a merge key', graph('\n      <<: *base\n      replicas: 3', 'base: &base {replicas: 9}\n')],
    ['under an anchor that nothing repeats', graph(' &decode\n      replicas: 3')],
    ['where a block of text says the same', graph('\n      script: |\n        replicas: 7\n      replicas: 3')],
    [
      'under a flow list that closes at the column of its key',
      graph('\n      args: [\n        a,\n      ]\n      replicas: 3'),
    ],
  ])('%s', (_, text) => {
    const located = locate(text);
    expect(typeof located === 'string' ? located : text.slice(located.start, located.end)).toBe('3');
  });

  test('in the document that was asked for, with the line of the file', () => {
    const text = `${replicas('1')}---\n# second\n${replicas('2')}...\n---\n${replicas('3')}`;
    expect([0, 1, 2].map((index) => locate(text, PATH, index))).toEqual([
      expect.objectContaining({ value: 1, line: 4 }),
      expect.objectContaining({ value: 2, line: 10 }),
      expect.objectContaining({ value: 3, line: 16 }),
    ]);
  });

  test('by the name of a list item, wherever it stands', () => {
    const text = 'spec:\n  components:\n  - name: prefill\n    replicas: 1\n  - replicas: 4\n    name: decode\n';
    expect(locate(text, ['spec', 'components', { name: 'decode' }, 'replicas'])).toEqual(
      expect.objectContaining({ value: 4, line: 5, column: 15 }),
    );
  });
});

describe('a number is refused with the reason', () => {
  test.each([
    ['quoted', replicas('"3"'), 'is the text "3" in quotes, not a number (remove the quotes)'],
    ['quoted once', replicas("'3'"), 'is the text "3" in quotes, not a number (remove the quotes)'],
    ['tagged', replicas('!!int 3'), 'has the tag !!int, so its text may not mean what it says (remove the tag)'],
    ['hexadecimal', replicas('0x1F'), 'is "0x1F", a hexadecimal number (write it in plain digits)'],
    ['octal', replicas('0o17'), 'is "0o17", an octal number (write it in plain digits)'],
    ['octal of YAML 1.1', replicas('017'), 'is "017", which Kubernetes reads as octal (write it in plain digits)'],
    ['binary', replicas('0b11'), 'is "0b11", a binary number (write it in plain digits)'],
    ['fractional', replicas('3.0'), 'is "3.0", a number with a decimal point (write it in plain digits)'],
    ['with an exponent', replicas('3e0'), 'is "3e0", a number with an exponent (write it in plain digits)'],
    ['with a plus', replicas('+3'), 'is "+3", a number with a sign (write it in plain digits)'],
    ['negative', replicas('-3'), 'is "-3", a number with a sign (write it in plain digits)'],
    ['with underscores', replicas('1_000'), 'is "1_000", a number with underscores (write it in plain digits)'],
    ['too large', replicas('9007199254740993'), 'is "9007199254740993", which is too large for a count'],
    [
      'empty',
      replicas(''),
      'has no value; the operator runs 1 (write the number once by hand; after that it can be edited)',
    ],
    [
      'a key alone',
      'spec: {services: {decode: {replicas}}}',
      'has no value; the operator runs 1 (write the number once by hand; after that it can be edited)',
    ],
    [
      'null',
      replicas('~'),
      'is "~", which is no value; the operator runs 1 (write the number once by hand; after that it can be edited)',
    ],
    [
      'absent',
      graph('\n      x: 1'),
      'is absent; the operator runs 1 (write the number once by hand; after that it can be edited)',
    ],
    ['a word', replicas('three'), 'is "three", not a number'],
    ['a truth', replicas('true'), 'is "true", not a number'],
    ['a map', replicas('{a: 1}'), 'is a map, not a number'],
    ['a list', replicas('[3]'), 'is a list, not a number'],
    ['a block', replicas('|\n        3'), 'is a block of text, not a number'],
    ['a placeholder', replicas('<replicas>'), 'is "<replicas>", a placeholder (put the number in its place)'],
    [
      'for envsubst',
      replicas('\u0024{N}'),
      'is the template "\u0024{N}", not a number (render it first, as "helm template" or envsubst does, and name the result)',
    ],
    [
      'a quoted template',
      replicas('"{{ .Values.n }}"'),
      'is the template "{{ .Values.n }}", not a number (render it first, as "helm template" or envsubst does, and name the result)',
    ],
    ['with an anchor', replicas('&n 3'), 'has the anchor &n, which may be repeated elsewhere (remove the anchor)'],
  ])('%s', (_, text, message) => {
    expect(locate(text)).toMatch(/^a\.yaml:\d+:\d+: spec\.services\.decode\.replicas: /);
    expect(locate(text)).toContain(`: ${message}`);
  });

  test('an alias, with the line of its anchor', () => {
    expect(locate(graph('\n      replicas: *n', 'n: &n 3\n'))).toBe(
      'a.yaml:5:17: spec.services.decode.replicas: is the alias *n; its value stands at the anchor &n on line 1 (write it out here to edit it)',
    );
    expect(locate(graph(' *d', 'x: &d {replicas: 3}\n'))).toBe(
      'a.yaml:4:13: spec.services.decode.replicas: spec.services.decode is the alias *d; its value stands at the anchor &d on line 1 (write it out here to edit it)',
    );
  });

  test('inside an anchor that an alias repeats, the nearest or one further out', () => {
    expect(locate(graph(' &d\n      replicas: 3\n    prefill: *d'))).toBe(
      'a.yaml:4:7: spec.services.decode.replicas: spec.services.decode has the anchor &d, which *d on line 5 repeats (an edit would change both; write the repeated part out)',
    );
    expect(locate(`spec: &s\n  services:\n    decode:\n      replicas: 3\nother:\n  <<: *s\n`)).toBe(
      'a.yaml:2:3: spec.services.decode.replicas: spec has the anchor &s, which *s on line 6 repeats (an edit would change both; write the repeated part out)',
    );
  });

  test('an anchor whose name is used again counts for its own aliases only', () => {
    const text = 'x: &d {replicas: 1}\ny: *d\nspec:\n  services:\n    decode: &d\n      replicas: 3\n';
    expect(locate(text)).toEqual(expect.objectContaining({ value: 3, line: 6 }));
    expect(locate(`${text}z: *d\n`)).toContain('which *d on line 7 repeats');
  });

  test('reached through a merge key', () => {
    expect(locate(graph('\n      <<: *b\n      x: 1', 'b: &b {replicas: 3}\n'))).toBe(
      'a.yaml:5:7: spec.services.decode.replicas: comes through the merge key << on line 5 (write it out here to edit it)',
    );
    const service = 'b: &b\n  decode: {replicas: 3}\nspec:\n  services:\n    <<: *b\n';
    expect(locate(service)).toContain('spec.services.decode comes through the merge key << on line 5');
  });

  test('in a document that does not hold the path', () => {
    expect(locate(graph(' {}').replace('decode', 'prefill'))).toBe(
      'a.yaml:3:5: spec.services.decode.replicas: spec.services.decode is not in this document',
    );
    expect(locate('spec: [1]\n')).toContain('spec.services is not in this document');
    expect(locate('3\n')).toContain('spec is not in this document');
    expect(locate('---\n# nothing\n')).toContain('spec is not in this document');
    expect(locate('a: 1\n', PATH, 3)).toBe('a.yaml: has no document 4');
  });

  test('in a list that names two items alike, or none', () => {
    const path = ['spec', 'components', { name: 'decode' }, 'replicas'];
    const item = '  - {name: decode, replicas: 3}\n';
    expect(locate(`spec:\n  components:\n${item}${item}`, path)).toBe(
      'a.yaml:4:5: spec.components[name=decode].replicas: two items are named "decode" (keep one)',
    );
    expect(locate('spec:\n  components: [{name: prefill}]\n', path)).toContain(
      'spec.components[name=decode] is not in this document',
    );
    const merged = 'b: &b {name: decode, replicas: 3}\nspec:\n  components:\n  - <<: *b\n    type: decode\n';
    expect(locate(merged, path)).toContain('comes through the merge key << on line 4');
  });

  test('in a document that does not parse', () => {
    expect(locate('spec:\n  a: 1\n  b: [\n')).toMatch(/^a\.yaml:\d+:\d+: is not YAML: /);
    expect(locate(graph('\n      replicas: 3\n      replicas: 3'))).toBe(
      'a.yaml:5:7: is not YAML: the key replicas stands twice',
    );
    expect(locate(replicas('{{ .Values.replicas }}'))).toBe(
      'a.yaml:4:17: looks like a template ("{{") and is not YAML: a key must be text, not a map or a list (render it first, as "helm template" or envsubst does, and name the result)',
    );
  });

  test('with what another tool takes where a bound is absent', () => {
    expect(locate('spec: {maxReplicas: 3}', ['spec', 'minReplicas'])).toContain('is absent; Kubernetes takes 1');
    expect(locate('spec: {x: 3}', ['spec', 'minReplicaCount'])).toContain('is absent; KEDA takes 0');
    expect(locate('services: {decode: {}}', ['services', 'decode', 'replicas'])).toMatch(/: is absent \(/);
  });

  test('in a text that one parser reads otherwise than another, as with line ends of the old Mac', () => {
    expect(locate(`note: a\rb: 1\n${replicas('3')}`)).toMatch(
      /^a\.yaml:1: is YAML that parsers do not read alike.*, so it is not edited \(write it more plainly\)$/,
    );
  });
});
