import { argumentWords, modelNameOf } from './container-arguments.ts';
import { type GpuCount, gpusPerPod, gpusPerReplica, type NodeCount, parseGpuCount } from './gpu-count.ts';
import { isObject, type JsonObject, type JsonValue, objectAt, stringAt, valueAt } from './json.ts';
import {
  DYNAMO_API_VERSIONS,
  type DynamoApiVersion,
  dynamoApiVersionOf,
  dynamoNamespace,
  GRAPH_DEPLOYMENT_KIND,
} from './names.ts';
import type { Problem } from './problem.ts';
import { type Result, succeed } from './result.ts';
import { BACKENDS, type Backend, type ServiceRole } from './service-role.ts';
import { MAIN_CONTAINER } from './v1beta1.ts';

/**
 * A graph deployment as everything that reads sees it: one model for `services` (v1alpha1) and `components` (v1beta1).
 * Which version wrote it matters only to whoever writes, and stands in `apiVersion` and in each `replicasPath`.
 */
export interface GraphView {
  readonly apiVersion: DynamoApiVersion;
  readonly name: string;
  /** Undefined where the manifest leaves it to whoever applies it. */
  readonly namespace: string | undefined;
  readonly backend: Backend | undefined;
  readonly services: readonly ServiceView[];
  readonly annotations: { readonly [key: string]: string };
  /** Value of the `dynamo_namespace` label on the frontend's metrics; undefined while the namespace is. */
  readonly metricsNamespace: string | undefined;
}

export interface ServiceView {
  readonly name: string;
  readonly role: ServiceRole;
  /** Where the role was read; `legacy name` is the planner's fallback for graphs without sub-component types. */
  readonly roleSource: 'type' | 'componentType' | 'subComponentType' | 'legacy name' | 'none';
  readonly replicas: ReplicaCount;
  /** Path of the count inside its document, from the root. */
  readonly replicasPath: DocumentPath;
  readonly gpusPerPod: GpuCount;
  readonly nodeCount: NodeCount;
  readonly gpusPerReplica: GpuCount;
  readonly scalingAdapter: 'on' | 'off';
  /** From the main container's arguments. */
  readonly modelName: string | undefined;
}

/** Keys and list positions; a list item that has a name is addressed by it. */
export type DocumentPath = readonly PathStep[];
export type PathStep = string | { readonly name: string };

/** `spec.services.decode.replicas`, `spec.components[name=decode].replicas`. */
export function formatPath(path: DocumentPath): string {
  return path
    .map((step, index) => (typeof step === 'string' ? `${index === 0 ? '' : '.'}${step}` : `[name=${step.name}]`))
    .join('');
}

/** A replica count as written. `absent` is 1 to the operator, but nobody wrote it, and it cannot be edited in place. */
export type ReplicaCount =
  | { readonly kind: 'explicit'; readonly count: number }
  | { readonly kind: 'absent'; readonly effective: 1 }
  | { readonly kind: 'unreadable'; readonly text: string };

/** What the operator would run, or undefined where the manifest does not say. */
export function effectiveReplicas(replicas: ReplicaCount): number | undefined {
  switch (replicas.kind) {
    case 'explicit':
      return replicas.count;
    case 'absent':
      return replicas.effective;
    case 'unreadable':
      return undefined;
  }
}

export function isGraphDeployment(document: unknown): document is JsonObject {
  return (
    isObject(document) &&
    document.kind === GRAPH_DEPLOYMENT_KIND &&
    DYNAMO_API_VERSIONS.some((version) => dynamoApiVersionOf(document.apiVersion) === version)
  );
}

/**
 * The view of one DynamoGraphDeployment document.
 * @returns a problem for each part without which there is no graph: the version, the name, the services.
 */
export function graphViewOf(document: JsonObject): Result<GraphView> {
  const apiVersion = dynamoApiVersionOf(document.apiVersion);
  const name = stringAt(document, 'metadata', 'name');
  const problems: Problem[] = [];
  if (apiVersion === undefined) {
    problems.push(schemaProblem('apiVersion', `${show(document.apiVersion)} is not a version of Dynamo's API`));
  }
  if (name === undefined || name === '') problems.push(schemaProblem('metadata.name', 'a graph needs a name'));
  const services = apiVersion === undefined ? [] : rawServices(apiVersion, document, problems);
  if (problems.length > 0 || apiVersion === undefined || name === undefined) return { ok: false, error: problems };

  const namespace = stringAt(document, 'metadata', 'namespace');
  const backend = BACKENDS.find((known) => known === valueAt(document, 'spec', 'backendFramework'));
  const isGlobal = services.some((service) => service.body.globalDynamoNamespace === true);
  return succeed({
    apiVersion,
    name,
    namespace,
    backend,
    services: services.map((service) => serviceView(service, services, backend)),
    annotations: stringRecord(objectAt(document, 'metadata', 'annotations')),
    metricsNamespace: namespace === undefined ? undefined : dynamoNamespace(namespace, name, isGlobal),
  });
}

