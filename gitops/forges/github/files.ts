import { type Problem, type Result, succeed } from '../../../api/index.ts';
import {
  type FileEntry,
  isFileMode,
  notAFile,
  objectName,
  type Repository,
  readFilesAt,
  type StoredFile,
  withoutNetwork,
} from '../../repository/index.ts';
import { blob } from './answers.ts';
import type { GitHubClient } from './client.ts';
import { type Failure, githubProblem } from './failure.ts';
import { commitFiles, commitFilesQuery, type ReadEntry } from './queries/index.ts';

/** Files asked for in one call. One that gets no answer, as where their text is too long for it, is made of two. */
const FILES_PER_CALL = 250;
const LEAST_PER_CALL = 25;

/** What to read: files of the base with their content, and some of them on our branch without. */
export interface FilesRequest {
  /** Of both. */
  readonly files: readonly string[];
  /** Of the base alone. */
  readonly supporting: readonly string[];
  readonly base: string;
  readonly head: string | undefined;
}

export interface FilesRead {
  readonly base: ReadonlyMap<string, StoredFile>;
  readonly head: ReadonlyMap<string, FileEntry>;
}

/** Reads files in as few calls as they fit in, and the base's from the clone where it has that commit. */
export async function readProposalFiles(
  client: GitHubClient,
  checkout: Repository | undefined,
  request: FilesRequest,
): Promise<Result<FilesRead>> {
  const local = checkout === undefined ? undefined : await readLocally(checkout, request);
  if (local?.ok === false) return local;
  if (local !== undefined && request.head === undefined) return succeed({ base: local.value, head: new Map() });
  const base = new Map(local?.value);
  const head = new Map<string, FileEntry>();
  const problems: Problem[] = [];
  const texts = local === undefined ? request.base : undefined;
  const edited = new Set(request.files);
  const others = texts === undefined ? [] : [...new Set(request.supporting)].filter((file) => !edited.has(file));
  // Few are read at once, whatever is needed of each.
  const groups =
    edited.size + others.length <= FILES_PER_CALL
      ? [{ files: [...edited, ...others], entries: request.head }]
      : [
          { files: [...edited], entries: request.head },
          { files: others, entries: undefined },
        ];
  const waiting = groups.flatMap(({ files, entries }) => inBatches(files).map((batch) => ({ files: batch, entries })));
  for (let batch = waiting.shift(); batch !== undefined; batch = waiting.shift()) {
    const { files, entries } = batch;
    const read = await readBatch(client, files, texts, entries);
    if (!read.ok && read.error.kind === 'lost' && files.length > LEAST_PER_CALL) {
      const half = Math.ceil(files.length / 2);
      waiting.unshift({ files: files.slice(0, half), entries }, { files: files.slice(half), entries });
      continue;
    }
    if (!read.ok) return { ok: false, error: [githubProblem('read files', read.error)] };
    for (const [index, file] of files.entries()) {
      const text = await storedFile(client, file, read.value.texts[`f${index}`]);
      if (!text.ok) problems.push(...text.error);
      else if (text.value !== undefined) base.set(file, text.value);
      const entry = read.value.entries[`f${index}`];
      const mode = entry === undefined || entry === null ? '' : modeOf(entry);
      if (isFileMode(mode) && entry !== undefined && entry !== null) head.set(file, { mode, object: entry.oid });
    }
  }
  return problems.length > 0 ? { ok: false, error: problems } : succeed({ base, head });
}

function inBatches(files: readonly string[]): readonly (readonly string[])[] {
  const count = Math.ceil(files.length / FILES_PER_CALL);
  return Array.from({ length: count }, (_, index) => files.slice(index * FILES_PER_CALL, (index + 1) * FILES_PER_CALL));
}

/** @returns undefined where the clone does not hold the commit, whole. */
async function readLocally(
  checkout: Repository,
  { base, files, supporting }: FilesRequest,
): Promise<Result<ReadonlyMap<string, StoredFile>> | undefined> {
  const read = await readFilesAt(withoutNetwork(checkout), base, [...new Set([...files, ...supporting])]);
  return read.ok || read.error.some((problem) => problem.code === 'refused') ? read : undefined;
}

interface Batch {
  readonly texts: { readonly [name: string]: ReadText | null | undefined };
  readonly entries: { readonly [name: string]: ReadEntry | null | undefined };
}

type ReadText = Extract<ReadEntry, { readonly object: unknown }>;

async function readBatch(
  client: GitHubClient,
  files: readonly string[],
  base: string | undefined,
  head: string | undefined,
): Promise<Result<Batch, Failure>> {
  const document = commitFilesQuery(files.length, { texts: base !== undefined, entries: head !== undefined });
  const { owner, repo } = client;
  const answer = await client.graphql(commitFiles, document, {
    ...{ owner, repo },
    ...(base === undefined ? {} : { texts: base }),
    ...(head === undefined ? {} : { entries: head }),
    ...Object.fromEntries(files.map((file, index) => [`p${index}`, file])),
  });
  if (!answer.ok) return answer;
  const { repository } = answer.value;
  return succeed({ texts: repository?.texts ?? {}, entries: repository?.entries ?? {} });
}

async function storedFile(
  client: GitHubClient,
  file: string,
  entry: ReadText | null | undefined,
): Promise<Result<StoredFile | undefined>> {
  if (entry === undefined || entry === null) return succeed(undefined);
  const mode = modeOf(entry);
  if (!isFileMode(mode)) return { ok: false, error: [notAFile(file, mode)] };
  const { oid: object } = entry;
  const bytes = Buffer.from(entry.object?.text ?? '', 'utf8');
  // A text that was cut, or was none in UTF-8, has another name than its file.
  if (objectName(bytes, object) === object) return succeed({ mode, object, bytes });
  const answer = await client.rest(blob, (octokit) =>
    octokit.rest.git.getBlob({ owner: client.owner, repo: client.repo, file_sha: object }),
  );
  if (!answer.ok) return { ok: false, error: [githubProblem('read a file', answer.error)] };
  return succeed({ mode, object, bytes: Buffer.from(answer.value.content, 'base64') });
}

/** GraphQL has modes as numbers: 33188 is 100644 in git's octal. */
function modeOf({ mode }: ReadEntry): string {
  return mode.toString(8).padStart(6, '0');
}
