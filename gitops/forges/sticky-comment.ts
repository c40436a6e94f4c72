import { OUTCOME_MARKER } from '../../report/index.ts';

/** The line by which the one comment is found, and which says in short what the rest of it does. */
function markerOf(comment: string): string {
  return comment.split(/\r?\n/, 1)[0] ?? '';
}

export function isOutcomeComment(comment: string): boolean {
  return markerOf(comment).includes(`${OUTCOME_MARKER} `);
}

/** Whether two comments say the same, be it at another time. */
export function isSameComment(one: string, other: string): boolean {
  return markerOf(one) === markerOf(other);
}
