import { formatPath, type Problem, type Result, succeed } from '../../api/index.ts';
import { type LocatedInteger, locateInDocument } from '../locate/locate.ts';
import { type ParsedDocument, parsedDocument } from '../locate/parsed-document.ts';
import { documentSpans } from '../read/document-span.ts';
import { decodeText } from '../read/manifest.ts';
import type { IntegerChange, IntegerEdit, PlacedEdit } from './edit.ts';
import { provesEdits } from './prove.ts';

export interface SplicedFile {
  readonly bytes: Uint8Array;
  /** What changed, in the order of the file; an edit to the same number is none. */
  readonly changes: readonly IntegerChange[];
}

/**
 * Replaces numbers in a file and nothing else: every other byte stays, and parsing the result again proves that exactly
 * these numbers changed. All edits or none.
 * @returns one problem for each edit that is refused; `stale` where the file no longer holds `from`.
 */
export function spliceIntegers(file: string, bytes: Uint8Array, edits: readonly IntegerEdit[]): Result<SplicedFile> {
  const decoded = decodeText(file, bytes);
  if (!decoded.ok) return decoded;
  const text = decoded.value;
  const spans = documentSpans(text);
  const documents = new Map<number, ParsedDocument>();
  const problems: Problem[] = [];

  for (const index of new Set(edits.map((edit) => edit.document))) {
    const span = spans[index];
    if (span === undefined) {
      problems.push({ code: 'not-found', file, message: `has no document ${index + 1}` });
      continue;
    }
    const document = parsedDocument(file, text, span);
    if (document.ok) documents.set(index, document.value);
    else problems.push(...document.error);
  }

  const placed: PlacedEdit[] = [];
  for (const edit of edits) {
    const document = documents.get(edit.document);
    if (document === undefined) continue;
    const located = locateInDocument(document, edit.path);
    if (!located.ok) {
      problems.push(...located.error);
      continue;
    }
    const objection = objectionTo(edit, located.value, placed);
    if (objection === undefined) {
      placed.push({ ...edit, located: located.value });
    } else {
      const { line, column } = located.value;
      problems.push({ ...objection, file, line, column, path: formatPath(edit.path) });
    }
  }
  if (problems.length > 0) return { ok: false, error: problems };

  const ordered = placed
    .filter((edit) => edit.from !== edit.to)
    .sort((first, second) => first.located.start - second.located.start);
  const spliced = new TextEncoder().encode(replaced(text, ordered));
  const proof = provesEdits({ file, before: { text, bytes, spans, documents }, edits: ordered, after: spliced });
  if (!proof.ok) return proof;
  return succeed({
    bytes: spliced,
    changes: ordered.map(({ located: { line, column }, path, from, to }) => ({ line, column, path, from, to })),
  });
}

function objectionTo(
  edit: IntegerEdit,
  located: LocatedInteger,
  placed: readonly PlacedEdit[],
): Pick<Problem, 'code' | 'message' | 'hint'> | undefined {
  if (placed.some((other) => other.located.start === located.start)) {
    return { code: 'duplicate', message: 'is to be edited twice' };
  }
  if (located.value !== edit.from) {
    const message = `is ${located.value} in the file, not ${edit.from}`;
    return { code: 'stale', message, hint: 'the file changed since; start again from what it says now' };
  }
  if (!Number.isSafeInteger(edit.to) || edit.to < 0) {
    return { code: 'refused', message: `cannot become ${edit.to}, which is no count` };
  }
  return undefined;
}

function replaced(text: string, ordered: readonly PlacedEdit[]): string {
  const parts: string[] = [];
  let from = 0;
  for (const { located, to } of ordered) {
    parts.push(text.slice(from, located.start), String(to));
    from = located.end;
  }
  parts.push(text.slice(from));
  return parts.join('');
}
