import {
  type Digest,
  digestOf,
  isObject,
  type JsonObject,
  type Problem,
  type Result,
  succeed,
} from '../../api/index.ts';
import type { YamlError } from './compose-yaml.ts';
import { type DocumentSpan, documentSpans } from './document-span.ts';
import { readingBudget } from './extent.ts';
import { MAX_DOCUMENTS, MAX_MANIFEST_BYTES, MAX_PROBLEMS } from './limits.ts';
import { parseYaml } from './parse-yaml.ts';
import { positionIn } from './position.ts';
import { RENDER_FIRST, templateMark } from './template.ts';

export { MAX_MANIFEST_BYTES } from './limits.ts';

/** A file of YAML documents as it stands on disk, with everything that an edit needs to find its place. */
export interface ManifestFile {
  /** Relative to the repository, with forward slashes. */
  readonly file: string;
  readonly bytes: Uint8Array;
  /** The bytes decoded, with byte order mark and line ends kept. */
  readonly text: string;
  readonly digest: Digest;
  /** The documents that are maps; empty ones, scalars and lists at the root are no Kubernetes objects. */
  readonly documents: readonly ManifestDocument[];
  /** Where every document of the stream stands, broken ones included. */
  readonly spans: readonly DocumentSpan[];
}

export interface ManifestDocument {
  readonly file: string;
  /** Position in the file, from 0. */
  readonly index: number;
  /** First line with content, from 1. */
  readonly line: number;
  readonly value: JsonObject;
}

/** What a file gave: as much as could be read, and every problem in the rest. */
export interface ReadManifest {
  /** Undefined where the file is no text at all. */
  readonly manifest: ManifestFile | undefined;
  readonly problems: readonly Problem[];
}

/** Reads a file's documents. One that does not parse is a problem with its position; the others are read all the same. */
export function readManifest(file: string, bytes: Uint8Array): ReadManifest {
  const decoded = decodeText(file, bytes);
  if (!decoded.ok) return { manifest: undefined, problems: decoded.error };
  const text = decoded.value;
  const spans = documentSpans(text, MAX_DOCUMENTS);
  if (spans.length > MAX_DOCUMENTS) {
    const message = `holds more than ${MAX_DOCUMENTS} documents, and is not read`;
    return { manifest: undefined, problems: [{ code: 'unreadable', file, message, hint: 'split it' }] };
  }
  const budget = readingBudget();
  const documents: ManifestDocument[] = [];
  const problems: Problem[] = [];
  let broken = 0;
  for (const span of spans) {
    const parsed = parseYaml(text.slice(span.start, span.end), budget);
    if (!parsed.ok) {
      if (problems.length < MAX_PROBLEMS) problems.push(syntaxProblem(file, text, span, parsed.error));
      broken += 1;
    } else if (isObject(parsed.value)) {
      documents.push({ file, index: span.index, line: span.line, value: parsed.value });
    }
  }
  if (broken > problems.length) {
    const message = `has ${broken - problems.length} more documents that are not YAML`;
    problems.push({ code: 'syntax', file, message });
  }
  return { manifest: { file, bytes, text, digest: digestOf(bytes), documents, spans }, problems };
}

/** The text of a manifest, exactly: bytes that would not come back the same are refused. */
export function decodeText(file: string, bytes: Uint8Array): Result<string> {
  if (bytes.byteLength > MAX_MANIFEST_BYTES) return unreadable(file, tooLarge(bytes.byteLength));
  const [first, second] = bytes;
  if ((first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff))
    return unreadable(file, 'is UTF-16, and only UTF-8 is read: save it as UTF-8');
  if (bytes.includes(0)) return unreadable(file, 'holds a NUL byte, so it is no text file');
  try {
    return succeed(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes));
  } catch {
    return unreadable(file, 'is not UTF-8 text');
  }
}

export function tooLarge(bytes: number): string {
  return `is ${bytes} bytes, and a manifest of more than ${MAX_MANIFEST_BYTES} is not read`;
}

/** What stops a document from being read, at its place; a template is called one. */
export function syntaxProblem(file: string, text: string, span: DocumentSpan, error: YamlError): Problem {
  const template = templateMark(text.slice(span.start, span.end));
  const offset = template?.offset ?? error.offset;
  return {
    code: 'syntax',
    file,
    // Where the parser names no place it says 0.
    ...(offset === 0 ? { line: span.line, column: 1 } : positionIn(text, span, span.start + offset)),
    ...(template === undefined
      ? { message: `is not YAML: ${error.message}` }
      : {
          message: `looks like a template ("${template.mark}") and is not YAML: ${error.message}`,
          hint: RENDER_FIRST,
        }),
  };
}

function unreadable(file: string, message: string): Result<never> {
  return { ok: false, error: [{ code: 'unreadable', file, message }] };
}
