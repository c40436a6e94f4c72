import type { MapEntry, ScalarNode, YamlNode } from '../locate/yaml-node.ts';

export function scalarAt(start: number, end: number, style: ScalarNode['style'], text: string): ScalarNode {
  return { kind: 'scalar', start, end, style, text, tag: undefined, anchor: undefined };
}

export function mapAt(start: number, entries: readonly MapEntry[]): YamlNode {
  const last = entries.at(-1);
  return { kind: 'map', start, end: (last?.value ?? last?.key)?.end ?? start + 1, entries, anchor: undefined };
}

export function listAt(start: number, items: readonly YamlNode[]): YamlNode {
  return { kind: 'list', start, end: items.at(-1)?.end ?? start + 1, items, anchor: undefined };
}
