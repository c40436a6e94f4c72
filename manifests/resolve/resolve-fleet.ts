import { isGraphDeployment, type JsonObject, type OperatorVersion, type Problem } from '../../api/index.ts';
import { type Fleet, type FleetGraph, fleetOfDocuments } from '../fleet-view/fleet.ts';
import type { ManifestDocument, ManifestFile } from '../read/manifest.ts';
import { type Build, render } from './build.ts';
import { buildPlans } from './build-plans.ts';
import { isChartTemplate } from './helm/render.ts';
import { isScaledKind, type Sources } from './kustomize/kustomization.ts';
import { idOf, type RenderedObject } from './rendered-object.ts';
import { plainMap } from './sourced.ts';

/** The graphs of a repository as they reach the cluster, whatever renders them on the way. */
export interface ResolvedFleet extends Fleet {
  readonly graphs: readonly ResolvedGraph[];
  readonly builds: readonly Build[];
  readonly sources: Sources;
  /** Files and folders that the sources name and do not hold; to be read, and the fleet resolved again. */
  readonly missing: readonly string[];
  /** What the repository leaves to other places, and what of it cannot be rendered here, in words. */
  readonly notes: readonly string[];
}

export interface ResolvedGraph extends FleetGraph {
  /** What renders it; undefined where it reaches the cluster as its document is written. */
  readonly build: Build | undefined;
}

/**
 * Reads the graphs out of files, and renders those that kustomize, Argo CD, Flux or a chart make of them.
 * @param sources every file that may be needed.
 * @param scope the files whose graphs are meant; others serve only what is rendered from them.
 */
export function resolveFleet(
  sources: Sources,
  operatorVersion: OperatorVersion,
  scope: ReadonlySet<string> = new Set(sources.keys()),
): ResolvedFleet {
  const { plans, missing, elsewhere } = buildPlans(sources, scope);
  const builds = plans.flatMap((plan) => render(plan, sources) ?? []);
  const used = new Set(builds.flatMap((build) => [...build.resourceFiles, ...build.patchFiles]));
  const isRaw = (file: ManifestFile): boolean =>
    scope.has(file.file) && !used.has(file.file) && !isChartTemplate(file.file, sources);
  const raw = [...sources.values()].filter(isRaw).flatMap(({ documents }) => documents);
  const rawFleet = fleetOfDocuments(raw, operatorVersion);
  const rawScalers = raw.filter(({ value }) => isScaledKind(value.kind) && !isGraphDeployment(value));
  const problems: Problem[] = [...rawFleet.problems];
  const graphs: ResolvedGraph[] = rawFleet.graphs.map((graph) => ({ ...graph, build: undefined }));
  for (const build of builds) {
    const fleet = fleetOfDocuments([...build.objects.map(documentOf), ...rawScalers], operatorVersion);
    // Raw scalers have told their problems already.
    problems.push(...fleet.problems.filter(({ file }) => !rawScalers.some((one) => one.file === file)));
    graphs.push(...fleet.graphs.map((graph) => ({ ...graph, build })));
  }
  problems.push(...twins(graphs));
  return {
    graphs,
    builds,
    sources,
    problems: distinct(problems),
    missing: [...new Set([...missing, ...builds.flatMap((build) => build.missing)])],
    notes: [...new Set([...elsewhere, ...builds.flatMap((build) => [...build.remote, ...build.obstacles])])],
  };
}

function documentOf({ value, file, document, line }: RenderedObject): ManifestDocument {
  return { file, index: document, line, value: plainMap(value) };
}

/** The objects as they reach the cluster out of the fleet's builds, each with the file in which it began. */
export function renderedObjects({
  builds,
}: ResolvedFleet): readonly { readonly file: string; readonly object: JsonObject }[] {
  return builds.flatMap(({ objects }) => objects.map(({ file, value }) => ({ file, object: plainMap(value) })));
}

/** The same graph out of two builds: nobody can tell which one the cluster runs. */
function twins(graphs: readonly ResolvedGraph[]): readonly Problem[] {
  const first = new Map<string, ResolvedGraph>();
  return graphs.flatMap((graph): readonly Problem[] => {
    const { view, policy, build } = graph;
    const key = JSON.stringify([view.namespace, view.name, policy?.environment]);
    const other = first.get(key);
    if (other === undefined) first.set(key, graph);
    if (other === undefined || other.build === build) return [];
    const place = (one: ResolvedGraph): string => one.build?.name ?? `${one.file}:${one.line}`;
    const message = `the graph "${view.name}" comes out of ${place(graph)} and out of ${place(other)}`;
    const hint = 'give each its own namespace, in its kustomization or in what delivers it';
    return [{ code: 'duplicate', file: graph.file, line: graph.line, path: 'metadata.name', message, hint }];
  });
}

function distinct(problems: readonly Problem[]): readonly Problem[] {
  return [...new Map(problems.map((problem) => [JSON.stringify(problem), problem])).values()];
}

/** The object of a build that a document and a name stand for. */
export function objectOf(
  build: Build,
  place: { readonly file: string; readonly document: number },
  name: string,
): RenderedObject | undefined {
  return build.objects.find(
    (object) => object.file === place.file && object.document === place.document && idOf(object.value).name === name,
  );
}
