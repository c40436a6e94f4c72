import { isObject, type JsonValue } from '../../api/index.ts';

/** Whether a value of a manifest may stand where the constructs' types want one of a kind. */
export type Fits = (value: JsonValue) => boolean;

type Fields = { readonly [key: string]: Fits };

export const text: Fits = (value) => typeof value === 'string';
export const number: Fits = (value) => typeof value === 'number';
export const flag: Fits = (value) => typeof value === 'boolean';
export const textOrNumber: Fits = (value) => text(value) || number(value);
export const anything: Fits = () => true;
export const anyObject: Fits = isObject;

export function exactly(...values: readonly (string | boolean)[]): Fits {
  return (value) => values.some((one) => one === value);
}

export function listOf(item: Fits): Fits {
  return (value) => Array.isArray(value) && value.every(item);
}

/** A record whose keys are data, such as labels. */
export function dictionaryOf(item: Fits): Fits {
  return (value) => isObject(value) && Object.values(value).every((one) => one !== undefined && item(one));
}

export function either(...kinds: readonly Fits[]): Fits {
  return (value) => kinds.some((kind) => kind(value));
}

/** A record of these fields and no other. */
export function record(required: Fields, optional: Fields = {}): Fits {
  return (value) =>
    holds(value, required, optional) && Object.keys(value).every((key) => isField(key, required, optional));
}

/** A record of these fields, beside which anything may stand. */
export function openRecord(required: Fields, optional: Fields = {}): Fits {
  return (value) => holds(value, required, optional);
}

function holds(value: JsonValue, required: Fields, optional: Fields): value is { [key: string]: JsonValue } {
  if (!isObject(value)) return false;
  for (const [key, fits] of Object.entries(required)) {
    const field = Object.hasOwn(value, key) ? value[key] : undefined;
    if (field === undefined || !fits(field)) return false;
  }
  return Object.entries(optional).every(([key, fits]) => {
    const field = Object.hasOwn(value, key) ? value[key] : undefined;
    return field === undefined || fits(field);
  });
}

function isField(key: string, ...records: readonly Fields[]): boolean {
  return records.some((fields) => Object.hasOwn(fields, key));
}
