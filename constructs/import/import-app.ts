import {
  type DynamoApiVersion,
  dynamoApiVersionOf,
  fail,
  GRAPH_DEPLOYMENT_KIND,
  isDnsLabel,
  type OperatorVersion,
  POLICY_ANNOTATION,
  type Problem,
  pinsPath,
  type Result,
  stringAt,
  succeed,
} from '../../api/index.ts';
import type { AppItem } from './app-item.ts';
import { printApp } from './app-source.ts';
import type { Companion } from './beside/companion.ts';
import { findCompanions, type PlacedGraph, scalersOf } from './beside/find-companions.ts';
import type { GraphDeclaration } from './declaration.ts';
import { type SourceDocument, type SourceObject, sourceObjects } from './document.ts';
import { type HatchUse, type ImportedGraph, importGraph, readGraph } from './import-graph.ts';
import { importObject } from './import-object.ts';
import { countLeaves } from './leaves.ts';
import { pinsText } from './pins-text.ts';
import { Placement } from './placement.ts';
import { fittingOperator, plainName } from './settle.ts';

export interface ImportRequest {
  /** Name of the manifest's file, for messages and for the app's first line. */
  readonly file: string;
  readonly documents: readonly SourceDocument[];
  /** @default - the name of the first graph */
  readonly app: string | undefined;
  readonly environment: string;
  /** Namespace of the objects that name none. @default - they go on naming none */
  readonly namespace: string | undefined;
  /** @default - the newest released operator that takes the manifest as it is */
  readonly operatorVersion: OperatorVersion | undefined;
}

export interface ImportedApp {
  readonly app: string;
  readonly environment: string;
  readonly apiVersion: DynamoApiVersion;
  readonly operatorVersion: OperatorVersion;
  /** Files by path from the repository's root: the app's main module, and the pins of its graphs. */
  readonly files: ReadonlyMap<string, string>;
  readonly graphs: readonly {
    readonly name: string;
    /** Values of the manifest, and those of them that typed properties say. */
    readonly leaves: { readonly total: number; readonly typed: number };
    readonly hatch: readonly HatchUse[];
    /** What the chosen operator, or an engine, has against the manifest. */
    readonly refusals: readonly string[];
  }[];
  /** Objects beside the graphs, each by a construct that renders it exactly, or as it is and untyped. */
  readonly objects: readonly {
    readonly kind: string;
    readonly name: string;
    readonly leaves: number;
    readonly construct: Companion['construct'] | 'ApiObject';
  }[];
  /** Fields that only a cluster writes, which were left out. */
  readonly dropped: readonly string[];
  /** Fields that rendering adds to what the manifest says. */
  readonly added: readonly string[];
}

/** An app whose synthesis gives the objects of a manifest again. */
export function importApp(request: ImportRequest): Result<ImportedApp> {
  const objects = sourceObjects(request.documents, request.file);
  if (!objects.ok) return objects;
  const graphs = objects.value.filter(isGraph);
  const version = versionOf(graphs, request.file);
  if (!version.ok) return version;
  const app = request.app ?? plainName(stringAt(graphs[0]?.value, 'metadata', 'name') ?? '');
  const wrong = [
    ...(isDnsLabel(app) ? [] : [`app "${app}" is not a lower-case DNS label`]),
    ...(isDnsLabel(request.environment) ? [] : [`environment "${request.environment}" is not a lower-case DNS label`]),
    ...(request.namespace === undefined || isDnsLabel(request.namespace)
      ? []
      : [`namespace "${request.namespace}" is not a lower-case DNS label`]),
  ];
  if (wrong.length > 0) return fail(...wrong.map((message): Problem => ({ code: 'usage', message })));

  const declared = new Map(graphs.map((object) => [object, readGraph(object.value, version.value)]));
  const twins = twinsIn(declared, request.file);
  if (twins.length > 0) return fail(...twins);
  const operatorVersion = request.operatorVersion ?? fittingOperator([...declared.values()]);
  const imported = new Map<SourceObject, ImportedGraph>();
  const problems: Problem[] = [];
  for (const [object, declaration] of declared) {
    const graph = importGraph(object.value, declaration, operatorVersion);
    imported.set(object, graph);
    const place = { code: 'refused', file: request.file, line: object.line } as const;
    problems.push(...graph.obstacles.map((message): Problem => ({ ...place, message })));
  }
  if (problems.length > 0) return fail(...problems);
  return succeed(assemble(request, { app, apiVersion: version.value, operatorVersion }, objects.value, imported));
}

