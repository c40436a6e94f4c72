import { stat } from 'node:fs/promises';
import {
  type Backtest,
  fail,
  type History,
  isObject,
  type Plan,
  type PlanShard,
  type Result,
  succeed,
} from '../../api/index.ts';
import { NOT_REGULAR, readTextInput, replaceFile } from '../files.ts';
import { missing, realPlace } from '../real-place.ts';
import { unexpected } from '../unexpected.ts';

/**
 * Writes a plan, a history or a backtest where the user wants it. Only an earlier one or an empty file is replaced: a slip of the hand in a name
 * must not cost anybody their work.
 */
export async function savePlan(cwd: string, out: string, plan: SavedDocument): Promise<Result<void>> {
  const place = await placeOfDocument(cwd, out, plan.kind);
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

/** The file that a document would be written to, or why none is. */
export async function placeOfDocument(cwd: string, out: string, kind: DocumentKind): Promise<Result<string>> {
  const refuse = (message: string): Result<never> =>
    fail({ code: 'refused', file: out, message, hint: 'name another file' });
  const place = await realPlace(cwd, out, 'plan');
  if (!place.ok) return place;
  try {
    const entry = await stat(place.value).catch(missing);
    if (entry === undefined) return place;
    if (entry.isDirectory()) return refuse('is a folder, not a file');
    if (!entry.isFile()) return refuse(NOT_REGULAR);
    if (entry.size === 0) return place;
    return (await isOfKind(place.value, kind))
      ? place
      : refuse(`exists and is not ${WORDS[kind]}, so it is not replaced`);
  } catch (cause) {
    return fail({ ...unexpected(cause), file: out });
  }
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
