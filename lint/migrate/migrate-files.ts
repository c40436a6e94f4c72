import {
  DYNAMO_GROUP,
  dynamoApiVersionOf,
  isAtLeast,
  type JsonObject,
  type OperatorVersion,
  type Problem,
  stringAt,
} from '../../api/index.ts';
import { locatePlace, type ManifestDocument, type ManifestFile, readManifest } from '../../manifests/index.ts';
import { documentKeys } from '../field-path.ts';
import { patchFiles } from '../kustomize.ts';
import { type Advice, adviceFor } from './advice.ts';
import { migrateDocument } from './migrate-document.ts';
import { generatedFrom, type Objection } from './objections.ts';
import type { MigratingKind } from './proof/prove.ts';

/** Something that a migration says about a line of a file. */
export interface MigrationNote {
  readonly line: number;
  readonly path: string;
  readonly message: string;
}

export interface MigratedObject {
  /** `DynamoGraphDeployment inference/chat`. */
  readonly resource: string;
  /** First line of its document, before. */
  readonly line: number;
  /** What was left out or does less. */
  readonly notes: readonly MigrationNote[];
  /** Comments that stand above their component now. */
  readonly movedComments: readonly { readonly line: number; readonly text: string }[];
}

export interface MigratedFile {
  readonly file: string;
  readonly before: Uint8Array;
  readonly after: Uint8Array;
  readonly objects: readonly MigratedObject[];
}

export interface Migration {
  readonly files: readonly MigratedFile[];
  /** Why files stay as they are, whole. */
  readonly refused: readonly Problem[];
  /** Objects that are in v1beta1 already. */
  readonly already: number;
  /** Other places that have to change with it. */
  readonly advice: readonly Advice[];
}

const MIGRATING: ReadonlySet<unknown> = new Set<MigratingKind>([
  'DynamoGraphDeployment',
  'DynamoComponentDeployment',
  'DynamoGraphDeploymentScalingAdapter',
]);

