import { type Result, succeed } from '../../api/index.ts';
import { gitProblem } from './git.ts';
import { git, type Repository } from './open.ts';

/** A commit of a branch's own line, and what it did to some files. */
export interface LoggedCommit {
  readonly commit: string;
  /** When it was committed, seconds since 1970. */
  readonly atSeconds: number;
  readonly parents: readonly string[];
  readonly files: readonly LoggedFile[];
}

/** Names of the objects that hold a file before and after; undefined where it was not there, or was no file. */
export interface LoggedFile {
  readonly file: string;
  readonly before: string | undefined;
  readonly after: string | undefined;
}

/** Starts a commit's line; no name of an object does. */
const MARK = '\u0001';

/**
 * The commits that changed any of some files since a time, newest first, along the first parents of a commit: what was
 * merged, when it was merged.
 */
export async function logFiles(
  repository: Repository,
  commit: string,
  files: readonly string[],
  since: Date,
): Promise<Result<readonly LoggedCommit[]>> {
  if (files.length === 0) return succeed([]);
  const format = '--format=%x01%H %ct %P';
  const diff = ['--raw', '-z', '--no-abbrev', '--no-renames', '--diff-merges=first-parent', '--root'];
  const span = ['--first-parent', `--since-as-filter=${since.toISOString()}`];
  const output = await git(repository, ['log', ...span, ...diff, format, commit, '--', ...files]);
  if (!output.ok) return output;
  if (output.value.exitCode !== 0) return { ok: false, error: [gitProblem('git cannot read the log', output.value)] };
  return succeed(parseLog(output.value.stdout.toString('utf8')));
}

function parseLog(text: string): readonly LoggedCommit[] {
  const commits: (LoggedCommit & { readonly files: LoggedFile[] })[] = [];
  const tokens = text.split('\0');
  for (let index = 0; index < tokens.length; index += 1) {
    const token = (tokens[index] ?? '').replace(/^\n/, '');
    if (token.startsWith(MARK)) {
      const [commit = '', seconds = '', ...parents] = token.slice(MARK.length).trimEnd().split(' ');
      commits.push({ commit, atSeconds: Number(seconds), parents, files: [] });
      continue;
    }
    const [, modeBefore = '', modeAfter = '', before, after] =
      /^:(\d{6}) (\d{6}) ([0-9a-f]+) ([0-9a-f]+) /.exec(token) ?? [];
    if (before === undefined || after === undefined) continue;
    index += 1;
    const file = tokens[index] ?? '';
    const object = (mode: string, name: string) => (mode.startsWith('100') ? name : undefined);
    commits.at(-1)?.files.push({ file, before: object(modeBefore, before), after: object(modeAfter, after) });
  }
  return commits;
}

/**
 * When the oldest commit was made that a shallow clone holds on the first-parent line of a commit, in seconds since 1970.
 * What it changed is not known there. Undefined for a clone that holds all of it.
 */
export async function shallowEnd(repository: Repository, commit: string): Promise<Result<number | undefined>> {
  const shallow = await git(repository, ['rev-parse', '--is-shallow-repository']);
  if (!shallow.ok) return shallow;
  if (shallow.value.stdout.toString('utf8').trim() !== 'true') return succeed(undefined);
  const oldest = await git(repository, ['log', '--first-parent', '--max-parents=0', '--format=%ct', commit]);
  if (!oldest.ok) return oldest;
  const seconds = oldest.value.stdout.toString('utf8').trim().split('\n').at(-1) ?? '';
  return succeed(/^\d+$/.test(seconds) ? Number(seconds) : undefined);
}
