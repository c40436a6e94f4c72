import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import {
  fail,
  type Outcome,
  outcomeSchema,
  type Problem,
  parseJsonDocument,
  type Result,
  succeed,
} from '../../api/index.ts';
import { withLocks } from '../../gitops/work-tree/lock.ts';
import { readTextInput, replaceFile } from '../files.ts';
import { realPlace } from '../real-place.ts';
import { unexpected } from '../unexpected.ts';

/**
 * Puts outcomes into a record of them, a JSON document a line, oldest plan first, so that git shows each as a line. One of
 * the same plan and graph is replaced. A file that is no such record is left as it is.
 * @returns all that the record has then
 */
export async function recordOutcomes(
  cwd: string,
  file: string,
  outcomes: readonly Outcome[],
): Promise<Result<readonly Outcome[]>> {
  const place = await realPlace(cwd, file, 'record');
  if (!place.ok) return place;
  try {
    await mkdir(dirname(place.value), { recursive: true });
    // Two runs that end at once must not each write without the other's line.
    return await withLocks([place.value], () => addOutcomes(place.value, file, outcomes));
  } catch (cause) {
    return fail({ ...unexpected(cause), file });
  }
}

async function addOutcomes(
  path: string,
  file: string,
  outcomes: readonly Outcome[],
): Promise<Result<readonly Outcome[]>> {
  const known = await readRecord(path, file);
  if (!known.ok) return known;
  const byKey = new Map([...known.value, ...outcomes].map((outcome) => [keyOf(outcome), outcome]));
  const all = [...byKey.values()].sort(byTime);
  await replaceFile(path, all.map((outcome) => `${JSON.stringify(outcome)}\n`).join(''));
  return succeed(all);
}

async function readRecord(path: string, file: string): Promise<Result<readonly Outcome[]>> {
  const text = await readTextInput(path, file);
  if (!text.ok) return text.error.some(({ code }) => code === 'not-found') ? succeed([]) : text;
  const problems: Problem[] = [];
  const outcomes: Outcome[] = [];
  for (const [index, line] of text.value.split('\n').entries()) {
    if (line.trim() === '') continue;
    const read = parseJsonDocument(outcomeSchema, line, file);
    if (read.ok) outcomes.push(read.value);
    else problems.push(...read.error.slice(0, 1).map(({ column: _, ...problem }) => ({ ...problem, line: index + 1 })));
  }
  return problems.length > 0 ? fail(...problems.slice(0, 5)) : succeed(outcomes);
}

function keyOf({ plan, environment, namespace, deployment }: Outcome): string {
  return `${plan} ${environment}/${namespace}/${deployment}`;
}

function byTime(one: Outcome, other: Outcome): number {
  const [first, second] = [one, other].map((outcome) => `${outcome.plannedAt} ${keyOf(outcome)}`) as [string, string];
  return first < second ? -1 : first > second ? 1 : 0;
}
