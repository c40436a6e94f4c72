import { posix } from 'node:path';
import {
  isObject,
  type JsonObject,
  type JsonValue,
  type OperatorVersion,
  type Problem,
  stringAt,
} from '../api/index.ts';
import {
  locatePlace,
  type ManifestDocument,
  type ManifestFile,
  RENDER_FIRST,
  templateMark,
} from '../manifests/index.ts';
import { itemsAt } from './component.ts';
import { documentKeys, type FieldPath, formatFieldPath } from './field-path.ts';
import type { Finding, Severity } from './finding.ts';
import { fleetFindings } from './fleet-rules.ts';
import { type PatchUse, patchFiles } from './kustomize.ts';
import { lintObject } from './lint-object.ts';
import { isDynamoKind } from './schema/kinds.ts';

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
  /** The line itself, as it stands in the file. */
  readonly excerpt: string | undefined;
}

export interface LintOptions {
  readonly operator: OperatorVersion;
}

/** Rules about files rather than objects. */
export const FILE_RULES = [
  {
    id: 'yaml-syntax',
    severity: 'error',
    title: 'A document is YAML; the other documents of its file are checked all the same',
  },
  { id: 'file-unreadable', severity: 'error', title: 'A file is text that can be read, inside of the working folder' },
  { id: 'template-skipped', severity: 'info', title: 'A template is not checked before it is rendered' },
  {
    id: 'kustomize-patch-skipped',
    severity: 'info',
    title: 'A patch of a kustomization is a part of an object, and is not checked on its own',
  },
  {
    id: 'kustomize-component-list',
    severity: 'error',
    title: 'A strategic merge patch of a list of components says how the list is merged',
  },
] as const satisfies readonly { readonly id: string; readonly severity: Severity; readonly title: string }[];

/** Checks every document of every file. `problems` are those of reading the files. Sorted by file, line and column. */
export function lintFiles(
  files: readonly ManifestFile[],
  problems: readonly Problem[],
  options: LintOptions,
): readonly LocatedFinding[] {
  const byName = new Map(files.map((manifest) => [manifest.file, manifest]));
  const patches = patchFiles(files);
  const whole = files
    .filter(({ file }) => !patches.has(file))
    .flatMap((manifest) =>
      manifest.documents.flatMap((document) => {
        const common = { manifest, index: document.index, folder: posix.dirname(manifest.file) };
        return objectsOf(document.value).map((entry) => ({
          ...entry,
          ...common,
          shown: `${manifest.file}:${document.line}`,
        }));
      }),
    );
  const found = [
    ...problems.map((problem) => fileFinding(problem, byName.get(problem.file ?? ''))),
    ...fleetFindings(whole, options.operator).map(({ of, finding }) =>
      located(of.manifest, of.index, of.object, { ...finding, path: [...of.at, ...finding.path] }),
    ),
    ...files.flatMap((manifest) => {
      const patch = patches.get(manifest.file);
      return manifest.documents.flatMap((document) =>
        patch === undefined ? documentFindings(manifest, document, options) : patchFindings(manifest, document, patch),
      );
    }),
  ];
  return found.sort(byPlace);
}

function fileFinding(problem: Problem, manifest: ManifestFile | undefined): LocatedFinding {
  const { code, file = '', line, column, path = '', message, hint } = problem;
  const isTemplate = code === 'syntax' && hint === RENDER_FIRST;
  const rule = isTemplate ? 'template-skipped' : code === 'syntax' ? 'yaml-syntax' : 'file-unreadable';
  return {
    rule,
    severity: isTemplate ? 'info' : 'error',
    ...{ file, line, column, path, resource: '', operatorPath: undefined, length: 1, message },
    help:
      hint ??
      (code === 'syntax'
        ? 'mend the document; nothing reads it as it is'
        : 'remove it from the paths, or make it readable'),
    excerpt: manifest === undefined || line === undefined ? undefined : lineOf(manifest, line),
  };
}

function patchFindings(
  manifest: ManifestFile,
  { index, value }: ManifestDocument,
  { knowsLists }: PatchUse,
): readonly LocatedFinding[] {
  if (!isDynamoKind(value.kind)) return [];
  const note: Finding = {
    rule: 'kustomize-patch-skipped',
    severity: 'info',
    path: ['kind'],
    message: 'is a patch of a kustomization, so it is not checked on its own',
    help: 'check what "kustomize build" makes of it',
  };
  const replaces = !knowsLists && itemsAt(value, 'spec', 'components').length > 0;
  const list: Finding = {
    rule: 'kustomize-component-list',
    severity: 'error',
    path: ['spec', 'components'],
    message:
      'kustomize replaces the whole list by this one: the other components, and all that is not written here, are gone',
    help: 'name an OpenAPI document with x-kubernetes-patch-merge-key under openapi.path, or use a JSON 6902 patch',
  };
  return (replaces ? [note, list] : [note]).map((finding) => located(manifest, index, value, finding));
}

