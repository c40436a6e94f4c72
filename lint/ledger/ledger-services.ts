import {
  type DeploymentConfig,
  effectiveReplicas,
  type GpuCount,
  isNamedBy,
  isObject,
  type JsonObject,
  type NodeCount,
  type OperatorVersion,
  objectAt,
  type Problem,
  type ReplicaOwner,
  type ServiceRole,
  type ServiceView,
  showJson,
  stringAt,
  valueAt,
} from '../../api/index.ts';
import { type FleetGraph, fleetOf, type ManifestFile } from '../../manifests/index.ts';
import { patchFiles } from '../kustomize.ts';
import { type GpuRange, gpusOf, type ReplicaRange } from './gpu-range.ts';
import { patchedServices } from './patched-services.ts';

/** One service of one graph, and the GPUs that it takes. */
export interface LedgerService {
  readonly environment: string | undefined;
  /** Undefined where the manifest leaves it to whoever applies it. */
  readonly namespace: string | undefined;
  readonly graph: string;
  readonly service: string;
  readonly role: ServiceRole;
  readonly file: string;
  /** The extended resource that is counted, such as `nvidia.com/gpu`; undefined where the count is unknown. */
  readonly resource: string | undefined;
  /** The model of GPU that the pods are bound to by their node selector, where they are. */
  readonly product: string | undefined;
  readonly replicas: ReplicaRange;
  /** `hpa "x"`, `keda "x"`, `adapter "x"`: what may choose among the replicas. */
  readonly scaledBy: string | undefined;
  readonly nodes: NodeCount;
  readonly gpusPerPod: GpuCount;
  readonly gpus: GpuRange;
}

/** Something that takes GPUs of which nobody can say how many, as a whole. */
export interface LedgerUnknown {
  readonly environment: string | undefined;
  readonly namespace: string | undefined;
  readonly what: string;
  readonly file: string;
  readonly reason: string;
}

export interface LedgerOptions {
  readonly operator: OperatorVersion;
  /** Folders whose first folder below names the environment: `dist` in `dist/prod/chat/graph.yaml`. */
  readonly roots: readonly string[];
  readonly deployments: readonly Pick<DeploymentConfig, 'name' | 'namespace' | 'environment'>[];
}

export interface LedgerServices {
  readonly services: readonly LedgerService[];
  readonly unknown: readonly LedgerUnknown[];
}

/** Every service of every graph in the files, in their order. What cannot be read is unknown, never nothing. */
export function ledgerServices(
  files: readonly ManifestFile[],
  problems: readonly Problem[],
  options: LedgerOptions,
): LedgerServices {
  const patches = patchFiles(files);
  const whole = files.filter(({ file }) => !patches.has(file));
  const patched = patchedServices(files);
  const fleet = fleetOf(whole, options.operator);
  const values = new Map(
    whole.flatMap(({ file, documents }) => documents.map(({ index, value }) => [`${index}:${file}`, value] as const)),
  );
  const services = fleet.graphs.flatMap((graph) => {
    const { view, file, owners } = graph;
    const { name, namespace } = view;
    const environment = environmentOf(graph, options);
    const document = values.get(`${graph.document}:${file}`);
    return view.services.map((service): LedgerService => {
      const owner = owners.get(service.name) ?? { kind: 'graph' };
      const patch = patched.patchOf(name, service.name);
      const replicas: ReplicaRange =
        patch === undefined
          ? replicasOf(service, owner)
          : { kind: 'unknown', reason: `${patch} patches it; count what "kustomize build" makes of it` };
      const terms = { replicas, nodes: service.nodeCount, gpusPerPod: service.gpusPerPod };
      return {
        ...{ environment, namespace, graph: name, service: service.name, role: service.role, file },
        resource: service.gpusPerPod.kind === 'known' ? service.gpusPerPod.resource : undefined,
        product: productOf(document, service.name),
        scaledBy: 'scaler' in owner ? `${owner.scaler.kind} "${owner.scaler.name}"` : undefined,
        ...terms,
        gpus: gpusOf(terms),
      };
    });
  });
  const unreadable = [...problems, ...fleet.problems.filter(({ code }) => code !== 'duplicate')].map(
    (problem): LedgerUnknown => ({
      environment: environmentOfPath(problem.file ?? '', options.roots),
      namespace: undefined,
      what: [problem.file, problem.line].filter((part) => part !== undefined).join(':'),
      file: problem.file ?? '',
      reason: [problem.path, problem.message].filter((part) => part !== undefined && part !== '').join(': '),
    }),
  );
  return { services, unknown: [...unreadable, ...requests(whole, options)] };
}

