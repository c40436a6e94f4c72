import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { eventTree } from '../../manifests/locate/event-tree.ts';
import { type YamlNode, yamlTree } from '../../manifests/locate/yaml-node.ts';
import { composeYaml } from '../../manifests/read/compose-yaml.ts';
import { documentSpans } from '../../manifests/read/document-span.ts';
import { ordinaryTree, readOrdinaryYaml } from '../../manifests/read/ordinary-yaml.ts';
import { parseAnyYaml } from '../../manifests/read/parse-yaml.ts';
import { generatedFile } from './graph-arbitrary.ts';

/** Lines as people write them, and a few that nobody should. */
const LINES = [
  ...['a: 1', 'b: x', 'c:', '- a: 1', '- b', '-', '# c', '', '  ', 'x y z', 's:t', '---', '- - a'],
  ...['d: |', 'd: |-', '- |', 'd: |  # c', 'd: >', 'd: |2', '- |+', 'e: "q"', "e: 'it''s'", 'e: "a\\n"', "e: 'z' # c"],
  ...[
    'f: [a, 1]',
    'f: {a: x, b: 2}',
    '- [a]',
    'f: []',
    'f: {}',
    'f: [a,b]',
    'f: {a}',
    'f: [a, ]',
    'f: [',
    'f: [ -m, "x" ]',
  ],
  ...[
    'h: null',
    'i: 1.5',
    'i: -1',
    'i: 0x1F',
    'i: 1e3',
    'i: 010',
    'i: 1.3.1',
    'i: .5',
    'i: 8Gi',
    'i: -0',
    'i: 1_0',
    'i: ~',
  ],
  ...['k: # c', 'l: a # c', 'm: a#b', 'n: http://x:1/y', 'o: -m', 'p: - a', 'q: ---', 'r: a: b', 't: (x)', 'u: True'],
  ...[
    '&x v: 1',
    'v: &x 1',
    'v: *x',
    'v: !!str 1',
    '<<: {a: 1}',
    '? w',
    ': w',
    'true: 1',
    'constructor: 1',
    '__proto__: 1',
  ],
  ...[
    'x: \u00a0',
    'x: é\u00a0',
    'x: 🚀',
    '\ty: 1',
    'y:\t1',
    'y: 1\r',
    'nvidia.com/gpu: "1"',
    'z: @x',
    'z: %x',
    'z: yes',
  ],
] as const;

const document = fc
  .array(fc.record({ line: fc.constantFrom(...LINES), step: fc.constantFrom(0, 0, 0, 2, 2, -2, -4, 1) }), {
    minLength: 1,
    maxLength: 10,
  })
  .map((lines) => {
    let indent = 0;
    return lines
      .map(({ line, step }) => {
        indent = Math.max(0, indent + step);
        return `${' '.repeat(indent)}${line}\n`;
      })
      .join('');
  });
const text = fc.tuple(document, fc.boolean()).map(([whole, isCut]) => (isCut ? whole.slice(0, -1) : whole));

describe('the reader of ordinary documents', () => {
  test('says what two whole parsers say, or nothing', () => {
    let read = 0;
    fc.assert(
      fc.property(text, (source) => {
        const value = readOrdinaryYaml(source);
        if (value === undefined) return;
        read += 1;
        expect(parseAnyYaml(source)).toEqual({ ok: true, value });
        const composed = composeYaml(source);
        expect(composed.ok && composed.value.value).toEqual(value);
        sameTrees(source);
      }),
      { numRuns: Number(process.env.PROPERTY_RUNS ?? 2000), seed: 20261123 },
    );
    expect(read).toBeGreaterThan(50);
  });

  test.each([
    [
      'nested blocks',
      'a:\n  b:\n  - c: 1\n    d: [x, "y"]\n  - e\n  f: {g: 1.5, h: null}\n',
      { a: { b: [{ c: 1, d: ['x', 'y'] }, 'e'], f: { g: 1.5, h: null } } },
    ],
    ['a literal block', 'a: |\n  x: 1\n   y\n\n  z\n\nb: |-\n  w\n', { a: 'x: 1\n y\n\nz\n', b: 'w' }],
    ['words for values, and words that only look so', 'a: true\nb: ~x\nc: yes\nd: nullable\n', undefined],
    ['a marker before it', '# c\n---\na: yes\nd: nullable\n', { a: 'yes', d: 'nullable' }],
    ['a no-break space, which belongs to the value', 'a: x\u00a0\n', { a: 'x\u00a0' }],
    ['a value on several lines', 'a: x\n  y\n', undefined],
    ['a key that stands twice', 'a: 1\na: 2\n', undefined],
    ['a key that every object has', 'constructor: 1\n', { constructor: 1 }],
    ['the key __proto__', '__proto__: 1\n', undefined],
    ['nothing', '# nothing\n', undefined],
  ])('%s', (_, source, value) => {
    expect(readOrdinaryYaml(source)).toEqual(value);
  });
});

/** Everything that a place or an edit is taken from. */
function shape(node: YamlNode | undefined): unknown {
  switch (node?.kind) {
    case undefined:
      return '';
    case 'scalar': {
      const { start, end, style, text: content, anchor } = node;
      // Where nothing is written, its key is pointed at.
      if (content === '' && style === 'plain' && anchor === undefined) return '';
      const place = style === 'block' || content === '' ? [start] : [start, end];
      return { place, style, content, anchor: anchor?.name };
    }
    case 'alias':
      return { start: node.start, end: node.end, name: node.name, anchor: node.anchor?.start };
    case 'list':
      return { start: node.start, items: node.items.map(shape), anchor: node.anchor?.name };
    case 'map':
      return {
        start: node.start,
        anchor: node.anchor?.name,
        entries: node.entries.map(({ key, value }) => [shape(key), shape(value)]),
      };
  }
}

function sameTrees(source: string): void {
  for (const span of documentSpans(source)) {
    const slice = source.slice(span.start, span.end);
    const composed = composeYaml(slice);
    const parsed = parseAnyYaml(slice);
    if (!composed.ok || !parsed.ok || /: ?\[[^\]]*\n *\]/.test(slice)) continue;
    const expected = shape(yamlTree(composed.value.document).root);
    expect(shape(eventTree(slice).root)).toEqual(expected);
    const ordinary = ordinaryTree(slice);
    if (ordinary !== undefined) expect(shape(ordinary)).toEqual(expected);
  }
}

describe('the tree of a document', () => {
  test('has the same places from the events of one parser as from the nodes of the other, however it is written', () => {
    fc.assert(
      fc.property(generatedFile, (file) => sameTrees(file.render(({ from }) => from))),
      { numRuns: Number(process.env.PROPERTY_RUNS ?? 80), seed: 20261123 },
    );
  });

  test.each([
    ['a block with a head and a comment', 'a: |- # |\n  x\nb: >+\n\n  y\n\nc: 1\n'],
    ['quotes, anchors and tags', 'a: "q"\nb: \'s\'\nc: &x !!int 3\nd: *x\ne: &y\n  f: 1\ng:\n- &z [1]\n- *z\n'],
    ['values on several lines', 'a: x\n  y\nb: "x\n  y"\nc: [1,\n  2]\n'],
    ['explicit keys', '? a\n: b\n? c\n'],
  ])('%s', (_, source) => sameTrees(source));
});
