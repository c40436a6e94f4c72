import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type Problem, type Result, succeed } from '../../api/index.ts';
import { gitProblem, type Signature, secondsOf } from './git.ts';
import { git, type Repository } from './open.ts';

export interface Ref {
  readonly name: string;
  readonly commit: string;
  /** The commit's root tree. */
  readonly tree: string;
  /** First line of the commit's message. */
  readonly subject: string;
  /** Work tree in which this branch is checked out. */
  readonly workTree: string | undefined;
  /** The ref that this one is only another name of. */
  readonly aliasOf: string | undefined;
}

/** Refs by their full name: those that are one of the names, and those below one that ends in a slash. */
export async function readRefs(
  repository: Repository,
  names: readonly string[],
): Promise<Result<ReadonlyMap<string, Ref>>> {
  const format = '--format=%(refname)%00%(objectname)%00%(tree)%00%(subject)%00%(worktreepath)%00%(symref)%00';
  const output = await git(repository, ['for-each-ref', format, '--', ...names]);
  if (!output.ok) return output;
  if (output.value.exitCode !== 0) return { ok: false, error: [gitProblem('git cannot list refs', output.value)] };
  const refs = new Map<string, Ref>();
  // A path of a work tree may hold a line's end, so that only zero bytes part one field from the next.
  const fields = output.value.stdout.toString('utf8').split('\0');
  for (let at = 0; at + FIELDS < fields.length; at += FIELDS) {
    const [begin = '', commit = '', tree = '', subject = '', workTree, aliasOf = ''] = fields.slice(at, at + FIELDS);
    const name = begin.replace(/^\n/, '');
    const where = { workTree: realWorkTree(workTree), aliasOf: aliasOf === '' ? undefined : aliasOf };
    refs.set(name, { name, commit, tree, subject, ...where });
  }
  return succeed(refs);
}

/** What is asked of each ref. */
const FIELDS = 6;

/** Git names a bare repository as the work tree of its own HEAD; a real one has `.git`. */
function realWorkTree(path: string | undefined): string | undefined {
  return path !== undefined && path !== '' && existsSync(join(path, '.git')) ? path : undefined;
}

/** Refs below a prefix all of whose commits are part of one, by their full name, with the commit of each. */
export async function mergedBranches(
  repository: Repository,
  commit: string,
  prefix: string,
): Promise<Result<ReadonlyMap<string, string>>> {
  const args = ['for-each-ref', '--format=%(refname)%00%(objectname)', `--merged=${commit}`, '--', prefix];
  const output = await git(repository, args);
  if (!output.ok) return output;
  if (output.value.exitCode !== 0) return { ok: false, error: [gitProblem('git cannot list branches', output.value)] };
  const lines = output.value.stdout.toString('utf8').split('\n');
  return succeed(
    new Map(
      lines.flatMap((line): readonly (readonly [string, string])[] => {
        const [name, tip] = line.split('\0');
        return name === undefined || tip === undefined ? [] : [[name, tip]];
      }),
    ),
  );
}

/**
 * One step of a transaction. `from` undefined: the ref must not exist yet. A ref that is only another name of one is itself
 * set or deleted, save where the step `follows` it.
 */
export type RefStep =
  | {
      readonly kind: 'set';
      readonly name: string;
      readonly from: string | undefined;
      readonly to: string;
      readonly follows?: true;
    }
  | { readonly kind: 'verify'; readonly name: string; readonly commit: string }
  | { readonly kind: 'delete'; readonly name: string; readonly from: string };

/** Git holds a ref for milliseconds; who waits longer waits for a process that was killed. */
const LOCK_TIMEOUTS: readonly string[] = ['-c', 'core.filesRefLockTimeout=2000', '-c', 'core.packedRefsTimeout=2000'];

/**
 * Moves refs together: either every step holds what it expects and all are done, or none is. Steps that are still to come
 * are waited for while git starts.
 * @returns false where a ref was not what a step expected; a problem where another process holds one for longer than git
 * ever needs it.
 */
export async function updateRefs(
  repository: Repository,
  steps: readonly RefStep[] | Promise<readonly RefStep[]>,
  signature: Signature,
  reflog: string,
): Promise<Result<boolean>> {
  const input = Promise.resolve(steps).then((ready) =>
    ready.length === 0 ? '' : ['start', ...ready.map(stepLine), 'prepare', 'commit', ''].join('\n'),
  );
  const args = [...LOCK_TIMEOUTS, 'update-ref', '-m', reflog, '--stdin'];
  const withIdentity: Repository = {
    ...repository,
    env: {
      ...repository.env,
      GIT_COMMITTER_NAME: signature.name,
      GIT_COMMITTER_EMAIL: signature.email,
      GIT_COMMITTER_DATE: `@${secondsOf(signature)} +0000`,
    },
  };
  const output = await git(withIdentity, args, input);
  if (!output.ok) return output;
  if (output.value.exitCode === 0) return succeed(true);
  const lock = /Unable to create '([^']+\.lock)': File exists/.exec(output.value.stderr)?.[1];
  if (lock !== undefined) return { ok: false, error: [lockedProblem(lock)] };
  // A branch `a` stands in the way of a branch `a/b`; no retry helps.
  const inTheWay = /'(refs\/[^']+)' exists; cannot create '(refs\/[^']+)'/.exec(output.value.stderr);
  if (inTheWay !== null) {
    const what = inTheWay[1]?.startsWith('refs/heads/') === true ? 'branch' : 'ref';
    const message = `the ${what} "${shortName(inTheWay[1])}" stands in the way of "${shortName(inTheWay[2])}"`;
    return { ok: false, error: [{ code: 'refused', message, hint: 'rename the one that is there' }] };
  }
  if (MOVED.test(output.value.stderr)) return succeed(false);
  return { ok: false, error: [gitProblem('git cannot move refs', output.value)] };
}

/**
 * What git says of a ref that is not what a step expected, or that a process of git just removed the folder of. All else,
 * as a folder that cannot be written or a ref that is broken, is the same the next time.
 */
const MOVED =
  /is at [0-9a-f]+ but expected|reference already exists|reference is missing but|unable to resolve reference '[^']+'$|cannot lock references|\.lock': No such file/m;

function lockedProblem(lock: string): Problem {
  const message = 'git holds the lock of a ref, or was killed and left it; the ref was not moved';
  return { code: 'unavailable', file: lock, message, hint: 'if no git runs there, delete this file and try again' };
}

function stepLine(step: RefStep): string {
  switch (step.kind) {
    case 'set': {
      const how = step.follows === true ? '' : NO_DEREF;
      const { name, from, to } = step;
      return from === undefined ? `${how}create ${name} ${to}` : `${how}update ${name} ${to} ${from}`;
    }
    case 'verify':
      return `verify ${step.name} ${step.commit}`;
    case 'delete':
      return `${NO_DEREF}delete ${step.name} ${step.from}`;
  }
}

/** Of the next command alone. */
const NO_DEREF = 'option no-deref\n';

function shortName(ref: string | undefined): string {
  return (ref ?? '').replace(/^refs\/heads\//, '');
}
