import { lstat, realpath, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve, sep } from 'node:path';
import {
  type Backtest,
  fail,
  type History,
  isObject,
  type Plan,
  type PlanShard,
  type Problem,
  type Result,
  succeed,
} from '../../api/index.ts';
import { NOT_REGULAR, readTextInput, replaceFile } from '../files.ts';
import { unexpected } from '../unexpected.ts';

/**
 * Writes a plan, a history or a backtest where the user wants it. Only an earlier one or an empty file is replaced: a slip of the hand in a name
 * must not cost anybody their work.
 */
export async function savePlan(cwd: string, out: string, plan: SavedDocument): Promise<Result<void>> {
  const place = await placeOf(cwd, out, plan.kind);
  if (!place.ok) return place;
  try {
    await replaceFile(place.value, `${JSON.stringify(plan, null, 2)}\n`);
    return succeed(undefined);
  } catch (cause) {
    return fail({ ...unexpected(cause), file: out });
  }
}

type SavedDocument = Plan | PlanShard | History | Backtest;
type DocumentKind = SavedDocument['kind'];

const WORDS: { readonly [kind in DocumentKind]: string } = {
  plan: 'a plan',
  'plan-shard': 'a part of a plan',
  history: 'a history',
  backtest: 'a backtest',
};

/** The file to write, past any symbolic link, so that a link stays one. */
async function placeOf(cwd: string, out: string, kind: DocumentKind): Promise<Result<string>> {
  const refuse = (message: string, hint = 'name another file'): Result<never> =>
    fail({ code: 'refused', file: out, message, hint });
  const named = resolve(cwd, out);
  // The open files of this process: replacing what they lead to would tear it away from whoever reads it.
  if (/^\/(proc|dev\/(fd|std(in|out|err)))(\/|$)/.test(named)) return refuse(NOT_REGULAR);
  try {
    const path = await realPlace(named);
    if (path === undefined) return refuse('is a symbolic link that leads nowhere');
    if (isInGit(path)) return refuse('lies in a folder of git, where no plan belongs');
    const entry = await stat(path).catch(missing);
    if (entry === undefined) return succeed(path);
    if (entry.isDirectory()) return refuse('is a folder, not a file');
    if (!entry.isFile()) return refuse(NOT_REGULAR);
    if (entry.size === 0) return succeed(path);
    return (await isOfKind(path, kind))
      ? succeed(path)
      : refuse(`exists and is not ${WORDS[kind]}, so it is not replaced`);
  } catch (cause) {
    return fail({ ...unexpected(cause), file: out } satisfies Problem);
  }
}

/** The real path of a file that need not exist yet; undefined for a link to nothing. */
async function realPlace(path: string): Promise<string | undefined> {
  const entry = await lstat(path).catch(missing);
  if (entry !== undefined) return realpath(path).catch(missing);
  const parent = dirname(path);
  const folder = parent === path ? path : await realPlace(parent);
  return folder === undefined ? undefined : join(folder, basename(path));
}

function missing(cause: unknown): undefined {
  if (unexpected(cause).code !== 'not-found') throw cause;
}

/** Names compare without case, as some file systems do. */
function isInGit(path: string): boolean {
  return path.split(sep).some((step) => step.toLowerCase() === '.git');
}

async function isOfKind(path: string, kind: DocumentKind): Promise<boolean> {
  const text = await readTextInput(path, path);
  if (!text.ok) return false;
  try {
    const document: unknown = JSON.parse(text.value);
    return isObject(document) && document.kind === kind;
  } catch {
    return false;
  }
}
