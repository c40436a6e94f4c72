/** Kubernetes API group, versions and kinds of Dynamo's custom resources (operator 0.9 to 1.5). */
export const DYNAMO_GROUP = 'nvidia.com';
export const GRAPH_DEPLOYMENT_KIND = 'DynamoGraphDeployment';
export const SCALING_ADAPTER_KIND = 'DynamoGraphDeploymentScalingAdapter';

export type DynamoApiVersion = 'v1alpha1' | 'v1beta1';

export const DYNAMO_API_VERSIONS: readonly DynamoApiVersion[] = ['v1alpha1', 'v1beta1'];

/** `nvidia.com/v1alpha1` → `v1alpha1`; undefined for any other group or version. */
export function dynamoApiVersionOf(apiVersion: unknown): DynamoApiVersion | undefined {
  return DYNAMO_API_VERSIONS.find((version) => apiVersion === `${DYNAMO_GROUP}/${version}`);
}

/** The name that the operator gives the scaling adapter of a service: `{graph}-{lower-case service}`. */
export function scalingAdapterName(graph: string, service: string): string {
  return `${graph}-${service.toLowerCase()}`;
}

/**
 * The Dynamo namespace of a graph, which is the `dynamo_namespace` label of its frontend's metrics:
 * `dynamo` for a global one, else `{kubernetes namespace}-{graph}` with dots as dashes.
 */
export function dynamoNamespace(kubernetesNamespace: string, graph: string, isGlobal: boolean): string {
  return isGlobal ? 'dynamo' : `${kubernetesNamespace}-${graph.replaceAll('.', '-')}`;
}

const DNS_LABEL = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/;
const DNS_SUBDOMAIN = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;

export function isDnsLabel(text: string): boolean {
  return DNS_LABEL.test(text);
}

export function isDnsSubdomain(text: string): boolean {
  return text.length <= 253 && DNS_SUBDOMAIN.test(text);
}
