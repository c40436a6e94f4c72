import {
  type MergeRequest,
  mergeRequestSchema,
  type Problem,
  parseJsonDocument,
  type Result,
  succeed,
} from '../../api/index.ts';
import { type CommitDraft, type Ref, type Repository, readObjects } from '../repository/index.ts';
import { isClosedByPerson, labelledNumbers } from './local-labels.ts';

/**
 * A merge request of the local forge is a ref with a commit for each of its states; the last one holds the document.
 * Nothing is rewritten, so the ref's log is the audit trail, and `git push origin 'refs/dynamo-gitops/mr/*'` shares it.
 */
export const RECORDS = 'refs/dynamo-gitops/mr/';
const RECORD_FILE = 'merge-request.json';

export interface StoredRecord {
  readonly ref: Ref;
  readonly mergeRequest: MergeRequest;
}

export function recordRef(number: number): string {
  return `${RECORDS}${number}`;
}

/** A number that no record has, and no label: what people said of a forgotten one is not said of the next. */
export function nextNumber(refs: ReadonlyMap<string, Ref>): number {
  const taken = [...recordRefs(refs).map((ref) => numberOf(ref)), ...labelledNumbers(refs)];
  return Math.max(0, ...taken.filter((number) => number < GREATEST_NUMBER)) + 1;
}

/** The greatest number that is ours. What has a greater one was put there by others, and nothing can be counted from it. */
const GREATEST_NUMBER = 9_999_999_999;

/** Refs of records, by number. */
export function recordRefs(refs: ReadonlyMap<string, Ref>): readonly Ref[] {
  return [...refs.values()]
    .filter((ref) => ref.name.startsWith(RECORDS) && /^[1-9]\d{0,9}$/.test(ref.name.slice(RECORDS.length)))
    .sort((a, b) => numberOf(a) - numberOf(b));
}

/**
 * The newest record of a branch, found by the subject of its commit so that no other record is read.
 * @param isMeant whether one of its records, by its ref, counts; all do where it is left out.
 * @returns undefined where the branch never had one; a problem where it cannot be read.
 */
export async function newestRecord(
  repository: Repository,
  refs: ReadonlyMap<string, Ref>,
  branch: string,
  isMeant: (ref: Ref) => boolean = () => true,
): Promise<Result<StoredRecord | undefined>> {
  const ref = recordRefs(refs)
    .filter((candidate) => branchIn(candidate.subject) === branch && isMeant(candidate))
    .at(-1);
  if (ref === undefined) return succeed(undefined);
  const records = await readRecords(repository, [ref]);
  return records.ok ? succeed(records.value[0]) : records;
}

export async function readRecords(
  repository: Repository,
  refs: readonly Ref[],
): Promise<Result<readonly StoredRecord[]>> {
  const contents = await readObjects(
    repository,
    refs.map((ref) => `${ref.commit}:${RECORD_FILE}`),
  );
  if (!contents.ok) return contents;
  const problems: Problem[] = [];
  const records = refs.flatMap((ref, index): readonly StoredRecord[] => {
    const record = parseRecord(ref, contents.value[index]);
    if (record.ok) return [{ ref, mergeRequest: record.value }];
    problems.push(...record.error);
    return [];
  });
  return problems.length > 0 ? { ok: false, error: problems } : succeed(records);
}

function parseRecord(ref: Ref, bytes: Uint8Array | undefined): Result<MergeRequest> {
  const hint = `git log -p ${ref.name} shows its history; git update-ref -d ${ref.name} forgets it`;
  if (bytes === undefined) {
    return { ok: false, error: [{ code: 'syntax', file: ref.name, message: `has no ${RECORD_FILE}`, hint }] };
  }
  const parsed = parseJsonDocument(mergeRequestSchema, Buffer.from(bytes).toString('utf8'), ref.name);
  if (!parsed.ok) return { ok: false, error: parsed.error.map((problem) => ({ ...problem, hint })) };
  if (parsed.value.number === numberOf(ref)) return parsed;
  const message = `holds merge request !${parsed.value.number}`;
  return { ok: false, error: [{ code: 'schema', file: ref.name, path: 'number', message, hint }] };
}

/** The commit with which a record comes into being, or takes another state. */
export function recordCommit(mergeRequest: MergeRequest, previous: string | undefined, reason: string): CommitDraft {
  const { number, state, head } = mergeRequest;
  return {
    parents: previous === undefined ? [] : [previous],
    tree: undefined,
    files: [{ file: RECORD_FILE, mode: '100644', bytes: Buffer.from(`${JSON.stringify(mergeRequest, null, 2)}\n`) }],
    message: `${head.branch} !${number} ${state}\n\n${reason}\n`,
  };
}

/** The branch that a record's subject names. */
export function branchIn(subject: string): string {
  return subject.split(' ')[0] ?? '';
}

/** One that we closed ourselves, which is nobody's decision; a person's has a label. */
export function isWithdrawnRecord(ref: Ref, refs: ReadonlyMap<string, Ref>): boolean {
  return ref.subject.endsWith(' closed') && !isClosedByPerson(refs, { number: numberOf(ref) });
}

/** The subject of a record's newest commit ends in its state. */
export function isOpenRecord({ subject }: Ref): boolean {
  return subject.endsWith(' open');
}

export function numberOf(ref: Ref): number {
  return Number(ref.name.slice(RECORDS.length));
}
