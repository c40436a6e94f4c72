import { type Result, succeed } from '../../api/index.ts';
import { mergedBranches, type Ref, type Repository, readRefs } from '../repository/index.ts';
import { type ForgeSurvey, missingBase, type SurveyedProposal, type SurveyRequest } from './forge.ts';
import { isClosedByPerson, LABELS } from './local-labels.ts';
import { branchIn, isOpenRecord, nextNumber, numberOf, RECORDS, readRecords, recordRefs } from './local-records.ts';
import { BRANCHES } from './local-view.ts';

/** Records that are read together, from the newest on, until one is old enough. */
const RECORDS_AT_ONCE = 50;

/**
 * Our open merge requests, and how many were opened since a time.
 * @param seen refs as a view of the same base saw them; undefined: as they are now.
 */
export async function surveyProposals(
  repository: Repository,
  { base, prefix, since }: SurveyRequest,
  seen: ReadonlyMap<string, Ref> | undefined,
): Promise<Result<ForgeSurvey>> {
  const refs = seen === undefined ? await readRefs(repository, [BRANCHES + base, RECORDS, LABELS]) : succeed(seen);
  if (!refs.ok) return refs;
  const baseRef = refs.value.get(BRANCHES + base);
  if (baseRef === undefined) return { ok: false, error: [missingBase(base)] };
  const ours = recordRefs(refs.value).filter((ref) => branchIn(ref.subject).startsWith(prefix));
  const [open, openedSince] = await Promise.all([
    openProposals(repository, ours, refs.value, { base: baseRef, prefix }),
    since === undefined ? succeed(0) : countSince(repository, ours.toReversed(), since),
  ]);
  if (!open.ok) return open;
  if (!openedSince.ok) return openedSince;
  return succeed({ open: open.value, openedSince: openedSince.value, newest: nextNumber(refs.value) - 1 });
}

async function openProposals(
  repository: Repository,
  ours: readonly Ref[],
  refs: ReadonlyMap<string, Ref>,
  { base, prefix }: { readonly base: Ref; readonly prefix: string },
): Promise<Result<readonly SurveyedProposal[]>> {
  const candidates = ours.filter((ref) => isOpenRecord(ref) && !isClosedByPerson(refs, { number: numberOf(ref) }));
  if (candidates.length === 0) return succeed([]);
  const records = await readRecords(repository, candidates);
  if (!records.ok) return records;
  const open = records.value
    .map(({ mergeRequest }) => mergeRequest)
    .filter((mergeRequest) => BRANCHES + mergeRequest.base.branch === base.name);
  // One that a person merged with git alone is open by its record.
  const mayBeMerged = open.some((mergeRequest) => mergeRequest.base.commit !== base.commit);
  const merged = mayBeMerged
    ? await mergedBranches(repository, base.commit, BRANCHES + prefix)
    : succeed(new Map<string, string>());
  if (!merged.ok) return merged;
  return succeed(
    open
      .filter(({ head }) => merged.value.get(BRANCHES + head.branch) !== head.commit)
      .map(({ number, head, changes }) => ({ number, branch: head.branch, changes })),
  );
}

async function countSince(repository: Repository, newestFirst: readonly Ref[], since: Date): Promise<Result<number>> {
  let count = 0;
  for (let start = 0; start < newestFirst.length; start += RECORDS_AT_ONCE) {
    const records = await readRecords(repository, newestFirst.slice(start, start + RECORDS_AT_ONCE));
    if (!records.ok) return records;
    const recent = records.value.filter(
      ({ mergeRequest }) => Date.parse(mergeRequest.createdAt) >= since.getTime(),
    ).length;
    count += recent;
    if (recent < records.value.length) break;
  }
  return succeed(count);
}
