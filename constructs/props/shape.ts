import { closestName } from '../../api/closest-name.ts';
import type { Checker, Kind } from './kind.ts';
import { mistakesIn, NONE } from './kind.ts';
import { isRecord } from './kinds.ts';
import { below, type Mistake, property } from './mistake.ts';

/** A property that must be there. */
export interface Required<T> {
  readonly required: Kind<T>;
}

export function required<T>(kind: Kind<T>): Required<T> {
  return { required: kind };
}

/** The kind of every property of an interface, in `required` where the interface has no `?`. */
export type Properties<P> = {
  readonly [K in KeyOf<P>]: true extends IsOptional<P, K>
    ? Kind<Exclude<ValueOf<P, K>, undefined>>
    : Required<ValueOf<P, K>>;
};

/** Of a union, the properties of all its members. */
type KeyOf<P> = P extends unknown ? keyof P : never;
type ValueOf<P, K> = P extends unknown ? (K extends keyof P ? P[K] : never) : never;
type IsOptional<P, K> = P extends unknown
  ? K extends keyof P
    ? Record<never, never> extends Pick<P, K>
      ? true
      : false
    : true
  : never;

/** Objects of one interface. */
export interface Shape<P extends object> extends Kind<P> {
  readonly inside: (value: object) => readonly Mistake[];
  readonly kindOf: (name: string) => Checker | undefined;
}

/** More than this many names are no help in a message. */
const MAX_LISTED = 6;

/**
 * @param expected ends the sentence "it must be …"
 * @param together what is wrong with properties beside each other; each may also be wrong by itself
 */
export function shape<P extends object>(
  expected: string,
  properties: Properties<P>,
  together: (given: { readonly [K in KeyOf<P>]?: unknown }) => readonly Mistake[] = () => NONE,
): Shape<P> {
  const kinds = new Map<string, Checker>();
  const needed: [string, Checker][] = [];
  for (const [name, entry] of Object.entries<Checker | { readonly required: Checker }>(properties)) {
    const isNeeded = 'required' in entry;
    kinds.set(name, isNeeded ? entry.required : entry);
    if (isNeeded) needed.push([name, entry.required]);
  }

  const inside = (value: object): readonly Mistake[] => {
    const given = value as { readonly [name: string]: unknown };
    const mistakes: Mistake[] = [];
    for (const name of Object.keys(given)) {
      const kind = kinds.get(name);
      if (kind === undefined) mistakes.push({ path: property(name), message: unknownProperty(name, kinds) });
      // As with `?` in an interface, undefined is as good as absent.
      else if (given[name] !== undefined) {
        const found = mistakesIn(kind, given[name]);
        if (found.length > 0) mistakes.push(...below(property(name), found));
      }
    }
    for (const [name, kind] of needed) {
      if (given[name] !== undefined) continue;
      mistakes.push({ path: property(name), message: `is missing; it must be ${kind.expected}` });
    }
    const found = together(value);
    if (found.length > 0) mistakes.push(...found);
    return mistakes;
  };
  return { expected, fits: isRecord, inside, kindOf: (name) => kinds.get(name) };
}

function unknownProperty(name: string, kinds: ReadonlyMap<string, unknown>): string {
  const known = [...kinds.keys()];
  const near = closestName(name, known);
  if (near !== undefined) return `is not a property; did you mean "${near}"?`;
  return known.length > MAX_LISTED ? 'is not a property' : `is not a property; there are ${known.join(', ')}`;
}
