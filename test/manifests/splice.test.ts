import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { parseAllDocuments } from 'yaml';
import { readManifest, spliceIntegers } from '../../manifests/index.ts';
import { type GeneratedFile, generatedFile } from './graph-arbitrary.ts';

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);
const textOf = (bytes: Uint8Array): string => new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);

/** Meaning of every document to a library that the code under test does not use. */
function meaning(text: string): readonly unknown[] {
  return parseAllDocuments(text, { merge: true }).map((document) => {
    if (document.errors.length > 0) throw document.errors[0];
    return document.toJS();
  });
}

const editable = (file: GeneratedFile) => file.counts.filter((count) => count.isEditable);
const linesOf = (text: string): readonly string[] => text.split(/\r\n|\n|\r/);

describe('in every dialect of YAML', () => {
  const runs = { numRuns: Number(process.env.PROPERTY_RUNS ?? 100) };

  test('the generated files are YAML to another library as well, and both read the same', () => {
    fc.assert(
      fc.property(generatedFile, (file) => {
        const text = file.render((count) => count.from);
        const read = readManifest('a.yaml', bytesOf(text));
        expect(read.problems).toEqual([]);
        const maps = meaning(text).flatMap((value, index) =>
          typeof value === 'object' && value !== null && !Array.isArray(value) ? [{ index, value }] : [],
        );
        expect(read.manifest?.documents.map(({ index, value }) => ({ index, value }))).toEqual(maps);
      }),
      runs,
    );
  });

  test('the planned numbers change and no other byte does, and the way back restores the file', () => {
    fc.assert(
      fc.property(generatedFile, (file) => {
        const edits = editable(file);
        fc.pre(edits.length > 0);
        const [before, after] = [file.render((count) => count.from), file.render((count) => count.to)];
        const spliced = spliceIntegers('a.yaml', bytesOf(before), edits);
        expect(spliced.ok ? textOf(spliced.value.bytes) : spliced.error).toBe(after);
        const back = edits.map(({ document, path, from, to }) => ({ document, path, from: to, to: from }));
        const restored = spliceIntegers('a.yaml', bytesOf(after), back);
        expect(restored.ok ? textOf(restored.value.bytes) : restored.error).toBe(before);
      }),
      runs,
    );
  });

  test('one edit changes one line, the one that it names', () => {
    fc.assert(
      fc.property(generatedFile, fc.nat(), (file, pick) => {
        const candidates = editable(file).filter((count) => count.from !== count.to);
        const edit = candidates[pick % candidates.length];
        fc.pre(edit !== undefined);
        const before = file.render((count) => count.from);
        const spliced = spliceIntegers('a.yaml', bytesOf(before), [edit]);
        if (!spliced.ok) throw new Error(JSON.stringify(spliced.error));
        const [lines, newLines] = [linesOf(before), linesOf(textOf(spliced.value.bytes))];
        const changed = newLines.flatMap((line, index) => (line === lines[index] ? [] : [index + 1]));
        expect(newLines).toHaveLength(lines.length);
        expect(spliced.value.changes.map((change) => change.line)).toEqual(changed);
        expect(changed).toHaveLength(1);
      }),
      runs,
    );
  });

  test('a count that is no plain number of its own is refused with a reason, and so is every edit beside it', () => {
    fc.assert(
      fc.property(generatedFile, (file) => {
        const bytes = bytesOf(file.render((count) => count.from));
        const refused = file.counts.filter((count) => !count.isEditable);
        fc.pre(refused.length > 0);
        for (const { document, path } of refused) {
          const spliced = spliceIntegers('a.yaml', bytes, [...editable(file), { document, path, from: 3, to: 4 }]);
          expect(spliced.ok ? 'edited' : spliced.error.map(({ code }) => code)).toEqual(['refused']);
          expect(spliced.ok ? [] : spliced.error.map((problem) => problem.message)).not.toContain('');
        }
      }),
      runs,
    );
  });
});

const GRAPH = `# fleet
apiVersion: nvidia.com/v1alpha1
kind: DynamoGraphDeployment
metadata: {name: chat}
spec:
  services:
    decode:
      replicas: 2 # tuned
    prefill: { replicas: 10, componentType: worker }
`;
const path = (service: string) => ['spec', 'services', service, 'replicas'];

