import { isAtLeast, type OperatorVersion } from './operator-versions.ts';

/** Longest name that Grove's pod cliques leave to a graph and one of its services together. */
const NAME_BUDGET = 45;

/** Characters of a graph's name that an operator from 1.2 on keeps at least when it shortens it. */
const SHORTEST_GRAPH_NAME = 8;

const SERVICE_NAME = /^[A-Za-z0-9]([-A-Za-z0-9]*[A-Za-z0-9])?$/;

/** Names that both API versions take for a service: v1beta1's rule, since v1alpha1 has none of its own. */
export function isServiceName(name: string): boolean {
  return name.length <= 63 && SERVICE_NAME.test(name);
}

export interface ServiceNameLength {
  readonly name: string;
  /** Pods that make up one replica; a group of several needs the name twice. */
  readonly nodeCount: number;
}

/** Characters that a service takes of the budget: its name, or for a group its name twice and the suffix of its role. */
export function nameCost({ name, nodeCount }: ServiceNameLength): number {
  return nodeCount > 1 ? 2 * name.length + 4 : name.length;
}

/**
 * Services whose names are too long beside the graph's on the Grove path, each with the characters that it is over.
 * Until 1.1 the two must fit as they are; from 1.2 on the operator shortens the graph's name, but not below 8 characters.
 */
export function overlongServiceNames(
  graph: string,
  services: readonly ServiceNameLength[],
  operatorVersion: OperatorVersion,
): readonly { readonly name: string; readonly excess: number }[] {
  const longest = Math.max(0, ...services.map(nameCost));
  const graphLength = isAtLeast(operatorVersion, '1.2.0')
    ? Math.min(graph.length, Math.max(NAME_BUDGET - longest, SHORTEST_GRAPH_NAME))
    : graph.length;
  return services.flatMap((service) => {
    const excess = graphLength + nameCost(service) - NAME_BUDGET;
    return excess > 0 ? [{ name: service.name, excess }] : [];
  });
}
