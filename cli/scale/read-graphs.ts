import { join, relative, resolve, sep } from 'node:path';
import { type OperatorVersion, type Problem, type Result, succeed } from '../../api/index.ts';
import { type Fleet, type FleetGraph, fleetOf, type ManifestFile, readManifestTree } from '../../manifests/index.ts';
import { readInput } from '../files.ts';
import { patchFiles } from './kustomize/overrides.ts';
import { isKustomization, type Kustomization, readKustomizations } from './kustomize/read-kustomizations.ts';

export interface ReadGraphs {
  readonly graphs: readonly FleetGraph[];
  readonly kustomizations: readonly Kustomization[];
  /** Files whose graphs are only patches of others. */
  readonly patches: ReadonlySet<string>;
  readonly files: ReadonlyMap<string, ManifestFile>;
  /** What is wrong with files that do not speak of the named graphs: worth a note, and no obstacle. */
  readonly asides: readonly Problem[];
}

/**
 * The graphs under the paths. A file that cannot be read stands in the way, unless its text speaks neither of a Dynamo
 * kind nor of a named graph. A graph that is read and makes no sense does so where it may be a named one.
 */
export async function readGraphs(
  cwd: string,
  paths: readonly string[],
  names: readonly string[],
  operatorVersion: OperatorVersion,
): Promise<Result<ReadGraphs>> {
  const tree = await readManifestTree(cwd, paths);
  const files = new Map(tree.files.map((manifest) => [manifest.file, manifest]));
  const kustomizations = await readKustomizations(cwd, files);
  const patches = patchFiles(kustomizations);
  const fleet = fleetWithPatches(tree.files, patches, operatorVersion);
  const named = new Set([cwd, ...paths, ...paths.map((path) => nameIn(cwd, path))]);
  // A link that leads out or nowhere holds no graph of this folder; a file that is kept from us may hold any.
  const speaksOf = async (file: string, words: readonly string[], { code }: Problem): Promise<boolean> => {
    const known = files.get(file)?.bytes;
    if (known === undefined && code !== 'unreadable') return false;
    const read = known === undefined ? await readInput(join(cwd, file), file) : succeed(known);
    if (!read.ok) return true;
    // Text of two bytes a character is no manifest that we read, and yet one that somebody may have meant.
    const bytes = Buffer.from(read.value.filter((byte) => byte !== 0));
    return words.some((word) => bytes.includes(word));
  };
  const obstacles: Problem[] = [];
  const asides: Problem[] = [];
  const sort = async (problem: Problem, words: readonly string[]): Promise<void> => {
    const { file } = problem;
    const mayConcern =
      file === undefined || named.has(file) || isKustomization(file) || (await speaksOf(file, words, problem));
    (mayConcern ? obstacles : asides).push(problem);
  };
  for (const problem of tree.problems) await sort(problem, [...DYNAMO_KINDS, ...names]);
  for (const problem of fleet.problems) {
    // Two graphs of one name matter only where that name is asked for, and then the answer lists them.
    if (problem.code !== 'duplicate') await sort(problem, names);
  }
  return obstacles.length > 0
    ? { ok: false, error: obstacles }
    : succeed({ graphs: fleet.graphs, kustomizations, patches, files, asides });
}

/** How the kinds begin that hold a graph, or scale one. */
const DYNAMO_KINDS = ['DynamoGraph', 'DynamoComponent'] as const;

/** Patches are parts of graphs: they own no scaler, and what they lack is no problem. */
function fleetWithPatches(
  files: readonly ManifestFile[],
  patches: ReadonlySet<string>,
  operatorVersion: OperatorVersion,
): Pick<Fleet, 'graphs' | 'problems'> {
  const { graphs, problems } = fleetOf(
    files.filter(({ file }) => !patches.has(file)),
    operatorVersion,
  );
  if (patches.size === 0) return { graphs, problems };
  const all = fleetOf(files, operatorVersion);
  return { graphs: [...graphs, ...all.graphs.filter(({ file }) => patches.has(file))], problems };
}

/** A path as problems name it. */
function nameIn(cwd: string, path: string): string {
  return relative(cwd, resolve(cwd, path)).split(sep).join('/') || '.';
}
