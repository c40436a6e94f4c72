import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { editValues, type ValueEdit } from '../../manifests/index.ts';

function edited(text: string, ...edits: readonly ValueEdit[]): string {
  let result = text;
  for (const edit of edits) {
    const one = editValues(result, [edit]);
    if (!one.ok) return `refused: ${one.error}`;
    result = one.value;
  }
  return result;
}

const remove = (...path: readonly (string | number)[]): ValueEdit => ({ kind: 'remove', path });
const quote = (...path: readonly (string | number)[]): ValueEdit => ({ kind: 'quote', path });
const set = (value: string | number | boolean, ...path: readonly (string | number)[]): ValueEdit => ({
  kind: 'set',
  path,
  value,
});

describe('JSON', () => {
  test('stays JSON, whatever is edited', () => {
    expect(edited('{"a": {"b": 1}, "c": "x"}', set('v', 'a', 'd'), set('z', 'c'))).toBe(
      '{"a": {"b": 1, "d": "v"}, "c": "z"}',
    );
    expect(edited('{"a": {}}\n', set('v', 'a', 'd'), quote('a', 'd'))).toMatch(/^refused/);
    expect(edited('{"a": {}}\n', set('v', 'a', 'd'))).toBe('{"a": {"d": "v"}}\n');
    expect(edited('{"a": 1, "b": [1, 2]}', quote('a'), remove('b', 0))).toBe('{"a": "1", "b": [2]}');
  });
});