/** A file of which a part cannot be read may hold more of them than can be seen. */
const NAMES_ALPHA = /^\s*apiVersion:\s*["']?nvidia\.com\/v1alpha1\b/m;

/**
 * Every v1alpha1 graph, component and scaling adapter of the files in v1beta1. A file with one that cannot be migrated is
 * left out, with the reason; nothing is written here.
 */
export function migrateFiles(
  files: readonly ManifestFile[],
  problems: readonly Problem[],
  operator: OperatorVersion,
): Migration {
  const patches = patchFiles(files);
  const read = new Set(files.map(({ file }) => file));
  const refused = problems.filter(({ file }) => file === undefined || !read.has(file));
  const migrated: MigratedFile[] = [];
  let already = 0;
  for (const manifest of files) {
    already += manifest.documents.filter(({ value }) => isMigrating(value, 'v1beta1')).length;
    if (patches.has(manifest.file)) continue;
    const broken = problems.filter(({ file }) => file === manifest.file);
    const outcome =
      broken.length > 0 && NAMES_ALPHA.test(manifest.text)
        ? { file: undefined, refused: broken }
        : migrateFile(manifest, operator);
    if (outcome.refused.length > 0) refused.push(...outcome.refused);
    else if (outcome.file !== undefined) migrated.push(outcome.file);
  }
  return {
    files: migrated,
    refused,
    already,
    advice: adviceFor(files, new Set(migrated.map(({ file }) => file))),
  };
}

function isMigrating(value: JsonObject, version: 'v1alpha1' | 'v1beta1'): boolean {
  return MIGRATING.has(value.kind) && dynamoApiVersionOf(value.apiVersion) === version;
}

interface FileOutcome {
  readonly file: MigratedFile | undefined;
  readonly refused: readonly Problem[];
}

function migrateFile(manifest: ManifestFile, operator: OperatorVersion): FileOutcome {
  const { file, text } = manifest;
  const lists = manifest.documents.filter(({ value }) => hasMigratingItems(value));
  const documents = manifest.documents.filter(({ value }) => isMigrating(value, 'v1alpha1'));
  const [first] = [...documents, ...lists];
  if (first === undefined) return { file: undefined, refused: [] };
  const refuse = (line: number, message: string, hint: string, path?: string): Problem => ({
    code: 'refused',
    file,
    line,
    ...(path === undefined ? {} : { path }),
    message,
    hint,
  });
  const source = generatedFrom(manifest);
  if (source !== undefined)
    return {
      file: undefined,
      refused: [refuse(1, `is rendered from ${source}`, "set apiVersion: 'v1beta1' in that app, and run synth")],
    };
  if (!isAtLeast(operator, '1.2.0'))
    return {
      file: undefined,
      refused: [
        refuse(
          first.line,
          `operator ${operator} does not serve v1beta1`,
          'migrate when 1.2 or a later one runs',
          'apiVersion',
        ),
      ],
    };
  if (text.includes('\r')) return withCarriageReturns(manifest, operator);
  const refused = lists.map(({ line }) =>
    refuse(line, 'holds v1alpha1 objects as items of a list', 'write each as a document of its own', 'items'),
  );
  const objects: MigratedObject[] = [];
  const edits: { readonly start: number; readonly end: number; readonly text: string }[] = [];
  for (const document of documents) {
    const { kind } = document.value;
    const span = manifest.spans[document.index];
    if (!isKind(kind) || span === undefined) continue;
    const outcome = migrateDocument(manifest, document, kind, operator);
    const place = (objection: Objection): number => lineOf(manifest, document, objection.at);
    if (outcome.kind === 'refused') {
      refused.push(
        ...outcome.objections.map((objection) =>
          refuse(place(objection), objection.message, objection.help, objection.path || undefined),
        ),
      );
      continue;
    }
    edits.push({ start: span.start, end: span.end, text: outcome.text });
    objects.push({
      resource: resourceName(document.value),
      line: document.line,
      notes: outcome.notes.map((note) => ({
        line: place(note),
        path: note.path,
        message: note.help === 'nothing changes' ? note.message : `${note.message}; ${note.help}`,
      })),
      movedComments: outcome.moved.map(({ text: comment, line }) => ({
        line: lineOf(manifest, document, { line }),
        text: comment,
      })),
    });
  }
  if (refused.length > 0) return { file: undefined, refused };
  const after = edits.reduceRight((so, edit) => so.slice(0, edit.start) + edit.text + so.slice(edit.end), text);
  return { file: { file, before: manifest.bytes, after: new TextEncoder().encode(after), objects }, refused: [] };
}

/** Line ends of one kind come back as they were. */
function withCarriageReturns({ file, text, bytes }: ManifestFile, operator: OperatorVersion): FileOutcome {
  const plain = text.replaceAll('\r\n', '\n');
  const { manifest } = readManifest(file, new TextEncoder().encode(plain));
  if (manifest === undefined || plain.includes('\r') || plain.replaceAll('\n', '\r\n') !== text) {
    const hint = 'end every line alike, with LF or with CR LF';
    return {
      file: undefined,
      refused: [{ code: 'refused', file, line: 1, message: 'has line ends of several kinds', hint }],
    };
  }
  const outcome = migrateFile(manifest, operator);
  if (outcome.file === undefined) return outcome;
  const after = new TextDecoder('utf-8', { ignoreBOM: true }).decode(outcome.file.after).replaceAll('\n', '\r\n');
  return { file: { ...outcome.file, before: bytes, after: new TextEncoder().encode(after) }, refused: [] };
}

function isKind(kind: unknown): kind is MigratingKind {
  return MIGRATING.has(kind);
}

function hasMigratingItems({ kind, items }: JsonObject): boolean {
  return (
    typeof kind === 'string' &&
    kind.endsWith('List') &&
    JSON.stringify(items ?? []).includes(`"${DYNAMO_GROUP}/v1alpha1"`)
  );
}

function lineOf(manifest: ManifestFile, { index, line }: ManifestDocument, at: Objection['at']): number {
  if ('path' in at) return at.path.length === 0 ? line : locatePlace(manifest, index, documentKeys(at.path)).line;
  const span = manifest.spans[index];
  if ('line' in at) return (span?.startLine ?? 1) + at.line;
  return manifest.text.slice(0, (span?.start ?? 0) + at.offset).split('\n').length;
}

function resourceName(object: JsonObject): string {
  const name = stringAt(object, 'metadata', 'name') ?? '';
  const namespace = stringAt(object, 'metadata', 'namespace');
  return `${String(object.kind)} ${namespace === undefined ? '' : `${namespace}/`}${name}`.trimEnd();
}