describe('a splice', () => {
  test('replaces several numbers and says where, in the order of the file', () => {
    const spliced = spliceIntegers('a.yaml', bytesOf(GRAPH), [
      { document: 0, path: path('prefill'), from: 10, to: 9 },
      { document: 0, path: path('decode'), from: 2, to: 12 },
    ]);
    if (!spliced.ok) throw new Error(JSON.stringify(spliced.error));
    const expected = GRAPH.replace('replicas: 2 #', 'replicas: 12 #').replace('replicas: 10,', 'replicas: 9,');
    expect(textOf(spliced.value.bytes)).toBe(expected);
    expect(spliced.value.changes).toEqual([
      { line: 8, column: 17, path: path('decode'), from: 2, to: 12 },
      { line: 9, column: 26, path: path('prefill'), from: 10, to: 9 },
    ]);
  });

  test('to the same number is no change', () => {
    const spliced = spliceIntegers('a.yaml', bytesOf(GRAPH), [{ document: 0, path: path('decode'), from: 2, to: 2 }]);
    expect(spliced.ok && spliced.value.changes).toEqual([]);
    expect(spliced.ok && textOf(spliced.value.bytes)).toBe(GRAPH);
  });

  test('of a number that is another one by now is stale', () => {
    const spliced = spliceIntegers('a.yaml', bytesOf(GRAPH), [{ document: 0, path: path('decode'), from: 3, to: 4 }]);
    expect(spliced.ok ? [] : spliced.error).toEqual([
      expect.objectContaining({ code: 'stale', file: 'a.yaml', line: 8, message: 'is 2 in the file, not 3' }),
    ]);
  });

  test('reports every edit that is refused, not the first', () => {
    const spliced = spliceIntegers('a.yaml', bytesOf(GRAPH), [
      { document: 0, path: path('decode'), from: 3, to: 4 },
      { document: 0, path: path('prefill'), from: 10, to: 11 },
      { document: 0, path: path('prefill'), from: 10, to: 12 },
      { document: 0, path: path('router'), from: 1, to: 2 },
      { document: 7, path: path('decode'), from: 2, to: 3 },
      { document: 0, path: ['metadata', 'name'], from: 2, to: 3 },
    ]);
    expect(spliced.ok ? [] : spliced.error.map(({ code, message }) => [code, message])).toEqual([
      ['not-found', 'has no document 8'],
      ['stale', 'is 2 in the file, not 3'],
      ['duplicate', 'is to be edited twice'],
      ['refused', 'spec.services.router is not in this document'],
      ['refused', 'is "chat", not a number'],
    ]);
  });

  test.each([-1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 60])('to %p is refused', (to) => {
    const spliced = spliceIntegers('a.yaml', bytesOf(GRAPH), [{ document: 0, path: path('decode'), from: 2, to }]);
    expect(spliced.ok ? 'edited' : spliced.error.map(({ code }) => code)).toEqual(['refused']);
  });

  test('leaves a document that does not parse as it is, and edits the one beside it', () => {
    const text = `a: [\n---\n${GRAPH}---\n{{ template }}\n`;
    const spliced = spliceIntegers('a.yaml', bytesOf(text), [{ document: 1, path: path('decode'), from: 2, to: 3 }]);
    expect(spliced.ok && textOf(spliced.value.bytes)).toBe(text.replace('replicas: 2', 'replicas: 3'));
    const broken = spliceIntegers('a.yaml', bytesOf(text), [{ document: 0, path: path('decode'), from: 2, to: 3 }]);
    expect(broken.ok ? [] : broken.error).toEqual([expect.objectContaining({ code: 'syntax', line: 1 })]);
  });

  test.each([
    ['is not UTF-8 text', Uint8Array.of(0x61, 0x3a, 0x20, 0xff)],
    ['holds a NUL byte, so it is no text file', Uint8Array.of(0x61, 0x00)],
  ])('of a file that %s is refused', (message, bytes) => {
    const spliced = spliceIntegers('a.yaml', bytes, [{ document: 0, path: ['a'], from: 1, to: 2 }]);
    expect(spliced.ok ? [] : spliced.error).toEqual([{ code: 'unreadable', file: 'a.yaml', message }]);
  });

  test('is fast in a file of 5 MB and 1,500 documents', () => {
    const text = Array.from({ length: 1500 }, (_, index) => `${GRAPH}  notes: "${index} ${'x'.repeat(3100)}"\n`).join(
      '---\n',
    );
    const started = performance.now();
    const spliced = spliceIntegers('a.yaml', bytesOf(text), [{ document: 700, path: path('decode'), from: 2, to: 3 }]);
    expect(spliced.ok && spliced.value.changes).toHaveLength(1);
    expect(performance.now() - started).toBeLessThan(1000);
  });
});

