import { isObject, type JsonValue } from '../../api/index.ts';

/** An exception of the reference, by the name of its class; the rows record no more of it than that and a few facts. */
export class PythonError extends Error {
  readonly facts: { readonly [key: string]: JsonValue };

  constructor(className: string, facts: { readonly [key: string]: JsonValue } = {}) {
    super(className);
    this.name = className;
    this.facts = facts;
  }
}

/** `mapping.get(key, fallback)`: a null that is there is found, and what is no mapping has no `get`. */
export function get(mapping: unknown, key: string, fallback: JsonValue): JsonValue {
  if (!isObject(mapping)) throw new PythonError('AttributeError');
  return Object.hasOwn(mapping, key) ? (mapping[key] ?? null) : fallback;
}

/** `mapping[key]` */
export function item(mapping: unknown, key: string): JsonValue {
  if (!isObject(mapping)) throw new PythonError('TypeError');
  if (!Object.hasOwn(mapping, key)) throw new PythonError('KeyError');
  return mapping[key] ?? null;
}

/** A number as the rows write it; arithmetic with anything else is a TypeError. */
export function number(value: JsonValue | undefined): number {
  if (typeof value === 'number') return value;
  if (value === 'NaN') return Number.NaN;
  if (value === 'Infinity') return Number.POSITIVE_INFINITY;
  if (value === '-Infinity') return Number.NEGATIVE_INFINITY;
  throw new PythonError('TypeError');
}

/** Truth of a value: null, false, 0, NaN apart, and everything empty are false. */
export function isTruthy(value: JsonValue): boolean {
  if (Array.isArray(value)) return value.length > 0;
  if (isObject(value)) return Object.keys(value).length > 0;
  return value !== null && value !== false && value !== 0 && value !== '';
}

/** `int(value)` */
export function integer(value: JsonValue): number {
  if (typeof value === 'boolean') return value ? 1 : 0;
  if (typeof value === 'number') return Math.trunc(value);
  if (typeof value !== 'string') throw new PythonError('TypeError');
  const digits = value.trim();
  if (!/^[+-]?\d+(_\d+)*$/.test(digits)) throw new PythonError('ValueError');
  return Number(digits.replaceAll('_', ''));
}

/** `dividend // divisor`: floored on the exact quotient, which can be one below the floor of the rounded one. */
export function floorDivide(dividend: number, divisor: number): number {
  if (divisor === 0) throw new PythonError('ZeroDivisionError');
  const remainder = dividend % divisor;
  const isBelow = remainder !== 0 && remainder < 0 !== divisor < 0;
  return Math.round((dividend - remainder) / divisor) - (isBelow ? 1 : 0);
}
