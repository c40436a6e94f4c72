import {
  type EnvVar,
  imageVersion,
  isDnsLabel,
  isObject,
  type JsonObject,
  type OperatorVersion,
  POLICY_ANNOTATION,
  type Policy,
  type RuntimeVersion,
  SCHEMA_VERSION,
} from '../../api/index.ts';
import { compact, unlessEmpty } from './compact.ts';
import type { DeclaredGraph } from './declared-graph.ts';
import { engineCommand } from './engines.ts';
import type { Environment } from './fields/pod.ts';
import type { ClaimMount, NamedVolumeMount } from './fields/storage.ts';
import { MODEL_HOME, type RenderedGraph, type RenderedMount, type RenderedService } from './rendered-graph.ts';
import { boundsOf, type DeclaredService } from './service.ts';

/** Decides what each service of a graph runs; how that is written down is the API version's matter. */
export function renderGraph(
  graph: DeclaredGraph,
  replicas: ReadonlyMap<string, number>,
  metadata: JsonObject,
): RenderedGraph {
  return {
    metadata: withDiscoveryMode(graph, graph.hasPolicy ? withPolicy(metadata, policyOf(graph)) : metadata),
    backend: graph.backend,
    cacheClaim: graph.modelCache?.claimName,
    env: environmentList(graph.options.env),
    options: graph.options,
    services: graph.services.map((service) => renderService(graph, service, replicas.get(service.name))),
  };
}

const DISCOVERY_MODE = 'nvidia.com/dynamo-kube-discovery-mode';

/** Engines that stand by in one pod are told apart by container only, which the operator demands to be said. */
function withDiscoveryMode({ services }: DeclaredGraph, metadata: JsonObject): JsonObject {
  const annotations = isObject(metadata.annotations) ? metadata.annotations : {};
  const isShared = services.some(({ options: { failover } }) => failover !== undefined && failover.mode !== 'interPod');
  if (!isShared || Object.hasOwn(annotations, DISCOVERY_MODE)) return metadata;
  return { ...metadata, annotations: { ...annotations, [DISCOVERY_MODE]: 'container' } };
}

function renderService(graph: DeclaredGraph, service: DeclaredService, replicas: number | undefined): RenderedService {
  const { name, type, subType, options, eppConfig } = service;
  const image = options.image ?? graph.image;
  const cache = mountsCache(graph, service) ? graph.modelCache : undefined;
  const engine = engineOf(graph, service, image);
  return {
    name,
    type,
    subType,
    replicas: service.isReplicasUnset ? undefined : replicas,
    isScaledByAdapter: service.replicas === undefined,
    image,
    command: engine?.command ?? options.command,
    args: engine?.args ?? options.args,
    env: [
      ...(cache === undefined ? [] : [{ name: MODEL_HOME, value: cache.mountPath }]),
      ...environmentList(options.env),
    ],
    envFromSecret: options.envFromSecret ?? graph.environmentSecret,
    mounts: [
      ...(cache === undefined ? [] : [{ claim: cache.claimName, mountPath: cache.mountPath }]),
      ...(options.volumeMounts ?? []),
    ].map((mount) => renderMount(mount, cache?.claimName)),
    eppConfig,
    options,
  };
}

/** Volume of the model cache in v1beta1; in v1alpha1 the operator names it by the claim. */
export const CACHE_VOLUME = 'model-cache';

function renderMount(
  { claim, volume, mountPath, ...details }: ClaimMount | NamedVolumeMount,
  cacheClaim: string | undefined,
): RenderedMount {
  const named = volume ?? (claim === cacheClaim ? CACHE_VOLUME : volumeName(claim ?? ''));
  const isPlain = volume === undefined && unlessEmpty(compact(details)) === undefined;
  return { claim, mountPath, volume: named, details, isOperators: isPlain && claim !== undefined };
}

/** Names of volumes are labels; those of claims may hold dots, and be longer. */
function volumeName(claim: string): string {
  return isDnsLabel(claim) ? claim : claim.replaceAll('.', '-').slice(0, 63).replace(/-+$/, '');
}

/** A frontend reads the tokenizer only; a claim for one node would tie the workers to the frontend's. */
export function mountsCache({ modelCache }: DeclaredGraph, { role, options }: DeclaredService): boolean {
  if (modelCache === undefined) return false;
  if (options.mountModelCache !== undefined) return options.mountModelCache;
  if (role === 'frontend') return modelCache.accessMode !== 'ReadWriteOnce';
  return role === 'worker' || role === 'prefill' || role === 'decode';
}

function engineOf(
  graph: DeclaredGraph,
  { engine, options }: DeclaredService,
  image: string | undefined,
): ReturnType<typeof engineCommand> | undefined {
  const { backend, model, servedModelName } = graph;
  if (engine === undefined || backend === undefined || model === undefined) return undefined;
  return engineCommand({
    backend,
    role: engine,
    model,
    servedModelName: servedModelName ?? model,
    gpus: (options.gpus?.perPod ?? 1) * (options.nodes ?? 1),
    runtime: runtimeOf(options.runtimeVersionOverride, image) ?? releaseOf(graph.operatorVersion),
    args: options.args ?? [],
  });
}

function runtimeOf(override: string | undefined, image: string | undefined): RuntimeVersion | undefined {
  return imageVersion(override === undefined ? (image ?? '') : `:${override}`);
}

export function environmentList(env: Environment | undefined): readonly EnvVar[] {
  if (env === undefined) return [];
  if (isList(env)) return env;
  return Object.entries(env).map(([name, value]) =>
    typeof value === 'string' ? { name, value } : { name, valueFrom: value },
  );
}

function isList(env: Environment): env is readonly EnvVar[] {
  return Array.isArray(env);
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
