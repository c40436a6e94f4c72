import type { MergeRequest } from '../../api/index.ts';
import type { Draft } from './draft.ts';

/**
 * What a person's closing of a proposal still says about another one, in words that follow its number; undefined where a
 * number has moved by the step since, so that it is a new question.
 */
export function rejectionOf({ changes }: MergeRequest, draft: Draft, step: number): string | undefined {
  // A pin and what is rendered from it are one number.
  const distances = draft.changes.map(({ file, namespace, service, from, to }) => {
    const rejected = changes.find(
      (change) => change.file === file && change.namespace === namespace && change.service === service,
    );
    return Math.abs(to - (rejected?.to ?? from));
  });
  const furthest = Math.max(0, ...distances);
  if (furthest >= step) return undefined;
  return furthest === 0
    ? `wanted the same and was closed; other numbers will be proposed again`
    : `was closed, and no number is ${step} or more away from what it wanted`;
}
