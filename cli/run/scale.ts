import { access } from 'node:fs/promises';
import { join } from 'node:path';
import {
  CONFIG_FILE,
  DEFAULT_OPERATOR_VERSION,
  formatProblem,
  type OperatorVersion,
  type Problem,
  type Result,
  succeed,
} from '../../api/index.ts';
import { replaceInWorkTree } from '../../gitops/index.ts';
import type { CommandRunner } from '../command.ts';
import { loadConfig } from '../load-config.ts';
import { done, failed } from '../outcome.ts';
import { spliceFiles, writeProblems } from '../scale/edit-files.ts';
import { type PlannedScale, planEdits, type ScaleEdit } from '../scale/plan-edits.ts';
import { readGraphs } from '../scale/read-graphs.ts';
import { scaleReport } from '../scale/scale-report.ts';
import { parseWishes } from '../scale/wish.ts';

export interface ScaleInput {
  readonly paths: readonly string[];
  readonly set: readonly string[];
  readonly dryRun: boolean;
}

/** Edits replica counts in place: every one that is asked for, or none. */
export const runScale: CommandRunner<ScaleInput> = async ({ paths, set, dryRun }, { cwd, log }) => {
  const wishes = parseWishes(set);
  if (!wishes.ok) return failed(wishes.error);
  const operatorVersion = await operatorVersionOf(cwd);
  if (!operatorVersion.ok) return failed(operatorVersion.error);
  const names = wishes.value.map((wish) => wish.graph);
  const read = await readGraphs(cwd, paths, names, operatorVersion.value);
  if (!read.ok) return failed(read.error);
  for (const problem of read.value.asides) log(`note: not read: ${formatProblem(problem)}`);

  const planned: PlannedScale[] = [];
  const problems: Problem[] = [];
  for (const wish of wishes.value) {
    const plan = await planEdits(wish, read.value, paths, cwd);
    if (plan.ok) planned.push(plan.value);
    else problems.push(...plan.error);
  }
  if (problems.length > 0) return failed(problems);

  const edits = planned.flatMap((one) => one.edits);
  const twice = editedTwice(edits);
  if (twice.length > 0) return failed(twice);
  const files = spliceFiles(edits);
  if (!files.ok) return failed(files.error);
  const unwritable = await writeProblems(cwd, files.value);
  if (unwritable.length > 0) return failed(unwritable);
  for (const warning of new Set(planned.flatMap((one) => one.warnings))) log(`warning: ${warning}`);
  if (!dryRun) {
    const replaced = await replaceInWorkTree(cwd, files.value);
    if (!replaced.ok) return failed(replaced.error);
  }
  const changes = edits
    .filter(({ from, to }) => from !== to)
    .map(({ manifest: { file }, line, graph, service, from, to }) => ({
      file,
      line,
      deployment: graph,
      service,
      from,
      to,
    }));
  return done(scaleReport({ changes, files: files.value, dryRun }));
};

/** One number that two wishes name, each in its own way: `chat/decode` and `prod/chat/decode`. */
function editedTwice(edits: readonly ScaleEdit[]): readonly Problem[] {
  const seen = new Set<string>();
  return edits.flatMap(({ manifest: { file }, line, document, path, graph, service }): readonly Problem[] => {
    const place = JSON.stringify([file, document, path]);
    const message = `--set names ${graph}/${service} twice`;
    if (seen.has(place)) return [{ code: 'usage', file, line, message, hint: 'name it once' }];
    seen.add(place);
    return [];
  });
}

/** From the config where the folder has one; it decides whether a committed scaling adapter counts. */
async function operatorVersionOf(cwd: string): Promise<Result<OperatorVersion>> {
  const hasConfig = await access(join(cwd, CONFIG_FILE)).then(
    () => true,
    () => false,
  );
  if (!hasConfig) return succeed(DEFAULT_OPERATOR_VERSION);
  const loaded = await loadConfig(cwd);
  return loaded.ok ? succeed(loaded.value.config.operatorVersion) : loaded;
}
