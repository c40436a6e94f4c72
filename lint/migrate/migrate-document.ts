import { type Document, isMap, isNode, isScalar, isSeq, type Node, type Pair, parseDocument, type YAMLMap } from 'yaml';
import type { OperatorVersion } from '../../api/index.ts';
import { type ManifestDocument, type ManifestFile, readManifest } from '../../manifests/index.ts';
import {
  type Comment,
  itemMarks,
  lostComments,
  type MarkedText,
  markComments,
  settleComments,
  unmarkComments,
} from './comments.ts';
import { liveObjection, type Objection, schemaObjections, textObjection } from './objections.ts';
import { type Disproof, disproof, type MigratingKind } from './proof/prove.ts';
import { pairOf, type Section, type Style, specSection, styleOf } from './section.ts';
import { componentPairs } from './to-v1beta1/component.ts';
import { type Conversion, Fields, keyOf, mapOf, type Remark } from './to-v1beta1/fields.ts';
import { graphSpec } from './to-v1beta1/graph.ts';
import { verbatim } from './verbatim.ts';

/** A document in v1beta1, or why it stays as it is. */
export type MigratedDocument =
  | {
      readonly kind: 'migrated';
      /** The whole document; nothing but `apiVersion` and `spec` differs. */
      readonly text: string;
      /** What was left out or does less, at its place in the old text. */
      readonly notes: readonly Objection[];
      /** Comments whose field has no place in v1beta1; they stand above the component or the spec. */
      readonly moved: readonly Comment[];
    }
  | { readonly kind: 'refused'; readonly objections: readonly Objection[] };

/**
 * Writes one v1alpha1 object as v1beta1: the same to the operator, with the author's text and comments wherever their field
 * has a place. What is written is parsed again and proven before it is handed out.
 */
export function migrateDocument(
  manifest: ManifestFile,
  { index, value }: ManifestDocument,
  kind: MigratingKind,
  operator: OperatorVersion,
): MigratedDocument {
  const span = manifest.spans[index];
  const text = manifest.text.slice(span?.start ?? 0, span?.end);
  const live = liveObjection(value);
  if (live !== undefined) return refused(live);
  const schema = schemaObjections(kind, value, operator);
  const document = parsed(text);
  const shared = textObjection(document);
  if (shared !== undefined) return refused(shared);
  if (schema.length > 0) return refused(...schema);

  const section = specSection(text, document.contents);
  const version = versionScalar(document);
  if (typeof section === 'string' || version === undefined) {
    const message = typeof section === 'string' ? section : 'has no version that can be replaced';
    return refused({
      at: { offset: 0 },
      path: '',
      message,
      help: 'write the object in blocks, a key a line, from the first column on',
    });
  }
  const first = lineAt(text, section.start);
  const spec = migrateSpec(text.slice(section.start, section.end), styleOf(text, contentsOf(document)), kind);
  if (spec.refusals.length > 0) return refused(...spec.refusals.map((remark) => placed(remark, first)));
  const written = replaced(text, section, spec.text, version);
  const after = readManifest(manifest.file, new TextEncoder().encode(written)).manifest?.documents[0]?.value;
  const disproved: Disproof | undefined =
    after === undefined
      ? { kind: 'different', reason: 'what would be written is no YAML' }
      : disproof(kind, value, after, operator);
  if (disproved !== undefined) return refused(unproven(disproved));
  const moved = spec.moved.map(({ text: comment, line }) => ({ text: comment, line: line + first }));
  return { kind: 'migrated', text: written, notes: spec.notes.map((remark) => placed(remark, first)), moved };
}

function unproven(disproved: Disproof): Objection {
  const place = { at: { path: ['spec'] }, path: 'spec' };
  switch (disproved.kind) {
    case 'different':
      return {
        ...place,
        message: `cannot be proven to mean the same: ${disproved.reason}`,
        help: 'migrate this part by hand',
      };
    case 'refused':
      return { ...place, message: `would be refused in v1beta1: ${disproved.reason}`, help: disproved.help };
  }
}

function parsed(text: string): Document.Parsed {
  return parseDocument(text, { merge: false, prettyErrors: false, logLevel: 'silent', keepSourceTokens: false });
}

function contentsOf(document: Document.Parsed): unknown {
  return isMap(document.contents) ? pairOf(document.contents, 'spec')?.value : undefined;
}

function versionScalar({ contents }: Document.Parsed): Node | undefined {
  const value = isMap(contents) ? pairOf(contents, 'apiVersion')?.value : undefined;
  return isScalar(value) && value.range !== undefined ? value : undefined;
}

interface LinedRemark extends Remark {
  /** In the section, from 0. */
  readonly line: number;
}

interface MigratedSpec {
  readonly text: string;
  readonly refusals: readonly LinedRemark[];
  readonly notes: readonly LinedRemark[];
  readonly moved: readonly Comment[];
}

