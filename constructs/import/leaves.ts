import { isObject, type JsonValue } from '../../api/index.ts';

/** Scalars of a value, and lists and maps that are empty. */
export function countLeaves(value: JsonValue | undefined): number {
  if (value === undefined) return 0;
  const items: readonly (JsonValue | undefined)[] = Array.isArray(value)
    ? value
    : isObject(value)
      ? Object.values(value).filter((item) => item !== undefined)
      : [];
  return items.length === 0 ? 1 : items.reduce<number>((sum, item) => sum + countLeaves(item), 0);
}