/** What differs between the versions, brought to one form; nothing below this asks which version it was. */
interface RawService {
  readonly name: string;
  readonly path: DocumentPath;
  readonly body: JsonObject;
  readonly declaredTypes: readonly {
    readonly source: 'type' | 'componentType' | 'subComponentType';
    readonly text: string;
  }[];
  readonly gpuLists: readonly { readonly path: string; readonly list: JsonObject }[];
  readonly hasClaims: boolean;
  readonly scalingAdapter: 'on' | 'off';
  readonly mainContainer: JsonObject;
}

function rawServices(apiVersion: DynamoApiVersion, document: JsonObject, problems: Problem[]): readonly RawService[] {
  switch (apiVersion) {
    case 'v1alpha1': {
      const services = objectAt(document, 'spec', 'services');
      if (services === undefined || Object.keys(services).length === 0) {
        problems.push(schemaProblem('spec.services', 'a v1alpha1 graph needs at least one service'));
        return [];
      }
      return Object.entries(services).flatMap(([name, body]) => {
        if (isObject(body)) return [alphaService(name, body)];
        problems.push(schemaProblem(`spec.services.${name}`, 'a service must be a map'));
        return [];
      });
    }
    case 'v1beta1': {
      const components = valueAt(document, 'spec', 'components');
      if (!Array.isArray(components) || components.length === 0) {
        problems.push(schemaProblem('spec.components', 'a v1beta1 graph needs at least one component'));
        return [];
      }
      const seen = new Set<string>();
      return components.flatMap((body, index) => {
        const name = stringAt(body, 'name');
        if (!isObject(body) || name === undefined || name === '') {
          problems.push(schemaProblem(`spec.components[${index}].name`, 'a component needs a name'));
          return [];
        }
        if (seen.has(name)) problems.push(schemaProblem(`spec.components[${index}].name`, `"${name}" stands twice`));
        seen.add(name);
        return [betaComponent(name, body)];
      });
    }
  }
}

function alphaService(name: string, body: JsonObject): RawService {
  const mainContainer = objectAt(body, 'extraPodSpec', 'mainContainer') ?? {};
  return {
    name,
    path: ['spec', 'services', name],
    body,
    declaredTypes: declared(body, ['subComponentType', 'componentType']),
    gpuLists: [
      ...resourceLists('extraPodSpec.mainContainer.resources', objectAt(mainContainer, 'resources')),
      ...resourceLists('resources', objectAt(body, 'resources')),
    ],
    hasClaims: hasItems(body, 'resources', 'claims') || podClaims(objectAt(body, 'extraPodSpec'), mainContainer),
    scalingAdapter: valueAt(body, 'scalingAdapter', 'enabled') === true ? 'on' : 'off',
    mainContainer,
  };
}

function betaComponent(name: string, body: JsonObject): RawService {
  const podSpec = objectAt(body, 'podTemplate', 'spec');
  const containers = valueAt(podSpec, 'containers');
  const main = Array.isArray(containers)
    ? containers.find((container) => isObject(container) && container.name === MAIN_CONTAINER)
    : undefined;
  const mainContainer = isObject(main) ? main : {};
  return {
    name,
    path: ['spec', 'components', { name }],
    body,
    declaredTypes: declared(body, ['type']),
    gpuLists: resourceLists(
      `podTemplate.spec.containers[name=${MAIN_CONTAINER}].resources`,
      objectAt(mainContainer, 'resources'),
    ),
    hasClaims: podClaims(podSpec, mainContainer),
    scalingAdapter: isObject(body.scalingAdapter) ? 'on' : 'off',
    mainContainer,
  };
}

function declared<S extends 'type' | 'componentType' | 'subComponentType'>(body: JsonObject, sources: readonly S[]) {
  return sources.flatMap((source) => {
    const text = body[source];
    return typeof text === 'string' && text !== '' ? [{ source, text }] : [];
  });
}

function resourceLists(path: string, resources: JsonObject | undefined) {
  return (['limits', 'requests'] as const).flatMap((kind) => {
    const list = objectAt(resources, kind);
    return list === undefined ? [] : [{ path: `${path}.${kind}`, list }];
  });
}

function podClaims(podSpec: JsonObject | undefined, mainContainer: JsonObject): boolean {
  return hasItems(podSpec, 'resourceClaims') || hasItems(mainContainer, 'resources', 'claims');
}

