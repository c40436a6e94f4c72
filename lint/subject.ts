import {
  type DynamoApiVersion,
  dynamoApiVersionOf,
  isAtLeast,
  isObject,
  type JsonObject,
  type OperatorVersion,
  objectAt,
  stringAt,
} from '../api/index.ts';
import { type Component, graphComponents, standaloneComponent } from './component.ts';
import type { Violation } from './finding.ts';
import { admit, type SchemaViolation } from './schema/check.ts';
import type { ClusterDefinitions } from './schema/definitions.ts';
import { type DynamoKind, isDynamoKind, specSchema } from './schema/kinds.ts';
import { objectMetadata } from './schema/others.ts';

/** Who asks for the change. Git is always `argocd`: an account without privileges. */
export type Requester = 'operator' | 'planner' | 'argocd' | 'unknown';

/** What is known about the cluster; what is left out is not known, and nothing is refused because of it. */
export interface ClusterFacts {
  readonly grove?: boolean;
  readonly inferencePool?: boolean;
  readonly checkpoint?: boolean;
  readonly gpuDiscovery?: boolean;
  /** Domains of each ClusterTopologyBinding, broadest first. */
  readonly topologies?: { readonly [name: string]: readonly string[] };
}

/** One state of an object, read as the API server reads it. */
export interface ObjectState {
  readonly apiVersion: DynamoApiVersion;
  readonly name: string;
  readonly namespace: string | undefined;
  readonly metadata: JsonObject;
  readonly annotations: JsonObject;
  readonly spec: JsonObject;
  readonly status: JsonObject | undefined;
  /** Empty for kinds that have none. */
  readonly components: readonly Component[];
}

/** What a rule is asked about: an object that is created, or that replaces an old one. */
export interface Subject extends ObjectState {
  readonly kind: DynamoKind;
  readonly operator: OperatorVersion;
  readonly old: ObjectState | undefined;
  readonly requester: Requester;
  readonly cluster: ClusterFacts;
  /** How the operator runs the graph, where that can be told: Grove unless the object or the cluster says otherwise. */
  readonly provider: 'grove' | 'component' | 'unsupported';
  readonly isDeleting: boolean;
  readonly schemaViolations: readonly SchemaViolation[];
  /** What the validation rules of the cluster's own definition have against the object. */
  readonly clusterRuleViolations: readonly Violation[];
}

export interface SubjectInput {
  readonly object: JsonObject;
  readonly old?: JsonObject | undefined;
  readonly operator: OperatorVersion;
  readonly requester?: Requester;
  readonly cluster?: ClusterFacts;
  /** Of the cluster, in the place of our tables of fields. */
  readonly definitions?: ClusterDefinitions | undefined;
}

/** The subject of a document; undefined for one that is no custom resource of Dynamo's in a version that is served. */
export function subjectOf({
  object,
  old,
  operator,
  requester = 'argocd',
  cluster = {},
  definitions,
}: SubjectInput): Subject | undefined {
  const kind = object.kind;
  if (!isDynamoKind(kind)) return undefined;
  const state = stateOf(kind, object, operator);
  if (state === undefined) return undefined;
  const { violations, ...now } = state;
  const before = old === undefined ? undefined : stateOf(kind, old, operator);
  const defined = definitions?.check(object, old);
  return {
    ...now,
    kind,
    operator,
    old: before,
    requester,
    cluster,
    provider: providerOf(now.annotations, before !== undefined, operator, cluster),
    isDeleting: stringAt(now.metadata, 'deletionTimestamp') !== undefined,
    schemaViolations:
      defined === undefined
        ? violations
        : [...violations.filter(({ path }) => path[0] === 'metadata'), ...defined.violations],
    clusterRuleViolations: defined?.ruleViolations ?? [],
  };
}

function stateOf(
  kind: DynamoKind,
  object: JsonObject,
  operator: OperatorVersion,
): (ObjectState & { readonly violations: readonly SchemaViolation[] }) | undefined {
  const apiVersion = dynamoApiVersionOf(object.apiVersion);
  const schema = apiVersion === undefined ? undefined : specSchema(kind, apiVersion, operator);
  if (apiVersion === undefined || schema === undefined) return undefined;
  const admitted = admit(object.spec ?? {}, schema, ['spec'], operator);
  const spec = isObject(admitted.value) ? admitted.value : {};
  const admittedMetadata = admit(object.metadata ?? {}, objectMetadata, ['metadata'], operator);
  const metadata = isObject(admittedMetadata.value) ? admittedMetadata.value : {};
  return {
    apiVersion,
    name: stringAt(metadata, 'name') ?? '',
    namespace: stringAt(metadata, 'namespace'),
    metadata,
    annotations: objectAt(metadata, 'annotations') ?? {},
    spec,
    status: objectAt(object, 'status'),
    components: componentsOf(kind, apiVersion, metadata, spec, operator),
    violations: [...admittedMetadata.violations, ...admitted.violations],
  };
}

function componentsOf(
  kind: DynamoKind,
  apiVersion: DynamoApiVersion,
  metadata: JsonObject,
  spec: JsonObject,
  operator: OperatorVersion,
): readonly Component[] {
  switch (kind) {
    case 'DynamoGraphDeployment':
      return graphComponents(apiVersion, spec, operator);
    case 'DynamoComponentDeployment':
      return [standaloneComponent(apiVersion, metadata, spec, operator)];
    default:
      return [];
  }
}

export const WORKLOAD_PROVIDER = 'nvidia.com/workload-provider';
export const ENABLE_GROVE = 'nvidia.com/enable-grove';

/** From 1.5 on the choice is fixed in an annotation that the operator writes at creation; before, it is made anew each time. */
function providerOf(
  annotations: JsonObject,
  isUpdate: boolean,
  operator: OperatorVersion,
  cluster: ClusterFacts,
): Subject['provider'] {
  if (isUpdate && isAtLeast(operator, '1.5.0')) {
    const provider = stringAt(annotations, WORKLOAD_PROVIDER);
    if (provider === 'grove' || provider === 'component') return provider;
    if (provider !== undefined) return 'unsupported';
  }
  const isOff = stringAt(annotations, ENABLE_GROVE)?.toLowerCase() === 'false';
  return isOff || cluster.grove === false ? 'component' : 'grove';
}
