import {
  DYNAMO_GROUP,
  type DynamoApiVersion,
  type JsonObject,
  type OperatorVersion,
  objectAt,
  SCALING_ADAPTER_KIND,
  scalingAdapterName,
  stringAt,
} from '../../../api/index.ts';
import { declaredName } from '../declaration.ts';
import type { SourceObject } from '../document.ts';
import type { ImportedGraph } from '../import-graph.ts';
import type { Place, Placement } from '../placement.ts';
import type { ClaimCompanion, ScalingCompanion } from './companion.ts';
import { readClaim } from './read-claim.ts';
import { readHpa } from './read-hpa.ts';
import { readKeda } from './read-keda.ts';
import { boundsOf, type ReadScaler } from './read-scaler.ts';
import { rendersAs, type Surroundings } from './renders-as.ts';

export interface PlacedObject {
  readonly object: SourceObject;
  readonly place: Place;
}

export interface PlacedGraph {
  readonly graph: ImportedGraph;
  readonly place: Place;
}

export type FoundCompanion =
  | { readonly companion: ScalingCompanion; readonly graph: ImportedGraph }
  | { readonly companion: ClaimCompanion; readonly graph: undefined };

/** The objects that one of our constructs renders exactly as they are written, each with that construct. */
export function findCompanions(
  objects: readonly PlacedObject[],
  graphs: readonly PlacedGraph[],
  placement: Placement,
  settings: { readonly apiVersion: DynamoApiVersion; readonly operatorVersion: OperatorVersion },
): ReadonlyMap<SourceObject, FoundCompanion> {
  const found = new Map<SourceObject, FoundCompanion>();
  for (const { object, place } of objects) {
    const surroundings = { ...settings, namespace: placement.main, place };
    const companion =
      claimCompanion(object, surroundings, placement) ??
      scalingCompanion(object, surroundings, graphs, [...found.values()]);
    if (companion !== undefined) found.set(object, companion);
  }
  return found;
}

/** Scalers of a graph's services, in the order they are declared. */
export function scalersOf(graph: ImportedGraph, found: Iterable<FoundCompanion>): readonly ScalingCompanion[] {
  return [...found].flatMap((one) => (one.graph === graph ? [one.companion] : []));
}

function claimCompanion(
  { apiVersion, kind, value }: SourceObject,
  surroundings: Surroundings,
  placement: Placement,
): FoundCompanion | undefined {
  const companion = apiVersion === 'v1' && kind === 'PersistentVolumeClaim' ? readClaim(value) : undefined;
  if (companion === undefined || !rendersAs(value, companion, undefined, surroundings)) return undefined;
  return placement.reserve(companion.claimName) ? { companion, graph: undefined } : undefined;
}

function scalingCompanion(
  object: SourceObject,
  surroundings: Surroundings,
  graphs: readonly PlacedGraph[],
  found: readonly FoundCompanion[],
): FoundCompanion | undefined {
  const read = readScaler(object);
  if (read === undefined) return undefined;
  const { construct, adapter, bounds, props } = read;
  for (const { graph, place } of graphs) {
    if (place.namespace !== surroundings.place.namespace || place.isMain !== surroundings.place.isMain) continue;
    const { name, services } = graph.declaration;
    const service = services.map(declaredName).find((one) => scalingAdapterName(name, one) === adapter);
    if (service === undefined) continue;
    const companion: ScalingCompanion = { construct, service, bounds, props };
    const declared = { graph, scalers: scalersOf(graph, found) };
    if (rendersAs(object.value, companion, declared, surroundings)) return { companion, graph };
  }
  return undefined;
}

interface FoundScaler extends ReadScaler {
  readonly construct: ScalingCompanion['construct'];
  /** Name of the scaling adapter. */
  readonly adapter: string;
}

function readScaler({ apiVersion, kind, value }: SourceObject): FoundScaler | undefined {
  const spec = objectAt(value, 'spec') ?? {};
  const name = stringAt(value, 'metadata', 'name');
  if (kind === SCALING_ADAPTER_KIND && apiVersion.startsWith(`${DYNAMO_GROUP}/`)) {
    const bounds = boundsOf(spec.replicas, spec.replicas);
    return bounds === undefined || name === undefined
      ? undefined
      : { construct: 'ScalingAdapter', adapter: name, bounds, props: {} };
  }
  const target = objectAt(spec, 'scaleTargetRef');
  const adapter = target?.kind === SCALING_ADAPTER_KIND ? stringAt(target, 'name') : undefined;
  const reader = AUTOSCALERS.get(`${apiVersion}/${kind}`);
  const read = reader?.read(spec);
  if (reader === undefined || read === undefined || adapter === undefined || name === undefined) return undefined;
  const props = { ...(name === adapter ? {} : { name }), ...read.props };
  return { construct: reader.construct, adapter, bounds: read.bounds, props };
}

const AUTOSCALERS: ReadonlyMap<
  string,
  { readonly construct: 'Hpa' | 'Keda'; readonly read: (spec: JsonObject) => ReadScaler | undefined }
> = new Map([
  ['autoscaling/v2/HorizontalPodAutoscaler', { construct: 'Hpa', read: readHpa }],
  ['keda.sh/v1alpha1/ScaledObject', { construct: 'Keda', read: readKeda }],
]);
