import { realpath } from 'node:fs/promises';
import { dirname, join, sep } from 'node:path';
import {
  canonicalJson,
  type FittedModel,
  fail,
  fittedModelSchema,
  parseJsonDocument,
  type Result,
  succeed,
} from '../../api/index.ts';
import { readTextInput, replaceFile } from '../files.ts';
import { unexpected } from '../unexpected.ts';
import { printFittedModel } from './print-fitted-model.ts';

/**
 * Writes a fitted model into the repository. A file that says the same, whenever it was made, is left as it is; a file that
 * is no fitted model is not replaced.
 */
export async function saveFittedModel(
  cwd: string,
  file: string,
  model: FittedModel,
  isDryRun: boolean,
): Promise<Result<'written' | 'unchanged'>> {
  const refuse = (message: string): Result<never> =>
    fail({ code: 'refused', file, message, hint: 'name another file in forecast.model of its strategy' });
  const path = join(cwd, file);
  try {
    if (!(await isInside(cwd, path))) return refuse('lies behind a symbolic link that leaves the repository');
    const known = await readTextInput(path, file);
    if (known.ok) {
      const parsed = parseJsonDocument(fittedModelSchema, known.value, file);
      if (parsed.ok && saysTheSame(parsed.value, model)) return succeed('unchanged');
      if (!parsed.ok && !isFittedModel(known.value))
        return refuse('exists and is not a fitted model, so it is not replaced');
    } else if (known.error.some(({ code }) => code !== 'not-found')) {
      return known;
    }
    if (!isDryRun) await replaceFile(path, printFittedModel(model));
    return succeed('written');
  } catch (cause) {
    return fail({ ...unexpected(cause), file });
  }
}

function saysTheSame(one: FittedModel, other: FittedModel): boolean {
  const words = ({ createdAt: _, ...rest }: FittedModel): string => canonicalJson(rest);
  return words(one) === words(other);
}

/** Also one of another version, which a new one may replace. */
function isFittedModel(text: string): boolean {
  return text.trim() === '' || /^\s*\{\s*"schemaVersion"\s*:\s*\d+\s*,\s*"kind"\s*:\s*"fitted-model"/.test(text);
}

/** Whether the nearest folder that exists is in the repository; a link to a file elsewhere is replaced, not followed. */
async function isInside(cwd: string, path: string): Promise<boolean> {
  const root = await realpath(cwd);
  for (let folder = dirname(path); ; folder = dirname(folder)) {
    const real = await realpath(folder).catch(missing);
    if (real !== undefined) return real === root || real.startsWith(`${root}${sep}`);
  }
}

function missing(cause: unknown): undefined {
  if (unexpected(cause).code !== 'not-found') throw cause;
}
