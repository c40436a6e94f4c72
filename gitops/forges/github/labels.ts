import type { ProposedChange } from '../../../api/index.ts';

const UP = 'scale-up';
const DOWN = 'scale-down';

/** What a pull request is labelled with: whose it is, and which way its numbers go. */
export function labelsFor(changes: readonly ProposedChange[]): readonly string[] {
  return [
    'dynamo-gitops',
    ...(changes.some(({ from, to }) => to > from) ? [UP] : []),
    ...(changes.some(({ from, to }) => to < from) ? [DOWN] : []),
  ];
}

export function missingLabels(changes: readonly ProposedChange[], labels: readonly string[]): readonly string[] {
  return labelsFor(changes).filter((label) => !labels.includes(label));
}

/** Directions that were right before its numbers changed. */
export function staleLabels(changes: readonly ProposedChange[], labels: readonly string[]): readonly string[] {
  const wanted = labelsFor(changes);
  return [UP, DOWN].filter((label) => labels.includes(label) && !wanted.includes(label));
}

export function isLabelled(changes: readonly ProposedChange[], labels: readonly string[]): boolean {
  return missingLabels(changes, labels).length === 0 && staleLabels(changes, labels).length === 0;
}
