import { isObject, type JsonObject, type JsonValue } from '../../api/index.ts';
import type { Fits } from './fits.ts';
import { isNamed } from './pod-shapes.ts';

/** A field's value where it is one that the types take; what is not taken is left to the hatch. */
export function pick(from: JsonObject | undefined, key: string, fits: Fits): JsonValue | undefined {
  if (from === undefined || !Object.hasOwn(from, key)) return undefined;
  const value = from[key];
  return value !== undefined && fits(value) ? value : undefined;
}

export function pickText(from: JsonObject | undefined, key: string): string | undefined {
  const value = pick(from, key, (candidate) => typeof candidate === 'string');
  return typeof value === 'string' ? value : undefined;
}

export function pickObject(from: JsonObject | undefined, key: string): JsonObject | undefined {
  const value = pick(from, key, isObject);
  return isObject(value) ? value : undefined;
}

export function pickList(from: JsonObject | undefined, key: string): readonly JsonValue[] | undefined {
  const value = pick(from, key, Array.isArray);
  return Array.isArray(value) ? value : undefined;
}

/** Fields of an open type without some of them: those that it does not name as they are, those that it names where they fit. */
export function openFields(
  from: JsonObject | undefined,
  named: { readonly [field: string]: Fits },
  without: readonly string[],
): JsonObject | undefined {
  const kept = Object.entries(from ?? {}).filter(
    ([key, value]) =>
      value !== undefined && !without.includes(key) && (!Object.hasOwn(named, key) || isNamed(named, key, value)),
  );
  return kept.length === 0 ? undefined : Object.fromEntries(kept);
}
