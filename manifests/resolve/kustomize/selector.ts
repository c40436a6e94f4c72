import { type JsonObject, stringAt } from '../../../api/index.ts';
import { type ObjectId, objectIds, type RenderedObject } from '../rendered-object.ts';
import { sourcedAt } from '../sourced.ts';

/** Whether a patch's target selects an object. Undefined where its patterns are more than can be told here. */
export function selects(target: JsonObject, object: RenderedObject): boolean | undefined {
  const [first, last] = endsOf(objectIds(object));
  const outcomes = [
    matches(stringAt(target, 'group'), [last.group]),
    matches(stringAt(target, 'version'), [last.version]),
    matches(stringAt(target, 'kind'), [last.kind]),
    matches(stringAt(target, 'name'), [first.name, last.name]),
    matches(stringAt(target, 'namespace'), [first.namespace || 'default', last.namespace || 'default']),
    hasAll(stringAt(target, 'labelSelector'), object, 'labels'),
    hasAll(stringAt(target, 'annotationSelector'), object, 'annotations'),
  ];
  if (outcomes.includes(false)) return false;
  return outcomes.includes(undefined) ? undefined : true;
}

function endsOf(ids: readonly ObjectId[]): readonly [ObjectId, ObjectId] {
  const [first] = ids;
  const last = ids.at(-1);
  if (first === undefined || last === undefined) throw new Error('an object has no name');
  return [first, last];
}

/** Kustomize takes patterns of Go, anchored. Those that mean the same here, and cannot run away, are compared. */
function matches(pattern: string | undefined, texts: readonly string[]): boolean | undefined {
  if (pattern === undefined || pattern === '') return true;
  if (!/^[\w.|*^$/-]+$/.test(pattern) || /[^.]\*|\*{2}|^\*/.test(pattern)) return undefined;
  const anchored = new RegExp(`^(?:${pattern})$`);
  return texts.some((text) => anchored.test(text));
}

/** Labels as `key=value` or `key==value`, with commas. */
function hasAll(
  selector: string | undefined,
  object: RenderedObject,
  field: 'labels' | 'annotations',
): boolean | undefined {
  if (selector === undefined || selector.trim() === '') return true;
  const wanted = selector.split(',').map((part) => /^\s*([\w./-]+)\s*==?\s*([\w.-]*)\s*$/.exec(part));
  if (wanted.includes(null)) return undefined;
  return wanted.every((part) => sourcedAt(object.value, ['metadata', field, part?.[1] ?? '']) === part?.[2]);
}
