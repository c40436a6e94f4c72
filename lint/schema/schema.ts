import type { JsonValue, OperatorVersion } from '../../api/index.ts';

/**
 * What a custom resource definition says about one value, as far as its structural schema goes. A field whose `since` or
 * `until` leaves out the operator at hand is unknown to it: the API server drops it.
 */
export type Schema = SchemaShape & {
  readonly since?: OperatorVersion;
  readonly until?: OperatorVersion;
  /** Filled in by the API server where the field is absent. */
  readonly default?: JsonValue;
};

export type SchemaShape =
  | {
      readonly type: 'string';
      readonly values?: readonly string[];
      readonly pattern?: RegExp;
      readonly minLength?: number;
      readonly maxLength?: number;
    }
  | { readonly type: 'integer' | 'number'; readonly minimum?: number; readonly maximum?: number }
  | { readonly type: 'boolean' }
  /** An amount: a whole number, or text such as `500m` and `64Gi`. */
  | { readonly type: 'quantity' }
  | { readonly type: 'integer-or-string' }
  | {
      readonly type: 'list';
      readonly items: Schema;
      readonly maxItems?: number;
      /** Fields that tell items apart, each with what an absent one counts as. */
      readonly keys?: { readonly [field: string]: JsonValue | undefined };
      /** Equal items are refused. */
      readonly isSet?: boolean;
    }
  | { readonly type: 'map'; readonly values: Schema; readonly maxProperties?: number }
  | {
      readonly type: 'object';
      readonly fields: { readonly [name: string]: Schema };
      readonly required: readonly string[];
      /** Those of the fields that have a default. */
      readonly defaulted: readonly (readonly [string, Schema])[];
      /** Fields that are not listed are kept rather than dropped. */
      readonly isOpen?: boolean;
    }
  /** An object of any content. */
  | { readonly type: 'free-object' }
  | { readonly type: 'anything' };

export const text: Schema = { type: 'string' };
export const nonEmptyText: Schema = { type: 'string', minLength: 1 };
export const flag: Schema = { type: 'boolean' };
export const quantity: Schema = { type: 'quantity' };
export const integerOrString: Schema = { type: 'integer-or-string' };
export const freeObject: Schema = { type: 'free-object' };
export const anything: Schema = { type: 'anything' };
export const integer: Schema = { type: 'integer' };
export const numeric: Schema = { type: 'number' };
export const textMap: Schema = { type: 'map', values: text };

export function oneOf(...values: readonly string[]): Schema {
  return { type: 'string', values };
}

export function matching(
  pattern: RegExp,
  bounds: { readonly minLength?: number; readonly maxLength?: number } = {},
): Schema {
  return { type: 'string', pattern, ...bounds };
}

export function atLeast(minimum: number): Schema {
  return { type: 'integer', minimum };
}

export function listOf(items: Schema, more: { readonly maxItems?: number; readonly isSet?: boolean } = {}): Schema {
  return { type: 'list', items, ...more };
}

export function listByName(items: Schema, more: { readonly maxItems?: number } = {}): Schema {
  return { type: 'list', items, keys: { name: undefined }, ...more };
}

/** Fields by name; a name that ends in `!` is required. */
export function object(fields: { readonly [name: string]: Schema }, more: { readonly isOpen?: boolean } = {}): Schema {
  const entries = Object.entries(fields).map(([name, schema]) => [name.replace(/!$/, ''), schema] as const);
  return {
    type: 'object',
    fields: Object.fromEntries(entries),
    required: Object.keys(fields).flatMap((name) => (name.endsWith('!') ? [name.slice(0, -1)] : [])),
    defaulted: entries.filter(([, schema]) => schema.default !== undefined),
    ...more,
  };
}

export function since(version: OperatorVersion, schema: Schema): Schema {
  return { ...schema, since: version };
}

export function withDefault(value: JsonValue, schema: Schema): Schema {
  return { ...schema, default: value };
}
