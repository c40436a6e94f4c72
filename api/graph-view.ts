import { servedModel } from './container-arguments.ts';
import { cpuRequestCores } from './cpu-request.ts';
import { type GpuCount, gpusPerReplica, type NodeCount } from './gpu-count.ts';
import { isObject, type JsonObject, type JsonValue, objectAt, showJson, stringAt, valueAt } from './json.ts';
import {
  DYNAMO_API_VERSIONS,
  type DynamoApiVersion,
  dynamoApiVersionOf,
  dynamoNamespace,
  GRAPH_DEPLOYMENT_KIND,
} from './names.ts';
import type { Problem } from './problem.ts';
import { type RawService, rawServices } from './raw-service.ts';
import { type Result, succeed } from './result.ts';
import { declaredRole, roleOf } from './role-of-service.ts';
import { nodeCountOf, podGpus } from './service-gpus.ts';
import { BACKENDS, type Backend, type ServiceRole } from './service-role.ts';

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
  readonly labels: { readonly [key: string]: string };
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
  /** CPU cores that a pod's main container requests; undefined where the manifest does not say. */
  readonly cpuRequestCores: number | undefined;
  readonly scalingAdapter: 'on' | 'off';
  /** From the main container's arguments, or its command. */
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

/** The path that a text means: what `formatPath` writes, and list positions as `[0]`. Undefined where it means none. */
export function parsePath(text: string): DocumentPath | undefined {
  if (!/^[^.[\]]+(?:\.[^.[\]]+|\[(?:name=[^\]]+|\d{1,6})\])*$/.test(text)) return undefined;
  return [...text.matchAll(/\[name=([^\]]+)\]|\[(\d+)\]|([^.[\]]+)/g)].map(([, name, index, key]) =>
    name === undefined ? (index ?? key ?? '') : { name },
  );
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
    problems.push(schemaProblem('apiVersion', `${showJson(document.apiVersion)} is not a version of Dynamo's API`));
  }
  if (name === undefined || name === '') problems.push(schemaProblem('metadata.name', 'a graph needs a name'));
  const services = apiVersion === undefined ? [] : rawServices(apiVersion, document, problems);
  if (problems.length > 0 || apiVersion === undefined || name === undefined) return { ok: false, error: problems };

  const namespace = stringAt(document, 'metadata', 'namespace') || undefined;
  const backend = BACKENDS.find((known) => known === valueAt(document, 'spec', 'backendFramework'));
  const declaredRoles = new Set(services.map((service) => declaredRole(service)?.role));
  const views = services.map((service) => serviceView(service, declaredRoles, backend));
  // The label stands on the frontend's pods, so its own namespace counts where the graph has one.
  const frontends = services.filter((_, index) => views[index]?.role === 'frontend');
  const isGlobal = (frontends.length > 0 ? frontends : services).some(
    (service) => service.body.globalDynamoNamespace === true,
  );
  return succeed({
    apiVersion,
    name,
    namespace,
    backend,
    services: views,
    annotations: stringRecord(objectAt(document, 'metadata', 'annotations')),
    labels: stringRecord(objectAt(document, 'metadata', 'labels')),
    metricsNamespace: namespace === undefined ? undefined : dynamoNamespace(namespace, name, isGlobal),
  });
}

function serviceView(
  service: RawService,
  declaredRoles: ReadonlySet<ServiceRole | undefined>,
  backend: Backend | undefined,
): ServiceView {
  const perPod = podGpus(service);
  const nodes = nodeCountOf(service.body);
  return {
    name: service.name,
    ...roleOf(service, declaredRoles, backend),
    replicas: replicasOf(service.body.replicas),
    replicasPath: [...service.path, 'replicas'],
    gpusPerPod: perPod,
    nodeCount: nodes,
    gpusPerReplica: gpusPerReplica(perPod, nodes),
    cpuRequestCores: cpuRequestCores(service),
    scalingAdapter: service.scalingAdapter,
    modelName: servedModel(service.mainContainer),
  };
}

function replicasOf(value: JsonValue | undefined): ReplicaCount {
  if (value === undefined || value === null) return { kind: 'absent', effective: 1 };
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return { kind: 'explicit', count: value };
  return { kind: 'unreadable', text: showJson(value) };
}

function stringRecord(value: JsonObject | undefined): { readonly [key: string]: string } {
  return Object.fromEntries(
    Object.entries(value ?? {}).flatMap(([key, text]) => (typeof text === 'string' ? [[key, text]] : [])),
  );
}

function schemaProblem(path: string, message: string): Problem {
  return { code: 'schema', path, message };
}
