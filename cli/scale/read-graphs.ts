import { join, relative, resolve, sep } from 'node:path';
import { type OperatorVersion, type Problem, type Result, succeed } from '../../api/index.ts';
import { type FleetGraph, fleetOf, type ManifestFile, readManifestTree } from '../../manifests/index.ts';
import { readInput } from '../files.ts';

export interface ReadGraphs {
  readonly graphs: readonly FleetGraph[];
  readonly files: ReadonlyMap<string, ManifestFile>;
  /** What is wrong with files that do not speak of the named graphs: worth a note, and no obstacle. */
  readonly asides: readonly Problem[];
}

/**
 * The graphs under the paths. What cannot be read stands in the way where the user named it, or where it may concern one
 * of the named graphs; a chart's templates in the same folder do not.
 */
export async function readGraphs(
  cwd: string,
  paths: readonly string[],
  names: readonly string[],
  operatorVersion: OperatorVersion,
): Promise<Result<ReadGraphs>> {
  const tree = await readManifestTree(cwd, paths);
  const fleet = fleetOf(tree.files, operatorVersion);
  const files = new Map(tree.files.map((manifest) => [manifest.file, manifest]));
  const named = new Set([cwd, ...paths, ...paths.map((path) => nameIn(cwd, path))]);
  // A link that leads out or nowhere holds no graph of this folder; a file that is kept from us may hold any.
  const speaksOf = async (file: string, { code }: Problem): Promise<boolean> => {
    const known = files.get(file)?.bytes;
    if (known === undefined && code !== 'unreadable') return false;
    const read = known === undefined ? await readInput(join(cwd, file), file) : succeed(known);
    if (!read.ok) return true;
    const bytes = Buffer.from(read.value.buffer, read.value.byteOffset, read.value.byteLength);
    return names.some((name) => bytes.includes(name));
  };
  const obstacles: Problem[] = [];
  const asides: Problem[] = [];
  // Two graphs of one name matter only where that name is asked for, and then the answer lists them.
  for (const problem of [...tree.problems, ...fleet.problems.filter(({ code }) => code !== 'duplicate')]) {
    const mayConcern = problem.file === undefined || named.has(problem.file) || (await speaksOf(problem.file, problem));
    (mayConcern ? obstacles : asides).push(problem);
  }
  return obstacles.length > 0 ? { ok: false, error: obstacles } : succeed({ graphs: fleet.graphs, files, asides });
}

/** A path as problems name it. */
function nameIn(cwd: string, path: string): string {
  return relative(cwd, resolve(cwd, path)).split(sep).join('/') || '.';
}
