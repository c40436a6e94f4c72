import type { JsonObject } from '../../api/index.ts';

/**
 * A small document, free of any format. Text in it may come from anywhere (manifests, metric labels); only a printer
 * turns it into Markdown or terminal text, and escapes all of it on the way.
 */
export type Block =
  /** An HTML comment that programs find and people do not see. */
  | { readonly kind: 'marker'; readonly name: string; readonly fields: { readonly [field: string]: string } }
  /** A JSON document that programs find and people do not see. */
  | { readonly kind: 'data'; readonly name: string; readonly value: JsonObject }
  | { readonly kind: 'paragraph'; readonly content: readonly Inline[] }
  | { readonly kind: 'list'; readonly items: readonly (readonly Inline[])[] }
  | { readonly kind: 'table'; readonly head: readonly string[]; readonly rows: readonly (readonly Cell[])[] }
  | { readonly kind: 'chart'; readonly chart: Chart }
  /** Folded away until someone asks. */
  | { readonly kind: 'details'; readonly summary: string; readonly blocks: readonly Block[] }
  | { readonly kind: 'footer'; readonly content: readonly Inline[] };

/** A quantity over time beside levels that it is compared with; drawn where a forge draws, and always told in text. */
export interface Chart {
  /** What is shown, without the levels. */
  readonly title: string;
  /** Unit of the values and the levels. */
  readonly unit: string;
  /** In the order of time; null is no data. */
  readonly points: readonly { readonly label: string; readonly value: number | null }[];
  readonly levels: readonly { readonly name: string; readonly value: number }[];
}

export type Cell = readonly Inline[];

export type Inline =
  | string
  | { readonly kind: 'strong'; readonly content: readonly Inline[] }
  | { readonly kind: 'code'; readonly text: string };

export function strong(...content: readonly Inline[]): Inline {
  return { kind: 'strong', content };
}

export function code(text: string): Inline {
  return { kind: 'code', text };
}

export function paragraph(...content: readonly Inline[]): Block {
  return { kind: 'paragraph', content };
}

/** Items with a separator between them: `a, b, c`. */
export function separated(items: readonly (readonly Inline[])[], separator = ', '): readonly Inline[] {
  return items.flatMap((item, index) => (index === 0 ? item : [separator, ...item]));
}

/**
 * At most `limit` items, and the number of those left out, so that no input makes a document endless.
 */
export function atMost<T>(items: readonly T[], limit: number): { readonly shown: readonly T[]; readonly more: number } {
  return items.length <= limit
    ? { shown: items, more: 0 }
    : { shown: items.slice(0, limit), more: items.length - limit };
}
