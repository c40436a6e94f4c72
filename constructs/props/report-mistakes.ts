import type { IConstruct } from 'constructs';
import type { Problem } from '../../api/problem.ts';
import { CHECK, type Checked, problemAt } from '../synthesis.ts';
import { type Mistake, sentence } from './mistake.ts';

// Registered symbols hold across two copies of this package.
const MISTAKES = Symbol.for('dynamo-gitops.mistakes');

/**
 * Makes a construct say, when it is checked, what is wrong with its props, and nothing else: what its own check finds would
 * follow from what is missing.
 *
 * @param part name of a part that has no construct of its own, such as a service
 */
export function reportMistakes(construct: IConstruct & Checked, mistakes: readonly Mistake[], part?: string): void {
  if (mistakes.length === 0) return;
  const problems = mistakes.map((mistake) => problemAt(construct, sentence(mistake), part));
  const all = [...mistakesOf(construct), ...problems];
  Object.defineProperty(construct, MISTAKES, { value: all, configurable: true });
  Object.defineProperty(construct, CHECK, { value: () => all, configurable: true });
}

/** What is wrong with the props of a construct. */
export function mistakesOf(construct: object): readonly Problem[] {
  return MISTAKES in construct ? (construct[MISTAKES] as readonly Problem[]) : [];
}
