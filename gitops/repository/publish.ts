import { type Result, succeed } from '../../api/index.ts';
import type { Signature } from './git.ts';
import type { Repository } from './open.ts';
import { type RefStep, updateRefs } from './refs.ts';
import { type CommitDrafts, type MadeCommits, makeCommits, storeObjects } from './write-commits.ts';

/** Commits to write, and what to do with the refs, given the commits' names. */
export interface Publication {
  readonly drafts: CommitDrafts;
  readonly steps: (commits: readonly string[]) => readonly RefStep[];
  /** Whether they are wanted still, which is found out while git starts; where they are not, nothing is written. */
  readonly isWanted?: Promise<Result<boolean>>;
}

/**
 * Writes commits and puts refs on them, all or nothing: a reader sees the refs as they were or as they will be.
 * @returns the commits' names; undefined where a ref was not what a step expected, and so nothing has changed.
 */
export async function publish(
  repository: Repository,
  signature: Signature,
  reflog: string,
  publication: Publication,
): Promise<Result<readonly string[] | undefined>> {
  // Each process starts at once, and is told nothing where the one before came to nothing.
  const making = wantedCommits(repository, signature, publication);
  const storing = storeObjects(
    repository,
    making.then((made) => (made.ok && made.value !== undefined ? made.value.objects : [])),
  );
  const steps = Promise.all([making, storing]).then(([made, stored]) =>
    made.ok && made.value !== undefined && stored.ok ? publication.steps(made.value.commits) : [],
  );
  const [made, stored, moved] = await Promise.all([making, storing, updateRefs(repository, steps, signature, reflog)]);
  if (!made.ok) return made;
  if (made.value === undefined) return succeed(undefined);
  if (!stored.ok) return stored;
  if (!moved.ok) return moved;
  return succeed(moved.value ? made.value.commits : undefined);
}

async function wantedCommits(
  repository: Repository,
  signature: Signature,
  { drafts, isWanted }: Publication,
): Promise<Result<MadeCommits | undefined>> {
  const [made, wanted] = await Promise.all([makeCommits(repository, signature, drafts), isWanted ?? succeed(true)]);
  if (!wanted.ok) return wanted;
  return wanted.value ? made : succeed(undefined);
}
