import type { BudgetConfig, DeploymentConfig } from './documents/config.ts';

/** Which graph of which environment is meant, as far as its manifest says. */
export interface GraphPlace {
  readonly name: string;
  readonly namespace: string | undefined;
  readonly environment: string | undefined;
}

/** Whether a deployment of the config is about a graph. What the manifest leaves open, the config may fill in. */
export function isNamedBy(
  deployment: Pick<DeploymentConfig, 'name' | 'namespace' | 'environment'>,
  graph: GraphPlace,
): boolean {
  return (
    deployment.name === graph.name &&
    agrees(deployment.environment, graph.environment) &&
    agrees(deployment.namespace, graph.namespace)
  );
}

/** Whether a graph shares a budget: one that does not say where it is counts in every budget that it may belong to. */
export function isInBudget(
  budget: Pick<BudgetConfig, 'namespace' | 'environment' | 'deployment'>,
  graph: Omit<GraphPlace, 'name'> & { readonly name?: string | undefined },
): boolean {
  return (
    agrees(budget.environment, graph.environment) &&
    agrees(budget.namespace, graph.namespace) &&
    agrees(budget.deployment, graph.name)
  );
}

function agrees(wanted: string | undefined, actual: string | undefined): boolean {
  return wanted === undefined || actual === undefined || wanted === actual;
}
