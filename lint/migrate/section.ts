import { isMap, isScalar, type Pair, type YAMLMap } from 'yaml';

/** The lines of a document that one key of its root takes, from 0; what stands around them is left as it is. */
export interface Section {
  readonly start: number;
  /** After the last line with content, and before its line break. */
  readonly end: number;
}

/** Where `spec` stands, or why that cannot be told. */
export function specSection(text: string, root: unknown): Section | string {
  if (!isMap(root) || root.flow === true) return 'is written in braces, as JSON';
  const starts = root.items.map(({ key }) => (isScalar(key) ? (key.range?.[0] ?? 0) : 0));
  const index = root.items.findIndex(({ key }) => isScalar(key) && key.value === 'spec');
  const start = starts[index];
  if (start === undefined) return 'has no spec';
  if (start > 0 && text.charAt(start - 1) !== '\n') return 'does not start at the beginning of its line';
  const next = starts.filter((other) => other > start).sort((first, second) => first - second)[0] ?? text.length;
  const lines = text.slice(start, next).split('\n');
  while (lines.length > 1 && /^(\s*|#.*|\.\.\..*)$/.test(lines.at(-1) ?? '')) lines.pop();
  return { start, end: start + lines.join('\n').length };
}

/** How an author indents, as the printer wants to be told. */
export interface Style {
  readonly indent: number;
  readonly indentSeq: boolean;
  readonly flowCollectionPadding: boolean;
}

export function styleOf(text: string, spec: unknown): Style {
  const first = isMap(spec) ? spec.items[0]?.key : undefined;
  const offset = isScalar(first) ? (first.range?.[0] ?? 2) : 2;
  const column = offset - (text.lastIndexOf('\n', offset - 1) + 1);
  const list = /^( *)(?:- )*[^\s#][^\n]*:[ \t]*(?:#[^\n]*)?\n(?: *#[^\n]*\n|\s*\n)*( *)- /m.exec(text);
  const [, key = '', item = ''] = list ?? [];
  return {
    indent: column >= 1 && column <= 8 ? column : 2,
    indentSeq: list === null || item.length > key.length,
    flowCollectionPadding: !/: [{[][^\s\]}]/.test(text),
  };
}

export function pairOf(map: YAMLMap, name: string): Pair | undefined {
  return map.items.find(({ key }) => isScalar(key) && key.value === name);
}