function documentFindings(
  manifest: ManifestFile,
  document: ManifestDocument,
  options: LintOptions,
): readonly LocatedFinding[] {
  const span = manifest.spans[document.index];
  const mayHoldWords = span !== undefined && MAY_HOLD_WORDS.test(manifest.text.slice(span.start, span.end));
  const value = mayHoldWords ? asKubernetesReads(manifest, document) : document.value;
  return objectsOf(value).flatMap(({ object, at }) => {
    const findings = lintObject({ object, operator: options.operator });
    const templates = new Set<string>();
    return findings.flatMap((finding) => {
      const inFile: Finding = at.length === 0 ? finding : { ...finding, path: [...at, ...finding.path] };
      const note = templateNote(document.value, inFile);
      if (note !== undefined) {
        const place = formatFieldPath(note.path);
        if (templates.has(place)) return [];
        templates.add(place);
        return [located(manifest, document.index, object, note)];
      }
      return [located(manifest, document.index, object, inFile)];
    });
  });
}

/** The objects of a document: itself, or the items of a `List`. */
function objectsOf(value: JsonObject): readonly { readonly object: JsonObject; readonly at: FieldPath }[] {
  if (typeof value.kind !== 'string' || !value.kind.endsWith('List')) return [{ object: value, at: [] }];
  return itemsAt(value, 'items').flatMap((object, index) =>
    isObject(object) ? [{ object, at: ['items', index] }] : [],
  );
}

/** A value that a template or envsubst has yet to fill in is no mistake; it is only not checked. */
function templateNote(document: JsonObject, finding: Finding): Finding | undefined {
  const value = documentKeys(finding.path).reduce<JsonValue | undefined>(memberOf, document);
  const mark = typeof value === 'string' ? templateMark(value)?.mark : undefined;
  if (mark === undefined) return undefined;
  return {
    rule: 'template-skipped',
    severity: 'info',
    path: finding.path,
    message: `holds a placeholder ("${mark}"), so it is not checked`,
    help: RENDER_FIRST,
  };
}

function memberOf(value: JsonValue | undefined, key: string | number): JsonValue | undefined {
  if (Array.isArray(value)) return typeof key === 'number' ? (value as readonly JsonValue[])[key] : undefined;
  return isObject(value) && Object.hasOwn(value, key) ? value[key] : undefined;
}

/** Words that YAML 1.1, which Kubernetes reads, takes for true and false where they stand without quotes. */
const TRUE_WORDS = /^(y|yes|on)$/i;
const FALSE_WORDS = /^(n|no|off)$/i;
const MAY_HOLD_WORDS = /[:,[{-]\s*(y|n|yes|no|on|off)\s*([,}\]#\r\n]|$)/im;

/** A document as Kubernetes reads it: plain words for true and false are that. */
function asKubernetesReads(manifest: ManifestFile, { index, value }: ManifestDocument): JsonObject {
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

function located(manifest: ManifestFile, document: number, object: JsonObject, finding: Finding): LocatedFinding {
  const { line, column, length } = locatePlace(manifest, document, documentKeys(finding.path));
  return {
    rule: finding.rule,
    severity: finding.severity,
    ...{ file: manifest.file, line, column, length },
    path: formatFieldPath(finding.path),
    operatorPath: operatorPathOf(finding),
    resource: resourceName(object),
    message: finding.message,
    help: finding.help,
    excerpt: lineOf(manifest, line),
  };
}

function operatorPathOf({ path, operatorPath }: Finding): string | undefined {
  if (operatorPath === undefined) return undefined;
  const text = formatFieldPath(operatorPath);
  return text === formatFieldPath(path) ? undefined : text;
}

function resourceName(object: JsonObject): string {
  const name = stringAt(object, 'metadata', 'name') ?? '';
  const namespace = stringAt(object, 'metadata', 'namespace');
  return `${stringAt(object, 'kind') ?? ''} ${namespace === undefined ? '' : `${namespace}/`}${name}`.trimEnd();
}

/** Where each line starts, found once for a file that is asked about. */
const LINE_STARTS: WeakMap<ManifestFile, readonly number[]> = new WeakMap();

function lineOf(manifest: ManifestFile, line: number): string {
  const { text } = manifest;
  let starts = LINE_STARTS.get(manifest);
  if (starts === undefined) {
    starts = [0, ...[...text.matchAll(/\r\n|\n|\r/g)].map(({ 0: mark, index }) => index + mark.length)];
    LINE_STARTS.set(manifest, starts);
  }
  const start = starts[line - 1] ?? text.length;
  return text
    .slice(start, starts[line] ?? text.length)
    .replace(/[\r\n]+$/, '')
    .replace(/^\uFEFF/, '');
}

function byPlace(first: LocatedFinding, second: LocatedFinding): number {
  if (first.file !== second.file) return first.file < second.file ? -1 : 1;
  return (first.line ?? 0) - (second.line ?? 0) || (first.column ?? 0) - (second.column ?? 0);
}
