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
  readonly end: number;
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
  readonly end: number;
  readonly items: readonly YamlNode[];
  readonly anchor: Anchor | undefined;
}

export interface AliasNode {
  readonly kind: 'alias';
  readonly start: number;
  readonly end: number;
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
  /** What each anchor names. */
  readonly anchored: ReadonlyMap<Anchor, YamlNode>;
}

/** What a tree under construction knows of its anchors; parts come in the order of the text. */
export class TreeAnchors {
  readonly #byName = new Map<string, Anchor>();
  readonly #firstAliases = new Map<Anchor, number>();
  readonly #anchored = new Map<Anchor, YamlNode>();

  /** A name may be used again; an alias means the last one before it. */
  declare(name: string, start: number): Anchor {
    const anchor: Anchor = { name, start };
    this.#byName.set(name, anchor);
    return anchor;
  }

  alias(name: string, start: number, end: number): AliasNode {
    const anchor = this.#byName.get(name);
    if (anchor !== undefined && !this.#firstAliases.has(anchor)) this.#firstAliases.set(anchor, start);
    return { kind: 'alias', start, end, name, anchor };
  }

  named<Node extends Exclude<YamlNode, AliasNode>>(node: Node): Node {
    if (node.anchor !== undefined) this.#anchored.set(node.anchor, node);
    return node;
  }

  tree(root: YamlNode | undefined): YamlTree {
    return { root, firstAliases: this.#firstAliases, anchored: this.#anchored };
  }
}

export function treeWithoutAnchors(root: YamlNode): YamlTree {
  return new TreeAnchors().tree(root);
}

/** The tree of a document that was composed. */
export function yamlTree(document: Document.Parsed): YamlTree {
  const anchors = new TreeAnchors();
  const anchorOf = (node: Node, start: number): Anchor | undefined =>
    'anchor' in node && node.anchor !== undefined ? anchors.declare(node.anchor, start) : undefined;

  const read = (node: unknown): YamlNode | undefined => {
    if (isAlias(node)) {
      const [start, end] = node.range ?? [0, 0];
      return anchors.alias(node.source, start, end);
    }
    if (isScalar(node)) {
      const [start, end] = node.range ?? [0, 0];
      const { tag, source = '' } = node;
      const anchor = anchorOf(node, start);
      return anchors.named({ kind: 'scalar', start, end, style: styleOf(node), text: source, tag, anchor });
    }
    if (isMap(node)) {
      const [start, end] = node.range ?? [0, 0];
      const anchor = anchorOf(node, start);
      const entries = node.items.flatMap((pair): readonly MapEntry[] => {
        const key = read(pair.key);
        return key === undefined ? [] : [{ key, value: read(pair.value) }];
      });
      return anchors.named({ kind: 'map', start, end, entries, anchor });
    }
    if (isSeq(node)) {
      const [start, end] = node.range ?? [0, 0];
      const anchor = anchorOf(node, start);
      const items = node.items.flatMap((item) => read(item) ?? []);
      return anchors.named({ kind: 'list', start, end, items, anchor });
    }
    return undefined;
  };

  return anchors.tree(read(document.contents));
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