function hasItems(value: unknown, ...keys: readonly string[]): boolean {
  const found = valueAt(value, ...keys);
  return Array.isArray(found) && found.length > 0;
}

function serviceView(service: RawService, all: readonly RawService[], backend: Backend | undefined): ServiceView {
  const perPod = gpusPerPod({ lists: service.gpuLists, hasClaims: service.hasClaims });
  const nodes = nodeCountOf(service.body);
  return {
    name: service.name,
    ...roleOf(service, all, backend),
    replicas: replicasOf(service.body.replicas),
    replicasPath: [...service.path, 'replicas'],
    gpusPerPod: perPod,
    nodeCount: nodes,
    gpusPerReplica: gpusPerReplica(perPod, nodes),
    scalingAdapter: service.scalingAdapter,
    modelName: modelNameOf(argumentWords(service.mainContainer.args)),
  };
}

function replicasOf(value: JsonValue | undefined): ReplicaCount {
  if (value === undefined || value === null) return { kind: 'absent', effective: 1 };
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return { kind: 'explicit', count: value };
  return { kind: 'unreadable', text: show(value) };
}

/** `multinode: {}` is two nodes in both versions. */
function nodeCountOf(body: JsonObject): NodeCount {
  const multinode = body.multinode;
  if (multinode === undefined || multinode === null) return { kind: 'known', count: 1 };
  const written = valueAt(multinode, 'nodeCount');
  if (isObject(multinode) && (written === undefined || written === null)) return { kind: 'known', count: 2 };
  const count = typeof written === 'number' ? parseGpuCount(written) : undefined;
  return count !== undefined && count >= 2
    ? { kind: 'known', count }
    : { kind: 'unknown', reason: `multinode.nodeCount is ${show(written)}, which is not a number of nodes` };
}

const ROLE_OF_TYPE: ReadonlyMap<string, ServiceRole> = new Map([
  ['frontend', 'frontend'],
  ['worker', 'worker'],
  ['prefill', 'prefill'],
  ['decode', 'decode'],
  ['router', 'router'],
  ['planner', 'planner'],
  ['epp', 'epp'],
]);

/** Service names that Dynamo's planner accepts for a role where no sub-component type is set, by backend. */
const LEGACY_NAMES: { readonly [backend in Backend]: ReadonlyMap<string, 'prefill' | 'decode'> } = {
  vllm: new Map([
    ['VllmPrefillWorker', 'prefill'],
    ['VllmDecodeWorker', 'decode'],
  ]),
  sglang: new Map([
    ['prefill', 'prefill'],
    ['decode', 'decode'],
  ]),
  trtllm: new Map([
    ['TRTLLMPrefillWorker', 'prefill'],
    ['TRTLLMDecodeWorker', 'decode'],
    ['prefill', 'prefill'],
    ['decode', 'decode'],
  ]),
};

function legacyRole(name: string, backend: Backend | undefined): 'prefill' | 'decode' | undefined {
  const backends = backend === undefined ? BACKENDS : [backend];
  return backends.map((known) => LEGACY_NAMES[known].get(name)).find((role) => role !== undefined);
}

function roleOf(
  service: RawService,
  all: readonly RawService[],
  backend: Backend | undefined,
): Pick<ServiceView, 'role' | 'roleSource'> {
  // `worker` with a sub-component type is that sub-type; a component type of its own (`prefill`) needs no sub-type.
  for (const { source, text } of service.declaredTypes) {
    const role = ROLE_OF_TYPE.get(text);
    if (role !== undefined && role !== 'worker') return { role, roleSource: source };
  }
  const legacy = legacyRole(service.name, backend);
  const isDeclaredElsewhere = all.some((other) => other.declaredTypes.some((type) => type.text === legacy));
  const hasSubType = service.declaredTypes.some((type) => type.source === 'subComponentType');
  if (legacy !== undefined && !isDeclaredElsewhere && !hasSubType) return { role: legacy, roleSource: 'legacy name' };
  const worker = service.declaredTypes.find((type) => type.text === 'worker');
  if (worker !== undefined) return { role: 'worker', roleSource: worker.source };
  return { role: 'other', roleSource: 'none' };
}

function stringRecord(value: JsonObject | undefined): { readonly [key: string]: string } {
  return Object.fromEntries(
    Object.entries(value ?? {}).flatMap(([key, text]) => (typeof text === 'string' ? [[key, text]] : [])),
  );
}

function schemaProblem(path: string, message: string): Problem {
  return { code: 'schema', path, message };
}

function show(value: JsonValue | undefined): string {
  return value === undefined ? 'absent' : JSON.stringify(value);
}
