import {
  imageVersion,
  isObject,
  type JsonObject,
  type OperatorVersion,
  POLICY_ANNOTATION,
  type Policy,
  type RuntimeVersion,
  SCHEMA_VERSION,
} from '../../api/index.ts';
import type { DeclaredGraph } from './declared-graph.ts';
import { engineCommand } from './engines.ts';
import type { RenderedGraph, RenderedService } from './rendered-graph.ts';
import { boundsOf, type DeclaredService } from './service.ts';

/** Decides what each service of a graph runs; how that is written down is the API version's matter. */
export function renderGraph(
  graph: DeclaredGraph,
  replicas: ReadonlyMap<string, number>,
  metadata: JsonObject,
): RenderedGraph {
  return {
    metadata: withPolicy(metadata, policyOf(graph)),
    backend: graph.backend,
    cache: graph.modelCache,
    environmentSecret: graph.environmentSecret,
    services: graph.services.map((service) => renderService(graph, service, replicas.get(service.name))),
  };
}

function renderService(graph: DeclaredGraph, service: DeclaredService, replicas: number | undefined): RenderedService {
  const { backend, model, servedModelName, image, modelCache } = graph;
  const { name, role, gpusPerPod, args } = service;
  const runtime = imageVersion(image) ?? releaseOf(graph.operatorVersion);
  return {
    name,
    role,
    replicas,
    image,
    gpusPerPod,
    engine:
      role === 'frontend' || gpusPerPod === undefined
        ? undefined
        : engineCommand({ backend, role, model, servedModelName, gpusPerPod, runtime, args }),
    // A frontend reads the tokenizer only; a claim for one node would tie the workers to the frontend's.
    mountsCache: modelCache !== undefined && (role !== 'frontend' || modelCache.accessMode !== 'ReadWriteOnce'),
  };
}

/** What the planner is told of its author's limits: it never proposes what synthesis would refuse. */
function policyOf({ app, environment, sla, services }: DeclaredGraph): Policy {
  return {
    schemaVersion: SCHEMA_VERSION,
    app,
    environment,
    ...(sla === undefined ? {} : { sla: { ttftMs: sla.ttftMs, itlMs: sla.itlMs } }),
    services: Object.fromEntries(
      services.flatMap(({ name, replicas, scalerLimits }) => {
        const bounds = replicas === undefined ? scalerLimits : boundsOf(replicas);
        return bounds === undefined ? [] : [[name, { min: bounds.min, max: bounds.max }]];
      }),
    ),
  };
}

function withPolicy({ name, namespace, labels, annotations, ...rest }: JsonObject, policy: Policy): JsonObject {
  return {
    name,
    namespace,
    ...(labels === undefined ? {} : { labels }),
    annotations: { ...(isObject(annotations) ? annotations : {}), [POLICY_ANNOTATION]: JSON.stringify(policy) },
    ...rest,
  };
}

function releaseOf(operatorVersion: OperatorVersion): RuntimeVersion {
  const [major = 0, minor = 0, patch = 0] = operatorVersion.split('.').map(Number);
  return { major, minor, patch };
}