describe('the count of a cron trigger, which is a text', () => {
  const path = ['spec', 'triggers', '0', 'metadata', 'desiredReplicas'];
  const text = (count: string) =>
    `spec:\n  triggers:\n    - type: cron\n      metadata: {desiredReplicas: ${count}} # KEDA\n`;
  const splice = (count: string, edit = { document: 0, path, from: 6, to: 12 }) =>
    spliceIntegers('k.yaml', Buffer.from(text(count)), [edit]);

  test.each([`"`, `'`])('is replaced between its quotes %s, and stays a text', (quote) => {
    const spliced = splice(`${quote}6${quote}`);
    expect(spliced.ok && Buffer.from(spliced.value.bytes).toString()).toBe(text(`${quote}12${quote}`));
    expect(spliced.ok && spliced.value.changes).toMatchObject([{ line: 4, from: 6, to: 12 }]);
  });

  test.each(['"06"', '"6 "', '"0x6"', '"six"', '""', '"\\x36"', '&a "6"'])('is refused as %s', (count) => {
    expect(splice(count).ok).toBe(false);
  });

  test('is the only one: other numbers in quotes stay refused', () => {
    for (const field of ['threshold', 'replicas']) {
      const bytes = Buffer.from(text('"6"').replace('desiredReplicas', field));
      const edit = { document: 0, path: [...path.slice(0, -1), field], from: 6, to: 12 };
      expect(spliceIntegers('k.yaml', bytes, [edit]).ok).toBe(false);
    }
  });
});

describe('a number in YAML that is the text of a block', () => {
  const text = 'a: |\n  x: 1\n\n  # é 😀\n  y: {n: 2, m: "é 3"}\n  z:\n    - 4\nb: 5\n';
  const edits = [
    { document: 0, path: ['a', 'x'], from: 1, to: 100 },
    { document: 0, path: ['a', 'y', 'n'], from: 2, to: 0 },
    { document: 0, path: ['a', 'z', '0'], from: 4, to: 44 },
    { document: 0, path: ['b'], from: 5, to: 6 },
  ];
  const edited = (before: string): string =>
    before.replace('x: 1', 'x: 100').replace('n: 2', 'n: 0').replace('- 4', '- 44').replace('b: 5', 'b: 6');

  test.each([
    ['written plainly', text],
    ['with the line ends of Windows', text.replaceAll('\n', '\r\n')],
    ['after a byte order mark', `\uFEFF${text}`],
    ['whose head has more to say', text.replace('|', '|+ # kept')],
  ])('is replaced like any other, %s', (_name, before) => {
    const spliced = spliceIntegers('a.yaml', bytesOf(before), edits);
    expect(spliced.ok && textOf(spliced.value.bytes)).toBe(edited(before));
  });

  test.each([
    ['of a given indentation', text.replace('|', '|2'), 'is YAML inside a text that is no literal block'],
    ['that is folded', text.replace('|', '>'), 'is YAML inside a text that is no literal block'],
    ['that an alias repeats', `${text.replace('|', '&p |')}c: *p\n`, 'a has the anchor &p, which *p on line 9 repeats'],
    [
      'of two documents',
      text.replace('  x: 1\n', '  x: 1\n  ---\n'),
      'is a text of 2 documents, and only one can be told where it ends',
    ],
  ])('is refused in a block %s', (_name, before, reason) => {
    const spliced = spliceIntegers('a.yaml', bytesOf(before), edits.slice(0, 1));
    expect(spliced.ok ? [] : spliced.error.map(({ message }) => message)).toEqual([reason]);
  });

  test('is refused with its own line where it is no number', () => {
    const quoted = text.replace('x: 1', 'x: "1"');
    const spliced = spliceIntegers('a.yaml', bytesOf(quoted), edits.slice(0, 1));
    expect(spliced.ok ? [] : spliced.error.map(({ line, path, message }) => [line, path, message])).toEqual([
      [2, 'a.x', 'is the text "1" in quotes, not a number'],
    ]);
  });
});
