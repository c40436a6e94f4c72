import { type JsonObject, stringAt } from '../api/index.ts';
import { locatePlace, type ManifestFile } from '../manifests/index.ts';
import { documentKeys, formatFieldPath } from './field-path.ts';
import type { Finding, Severity } from './finding.ts';
import type { Fix } from './fix.ts';
import { withoutRest, withoutTokens } from './secret-text.ts';

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
  { rule, severity, path, operatorPath, message, help, fix, isSecret }: Finding,
): LocatedFinding {
  const { line, column, length } = locatePlace(manifest, document, documentKeys(path));
  const excerpt = lineOf(manifest, line);
  const said = operatorPath === undefined ? undefined : formatFieldPath(operatorPath);
  return {
    ...{ rule, severity, file: manifest.file, line, column, length },
    path: formatFieldPath(path),
    operatorPath: said === formatFieldPath(path) ? undefined : said,
    resource: resourceName(object),
    ...{ message, help },
    excerpt: isSecret === true ? withoutRest(excerpt, column) : withoutTokens(excerpt),
    ...(fix === undefined ? {} : { fix: { document, edits: fix } }),
  };
}

/** `DynamoGraphDeployment inference/chat`. */
export function resourceName(object: JsonObject): string {
  const name = stringAt(object, 'metadata', 'name') ?? '';
  const namespace = stringAt(object, 'metadata', 'namespace');
  return `${stringAt(object, 'kind') ?? ''} ${namespace === undefined ? '' : `${namespace}/`}${name}`.trimEnd();
}

/** Where each line starts, found once for a file that is asked about. */
const LINE_STARTS: WeakMap<ManifestFile, readonly number[]> = new WeakMap();

export function lineOf(manifest: ManifestFile, line: number): string {
  const { text } = manifest;
  const starts = lineStarts(manifest);
  const start = starts[line - 1] ?? text.length;
  return text
    .slice(start, starts[line] ?? text.length)
    .replace(/[\r\n]+$/, '')
    .replace(/^\uFEFF/, '');
}

export function lastLine(manifest: ManifestFile): number {
  return lineStarts(manifest).length;
}

function lineStarts(manifest: ManifestFile): readonly number[] {
  const known = LINE_STARTS.get(manifest);
  if (known !== undefined) return known;
  const starts = [0, ...[...manifest.text.matchAll(/\r\n|\n|\r/g)].map(({ 0: mark, index }) => index + mark.length)];
  LINE_STARTS.set(manifest, starts);
  return starts;
}

export function byPlace(first: LocatedFinding, second: LocatedFinding): number {
  if (first.file !== second.file) return first.file < second.file ? -1 : 1;
  return (first.line ?? 0) - (second.line ?? 0) || (first.column ?? 0) - (second.column ?? 0);
}
