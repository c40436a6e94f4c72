import type { Mistake } from './mistake.ts';

declare const TYPE: unique symbol;

/**
 * What a value may be at run time. Apps are run without their types being checked, so that each construct looks at its
 * props before it trusts them.
 *
 * A kind is tied to exactly one type: one for a wider or narrower type is refused by the compiler, so that tables of kinds
 * and the interfaces that they describe cannot drift apart. They are tables of our own since a schema library costs more
 * to load than the whole of a synthesis.
 */
export interface Kind<T> extends Checker {
  /** For the compiler alone. */
  readonly [TYPE]?: (value: T) => T;
}

/** What runs of a kind. */
export interface Checker {
  /** Ends the sentence "it must be …". */
  readonly expected: string;
  /** Whether a value is of this kind, whatever its parts are. */
  readonly fits: (value: unknown) => boolean;
  /** What is wrong with the parts of a value that fits; undefined for a kind without parts. */
  readonly inside?: (value: object) => readonly Mistake[];
}

/** One list for all that is right: every synthesis checks everything. */
export const NONE: readonly Mistake[] = [];

/** What is wrong with a value and its parts. */
export function mistakesIn(kind: Checker, value: unknown): readonly Mistake[] {
  if (!kind.fits(value)) return [{ path: '', message: `is ${show(value)}; it must be ${kind.expected}` }];
  return kind.inside === undefined ? NONE : kind.inside(value as object);
}

const MAX_SHOWN = 60;

/** A value as a message shows it. */
function show(value: unknown): string {
  switch (typeof value) {
    case 'string':
      return JSON.stringify(value.length > MAX_SHOWN ? `${value.slice(0, MAX_SHOWN)}…` : value);
    case 'object':
      return value === null ? 'null' : Array.isArray(value) ? 'a list' : 'an object';
    case 'function':
      return 'a function';
    case 'bigint':
      return `${value}n`;
    default:
      return String(value);
  }
}
