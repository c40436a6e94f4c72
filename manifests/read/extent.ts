import type { JsonValue, Result } from '../../api/index.ts';
import { MAX_COMPOSED_LENGTH, MAX_UNFOLDED_DEPTH, MAX_UNFOLDED_NODES } from './limits.ts';

/** What all documents of a file together may still cost. */
export interface ReadingBudget {
  /** Nodes that aliases may add. */
  unfolded: number;
  /** Characters that the slowest parser may be asked about. */
  composed: number;
}

export function readingBudget(): ReadingBudget {
  return { unfolded: MAX_UNFOLDED_NODES, composed: MAX_COMPOSED_LENGTH };
}

/** Size of a value with every shared part counted wherever it appears; infinite for one that contains itself. */
interface Extent {
  readonly nodes: number;
  readonly depth: number;
}

const ENDLESS: Extent = { nodes: Number.POSITIVE_INFINITY, depth: Number.POSITIVE_INFINITY };
const SCALAR: Extent = { nodes: 1, depth: 1 };

/** Refuses a value that its aliases make endless, or large beyond what is written: whoever copies it would never be done. */
export function bounded(
  value: JsonValue,
  text: string,
  budget: ReadingBudget,
): Result<JsonValue, { readonly message: string; readonly offset: number }> {
  // Without an alias nothing is shared, and the text's own size is the bound.
  if (!text.includes('*')) return { ok: true, value };
  const known = new Map<object, Extent>();
  const written = { nodes: 1 };
  const { nodes, depth } = extentOf(value, known, written);
  const added = nodes - written.nodes;
  if (added > budget.unfolded || depth > MAX_UNFOLDED_DEPTH) {
    return { ok: false, error: { message: 'its aliases unfold to too much, or to themselves', offset: 0 } };
  }
  budget.unfolded -= added;
  return { ok: true, value };
}

/** Takes time in proportion to what was written, not to what it unfolds to. */
function extentOf(value: JsonValue | undefined, known: Map<object, Extent>, written: { nodes: number }): Extent {
  if (typeof value !== 'object' || value === null) return SCALAR;
  const measured = known.get(value);
  if (measured !== undefined) return measured;
  known.set(value, ENDLESS);
  let nodes = 1;
  let depth = 0;
  for (const child of Object.values<JsonValue | undefined>(value)) {
    const extent = extentOf(child, known, written);
    written.nodes += 1;
    nodes += extent.nodes;
    depth = Math.max(depth, extent.depth);
  }
  const extent = { nodes, depth: depth + 1 };
  known.set(value, extent);
  return extent;
}