function assemble(
  { file, environment, namespace }: ImportRequest,
  settings: { readonly app: string; readonly apiVersion: DynamoApiVersion; readonly operatorVersion: OperatorVersion },
  objects: readonly SourceObject[],
  imported: ReadonlyMap<SourceObject, ImportedGraph>,
): ImportedApp {
  const { app } = settings;
  const placement = new Placement(objects, namespace);
  const placed = objects.map((object) => ({ object, place: placement.of(object) }));
  const graphs = placed.flatMap(({ object, place }): readonly PlacedGraph[] => {
    const graph = imported.get(object);
    return graph === undefined ? [] : [{ graph, place }];
  });
  const beside = placed.filter(({ object }) => !imported.has(object));
  const found = findCompanions(beside, graphs, placement, settings);

  const pins = new Map(
    graphs.map(({ graph }) => [graph, pinsText(app, environment, graph.declaration, scalersOf(graph, found.values()))]),
  );
  const items = placed.map(({ object, place }): AppItem => {
    const graph = imported.get(object);
    if (graph !== undefined) return { kind: 'graph', ...place, graph, hasPins: pins.get(graph) !== undefined };
    const companion = found.get(object);
    if (companion === undefined) return { kind: 'object', ...place, object: importObject(object) };
    const hasPins = companion.graph !== undefined && pins.get(companion.graph) !== undefined;
    return { kind: 'companion', ...place, ...companion, hasPins };
  });
  const source = printApp({ ...settings, file, environment, namespace: placement.main, items });
  return {
    ...settings,
    environment,
    files: new Map([
      [`apps/${app}/main.ts`, source],
      ...[...pins].flatMap(([{ declaration }, text]): [string, string][] =>
        text === undefined ? [] : [[pinsPath(app, environment, declaration.name), text]],
      ),
    ]),
    graphs: [...imported.values()].map(({ declaration, leaves, hatch, refusals }) => ({
      name: declaration.name,
      ...{ leaves, hatch, refusals },
    })),
    objects: beside.map(({ object }) => ({
      kind: object.kind,
      name: stringAt(object.value, 'metadata', 'name') ?? '',
      leaves: countLeaves(object.value),
      construct: found.get(object)?.companion.construct ?? 'ApiObject',
    })),
    dropped: [...new Set(objects.flatMap((object) => object.dropped))],
    added: [
      `annotation ${POLICY_ANNOTATION} of each graph`,
      ...(namespace === undefined ? [] : [`namespace ${namespace} of each object that names none`]),
    ],
  };
}
/** Graphs of one name: an environment keeps the pins of a graph, and the file it renders to, by its name alone. */
function twinsIn(declared: ReadonlyMap<SourceObject, GraphDeclaration>, file: string): readonly Problem[] {
  const lines = new Map<string, number>();
  const problems: Problem[] = [];
  for (const [{ line }, { name }] of declared) {
    const first = lines.get(name);
    if (first === undefined) lines.set(name, line);
    else {
      const message = `is another graph "${name}" beside the one in line ${first}; an environment of an app has one graph of a name`;
      problems.push({ code: 'refused', file, line, message, hint: 'import each from a file of its own' });
    }
  }
  return problems;
}

function isGraph({ apiVersion, kind }: SourceObject): boolean {
  return kind === GRAPH_DEPLOYMENT_KIND && /^nvidia\.com\//.test(apiVersion);
}

/** An app is written in one version of Dynamo's API. */
function versionOf(graphs: readonly SourceObject[], file: string): Result<DynamoApiVersion> {
  const [first] = graphs;
  if (first === undefined) {
    return fail({
      code: 'not-found',
      file,
      message: `holds no ${GRAPH_DEPLOYMENT_KIND}, so there is no graph to import`,
    });
  }
  const version = dynamoApiVersionOf(first.apiVersion);
  if (version === undefined) {
    const message = `apiVersion "${first.apiVersion}" is not known; nvidia.com/v1alpha1 and nvidia.com/v1beta1 are`;
    return fail({ code: 'schema', file, line: first.line, message });
  }
  const other = graphs.find(({ apiVersion }) => apiVersion !== first.apiVersion);
  if (other === undefined) return succeed(version);
  const message = `is a graph of ${other.apiVersion}, and the one in line ${first.line} of ${first.apiVersion}; an app has one version`;
  return fail({ code: 'refused', file, line: other.line, message, hint: 'import each from a file of its own' });
}
