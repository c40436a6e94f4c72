import {
  dynamoApiVersionOf,
  GRAPH_DEPLOYMENT_KIND,
  isObject,
  type JsonObject,
  type OperatorVersion,
  objectAt,
  POLICY_ANNOTATION,
  type Scaler,
  scalerOf,
  scalingAdapterName,
  stringAt,
} from '../api/index.ts';
import { type Component, graphComponents } from './component.ts';
import { type Delivery, deliveriesOf } from './delivery.ts';
import type { Severity, Violation } from './finding.ts';
import { type KustomizeTree, kustomizeTree } from './kustomize.ts';

/** One object of everything that is checked together. */
export interface FleetObject {
  readonly object: JsonObject;
  /** Relative to the working folder, with forward slashes. */
  readonly file: string;
  /** Folder of its file. Objects of one name in several folders are of several clusters, as far as anybody can tell. */
  readonly folder: string;
  /** Where it is to be read, for a message about another: `dist/prod/chat.yaml:12`. */
  readonly shown: string;
}

/** A graph deployment among the others. */
export interface FleetGraph {
  readonly of: FleetObject;
  readonly name: string;
  readonly namespace: string | undefined;
  /** Read when they are first asked about. */
  readonly components: readonly Component[];
}

export interface FleetService {
  readonly graph: FleetGraph;
  readonly component: Component;
}

/** What scales a service among the others. */
export interface FleetScaler {
  readonly of: FleetObject;
  readonly scaler: Scaler;
}

/** Everything that is checked together, by what it is. */
export interface Fleet {
  readonly objects: readonly FleetObject[];
  readonly operator: OperatorVersion;
  /** Graphs whose numbers a plan edits. */
  readonly planned: PlannedGraphs;
  readonly graphs: readonly FleetGraph[];
  readonly graphAt: ReadonlyMap<FleetObject, FleetGraph>;
  /** By folder. */
  readonly graphsIn: ReadonlyMap<string, readonly FleetGraph[]>;
  /** By folder and the name that the operator gives what it makes for them: `dist/prod:chat-decode`. */
  readonly servicesNamed: ReadonlyMap<string, readonly FleetService[]>;
  readonly scalers: readonly FleetScaler[];
  readonly scalerAt: ReadonlyMap<FleetObject, Scaler>;
  readonly kustomize: KustomizeTree;
  readonly deliveries: readonly Delivery[];
}

/** Graphs that a config lists, by name and, where it says, namespace. */
export type PlannedGraphs = readonly { readonly name: string; readonly namespace?: string | undefined }[];

/** Whether a plan edits the numbers of a graph: a config lists it, or the author declared its limits in code. */
export function isPlanned({ planned }: Fleet, { of, name, namespace }: FleetGraph): boolean {
  return (
    annotationOf(of.object, POLICY_ANNOTATION) !== undefined ||
    planned.some((one) => one.name === name && mayShareNamespace(one.namespace, namespace))
  );
}

/** What is wrong with one object because of the others. */
export interface FleetViolation extends Violation {
  readonly of: FleetObject;
  /** Less than the rule's own, where it cannot be told for sure. */
  readonly severity?: Severity;
}

/** A rule about objects that stand beside each other, or in each other's way. */
export interface FleetRule {
  readonly id: string;
  /** One sentence for the catalogue. */
  readonly title: string;
  /** What `--fix` does about it, for the documentation; absent where somebody has to choose. */
  readonly edit?: string;
  readonly severity: Severity;
  /** What it is about, in the catalogue. */
  readonly about: string;
  check(fleet: Fleet): readonly FleetViolation[];
}

export function lintFleet(
  objects: readonly FleetObject[],
  operator: OperatorVersion,
  planned: PlannedGraphs = [],
): Fleet {
  const kustomize = kustomizeTree(objects);
  const graphs = objects.flatMap((of) => graphOf(of, operator));
  const servicesNamed = once(() =>
    grouped(
      graphs.flatMap((graph) => graph.components.map((component) => ({ graph, component }))),
      ({ graph, component }) => `${graph.of.folder}:${scalingAdapterName(graph.name, component.name)}`,
    ),
  );
  const scalers = objects.flatMap((of) => {
    const scaler = scalerOf(of.object);
    return scaler === undefined ? [] : [{ of, scaler }];
  });
  return {
    ...{ objects, operator, planned, kustomize, graphs, scalers },
    graphAt: new Map(graphs.map((graph) => [graph.of, graph])),
    graphsIn: grouped(graphs, ({ of }) => of.folder),
    get servicesNamed() {
      return servicesNamed();
    },
    scalerAt: new Map(scalers.map(({ of, scaler }) => [of, scaler])),
    deliveries: deliveriesOf(objects, kustomize),
  };
}

/** Things by what they have in common, each list in the order of the whole. */
export function grouped<Item>(
  items: readonly Item[],
  keyOf: (item: Item) => string,
): ReadonlyMap<string, readonly Item[]> {
  const groups = new Map<string, Item[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [item]);
    else group.push(item);
  }
  return groups;
}

function graphOf(of: FleetObject, operator: OperatorVersion): readonly FleetGraph[] {
  const { object } = of;
  const apiVersion = object.kind === GRAPH_DEPLOYMENT_KIND ? dynamoApiVersionOf(object.apiVersion) : undefined;
  if (apiVersion === undefined || !isObject(object.spec)) return [];
  const name = stringAt(object, 'metadata', 'name') ?? '';
  const namespace = stringAt(object, 'metadata', 'namespace');
  const { spec } = object;
  const components = once(() => graphComponents(apiVersion, spec, operator));
  return [
    {
      ...{ of, name, namespace },
      get components() {
        return components();
      },
    },
  ];
}

/** Most of what is checked has nothing beside it that asks about its services. */
function once<Value>(make: () => Value): () => Value {
  let made: { readonly value: Value } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}

/** `DynamoGraphDeployment "chat" (dist/prod/chat.yaml:1)`, for a message about another object. */
export function shownObject({ object, shown }: FleetObject): string {
  return `${stringAt(object, 'kind') ?? 'the object'} "${stringAt(object, 'metadata', 'name') ?? ''}" (${shown})`;
}

/** A namespace that the manifest leaves open may turn out to be any. */
export function mayShareNamespace(first: string | undefined, second: string | undefined): boolean {
  return first === undefined || second === undefined || first === second;
}

export function annotationOf(object: JsonObject, key: string): string | undefined {
  return stringAt(objectAt(object, 'metadata', 'annotations'), key);
}
