import { type Document, LineCounter, parseAllDocuments } from 'yaml';
import { isObject, type JsonObject, stringAt } from '../../../api/index.ts';

/** What one document or one operation of a patch says, and where. */
export type PatchPart =
  /** A strategic merge: the fields that it has take the place of the graph's. */
  | { readonly kind: 'merge'; readonly value: JsonObject; readonly lineOf: (path: readonly string[]) => number }
  /** One operation of a JSON patch (RFC 6902). */
  | { readonly kind: 'operation'; readonly paths: readonly (readonly string[])[]; readonly line: number };

/** The parts of a patch's text; undefined where it is not YAML or JSON. */
export function readPatch(text: string): readonly PatchPart[] | undefined {
  const lines = new LineCounter();
  const documents = parseAllDocuments(text, { lineCounter: lines });
  if (!Array.isArray(documents)) return [];
  const parts: PatchPart[] = [];
  for (const document of documents) {
    const value = plainValue(document);
    if (value === undefined) return undefined;
    if (isObject(value)) {
      parts.push({ kind: 'merge', value, lineOf: (path) => lineOf(document, path, lines) });
    } else if (Array.isArray(value)) {
      for (const [index, operation] of value.entries()) {
        const paths = isObject(operation) ? pathsOf(operation) : [];
        if (paths.length > 0) parts.push({ kind: 'operation', paths, line: lineOf(document, [index], lines) });
      }
    }
  }
  return parts;
}

function plainValue(document: Document.Parsed): unknown {
  if (document.errors.length > 0) return undefined;
  try {
    return document.toJS() ?? null;
  } catch {
    // Too many aliases.
    return undefined;
  }
}

/** What an operation changes: a test changes nothing, and a move two places. */
function pathsOf(operation: JsonObject): readonly (readonly string[])[] {
  const op = stringAt(operation, 'op');
  const pointers = [stringAt(operation, 'path'), ...(op === 'move' ? [stringAt(operation, 'from')] : [])];
  return op === 'test' ? [] : pointers.flatMap((pointer) => (pointer === undefined ? [] : [steps(pointer)]));
}

/** The steps of a JSON pointer (RFC 6901). */
function steps(pointer: string): readonly string[] {
  return pointer
    .split('/')
    .slice(1)
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));
}

/** Line of the node at a path, or of the nearest one above it that there is. */
export function lineOf(document: Document.Parsed, path: readonly (string | number)[], lines: LineCounter): number {
  for (let length = path.length; length >= 0; length -= 1) {
    const node = document.getIn(path.slice(0, length), true);
    const range = typeof node === 'object' && node !== null && 'range' in node ? node.range : undefined;
    if (Array.isArray(range) && typeof range[0] === 'number') return lines.linePos(range[0]).line;
  }
  return 1;
}
