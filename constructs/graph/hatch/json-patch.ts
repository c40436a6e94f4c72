import { applyPatch } from 'rfc6902';
import { isObject, type JsonObject, type JsonValue } from '../../../api/index.ts';

/**
 * One operation of a JSON Patch (RFC 6902). An item of a list may be addressed by a field of its own instead of its place:
 * `/spec/components/[name=decode]/podTemplate/spec/nodeSelector`. As in any JSON pointer, `~1` stands for `/` and `~0` for
 * `~`: `/metadata/annotations/example.com~1team`.
 */
export type PatchOperation =
  | { readonly op: 'add' | 'replace' | 'test'; readonly path: string; readonly value: JsonValue }
  | { readonly op: 'remove'; readonly path: string }
  | { readonly op: 'move' | 'copy'; readonly from: string; readonly path: string };

export type Patched =
  | { readonly ok: true; readonly value: JsonObject }
  | { readonly ok: false; readonly message: string };

/** Applies operations in order to a copy; the first that cannot be applied is what the message says. */
export function applyJsonPatch(document: JsonObject, operations: readonly PatchOperation[]): Patched {
  const copy = copyOf(document);
  for (const operation of operations) {
    const failure = applyOne(copy, operation);
    if (failure !== undefined) return { ok: false, message: `patch ${operation.op} "${operation.path}": ${failure}` };
  }
  return { ok: true, value: copy };
}

/** Through text, so that what is patched is plain JSON and shares nothing with what others hold. */
function copyOf<T>(value: T): T {
  return JSON.parse(JSON.stringify(value)) as T;
}

function applyOne(document: JsonObject, operation: PatchOperation): string | undefined {
  if (operation.path === '') return 'replaces the whole graph; address a field of it';
  const pointers = { path: operation.path, ...('from' in operation ? { from: operation.from } : {}) };
  const resolved: { path: string; from?: string } = { path: '' };
  for (const [key, pointer] of Object.entries(pointers) as ['path' | 'from', string][]) {
    const index = placeOf(document, pointer);
    if (!index.ok) return index.message;
    resolved[key] = index.pointer;
  }
  const [failure] = applyPatch(document, [
    { ...copyOf(operation), ...resolved } as Parameters<typeof applyPatch>[1][number],
  ]);
  if (failure === null || failure === undefined) return undefined;
  return failure.name === 'TestError' ? 'the value there is another one' : 'there is nothing at this path';
}

type Place = { readonly ok: true; readonly pointer: string } | { readonly ok: false; readonly message: string };

/** The pointer with places of list items instead of their names. */
function placeOf(document: JsonObject, pointer: string): Place {
  if (!pointer.startsWith('/')) return { ok: false, message: `"${pointer}" must begin with "/"` };
  let current: JsonValue | undefined = document;
  const steps: string[] = [];
  for (const step of pointer.slice(1).split('/')) {
    const text = step.replaceAll('~1', '/').replaceAll('~0', '~');
    const named: RegExpExecArray | null = Array.isArray(current) ? /^\[([^=]+)=(.*)\]$/.exec(text) : null;
    if (named === null) {
      steps.push(step);
      current = stepInto(current, text);
      continue;
    }
    const [, field = '', value = ''] = named;
    const items: readonly JsonValue[] = Array.isArray(current) ? current : [];
    const places = items.flatMap((item, place) => (isObject(item) && String(item[field]) === value ? [place] : []));
    const [place, second] = places;
    if (place === undefined) return { ok: false, message: `no item with ${field} "${value}"` };
    if (second !== undefined) return { ok: false, message: `several items with ${field} "${value}"` };
    steps.push(String(place));
    current = items[place];
  }
  return { ok: true, pointer: `/${steps.join('/')}` };
}

function stepInto(current: JsonValue | undefined, key: string): JsonValue | undefined {
  if (Array.isArray(current)) return current[Number(key)];
  return isObject(current) && Object.hasOwn(current, key) ? current[key] : undefined;
}
