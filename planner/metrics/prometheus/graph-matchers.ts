import { isWorkerRole, type ServiceRole } from '../../../api/index.ts';
import type { MeasuredGraph } from '../source.ts';
import { equals, equalsIfThere, type Matchers, matches, regexLiteral } from './promql.ts';

/** The series that belong to one graph, by who exports them. */
export interface GraphMatchers {
  /** `dynamo_frontend_*` of the graph's model. */
  readonly frontend: Matchers;
  /** The frontend's series that know no model. */
  readonly frontendOfAnyModel: Matchers;
  /** `dynamo_component_*` of the graph's workers. */
  readonly workers: Matchers;
  /** Pods of the services with one of these roles; undefined where the graph has none. */
  podsOf(roles: readonly ServiceRole[], prefix?: string): Matchers | undefined;
}

/** What the operator's hash after a worker's Dynamo namespace looks like (from operator 1.0 on). */
const WORKER_HASH = '(?:_[0-9a-f]{8})?';

/**
 * How a graph is told from every other. The frontend's `dynamo_namespace` is `{namespace}-{graph}`, set by the operator's
 * PodMonitor; workers write the same with underscores themselves. Two graphs may share it (`a-b` and `c`, `a` and `b-c`),
 * so the Kubernetes namespace counts too.
 */
export function graphMatchers(
  graph: MeasuredGraph & { readonly model: string },
  labels: { readonly [label: string]: string },
): GraphMatchers {
  const place = Object.entries(labels)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([label, value]) => equals(label, value));
  const namespace = equalsIfThere('namespace', graph.namespace);
  const frontendOfAnyModel = [equals('dynamo_namespace', graph.dynamoNamespace), namespace, ...place];
  const pods = (roles: readonly ServiceRole[]): string | undefined => podNames(graph, roles);
  const workerPods = pods(WORKER_ROLES);
  return {
    frontend: [...frontendOfAnyModel, matches('model', `(?i:${regexLiteral(graph.model)})`)],
    frontendOfAnyModel,
    workers: [
      matches('dynamo_namespace', `${regexLiteral(graph.dynamoNamespace.replaceAll('-', '_'))}${WORKER_HASH}`),
      namespace,
      ...(workerPods === undefined ? [] : [matches('pod', `${workerPods}|`)]),
      ...place,
    ],
    podsOf(roles, prefix = '') {
      const names = pods(roles);
      if (names === undefined) return undefined;
      return [equals(`${prefix}namespace`, graph.namespace), matches(`${prefix}pod`, names), ...place];
    },
  };
}

export const WORKER_ROLES: readonly ServiceRole[] = (['worker', 'prefill', 'decode'] as const).filter(isWorkerRole);

/**
 * Names of a graph's pods: `{graph}-{service}-…`, with the number of the replica of the graph between the two where Grove
 * runs it. Anything after the service is Kubernetes' own.
 */
function podNames({ name, services }: MeasuredGraph, roles: readonly ServiceRole[]): string | undefined {
  const named = services.filter(({ role }) => roles.includes(role)).map((service) => service.name.toLowerCase());
  if (named.length === 0) return undefined;
  return `${regexLiteral(name)}-(?:[0-9]+-)?(?:${named.sort().map(regexLiteral).join('|')})-.+`;
}
