import type { Result } from '../../api/index.ts';
import { type DocumentSpan, documentSpans } from '../read/document-span.ts';
import { type ParsedDocument, parsedDocument } from './parsed-document.ts';
import type { Refusal } from './refusal.ts';
import type { ScalarNode } from './yaml-node.ts';

/** A YAML document that is the text of a block scalar in another: an inline patch, the values of a Helm release. */
export interface EmbeddedDocument {
  readonly document: ParsedDocument;
  /** Where a place of the inner text stands in the outer document's own text. */
  readonly outerOffset: (inner: number) => number;
}

/**
 * Reads the text of a literal block as a document of its own. Only there does every character of the inner text stand once
 * in the outer one; in folded and quoted scalars it does not, and an edit could change more than it shows.
 * @param value the text that a parser reads the scalar as.
 */
export function embeddedDocument(outer: ParsedDocument, node: ScalarNode, value: string): EmbeddedDocument | Refusal {
  const slice = outer.text.slice(outer.span.start, outer.span.end);
  const header = /^\|[+-]?[ \t]*(?:#[^\r\n]*)?\r?\n/.exec(slice.slice(node.start));
  if (node.style !== 'block' || header === null) {
    return {
      message: 'is YAML inside a text that is no literal block',
      hint: 'write the text as a block that starts with "|"',
    };
  }
  const inner = value.split('\n');
  const starts: number[] = [];
  let indent: number | undefined;
  let at = node.start + header[0].length;
  for (const line of inner) {
    const end = slice.indexOf('\n', at);
    const written = slice.slice(at, end < 0 ? slice.length : end).replace(/\r$/, '');
    if (line !== '') {
      indent ??= written.length - written.trimStart().length;
      if (written !== `${' '.repeat(indent)}${line}`)
        return { message: 'is a block of text that is not read as it is written' };
    }
    starts.push(at);
    at = end < 0 ? slice.length : end + 1;
  }
  const parsed = embeddedIn(outer.file, value);
  if ('message' in parsed) return parsed;
  return {
    document: parsed.document,
    outerOffset: (offset) => {
      const before = value.slice(0, offset).split('\n');
      return (starts[before.length - 1] ?? 0) + (indent ?? 0) + (before.at(-1)?.length ?? 0);
    },
  };
}

/** The one document of a text, or why there is none to edit. */
export function embeddedIn(file: string, text: string): { readonly document: ParsedDocument } | Refusal {
  const spans: readonly DocumentSpan[] = documentSpans(text);
  const [span, second] = spans;
  if (span === undefined || second !== undefined) {
    return { message: `is a text of ${spans.length} documents, and only one can be told where it ends` };
  }
  const parsed: Result<ParsedDocument> = parsedDocument(file, text, span);
  if (parsed.ok) return { document: parsed.value };
  return { message: `is a text in which ${parsed.error[0]?.message ?? 'nothing is read'}` };
}
