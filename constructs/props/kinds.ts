import type { Checker, Kind } from './kind.ts';
import { mistakesIn } from './kind.ts';
import { below, type Mistake, property } from './mistake.ts';

export const text: Kind<string> = { expected: 'text', fits: (value) => typeof value === 'string' };

/** Whether it is whole and in range is judged where its meaning is known. */
export const number: Kind<number> = { expected: 'a number', fits: (value) => typeof value === 'number' };

export const flag: Kind<boolean> = { expected: 'true or false', fits: (value) => typeof value === 'boolean' };

/** Text for which the type lists some values, and takes others. */
export function anyText<T extends string>(): Kind<T> {
  return { expected: 'text', fits: text.fits };
}

/** One of a closed list. */
export function oneOf<const T extends string | boolean>(...values: readonly T[]): Kind<T> {
  const known: ReadonlySet<unknown> = new Set(values);
  return { expected: values.map((value) => JSON.stringify(value)).join(' or '), fits: (value) => known.has(value) };
}

/** An object that is passed on as it is. */
export function anObject<T extends object>(): Kind<T> {
  return { expected: 'an object', fits: isRecord };
}

/** A value that only a class or function makes; `expected` names it. */
export function made<T>(expected: string, fits: (value: { readonly [key: string]: unknown }) => boolean): Kind<T> {
  return { expected, fits: (value) => isRecord(value) && fits(value) };
}

export function listOf<T>(item: Kind<T>): Kind<readonly T[]> {
  return {
    expected: 'a list',
    fits: Array.isArray,
    inside: (list) => {
      const mistakes: Mistake[] = [];
      (list as readonly unknown[]).forEach((value, index) => {
        mistakes.push(...below(`[${index}]`, mistakesIn(item, value)));
      });
      return mistakes;
    },
  };
}

/** An object whose keys are data, such as labels. */
export function mapOf<T>(item: Kind<T>): Kind<{ readonly [key: string]: T }> {
  return {
    expected: 'an object',
    fits: isRecord,
    inside: (map) => Object.entries(map).flatMap(([key, value]) => below(property(key), mistakesIn(item, value))),
  };
}

/** The first of several kinds that fits. */
export function either<T extends readonly unknown[]>(
  ...kinds: { readonly [place in keyof T]: Kind<T[place]> }
): Kind<T[number]> {
  const all: readonly Checker[] = kinds;
  return {
    expected: all.map(({ expected }) => expected).join(' or '),
    fits: (value) => all.some(({ fits }) => fits(value)),
    inside: (value) => all.find(({ fits }) => fits(value))?.inside?.(value) ?? [],
  };
}

export function isRecord(value: unknown): value is { readonly [key: string]: unknown } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
