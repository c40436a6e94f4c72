import type { Config, Problem } from '../../api/index.ts';
import {
  isChartTemplate,
  type ManifestFile,
  type ResolvedFleet,
  readManifestTree,
  resolveFleet,
} from '../../manifests/index.ts';

export interface ReadFleet {
  readonly fleet: ResolvedFleet;
  /** The files that the config's `manifests` name. */
  readonly files: readonly ManifestFile[];
  /** All that was read: these, and what they are rendered from. */
  readonly sources: Map<string, ManifestFile>;
  readonly problems: readonly Problem[];
}

/** Bases may have bases, and somebody may have linked them in a ring of new names. */
const MAX_ROUNDS = 20;

/** Reads the manifests, and whatever kustomizations, charts and Applications among them are made of, wherever it lies. */
export async function readResolvedFleet(cwd: string, config: Config): Promise<ReadFleet> {
  const tree = await readManifestTree(cwd, config.manifests);
  const sources = new Map(tree.files.map((manifest) => [manifest.file, manifest]));
  const scope = new Set(sources.keys());
  const mapped = config.deployments.flatMap(({ services }) =>
    Object.values(services).flatMap(({ target }) => target?.file ?? []),
  );
  const asked = new Set<string>();
  await addFiles(cwd, sources, asked, mapped);
  let fleet = resolveFleet(sources, config.operatorVersion, scope);
  for (let round = 0; round < MAX_ROUNDS; round += 1) {
    const isNew = await addFiles(cwd, sources, asked, fleet.missing.flatMap(namesOf));
    if (!isNew) break;
    fleet = resolveFleet(sources, config.operatorVersion, scope);
  }
  // A template is no YAML, and is read through its values.
  const problems = tree.problems.filter(({ file }) => file === undefined || !isChartTemplate(file, sources));
  return { fleet, files: tree.files, sources, problems };
}

/** What may stand behind a name: a file, or a folder with a kustomization or a chart. */
function namesOf(path: string): readonly string[] {
  return [path, `${path}/Kustomization`, `${path}/templates/_helpers.tpl`];
}

/** Whether anything was read that was not there before. What does not exist is said by whoever needs it. */
export async function addFiles(
  cwd: string,
  sources: Map<string, ManifestFile>,
  asked: Set<string>,
  paths: readonly string[],
): Promise<boolean> {
  const wanted = [...new Set(paths)].filter((path) => !asked.has(path) && !sources.has(path));
  if (wanted.length === 0) return false;
  for (const path of wanted) asked.add(path);
  const before = sources.size;
  for (const manifest of (await readManifestTree(cwd, wanted)).files) {
    if (!sources.has(manifest.file)) sources.set(manifest.file, manifest);
  }
  return sources.size > before;
}
