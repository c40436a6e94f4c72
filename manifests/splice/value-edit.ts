import { isObject, type JsonObject, type JsonValue } from '../../api/index.ts';

/** An edit of one value of a document; paths are plain keys and list positions. */
export type ValueEdit =
  | { readonly kind: 'remove'; readonly path: ValuePath }
  | { readonly kind: 'set'; readonly path: ValuePath; readonly value: string | number | boolean }
  | { readonly kind: 'quote'; readonly path: ValuePath };

export type ValuePath = readonly (string | number)[];

/**
 * What a document says after an edit, without a look at its text: what the edit of the text has to prove.
 * @param quoted what a value to be quoted says as text.
 * @returns undefined where the edit has nothing to be done to.
 */
export function valueAfter(value: JsonValue, edit: ValueEdit, quoted: string | undefined): JsonValue | undefined {
  return changed(value, edit.path, (parent, key) => {
    switch (edit.kind) {
      case 'remove':
        return without(parent, key);
      case 'set':
        return withMember(parent, key, edit.value);
      case 'quote':
        return quoted === undefined ? undefined : withMember(parent, key, quoted);
    }
  });
}

function changed(
  value: JsonValue,
  path: ValuePath,
  change: (parent: JsonValue, key: string | number) => JsonValue | undefined,
): JsonValue | undefined {
  const [key, ...rest] = path;
  if (key === undefined) return undefined;
  if (rest.length === 0) return change(value, key);
  const member = memberOf(value, key);
  const inner = member === undefined ? undefined : changed(member, rest, change);
  return inner === undefined ? undefined : withMember(value, key, inner);
}

export function memberOf(value: JsonValue | undefined, key: string | number): JsonValue | undefined {
  if (Array.isArray(value)) return typeof key === 'number' ? (value as readonly JsonValue[])[key] : undefined;
  return isObject(value) && typeof key === 'string' && Object.hasOwn(value, key) ? value[key] : undefined;
}

function without(value: JsonValue, key: string | number): JsonValue | undefined {
  if (memberOf(value, key) === undefined) return undefined;
  if (Array.isArray(value)) return (value as readonly JsonValue[]).filter((_, index) => index !== key);
  return fromEntries(Object.entries(value as JsonObject).filter(([name]) => name !== key));
}

function withMember(value: JsonValue, key: string | number, member: JsonValue): JsonValue | undefined {
  if (Array.isArray(value)) {
    const items = value as readonly JsonValue[];
    return typeof key === 'number' && key < items.length
      ? items.map((item, index) => (index === key ? member : item))
      : undefined;
  }
  if (!isObject(value) || typeof key !== 'string') return undefined;
  const entries = Object.entries(value).filter(([name]) => name !== key);
  return fromEntries([...entries, [key, member]]);
}

/** By definition, since an assignment to `__proto__` is none. */
function fromEntries(entries: readonly (readonly [string, JsonValue | undefined])[]): JsonObject {
  return Object.fromEntries(entries) as JsonObject;
}
