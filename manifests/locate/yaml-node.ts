import { type Document, isAlias, isMap, isScalar, isSeq, type Node, Scalar } from 'yaml';

/** A document as written: what parsing throws away, and an edit must know. Offsets count from the start of its text. */
export type YamlNode = ScalarNode | MapNode | ListNode | AliasNode;

export interface ScalarNode {
  readonly kind: 'scalar';
  readonly start: number;
  readonly end: number;
  readonly style: 'plain' | 'quoted' | 'block';
  /** The content, without quotes; empty where nothing is written. */
  readonly text: string;
  readonly tag: string | undefined;
  readonly anchor: Anchor | undefined;
}

export interface MapNode {
  readonly kind: 'map';
  readonly start: number;
  readonly entries: readonly MapEntry[];
  readonly anchor: Anchor | undefined;
}

export interface MapEntry {
  readonly key: YamlNode;
  /** Undefined for a key that stands alone. */
  readonly value: YamlNode | undefined;
}

export interface ListNode {
  readonly kind: 'list';
  readonly start: number;
  readonly items: readonly YamlNode[];
  readonly anchor: Anchor | undefined;
}

export interface AliasNode {
  readonly kind: 'alias';
  readonly start: number;
  readonly name: string;
  /** The anchor that it means; undefined where there is none before it. */
  readonly anchor: Anchor | undefined;
}

export interface Anchor {
  readonly name: string;
  readonly start: number;
}

export interface YamlTree {
  /** Undefined for a document without content. */
  readonly root: YamlNode | undefined;
  /** Offset of the first alias that repeats what an anchor names; anchors that nothing repeats are absent. */
  readonly firstAliases: ReadonlyMap<Anchor, number>;
}

/** The tree of a document. */
export function yamlTree(document: Document.Parsed): YamlTree {
  const anchors = new Map<string, Anchor>();
  const firstAliases = new Map<Anchor, number>();

  const anchorOf = (node: Node, start: number): Anchor | undefined => {
    if (!('anchor' in node) || node.anchor === undefined) return undefined;
    const anchor: Anchor = { name: node.anchor, start };
    // A name may be used again; an alias means the last one before it.
    anchors.set(anchor.name, anchor);
    return anchor;
  };
  const read = (node: unknown): YamlNode | undefined => {
    if (isAlias(node)) {
      const start = node.range?.[0] ?? 0;
      const anchor = anchors.get(node.source);
      if (anchor !== undefined && !firstAliases.has(anchor)) firstAliases.set(anchor, start);
      return { kind: 'alias', start, name: node.source, anchor };
    }
    if (isScalar(node)) {
      const [start, end] = node.range ?? [0, 0];
      const { tag, source = '' } = node;
      return { kind: 'scalar', start, end, style: styleOf(node), text: source, tag, anchor: anchorOf(node, start) };
    }
    if (isMap(node)) {
      const start = node.range?.[0] ?? 0;
      const anchor = anchorOf(node, start);
      const entries = node.items.flatMap((pair): readonly MapEntry[] => {
        const key = read(pair.key);
        return key === undefined ? [] : [{ key, value: read(pair.value) }];
      });
      return { kind: 'map', start, entries, anchor };
    }
    if (isSeq(node)) {
      const start = node.range?.[0] ?? 0;
      const anchor = anchorOf(node, start);
      const items = node.items.flatMap((item) => read(item) ?? []);
      return { kind: 'list', start, items, anchor };
    }
    return undefined;
  };

  return { root: read(document.contents), firstAliases };
}

function styleOf(node: Scalar): ScalarNode['style'] {
  switch (node.type) {
    case Scalar.QUOTE_DOUBLE:
    case Scalar.QUOTE_SINGLE:
      return 'quoted';
    case Scalar.BLOCK_FOLDED:
    case Scalar.BLOCK_LITERAL:
      return 'block';
    default:
      return 'plain';
  }
}
