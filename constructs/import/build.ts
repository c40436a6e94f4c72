import {
  type DynamoApiVersion,
  isObject,
  type JsonObject,
  type OperatorVersion,
  type Problem,
} from '../../api/index.ts';
import { App } from '../app.ts';
import type { Construct } from '../cdk8s.ts';
import { Environment } from '../environment.ts';
import { GraphDeployment } from '../graph/graph-deployment.ts';
import type { PatchOperation } from '../graph/hatch/json-patch.ts';
import type { Service } from '../graph/service-handle.ts';
import { CHECK } from '../synthesis.ts';
import { declaredName, type GraphDeclaration } from './declaration.ts';

/** What the constructs make of a declaration. */
export interface BuiltGraph {
  /** Without namespace, but with what the planner is told. Only for a graph without problems. */
  readonly render: () => JsonObject;
  /** What synthesis would say, by the name of the service in the code; undefined for the graph itself. */
  readonly problems: readonly { readonly service: string | undefined; readonly message: string }[];
}

/** A folder that cannot be, so that no pins are found in it: every number is in the declaration. */
const NOWHERE = 'file:///dev/null/import/main.ts';

/** An app of no folder, to run declarations in. */
export function scratchApp(settings: {
  readonly apiVersion: DynamoApiVersion;
  readonly operatorVersion: OperatorVersion;
}): App {
  return new App({ module: NOWHERE, ...settings });
}

export interface DeclaredDeployment {
  readonly deployment: GraphDeployment;
  /** By their names in the code. */
  readonly services: ReadonlyMap<string, Service>;
}

/** Makes the constructs that a declaration speaks of. */
export function declareGraph(
  scope: Construct,
  graph: GraphDeclaration,
  patches: readonly PatchOperation[],
): DeclaredDeployment {
  const deployment = new GraphDeployment(scope, 'graph', { ...graph.props, name: graph.name });
  for (const [key, value] of graph.labels) deployment.metadata.addLabel(key, value);
  for (const [key, value] of graph.annotations) deployment.metadata.addAnnotation(key, value);
  const services = new Map<string, Service>();
  for (const service of graph.services) {
    const { method, options, replicas } = service;
    const name = declaredName(service);
    // The options were read in the shapes that the types describe; the compiler says so again of the imported app.
    const props = { ...options, name, ...(replicas === undefined ? {} : { replicas }) };
    services.set(name, deployment[method](props as never));
  }
  if (patches.length > 0) deployment.patch(...patches);
  return { deployment, services };
}

/** Runs a declaration through the constructs themselves: what they render is what the imported app will render. */
export function buildGraph(
  graph: GraphDeclaration,
  operatorVersion: OperatorVersion,
  patches: readonly PatchOperation[] = [],
): BuiltGraph {
  const app = scratchApp({ apiVersion: graph.apiVersion, operatorVersion });
  const environment = new Environment(app, 'import', { namespace: 'import' });
  const { deployment } = declareGraph(environment, graph, patches);
  return {
    render: () => {
      const { metadata, ...rest } = deployment.toJson();
      const { namespace: _, ...own } = isObject(metadata) ? metadata : {};
      return { ...rest, metadata: own };
    },
    problems: deployment[CHECK]().map((problem) => ({ service: serviceOf(problem), message: problem.message })),
  };
}

/** Problems are of `import/graph`, or of a service below it. */
function serviceOf({ path = '' }: Problem): string | undefined {
  const service = path.split('/').slice(2).join('/');
  return service === '' ? undefined : service;
}
