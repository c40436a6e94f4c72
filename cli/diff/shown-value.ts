import { isObject, type JsonValue } from '../../api/index.ts';
import type { FieldChange } from '../../lint/diff/index.ts';
import { visibleText } from '../../report/index.ts';

/** Two values side by side; where they are long, the part in which they differ. */
export function shownValues(
  before: JsonValue | undefined,
  after: JsonValue | undefined,
  width: number,
): { readonly before: string; readonly after: string } {
  const plain = { before: valueText(before), after: valueText(after) };
  // `"1"` and `1` are two things.
  const [old, now] =
    plain.before === plain.after
      ? [JSON.stringify(before) ?? plain.before, JSON.stringify(after) ?? plain.after]
      : [plain.before, plain.after];
  if (Math.max(old.length, now.length) <= width)
    return { before: visibleText(old, width), after: visibleText(now, width) };
  const isBoth = before !== undefined && after !== undefined;
  const start = isBoth ? Math.max(0, commonStart(old, now) - CONTEXT) : 0;
  return { before: cut(old, start, width), after: cut(now, start, width) };
}

/** The values of a field; one that is not written says what it counts as. */
export function shownChange(
  {
    before,
    after,
    absentAs,
  }: Pick<FieldChange, 'before' | 'after'> & { readonly absentAs: FieldChange['absentAs'] | undefined },
  width: number,
): { readonly before: string; readonly after: string } {
  if (absentAs === undefined) return shownValues(before, after, width);
  const absent = `(absent, which counts as ${visibleText(valueText(absentAs), width)})`;
  const shown = (value: JsonValue | undefined) => (value === undefined ? absent : visibleText(valueText(value), width));
  return { before: shown(before), after: shown(after) };
}

/** Characters before the first difference that are shown with it. */
const CONTEXT = 12;

/** Text as it is; everything else as JSON, on one line. */
export function valueText(value: JsonValue | undefined): string {
  if (value === undefined) return '(none)';
  return typeof value === 'string' && value !== '' ? value : JSON.stringify(value);
}

function commonStart(first: string, second: string): number {
  const end = Math.min(first.length, second.length);
  let index = 0;
  while (index < end && first[index] === second[index]) index += 1;
  return index;
}

function cut(text: string, start: number, width: number): string {
  return visibleText(`${start > 0 ? '…' : ''}${text.slice(start, start + width * 2)}`, width);
}

/** Lines of a list of plain values that are on one side only, in order; undefined for anything else. */
export function listLines(
  before: JsonValue | undefined,
  after: JsonValue | undefined,
): readonly { readonly side: 'before' | 'after' | 'both'; readonly text: string }[] | undefined {
  if (!isPlainList(before) || !isPlainList(after) || before.length * after.length > MAX_CELLS) return undefined;
  const [old, now] = [before.map(valueText), after.map(valueText)];
  const lengths = commonLengths(old, now);
  const lines: { side: 'before' | 'after' | 'both'; text: string }[] = [];
  let [first, second] = [0, 0];
  while (first < old.length || second < now.length) {
    const isEqual = first < old.length && second < now.length && old[first] === now[second];
    const isGone =
      first < old.length &&
      (second >= now.length || (lengths[first + 1]?.[second] ?? 0) >= (lengths[first]?.[second + 1] ?? 0));
    if (isEqual) {
      lines.push({ side: 'both', text: old[first] ?? '' });
      first += 1;
      second += 1;
    } else if (isGone) {
      lines.push({ side: 'before', text: old[first] ?? '' });
      first += 1;
    } else {
      lines.push({ side: 'after', text: now[second] ?? '' });
      second += 1;
    }
  }
  return lines;
}

/** Above this a list is shown as one value. */
const MAX_CELLS = 40_000;

function isPlainList(value: JsonValue | undefined): value is readonly JsonValue[] {
  return Array.isArray(value) && value.every((item) => !isObject(item) && !Array.isArray(item));
}

/** Length of the longest common subsequence of what is left, from each pair of positions. */
function commonLengths(old: readonly string[], now: readonly string[]): readonly (readonly number[])[] {
  const lengths: number[][] = Array.from({ length: old.length + 1 }, () => Array<number>(now.length + 1).fill(0));
  for (let first = old.length - 1; first >= 0; first -= 1) {
    for (let second = now.length - 1; second >= 0; second -= 1) {
      const row = lengths[first] ?? [];
      row[second] =
        old[first] === now[second]
          ? (lengths[first + 1]?.[second + 1] ?? 0) + 1
          : Math.max(lengths[first + 1]?.[second] ?? 0, row[second + 1] ?? 0);
    }
  }
  return lengths;
}
