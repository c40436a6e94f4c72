import { type JsonObject, stringAt } from '../api/index.ts';
import { lineText, locatePlace, type ManifestFile } from '../manifests/index.ts';
import { documentKeys, formatFieldPath } from './field-path.ts';
import type { Finding, Severity } from './finding.ts';
import type { Fix } from './fix.ts';
import { lineHider, sentenceWithoutSecrets } from './secret-fields.ts';
import { withoutRest } from './secret-text.ts';

/** A finding at its place in a file. */
export interface LocatedFinding {
  readonly rule: string;
  readonly severity: Severity;
  readonly file: string;
  /** From 1; undefined where the file as a whole is meant. */
  readonly line: number | undefined;
  readonly column: number | undefined;
  /** How much of the line is meant. */
  readonly length: number;
  readonly path: string;
  readonly operatorPath: string | undefined;
  /** `DynamoGraphDeployment inference/chat`; empty for what is no object. */
  readonly resource: string;
  readonly message: string;
  readonly help: string;
  /** The line itself, as it stands in the file; stars where a secret stands. */
  readonly excerpt: string | undefined;
  /** The edits that mend it, in a document of the file; their paths start at the document's root. */
  readonly fix?: { readonly document: number; readonly edits: readonly Fix[] };
}

/** A finding about an object, or about a part of one, at its place. Paths start at the document's root. */
export function located(
  manifest: ManifestFile,
  document: number,
  object: JsonObject,
  { rule, severity, path, operatorPath, shownAt, message, help, fix, isSecret }: Finding,
): LocatedFinding {
  const { line, column, length } = locatePlace(manifest, document, documentKeys(shownAt ?? path));
  const text = excerptOf(manifest, line);
  const shown = text === undefined ? undefined : lineHider([documentOf(manifest, document) ?? object])(text);
  const said = operatorPath === undefined ? undefined : formatFieldPath(operatorPath);
  return {
    ...{ rule, severity, file: manifest.file, line, column, length },
    path: shortened(formatFieldPath(path)),
    operatorPath: said === undefined || said === formatFieldPath(path) ? undefined : shortened(said),
    resource: shortened(resourceName(object)),
    message: shortened(sentenceWithoutSecrets(object, message)),
    help: shortened(sentenceWithoutSecrets(object, help)),
    excerpt: shown !== undefined && isSecret === true ? withoutRest(shown, column) : shown,
    ...(fix === undefined ? {} : { fix: { document, edits: fix } }),
  };
}

/** Where every document before it could be read, it stands at its own position. */
function documentOf({ documents }: ManifestFile, position: number): JsonObject | undefined {
  const found = documents[position];
  return (found?.index === position ? found : documents.find(({ index }) => index === position))?.value;
}

/** Longer lines are no longer read by people; one of megabytes would be kept for each of its findings. */
const MAX_EXCERPT = 4096;
/** A key or a value of megabytes is named by how it starts. */
const MAX_TEXT = 1000;

export function excerptOf(manifest: ManifestFile, line: number): string | undefined {
  const text = lineText(manifest, line);
  return text.length > MAX_EXCERPT ? undefined : text;
}

function shortened(text: string): string {
  return text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT)}…` : text;
}

/** `DynamoGraphDeployment inference/chat`. */
export function resourceName(object: JsonObject): string {
  const name = stringAt(object, 'metadata', 'name') ?? '';
  const namespace = stringAt(object, 'metadata', 'namespace');
  return `${stringAt(object, 'kind') ?? ''} ${namespace === undefined ? '' : `${namespace}/`}${name}`.trimEnd();
}

export function byPlace(first: LocatedFinding, second: LocatedFinding): number {
  if (first.file !== second.file) return first.file < second.file ? -1 : 1;
  return (first.line ?? 0) - (second.line ?? 0) || (first.column ?? 0) - (second.column ?? 0);
}