describe('an edit of one value', () => {
  test('takes a key out with its line, and leaves every comment that is not on it', () => {
    const text = 'a: 1\n# above\nb: 2 # beside\n\n# below\nc: 3\n';
    expect(edited(text, remove('b'))).toBe('a: 1\n# above\n\n# below\nc: 3\n');
    expect(edited('x:\r\n  a: 1\r\n  b:\r\n    - 1\r\n    - 2\r\n  c: |\r\n    text\r\n', remove('x', 'b'))).toBe(
      'x:\r\n  a: 1\r\n  c: |\r\n    text\r\n',
    );
    expect(edited('x:\n  a: 1\n  b: |\n    text\n\n    more\nc: 1\n', remove('x', 'b'))).toBe('x:\n  a: 1\nc: 1\n');
    expect(edited('x:\n  a: 1\n  b:\n', remove('x', 'b'))).toBe('x:\n  a: 1\n');
    expect(edited('a: 1\nb: 2', remove('b'))).toBe('a: 1\n');
    expect(edited('- a: 1\n  b: 2\n- a: 3\n', remove(0, 'a'))).toBe('- b: 2\n- a: 3\n');
  });

  test('takes an item of a list out', () => {
    expect(edited('x:\n- a: 1\n  b: 2\n- c # two\n- d\n', remove('x', 1))).toBe('x:\n- a: 1\n  b: 2\n- d\n');
    expect(edited('x:\n  - a: 1\n    b: 2\n  - c\n', remove('x', 0))).toBe('x:\n  - c\n');
    expect(edited('x: [1, "a, b", 3] # end\n', remove('x', 1))).toBe('x: [1, 3] # end\n');
    expect(edited('x: [1, 2, 3]\n', remove('x', 2))).toBe('x: [1, 2]\n');
  });

  test('takes a key out of a map on one line', () => {
    expect(edited('x: {a: 1, b: {c: 2}, d: 3}\n', remove('x', 'b'))).toBe('x: {a: 1, d: 3}\n');
    expect(edited('x: {a: 1, b: 2 }\n', remove('x', 'b'))).toBe('x: {a: 1 }\n');
  });

  test('writes a value in place of another, and a key beside the others', () => {
    expect(edited('a: x # why\n', set('Value', 'a'))).toBe('a: Value # why\n');
    expect(edited("a: 'x' # why\n", set('Value', 'a'))).toBe("a: 'Value' # why\n");
    expect(edited('a: ["x" , y]\n', set('Value', 'a', 0))).toBe('a: ["Value" , y]\n');
    expect(edited('- type: p # t\n  metadata:\n    q: 1\n', set('Value', 0, 'metricType'))).toBe(
      '- type: p # t\n  metricType: Value\n  metadata:\n    q: 1\n',
    );
    expect(edited('x:\n  a:\n    b: 1\n  c: |\n    text\n', set('false', 'x', 'd'))).toBe(
      'x:\n  d: "false"\n  a:\n    b: 1\n  c: |\n    text\n',
    );
    expect(edited('x: {a: 1}', set(true, 'x', 'b'))).toBe('x: {a: 1, b: true}');
    expect(edited('x: {}', set(2, 'x', 'b'))).toBe('x: {b: 2}');
    expect(edited('x:\r\n  a: 1\r\n', set('yes', 'x', 'b'))).toBe('x:\r\n  a: 1\r\n  b: "yes"\r\n');
    expect(edited('x:\n  a: 1', set('v', 'x', 'b'))).toBe('x:\n  a: 1\n  b: v');
  });

  test('puts quotes around what is written, not around what it means', () => {
    expect(edited('a: 1.10 # cores\n', quote('a'))).toBe('a: "1.10" # cores\n');
    expect(edited('a: [0x1F]\n', quote('a', 0))).toBe('a: ["0x1F"]\n');
  });

  test('is made together with others, or not at all', () => {
    const text = 'x: [1, 2, 3, 4]\ny:\n  a: 1\n  b: 2\n';
    const together = editValues(text, [set('v', 'y', 'c'), remove('y', 'b'), remove('x', 2), quote('x', 0)]);
    expect(together).toEqual({ ok: true, value: 'x: ["1", 2, 4]\ny:\n  a: 1\n  c: v\n' });
    expect(editValues(text, [remove('x', 3), remove('x', 2)])).toMatchObject({ ok: false });
    expect(editValues(text, [quote('y', 'a'), remove('z')])).toEqual({
      ok: false,
      error: 'it is not written out there',
    });
  });

  test('is refused where anything else would change, or nothing can be told', () => {
    expect(edited('a: &x {b: 1, c: 2}\nd: *x\n', remove('a', 'b'))).toBe('refused: it would change another value');
    expect(edited('a: &x {b: 1, c: 2}\nd: *x\n', remove('d', 'b'))).toBe('refused: it is not written out there');
    expect(edited('x: &x {b: 1}\nd: {<<: *x, c: 2}\n', remove('d', 'b'))).toBe('refused: it is not written out there');
    expect(edited('a: {b: 1}\n', remove('a', 'b'))).toBe('refused: it is the only one there');
    expect(edited('a: 1\n', remove('b'))).toBe('refused: it is not written out there');
    expect(edited('a: {b: 1,\n  c: 2}\n', remove('a', 'b'))).toBe('refused: it is not on one line');
    expect(edited('a: &x 1\nb: 2\n', set(3, 'a'))).toBe('refused: it is not a value on one line');
    expect(edited('a: "x"\n', quote('a'))).toBe('refused: it is not a plain value');
    expect(edited('- a: 1 # why\n  b: 2\n', remove(0, 'a'))).toBe('refused: something else is on its line');
    expect(edited('a: [\n', remove('a'))).toBe('refused: parsers do not read it alike');
    expect(edited('a: 1\n---\nb: 1\n', remove('a'))).toBe('refused: parsers do not read it alike');
    expect(edited('a: {b: 1}\n', set(1, '__proto__', 'x'))).toBe('refused: it is not written out there');
  });

  test('keeps every other line as it is, whatever the document', () => {
    const key = fc.constantFrom('a', 'b', 'c', 'name', 'x-y');
    const scalar = fc.constantFrom(
      '1',
      '"x # y"',
      "'it''s'",
      'plain text',
      'true',
      '1.50',
      '|\n        text\n',
      '{p: 1}',
      '[1, 2]',
    );
    const entry = fc.tuple(key, scalar, fc.constantFrom('', ' # note'));
    fc.assert(
      fc.property(
        fc.uniqueArray(entry, { selector: ([name]) => name, minLength: 2 }),
        fc.nat(),
        fc.constantFrom<(path: readonly string[]) => ValueEdit>(
          (path) => remove(...path),
          (path) => set('new value', ...path),
          (path) => set(false, ...path.slice(0, -1), 'added'),
        ),
        (entries, at, make) => {
          const lines = entries.map(([name, value, note]) =>
            value.startsWith('|') ? `    ${name}: ${value}` : `    ${name}: ${value}${note}\n`,
          );
          const text = `# head\nroot:\n  map:\n${lines.join('')}# foot\n`;
          const target = entries[at % entries.length]?.[0] ?? '';
          const result = editValues(text, [make(['root', 'map', target])]);
          if (!result.ok) return;
          const others = lines.filter((line) => !line.startsWith(`    ${target}:`));
          for (const line of ['# head\nroot:\n  map:\n', ...others, '# foot\n']) expect(result.value).toContain(line);
        },
      ),
      { numRuns: Number(process.env.PROPERTY_RUNS ?? 300) },
    );
  });
});
