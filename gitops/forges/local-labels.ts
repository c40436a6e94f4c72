import type { MergeRequest } from '../../api/index.ts';
import type { Ref } from '../repository/index.ts';
import { holdingLabel } from './holding-label.ts';

/**
 * What people say of a merge request of the local forge, each a ref that points anywhere:
 * `git update-ref refs/dynamo-gitops/label/1/hold HEAD`, and `git update-ref -d refs/dynamo-gitops/label/1/hold` takes it back.
 */
export const LABELS = 'refs/dynamo-gitops/label/';

/** The label with which a person closes a merge request: that is a decision. */
const CLOSED = 'closed';

function labelsOf(refs: ReadonlyMap<string, Ref>, number: number): readonly string[] {
  const prefix = `${LABELS}${number}/`;
  return [...refs.keys()].filter((name) => name.startsWith(prefix)).map((name) => name.slice(prefix.length));
}

/** Numbers of which anything was ever said that still stands. */
export function labelledNumbers(refs: ReadonlyMap<string, Ref>): readonly number[] {
  return [...refs.keys()].flatMap((name) => {
    const number = name.startsWith(LABELS) ? /^([1-9]\d{0,8})\//.exec(name.slice(LABELS.length))?.[1] : undefined;
    return number === undefined ? [] : [Number(number)];
  });
}

/** The label with which a person keeps us away from a merge request. */
export function holdingLabelOf(refs: ReadonlyMap<string, Ref>, number: number): string | undefined {
  return holdingLabel(labelsOf(refs, number));
}

export function isClosedByPerson(refs: ReadonlyMap<string, Ref>, { number }: Pick<MergeRequest, 'number'>): boolean {
  return labelsOf(refs, number).includes(CLOSED);
}
