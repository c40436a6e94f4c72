import {
  type Config,
  fail,
  gpuQuotaOf,
  type InputDigest,
  type Problem,
  type Result,
  succeed,
} from '../../api/index.ts';
import { environmentOfPath } from '../../lint/ledger/index.ts';
import { fleetOf, type ManifestFile, readManifestTree } from '../../manifests/index.ts';
import { type FleetMember, type QuotaBudget, quotaBudgets } from '../../planner/index.ts';
import { readGraphPins } from './graph-pins.ts';
import { locatedNumbers } from './located-numbers.ts';

export interface LoadedFleet {
  readonly fleet: readonly FleetMember[];
  readonly quotas: readonly QuotaBudget[];
  /** Every manifest and every file of pins that was read. */
  readonly inputs: readonly InputDigest[];
}

/** Reads the manifests that the config names: every graph in them, and the numbers of those that are to be planned. */
export async function loadFleet(cwd: string, config: Config): Promise<Result<LoadedFleet>> {
  const tree = await readManifestTree(cwd, config.manifests);
  const fleet = fleetOf(tree.files, config.operatorVersion);
  const problems: Problem[] = [...tree.problems.map((problem) => withSynthHint(problem, config)), ...fleet.problems];
  const files = new Map(tree.files.map((manifest) => [manifest.file, manifest]));
  const planned = new Set(config.deployments.map((deployment) => deployment.name));
  const pinFiles = new Map<string, InputDigest>();
  const members: FleetMember[] = [];
  for (const graph of fleet.graphs) {
    const { view, file, policy, owners } = graph;
    const isPlanned = planned.has(view.name);
    const pins = isPlanned ? await readGraphPins(cwd, policy, view.name) : succeed(undefined);
    if (!pins.ok) {
      problems.push(...pins.error);
      continue;
    }
    const pinned = pins.value?.manifest;
    if (pinned !== undefined) pinFiles.set(pinned.file, { file: pinned.file, digest: pinned.digest });
    const numbers = isPlanned ? locatedNumbers(graph, files, pins.value) : new Map();
    members.push({ view, file, policy, owners, numbers });
  }
  if (problems.length > 0) return fail(...problems);
  const manifests = tree.files.map(({ file, digest }) => ({ file, digest }));
  return succeed({
    fleet: members,
    quotas: quotasOf(tree.files, config),
    inputs: [...manifests, ...pinFiles.values()],
  });
}

/** ResourceQuotas on GPUs, each of the environment whose folder it stands in. */
function quotasOf(files: readonly ManifestFile[], { manifests }: Config): readonly QuotaBudget[] {
  return files.flatMap(({ file, documents }) =>
    documents.flatMap(({ value }) => {
      const quota = gpuQuotaOf(value);
      return quota === undefined ? [] : quotaBudgets(quota, environmentOfPath(file, manifests));
    }),
  );
}

function withSynthHint(problem: Problem, { manifests }: Config): Problem {
  const isNamed = problem.file !== undefined && manifests.includes(problem.file);
  return problem.code === 'not-found' && isNamed
    ? { ...problem, hint: 'run dynamo-gitops synth first, or set manifests in the config' }
    : problem;
}
