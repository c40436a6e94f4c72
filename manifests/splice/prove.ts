import { isDeepStrictEqual } from 'node:util';
import { type DocumentPath, fail, isObject, type JsonValue, type Result, succeed } from '../../api/index.ts';
import { embeddedIn } from '../locate/embedded.ts';
import { locateInDocument } from '../locate/locate.ts';
import { type ParsedDocument, parsedDocument } from '../locate/parsed-document.ts';
import { type DocumentSpan, documentSpans } from '../read/document-span.ts';
import { decodeText } from '../read/manifest.ts';
import type { PlacedEdit } from './edit.ts';

export interface Claim {
  readonly file: string;
  readonly before: {
    readonly text: string;
    readonly bytes: Uint8Array;
    readonly spans: readonly DocumentSpan[];
    /** The edited documents, by position. */
    readonly documents: ReadonlyMap<number, ParsedDocument>;
  };
  /** In the order of the file. */
  readonly edits: readonly PlacedEdit[];
  readonly after: Uint8Array;
}

/**
 * Holds a splice to its promise, from the result alone: the bytes around the digits are the old ones; the file splits
 * into the same documents; those that were not edited are the same text, and so mean the same; those that were mean the
 * same but for the planned numbers.
 */
export function provesEdits({ file, before, edits, after }: Claim): Result<void> {
  const doubt = (message: string): Result<never> =>
    fail({ code: 'internal', file, message: `the edit was not made: ${message}`, hint: 'please report this defect' });

  if (!keepsOtherBytes(before.text, before.bytes, edits, after)) return doubt('it would change other bytes');
  const decoded = decodeText(file, after);
  if (!decoded.ok) return doubt('the result is not readable');
  const text = decoded.value;
  const spans = documentSpans(text);
  if (spans.length !== before.spans.length) return doubt('it would change where documents start');

  for (const [index, span] of spans.entries()) {
    const planned = edits.filter((edit) => edit.document === index);
    const original = before.spans[index];
    if (original === undefined) return doubt('it would change where documents start');
    if (planned.length === 0) {
      const isSame = text.slice(span.start, span.end) === before.text.slice(original.start, original.end);
      if (!isSame) return doubt(`it would change document ${index + 1}`);
      continue;
    }
    const parsed = parsedDocument(file, text, span);
    if (!parsed.ok) return doubt('the result does not parse');
    const expected = planned.reduce<JsonValue | undefined>(
      (value, edit) => withValue(value, edit.path, edit.to),
      before.documents.get(index)?.value,
    );
    if (!isDeepStrictEqual(parsed.value.value, expected)) return doubt('it would change another value');
  }
  return succeed(undefined);
}

function keepsOtherBytes(text: string, bytes: Uint8Array, edits: readonly PlacedEdit[], after: Uint8Array): boolean {
  let oldAt = 0;
  let newAt = 0;
  let textAt = 0;
  for (const { located, from, to } of edits) {
    const kept = Buffer.byteLength(text.slice(textAt, located.start));
    if (Buffer.compare(bytes.subarray(oldAt, oldAt + kept), after.subarray(newAt, newAt + kept)) !== 0) return false;
    const [oldDigits, newDigits] = [String(from), String(to)];
    const oldEnd = oldAt + kept + oldDigits.length;
    const newEnd = newAt + kept + newDigits.length;
    if (Buffer.from(bytes.subarray(oldAt + kept, oldEnd)).toString('latin1') !== oldDigits) return false;
    if (Buffer.from(after.subarray(newAt + kept, newEnd)).toString('latin1') !== newDigits) return false;
    oldAt = oldEnd;
    newAt = newEnd;
    textAt = located.end;
  }
  return Buffer.compare(bytes.subarray(oldAt), after.subarray(newAt)) === 0;
}

/** A copy of a value with one part replaced; a path that is not there leaves it as it was. */
function withValue(value: JsonValue | undefined, path: DocumentPath, to: number): JsonValue | undefined {
  const [step, ...rest] = path;
  if (step === undefined) return typeof value === 'string' ? String(to) : to;
  if (typeof value === 'string') return textWithValue(value, path, to);
  if (typeof step === 'string') {
    if (Array.isArray(value)) {
      return value.map((item: JsonValue, index) =>
        String(index) === step ? withValue(item, rest, to) : item,
      ) as JsonValue;
    }
    if (!isObject(value) || !Object.hasOwn(value, step)) return value;
    return Object.fromEntries(
      Object.entries(value).map(([key, child]) => [key, key === step ? withValue(child, rest, to) : child]),
    );
  }
  if (!Array.isArray(value)) return value;
  return value.map((item) =>
    isObject(item) && item.name === step.name ? withValue(item, rest, to) : item,
  ) as JsonValue;
}

/** A text that holds YAML, with one number of it replaced. */
function textWithValue(text: string, path: DocumentPath, to: number): string {
  const embedded = embeddedIn('', text);
  const located = 'message' in embedded ? undefined : locateInDocument(embedded.document, path);
  if (located?.ok !== true) return text;
  return `${text.slice(0, located.value.start)}${to}${text.slice(located.value.end)}`;
}
