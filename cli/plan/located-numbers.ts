import { type DocumentPath, formatProblem, type ReplicaOwner, type ScalarLocation } from '../../api/index.ts';
import { type FleetGraph, locateInteger, type ManifestFile } from '../../manifests/index.ts';
import type { LocatedNumber } from '../../planner/index.ts';
import type { GraphPins } from './graph-pins.ts';

/**
 * Where the number of each service stands: the rendered scalar, and the pin that it was rendered from. Both are edited in
 * one commit, so they must agree now.
 */
export function locatedNumbers(
  graph: FleetGraph,
  files: ReadonlyMap<string, ManifestFile>,
  pins: GraphPins | undefined,
): ReadonlyMap<string, LocatedNumber> {
  return new Map(
    graph.view.services.flatMap(({ name, replicasPath }) => {
      const owner = graph.owners.get(name);
      const place = owner === undefined ? undefined : placeOf(graph, name, replicasPath, owner);
      return place === undefined ? [] : [[name, locatedNumber(name, place, files, pins)] as const];
    }),
  );
}

/** What decides a service's number, as an address in a file. */
interface Place {
  readonly file: string;
  readonly document: number;
  readonly path: DocumentPath;
  /** What the pins call it. */
  readonly pinned: 'replicas' | 'minReplicas';
}

function placeOf(
  graph: FleetGraph,
  service: string,
  replicasPath: DocumentPath,
  owner: ReplicaOwner,
): Place | undefined {
  const scaler = graph.scalerLocations.get(service);
  switch (owner.kind) {
    case 'graph':
      return { file: graph.file, document: graph.document, path: replicasPath, pinned: 'replicas' };
    case 'autoscaler':
      return scaler === undefined ? undefined : { ...scaler, path: owner.scaler.minPath, pinned: 'minReplicas' };
    case 'adapter':
      return scaler === undefined ? undefined : { ...scaler, path: owner.scaler.replicasPath, pinned: 'replicas' };
    case 'nobody':
      return undefined;
  }
}

function locatedNumber(
  service: string,
  { file, document, path, pinned }: Place,
  files: ReadonlyMap<string, ManifestFile>,
  pins: GraphPins | undefined,
): LocatedNumber {
  const manifest = files.get(file);
  if (manifest === undefined) return refused('unreadable-number', `${file} was not read`);
  const rendered = located(manifest, document, path);
  if (typeof rendered === 'string') return refused('unreadable-number', rendered);
  if (pins === undefined) return { kind: 'located', locations: [rendered.location] };
  const pin = located(pins.manifest, pins.manifest.documents[0]?.index ?? 0, ['services', service, pinned]);
  if (typeof pin === 'string') return refused('unreadable-number', `${pin}; synth would undo an edit of ${file} alone`);
  if (pin.value !== rendered.value) {
    const [here, there] = [placeText(pin.location), placeText(rendered.location)];
    return refused('drift', `${here} says ${pin.value} and ${there} says ${rendered.value}; run dynamo-gitops synth`);
  }
  return { kind: 'located', locations: [rendered.location, pin.location] };
}

/** The number at a path, or why it may not be edited, in one line. */
function located(
  manifest: ManifestFile,
  document: number,
  path: DocumentPath,
): { readonly value: number; readonly location: ScalarLocation } | string {
  const found = locateInteger(manifest, document, path);
  if (!found.ok) return found.error.map(formatProblem).join('; ');
  const { file, digest } = manifest;
  const steps = path.map((step) => (typeof step === 'string' ? step : { name: step.name }));
  return { value: found.value.value, location: { file, digest, document, path: steps, line: found.value.line } };
}

function placeText({ file, line }: ScalarLocation): string {
  return `${file}:${line}`;
}

function refused(code: 'unreadable-number' | 'drift', reason: string): LocatedNumber {
  return { kind: 'refused', code, reason };
}
