import type { JsonObject, OperatorVersion } from '../api/index.ts';
import { type ManifestDocument, type ManifestFile, RENDER_FIRST, templateMark } from '../manifests/index.ts';
import { itemsAt } from './component.ts';
import type { DocumentObject } from './document-objects.ts';
import { documentKeys, formatFieldPath } from './field-path.ts';
import type { Finding, Severity } from './finding.ts';
import type { Fix } from './fix.ts';
import type { Fleet } from './fleet.ts';
import type { PatchUse } from './kustomize.ts';
import { isLeftAlone } from './left-alone.ts';
import { lintObject } from './lint-object.ts';
import { type LocatedFinding, located } from './located-finding.ts';
import { REPLICAS_BESIDE_ADAPTER } from './rules/gitops.ts';
import type { ClusterDefinitions } from './schema/definitions.ts';
import { isDynamoKind } from './schema/kinds.ts';
import { valueAtPath } from './value-at-path.ts';

/** More about one object is read by nobody, and takes its time to place. */
const MAX_OBJECT_FINDINGS = 1000;

/** Not among the rules, since it is about what was found. */
export const LEFT_OUT_RULE = {
  id: 'findings-left-out',
  title: `An object has no more than ${MAX_OBJECT_FINDINGS} findings; the rest counts as the worst of them`,
} as const;

/** What is wrong with an object, and what of it cannot be told before a template is filled in. */
export function objectFindings(
  entry: DocumentObject,
  old: JsonObject | undefined,
  fleet: Fleet,
  {
    operator,
    definitions,
  }: { readonly operator: OperatorVersion; readonly definitions?: ClusterDefinitions | undefined },
): readonly LocatedFinding[] {
  const found = lintObject({ object: entry.object, old, operator, definitions });
  const findings = atMost(found.filter((finding) => !isHarmless(finding, entry, fleet)));
  const templates = new Set<string>();
  return findings.flatMap((finding) => {
    const note = templateNote(entry, finding);
    if (note === undefined) return [locatedIn(entry, finding)];
    const place = formatFieldPath(note.path);
    if (templates.has(place)) return [];
    templates.add(place);
    return [locatedIn(entry, note)];
  });
}

/** A count beside an adapter that nothing applies again after the graph was created. */
function isHarmless({ rule, path }: Finding, entry: DocumentObject, fleet: Fleet): boolean {
  return rule === REPLICAS_BESIDE_ADAPTER && isLeftAlone(fleet, entry, documentKeys(path));
}

function atMost(findings: readonly Finding[]): readonly Finding[] {
  if (findings.length <= MAX_OBJECT_FINDINGS) return findings;
  const rest = findings.slice(MAX_OBJECT_FINDINGS);
  const severities: readonly Severity[] = ['error', 'warning'];
  const severity = severities.find((one) => rest.some((finding) => finding.severity === one)) ?? 'info';
  const message = `${rest.length} more findings about this object are left out`;
  const note: Finding = { rule: LEFT_OUT_RULE.id, severity, path: [], message, help: 'mend these first' };
  return [...findings.slice(0, MAX_OBJECT_FINDINGS), note];
}

/** A value that a template or envsubst has yet to fill in is no mistake; it is only not checked. */
function templateNote({ object }: DocumentObject, { path }: Finding): Finding | undefined {
  const value = valueAtPath(object, path);
  const mark = typeof value === 'string' ? templateMark(value)?.mark : undefined;
  if (mark === undefined) return undefined;
  return {
    rule: 'template-skipped',
    severity: 'info',
    path,
    message: `holds a placeholder ("${mark}"), so it is not checked`,
    help: RENDER_FIRST,
  };
}

/** A finding about an object at its place in the document, where the object may be an item of a list. */
export function locatedIn({ manifest, document, object, at }: DocumentObject, finding: Finding): LocatedFinding {
  if (at.length === 0) return located(manifest, document.index, object, finding);
  const fix = finding.fix?.map((edit): Fix => ({ ...edit, path: [...at, ...edit.path] }));
  const { shownAt } = finding;
  const inDocument = {
    ...finding,
    path: [...at, ...finding.path],
    ...(shownAt === undefined ? {} : { shownAt: [...at, ...shownAt] }),
    ...(fix === undefined ? {} : { fix }),
  };
  return located(manifest, document.index, object, inDocument);
}

export function patchFindings(
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