/** As `plan` derives it: what the author declared, else what the config says; else the folder that it is rendered to. */
function environmentOf({ view, policy, file }: FleetGraph, { deployments, roots }: LedgerOptions): string | undefined {
  if (policy !== undefined) return policy.environment;
  const place = { name: view.name, namespace: view.namespace, environment: environmentOfPath(file, roots) };
  return place.environment ?? deployments.find((deployment) => isNamedBy(deployment, place))?.environment;
}

export function environmentOfPath(file: string, roots: readonly string[]): string | undefined {
  for (const root of roots) {
    const prefix = root === '' || root === '.' ? '' : `${root.replace(/^\.\/|\/$/g, '')}/`;
    const [environment, ...rest] = file.startsWith(prefix) ? file.slice(prefix.length).split('/') : [];
    if (environment !== undefined && rest.length > 0) return environment;
  }
  return undefined;
}

function replicasOf(service: ServiceView, owner: ReplicaOwner): ReplicaRange {
  switch (owner.kind) {
    case 'graph': {
      const count = effectiveReplicas(service.replicas);
      if (count !== undefined) return { kind: 'known', min: count, max: count };
      const text = service.replicas.kind === 'unreadable' ? service.replicas.text : '';
      return { kind: 'unknown', reason: `replicas is ${text}, which is not a whole number` };
    }
    case 'adapter': {
      const { replicas, name } = owner.scaler;
      return replicas === undefined
        ? { kind: 'unknown', reason: `the scaling adapter "${name}" says no count` }
        : { kind: 'known', min: replicas, max: replicas };
    }
    case 'autoscaler': {
      const { min, max, kind, name } = owner.scaler;
      return min === undefined || max === undefined
        ? { kind: 'unknown', reason: `${kind} "${name}" has no readable bounds` }
        : { kind: 'known', min, max };
    }
    case 'nobody':
      return { kind: 'unknown', reason: owner.reason };
  }
}

/** The node selector's GPU model, which NVIDIA's feature discovery labels nodes with. */
function productOf(graph: JsonObject | undefined, service: string): string | undefined {
  const components = valueAt(graph, 'spec', 'components');
  const component = Array.isArray(components)
    ? components.find((one) => isObject(one) && one.name === service)
    : undefined;
  const podSpec =
    objectAt(graph, 'spec', 'services', service, 'extraPodSpec') ?? objectAt(component, 'podTemplate', 'spec');
  return stringAt(podSpec, 'nodeSelector', 'nvidia.com/gpu.product');
}

/** Requests that make a graph of their own, whose size is found by profiling. */
function requests(files: readonly ManifestFile[], { roots }: LedgerOptions): readonly LedgerUnknown[] {
  return files.flatMap(({ file, documents }) =>
    documents.flatMap(({ value }): readonly LedgerUnknown[] => {
      const kind = stringAt(value, 'kind');
      if (kind !== 'DynamoGraphDeploymentRequest' && kind !== 'DynamoComponentDeployment') return [];
      if (!String(value.apiVersion).startsWith('nvidia.com/')) return [];
      const name = stringAt(value, 'metadata', 'name');
      return [
        {
          environment: environmentOfPath(file, roots),
          namespace: stringAt(value, 'metadata', 'namespace') || undefined,
          what: `${kind} ${name ?? showJson(name)}`,
          file,
          reason:
            kind === 'DynamoGraphDeploymentRequest'
              ? 'the operator sizes the graph that comes of it by profiling'
              : 'the operator makes such objects out of graphs, and one in Git may be counted twice',
        },
      ];
    }),
  );
}
