import { SynthError } from '../synthesis.ts';
import { mistakesIn } from './kind.ts';
import { type Mistake, sentence } from './mistake.ts';
import type { Shape } from './shape.ts';

/** Props as they may be used, and what was wrong with those that were given. */
export interface CheckedProps<P> {
  readonly props: P;
  readonly mistakes: readonly Mistake[];
}

/**
 * Checks what a construct is given at its border.
 *
 * Where something is wrong, `props` is what is right of it over `fallback`: enough to go on with, so that mistakes of all
 * constructs are found in one run. It is never rendered.
 *
 * @param fallback values for the properties that the construct cannot be made without
 */
export function checkProps<P extends object>(shape: Shape<P>, props: P, fallback: P): CheckedProps<P> {
  const mistakes = mistakesInProps(shape, props);
  if (mistakes.length === 0) return { props, mistakes };
  const right = Object.entries(shape.fits(props) ? props : {}).filter(([name, value]) => {
    const kind = shape.kindOf(name);
    return kind !== undefined && value !== undefined && mistakesIn(kind, value).length === 0;
  });
  return { props: { ...fallback, ...Object.fromEntries(right) }, mistakes };
}

/**
 * Checks what is given where no construct could report it later.
 *
 * @param call what is given it, for messages
 * @throws SynthError with everything that is wrong
 */
export function refuseMistakes<P extends object>(call: string, shape: Shape<P>, props: P): void {
  const mistakes = mistakesInProps(shape, props);
  if (mistakes.length === 0) return;
  throw new SynthError(mistakes.map((mistake) => ({ code: 'refused', message: `${call}: ${sentence(mistake)}` })));
}

/** What is wrong with props, which may not even be an object. */
function mistakesInProps<P extends object>(shape: Shape<P>, props: unknown): readonly Mistake[] {
  const mistakes = mistakesIn(shape, props);
  return shape.fits(props) ? mistakes : mistakes.map((mistake) => ({ ...mistake, path: '.props' }));
}
