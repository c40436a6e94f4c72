import type { Checker, Kind } from './kind.ts';
import { mistakesIn, NONE } from './kind.ts';
import { below, property } from './mistake.ts';

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
      let mistakes = NONE;
      const items = list as readonly unknown[];
      for (let index = 0; index < items.length; index++) {
        const found = mistakesIn(item, items[index]);
        if (found.length > 0) mistakes = [...mistakes, ...below(`[${index}]`, found)];
      }
      return mistakes;
    },
  };
}

/** An object whose keys are data, such as labels. */
export function mapOf<T>(item: Kind<T>): Kind<{ readonly [key: string]: T }> {
  return {
    expected: 'an object',
    fits: isRecord,
    inside: (map) => {
      let mistakes = NONE;
      for (const [key, value] of Object.entries(map)) {
        const found = mistakesIn(item, value);
        if (found.length > 0) mistakes = [...mistakes, ...below(property(key), found)];
      }
      return mistakes;
    },
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
    inside: (value) => all.find(({ fits }) => fits(value))?.inside?.(value) ?? NONE,
  };
}

export function isRecord(value: unknown): value is { readonly [key: string]: unknown } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
