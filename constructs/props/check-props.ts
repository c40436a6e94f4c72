import type { IConstruct } from 'constructs';
import { problemAt, SynthError } from '../synthesis.ts';
import { mistakesIn } from './kind.ts';
import { type Mistake, sentence } from './mistake.ts';
import { mistakesOf } from './report-mistakes.ts';
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
 * Checks what is given to a function, which no construct could report later.
 *
 * @param call the function, for messages
 * @throws SynthError with everything that is wrong
 */
export function refuseMistakes<P extends object>(call: string, shape: Shape<P>, props: P): void {
  const mistakes = mistakesInProps(shape, props);
  if (mistakes.length === 0) return;
  throw new SynthError(mistakes.map((mistake) => ({ code: 'refused', message: `${call}: ${sentence(mistake)}` })));
}

/**
 * Checks the props of a construct that cannot be made of anything but what it is given, such as another construct.
 *
 * @throws SynthError with everything that is wrong, here and in the props of the constructs before
 */
export function requireProps<P extends object>(scope: IConstruct, id: string, shape: Shape<P>, props: P): void {
  const mistakes = mistakesInProps(shape, props);
  if (mistakes.length === 0) return;
  const earlier = scope.node.root.node.findAll().flatMap(mistakesOf);
  throw new SynthError([...earlier, ...mistakes.map((mistake) => problemAt(scope, sentence(mistake), id))]);
}

/** What is wrong with props, which may not even be an object. */
function mistakesInProps<P extends object>(shape: Shape<P>, props: unknown): readonly Mistake[] {
  const mistakes = mistakesIn(shape, props);
  return shape.fits(props) ? mistakes : mistakes.map((mistake) => ({ ...mistake, path: '.props' }));
}
