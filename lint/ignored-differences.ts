import { isObject, type JsonObject, stringAt } from '../api/index.ts';
import { itemsAt } from './component.ts';
import type { EditedField } from './edited-fields.ts';
import type { FieldPath } from './field-path.ts';
import { isLike } from './glob.ts';
import { type DocumentSteps, jqPaths } from './jq-paths.ts';

/** What one line of `ignoreDifferences` takes out of the comparison, and where it stands. */
export interface IgnoredPart {
  readonly path: FieldPath;
  /** Whether it hides the field; `maybe` where the line cannot be read to the end. */
  readonly hides: 'yes' | 'maybe';
}

/** The first line of Argo CD's `ignoreDifferences` that hides a field of an object. */
export function ignoredBy(
  entries: readonly unknown[],
  field: Pick<EditedField, 'of' | 'path'>,
): IgnoredPart | undefined {
  for (const [index, entry] of entries.entries()) {
    if (!isObject(entry) || !isMeant(entry, field.of.object)) continue;
    const found = hiddenIn(entry, field);
    if (found !== undefined) return { ...found, path: [index, ...found.path] };
  }
  return undefined;
}

function hiddenIn(entry: JsonObject, { of, path }: Pick<EditedField, 'of' | 'path'>): IgnoredPart | undefined {
  for (const [index, pointer] of itemsAt(entry, 'jsonPointers').entries()) {
    if (typeof pointer === 'string' && isPrefix(pointerSteps(pointer), path))
      return { path: ['jsonPointers', index], hides: 'yes' };
  }
  for (const [index, expression] of itemsAt(entry, 'jqPathExpressions').entries()) {
    if (typeof expression !== 'string') continue;
    const found = jqPaths(expression, of.object);
    const last = String(path.at(-1));
    const hides = found === undefined ? expression.includes(last) : found.some((one) => isPrefix(one, path));
    if (hides) return { path: ['jqPathExpressions', index], hides: found === undefined ? 'maybe' : 'yes' };
  }
  for (const [index, manager] of itemsAt(entry, 'managedFieldsManagers').entries()) {
    // What the operator has written last is its own: annotations, and counts that adapters own. The controllers of
    // Kubernetes write a status, and through an adapter's scale subresource.
    if (typeof manager !== 'string' || manager.includes('operator') || OTHERS.has(manager)) continue;
    return { path: ['managedFieldsManagers', index], hides: manager === ARGO_CD ? 'yes' : 'maybe' };
  }
  return undefined;
}

const OTHERS: ReadonlySet<string> = new Set(['manager', 'kube-controller-manager', 'keda', 'keda-operator']);

/** The name that Argo CD itself applies under. */
const ARGO_CD = 'argocd-controller';

/** Group and kind may have stars; name and namespace are meant as they are, and anything where absent. */
function isMeant(entry: JsonObject, object: JsonObject): boolean {
  const apiVersion = stringAt(object, 'apiVersion') ?? '';
  const group = apiVersion.includes('/') ? apiVersion.slice(0, apiVersion.indexOf('/')) : '';
  const namespace = stringAt(entry, 'namespace') ?? '';
  const own = stringAt(object, 'metadata', 'namespace');
  const name = stringAt(entry, 'name') ?? '';
  return (
    isLike(stringAt(entry, 'group') ?? '', group) &&
    isLike(stringAt(entry, 'kind') ?? '', stringAt(object, 'kind') ?? '') &&
    (name === '' || name === stringAt(object, 'metadata', 'name')) &&
    (namespace === '' || own === undefined || namespace === own)
  );
}

export function pointerSteps(pointer: string): DocumentSteps {
  return pointer
    .split('/')
    .slice(1)
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));
}

/** Whether one is the other, or holds it; positions of a list may be written as text. */
export function isPrefix(part: DocumentSteps, whole: DocumentSteps): boolean {
  return part.length <= whole.length && part.every((step, index) => String(step) === String(whole[index]));
}