/** The lines of the spec, twice: what the first printing lost of the comments is put above its component in the second. */
function migrateSpec(source: string, style: Style, kind: MigratingKind): MigratedSpec {
  const marked = markComments(source);
  const first = printed(marked, style, kind, []);
  const lost = lostComments(first.text, marked);
  const second = lost.length === 0 || first.refusals.length > 0 ? first : printed(marked, style, kind, lost);
  return { ...second, text: unmarkComments(second.text, marked), moved: lost };
}

function printed(
  marked: MarkedText,
  style: Style,
  kind: MigratingKind,
  homeless: ReturnType<typeof lostComments>,
): Omit<MigratedSpec, 'moved'> {
  const document = parsed(marked.text);
  settleComments(document, marked);
  const items = itemMarks(marked);
  const conversion: Conversion = {
    verbatim: verbatim(marked.text, (comment) => items.has(comment)),
    refusals: [],
    notes: [],
  };
  const root = document.contents;
  const written = isMap(root) ? pairOf(root, 'spec') : undefined;
  if (written !== undefined && isMap(written.value)) {
    const services = serviceLines(written.value, marked.text);
    written.value = converted(written.value, kind, conversion);
    place(homeless, written, services);
  }
  const text = conversion.verbatim.restore(document.toString({ ...style, lineWidth: 0 }).replace(/\n+$/, ''));
  const lined = (remark: Remark): LinedRemark => ({ ...remark, line: lineAt(marked.text, remark.offset) });
  return { text, refusals: conversion.refusals.map(lined), notes: conversion.notes.map(lined) };
}

function converted(spec: YAMLMap, kind: MigratingKind, conversion: Conversion): YAMLMap {
  const map = specOf(spec, kind, conversion);
  if (spec.commentBefore !== undefined && spec.commentBefore !== null) map.commentBefore = spec.commentBefore;
  return map;
}

function specOf(spec: YAMLMap, kind: MigratingKind, conversion: Conversion): YAMLMap {
  switch (kind) {
    case 'DynamoGraphDeployment':
      return graphSpec(spec, conversion);
    case 'DynamoComponentDeployment': {
      const fields = new Fields(spec, 'spec', conversion);
      const name = fields.carry('serviceName', 'name');
      const backend = fields.carry('backendFramework');
      return mapOf([...name, ...backend, ...componentPairs(fields)], spec);
    }
    case 'DynamoGraphDeploymentScalingAdapter': {
      const fields = new Fields(spec, 'spec', conversion);
      const pairs = spec.items.flatMap((one): readonly Pair[] => {
        if (keyOf(one) !== 'dgdRef' || !isMap(one.value)) return fields.carry(keyOf(one));
        const target = new Fields(one.value, 'spec.dgdRef', conversion);
        const items = one.value.items.flatMap((field) =>
          keyOf(field) === 'serviceName' ? target.carry('serviceName', 'componentName') : target.carry(keyOf(field)),
        );
        one.value = mapOf(items, one.value);
        return [one];
      });
      return mapOf(pairs, spec);
    }
  }
}

/** The line, from 0, on which each service starts, in the order in which components are written; and the one after them. */
function serviceLines(spec: YAMLMap, text: string): readonly number[] {
  const services = pairOf(spec, 'services')?.value;
  if (!isMap(services)) return [];
  const items = services.items.filter(({ value }) => isMap(value));
  const starts = items.map(({ key }) => lineAt(text, isNode(key) ? (key.range?.[0] ?? 0) : 0));
  return [...starts, lineAt(text, (services.range?.[1] ?? 1) - 1) + 1];
}

/** From 0. */
function lineAt(text: string, offset: number): number {
  return text.slice(0, offset).split('\n').length - 1;
}

/** Comments without a place of their own go above the component that their field stood in, or above the spec's first field. */
function place(homeless: ReturnType<typeof lostComments>, spec: Pair, services: readonly number[]): void {
  const list = isMap(spec.value) ? pairOf(spec.value, 'components')?.value : undefined;
  const top = isMap(spec.value) ? spec.value.items[0]?.key : undefined;
  for (const { mark, line } of homeless) {
    const index = services.findLastIndex((start) => line >= start);
    const owner = (isSeq(list) ? list.items[index] : undefined) ?? top;
    if (!isNode(owner)) continue;
    const before = owner.commentBefore;
    owner.commentBefore = [...(before === undefined || before === null ? [] : [before]), mark.slice(1)].join('\n');
  }
}

function replaced(text: string, section: Section, spec: string, version: Node): string {
  const [start = 0, end = 0] = version.range ?? [];
  const edits = [
    { start, end, text: text.slice(start, end).replace('v1alpha1', 'v1beta1') },
    { ...section, text: spec },
  ].sort((first, second) => second.start - first.start);
  return edits.reduce((so, edit) => so.slice(0, edit.start) + edit.text + so.slice(edit.end), text);
}

function placed({ line, path, message, help }: LinedRemark, first: number): Objection {
  return { at: { line: line + first }, path, message, help };
}

function refused(...objections: readonly Objection[]): MigratedDocument {
  return { kind: 'refused', objections };
}
