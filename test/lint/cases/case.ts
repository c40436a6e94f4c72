import type { JsonObject, JsonValue, OperatorVersion } from '../../../api/index.ts';
import type { ClusterFacts } from '../../../lint/index.ts';

/** One line of a family's table: an object that a rule refuses at a path, or one that it lets pass. */
export interface RuleCase {
  readonly rule: string;
  /** Where the rule points at; undefined for an object that it lets pass. */
  readonly path: string | undefined;
  readonly object: JsonObject;
  readonly old: JsonObject | undefined;
  readonly operator: OperatorVersion;
  readonly cluster: ClusterFacts;
}

interface Circumstances {
  readonly old?: JsonObject;
  readonly operator?: OperatorVersion;
  readonly cluster?: ClusterFacts;
}

export function refused(rule: string, path: string, object: JsonObject, more: Circumstances = {}): RuleCase {
  const { old, operator = '1.5.0', cluster = {} } = more;
  return { rule, path, object, old, operator, cluster };
}

export function accepted(rule: string, object: JsonObject, more: Circumstances = {}): RuleCase {
  const { old, operator = '1.5.0', cluster = {} } = more;
  return { rule, path: undefined, object, old, operator, cluster };
}

export const IMAGE = 'registry.example/vllm-runtime:1.4.0';

/** A v1alpha1 graph with one service, `decode`. */
export function alpha(service: JsonObject = {}, spec: JsonObject = {}, metadata: JsonObject = {}): JsonObject {
  const decode = {
    componentType: 'worker',
    replicas: 2,
    extraPodSpec: { mainContainer: { image: IMAGE } },
    ...service,
  };
  return {
    ...{ apiVersion: 'nvidia.com/v1alpha1', kind: 'DynamoGraphDeployment' },
    metadata: { name: 'chat', namespace: 'inference', ...metadata },
    spec: { backendFramework: 'vllm', services: { decode }, ...spec },
  };
}

/** A v1beta1 graph with one component, `decode`. */
export function beta(component: JsonObject = {}, spec: JsonObject = {}, metadata: JsonObject = {}): JsonObject {
  const decode = { name: 'decode', type: 'worker', replicas: 2, podTemplate: pod(), ...component };
  return {
    ...{ apiVersion: 'nvidia.com/v1beta1', kind: 'DynamoGraphDeployment' },
    metadata: { name: 'chat', namespace: 'inference', ...metadata },
    spec: { backendFramework: 'vllm', components: [decode], ...spec },
  };
}

/** A pod template whose main container has an image, and more. */
export function pod(main: JsonObject = {}, spec: JsonObject = {}, metadata: JsonObject = {}): JsonObject {
  return { metadata, spec: { containers: [{ name: 'main', image: IMAGE, ...main }], ...spec } };
}

export const ONE_GPU: JsonObject = { resources: { limits: { 'nvidia.com/gpu': 1 } } };

export function annotated(annotations: { readonly [key: string]: string }): JsonObject {
  return { annotations };
}

export const OFF_GROVE: JsonObject = annotated({ 'nvidia.com/enable-grove': 'false' });
export const ON_GROVE: JsonObject = annotated({ 'nvidia.com/workload-provider': 'grove' });

export function resource(
  kind: string,
  apiVersion: 'v1alpha1' | 'v1beta1',
  spec: JsonObject,
  more: JsonObject = {},
): JsonObject {
  return { apiVersion: `nvidia.com/${apiVersion}`, kind, metadata: { name: 'one' }, spec, ...more };
}

export function without(object: JsonObject, field: string): JsonObject {
  return Object.fromEntries(Object.entries(object).filter(([name]): boolean => name !== field)) as {
    [key: string]: JsonValue;
  };
}
