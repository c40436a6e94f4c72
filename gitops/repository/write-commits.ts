import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { type Result, succeed } from '../../api/index.ts';
import { GIT_OPTIONS, gitProblem, type Signature, spawnProblem } from './git.ts';
import type { Repository } from './open.ts';
import type { FileMode } from './read-files.ts';

/** A commit to write. */
export interface CommitDraft {
  readonly parents: readonly string[];
  /** Root tree to start from; undefined: the first parent's, or an empty one. */
  readonly tree: string | undefined;
  readonly files: readonly { readonly file: string; readonly mode: FileMode; readonly bytes: Uint8Array }[];
  readonly message: string;
}

/** Commits to write in order; all but the first are made from the name of the one before. */
export type CommitDrafts = readonly [CommitDraft, ...((previous: string) => CommitDraft)[]];

/** A ref that is taken back before fast-import ends, so it is never written. */
const UNWRITTEN_REF = 'refs/dynamo-gitops/unwritten';

/**
 * Objects become loose files, whatever the configuration says: two writers of the same commits would make the same pack,
 * and the second fast-import fails on the first one's file.
 */
const LOOSE_OBJECTS: readonly string[] = ['-c', 'fastimport.unpackLimit=1000000'];

/**
 * Writes commits with one `git fast-import`: no index, no work tree, any number of files in one process. No ref names
 * them afterwards; until one does, git keeps them as it keeps all recent objects, for two weeks unless told otherwise.
 * @returns the commits' names, in order.
 */
export async function writeCommits(
  repository: Repository,
  signature: Signature,
  drafts: CommitDrafts,
): Promise<Result<readonly string[]>> {
  const args = ['fast-import', '--quiet', '--done', '--date-format=raw'];
  const child = spawn('git', [...GIT_OPTIONS, ...LOOSE_OBJECTS, `--git-dir=${repository.gitDir}`, ...args], {
    env: repository.env,
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  const ended = new Promise<Result<number>>((resolve) => {
    child.on('error', (cause) => resolve({ ok: false, error: [spawnProblem(cause)] }));
    child.on('close', (code) => resolve(succeed(code ?? 1)));
  });
  child.stdin.on('error', () => undefined);
  let stderr = '';
  child.stderr.on('data', (chunk: Buffer) => {
    stderr += chunk.toString('utf8');
  });
  const answers = createInterface({ input: child.stdout })[Symbol.asyncIterator]();

  const [first, ...rest] = drafts;
  const commits: string[] = [];
  let draft: CommitDraft | undefined = first;
  while (draft !== undefined) {
    child.stdin.write(commitCommand(draft, signature, commits.length + 1));
    const answer = await answers.next();
    if (answer.done === true) break;
    commits.push(answer.value);
    draft = rest[commits.length - 1]?.(answer.value);
  }
  child.stdin.end('done\n');
  const end = await ended;
  if (!end.ok) return end;
  if (end.value === 0 && commits.length === drafts.length) return succeed(commits);
  return { ok: false, error: [gitProblem('git cannot write the commit', { exitCode: end.value, stderr })] };
}

function commitCommand(draft: CommitDraft, signature: Signature, mark: number): Buffer {
  const seconds = Math.floor(signature.at.getTime() / 1000);
  const [from, ...merged] = draft.parents;
  return Buffer.concat([
    Buffer.from(`commit ${UNWRITTEN_REF}\nmark :${mark}\n`),
    Buffer.from(`committer ${signature.name} <${signature.email}> ${seconds} +0000\n`),
    data(Buffer.from(draft.message)),
    Buffer.from(from === undefined ? '' : `from ${from}\n`),
    ...merged.map((parent) => Buffer.from(`merge ${parent}\n`)),
    Buffer.from(draft.tree === undefined ? '' : `M 040000 ${draft.tree} ""\n`),
    ...draft.files.flatMap(({ file, mode, bytes }) => [Buffer.from(`M ${mode} inline ${quoted(file)}\n`), data(bytes)]),
    Buffer.from(`\nget-mark :${mark}\nreset ${UNWRITTEN_REF}\n\n`),
  ]);
}

function data(bytes: Uint8Array): Buffer {
  return Buffer.concat([Buffer.from(`data ${bytes.byteLength}\n`), bytes, Buffer.from('\n')]);
}

function quoted(file: string): string {
  return `"${file.replace(/["\\]/g, '\\$&')}"`;
}
