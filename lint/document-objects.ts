import { posix } from 'node:path';
import { isObject, type JsonObject, type JsonValue } from '../api/index.ts';
import { locatePlace, type ManifestDocument, type ManifestFile } from '../manifests/index.ts';
import { itemsAt } from './component.ts';
import type { FieldPath } from './field-path.ts';

/** An object of a document, or one of the items of a `List`, as Kubernetes reads it. */
export interface DocumentObject {
  readonly object: JsonObject;
  /** Where it stands in the document. */
  readonly at: FieldPath;
  readonly manifest: ManifestFile;
  readonly document: ManifestDocument;
  readonly file: string;
  /** Folder of the file. */
  readonly folder: string;
  /** For a message about another object: `dist/prod/chat.yaml:12`. */
  readonly shown: string;
}

export function documentObjects(manifest: ManifestFile, document: ManifestDocument): readonly DocumentObject[] {
  const { file } = manifest;
  const common = { manifest, document, file, folder: posix.dirname(file), shown: `${file}:${document.line}` };
  const value = asKubernetesReads(manifest, document);
  if (typeof value.kind !== 'string' || !value.kind.endsWith('List')) return [{ ...common, object: value, at: [] }];
  return itemsAt(value, 'items').flatMap((object, index) =>
    isObject(object) ? [{ ...common, object, at: ['items', index] }] : [],
  );
}

/** Words that YAML 1.1, which Kubernetes reads, takes for true and false where they stand without quotes. */
const TRUE_WORDS = /^(y|yes|on)$/i;
const FALSE_WORDS = /^(n|no|off)$/i;
const MAY_HOLD_WORDS = /[:,[{-]\s*(y|n|yes|no|on|off)\s*([,}\]#\r\n]|$)/im;

/** A document in which plain words for true and false are that. */
function asKubernetesReads(manifest: ManifestFile, { index, value }: ManifestDocument): JsonObject {
  const span = manifest.spans[index];
  if (span === undefined || !MAY_HOLD_WORDS.test(manifest.text.slice(span.start, span.end))) return value;
  const read = (part: JsonValue, path: readonly (string | number)[]): JsonValue => {
    if (typeof part === 'string') {
      const isTrue = TRUE_WORDS.test(part);
      if (!isTrue && !FALSE_WORDS.test(part)) return part;
      return locatePlace(manifest, index, path).plainText === undefined ? part : isTrue;
    }
    if (Array.isArray(part))
      return (part as readonly JsonValue[]).map((item, position) => read(item, [...path, position]));
    if (!isObject(part)) return part;
    const members = Object.entries(part).flatMap(([key, member]) =>
      member === undefined ? [] : [[key, read(member, [...path, key])] as const],
    );
    return Object.fromEntries(members);
  };
  const whole = read(value, []);
  return isObject(whole) ? whole : value;
}
