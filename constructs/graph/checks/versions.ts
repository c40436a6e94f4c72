import { type DynamoApiVersion, isAtLeast, type OperatorVersion, valueAt } from '../../../api/index.ts';
import type { DeclaredGraph } from '../declared-graph.ts';
import { componentType } from '../v1beta1.ts';
import type { Check, Finding } from './finding.ts';

/** A field that not every operator or API version has. */
interface FieldRule {
  readonly path: readonly string[];
  /** First operator release that knows the field. */
  readonly since?: OperatorVersion;
  /** The one API version that has it, with what to do in the other. */
  readonly only?: { readonly version: DynamoApiVersion; readonly instead: string };
}

const INGRESS = 'write an Ingress or HTTPRoute of your own';
const CLAIMS = 'make the claim apart, with ModelCache for example, and mount it by its name';
const IGNORED = 'leave them out: they have no effect';
const SCALING_GROUP = 'use v1beta1';

/** Fields without a rule are as old as operator 0.9, in both versions. */
const SERVICE_RULES: readonly FieldRule[] = [
  { path: ['ingress'], only: { version: 'v1alpha1', instead: INGRESS } },
  { path: ['ignored'], only: { version: 'v1alpha1', instead: IGNORED } },
  { path: ['forceScalingGroup'], only: { version: 'v1beta1', instead: SCALING_GROUP } },
  { path: ['topologyConstraint'], since: '1.1.0' },
  { path: ['gpuMemoryService'], since: '1.1.0' },
  { path: ['failover'], since: '1.1.0' },
  { path: ['frontendSidecar'], since: '1.1.0' },
  { path: ['checkpoint', 'startupPolicy'], since: '1.1.0' },
  { path: ['checkpoint', 'deletionPolicy'], since: '1.1.0' },
  { path: ['checkpoint', 'targetContainerName'], since: '1.1.0' },
  { path: ['checkpoint', 'job'], since: '1.1.0' },
  { path: ['minAvailable'], since: '1.3.0' },
  { path: ['runtimeVersionOverride'], since: '1.4.0' },
  { path: ['providerOverride'], since: '1.5.0' },
  { path: ['multinodeOverrides'], since: '1.5.0' },
];

const GRAPH_RULES: readonly FieldRule[] = [
  { path: ['pvcs'], only: { version: 'v1alpha1', instead: CLAIMS } },
  { path: ['labels'], since: '1.1.0' },
  { path: ['annotations'], since: '1.1.0' },
  { path: ['priorityClassName'], since: '1.1.0' },
  { path: ['topologyConstraint'], since: '1.1.0' },
  { path: ['kvTransferPolicy'], since: '1.1.0' },
  { path: ['providerOverride'], since: '1.5.0' },
];

export const checkVersions: Check = (graph) => {
  const findings: Finding[] = violations(GRAPH_RULES, graph.options, graph).map((message) => ({ message }));
  for (const { name, type, subType, options } of graph.services) {
    const messages = [
      ...violations(SERVICE_RULES, options, graph),
      ...typeViolations(graph.apiVersion, type, subType),
      ...sidecarViolations(graph.apiVersion, options.frontendSidecar),
    ];
    findings.push(...messages.map((message) => ({ service: name, message })));
  }
  return findings;
};

function violations(rules: readonly FieldRule[], options: object, graph: DeclaredGraph): string[] {
  const { apiVersion, operatorVersion } = graph;
  const messages: string[] = [];
  for (const { path, since, only } of rules) {
    if (valueAt(options, ...path) === undefined) continue;
    const field = path.join('.');
    if (only !== undefined && only.version !== apiVersion) {
      messages.push(`${field} is in ${only.version} only, and this app is in ${apiVersion}; ${only.instead}`);
    }
    if (since !== undefined && !isAtLeast(operatorVersion, since)) {
      messages.push(`${field} needs operator ${since}, and operatorVersion is "${operatorVersion}"`);
    }
  }
  return messages;
}

function typeViolations(
  apiVersion: DynamoApiVersion,
  type: string | undefined,
  subType: string | undefined,
): readonly string[] {
  if (apiVersion === 'v1alpha1' || (type === undefined && subType === undefined)) return [];
  const written = componentType(type, subType);
  if (written === undefined)
    return [`type "${type ?? subType}" is in v1alpha1 only; v1beta1 takes a closed list of types`];
  return subType === undefined || written === subType ? [] : [`subType "${subType}" is in v1alpha1 only`];
}

function sidecarViolations(apiVersion: DynamoApiVersion, sidecar: unknown): readonly string[] {
  return apiVersion === 'v1alpha1' && typeof sidecar === 'string'
    ? ['frontendSidecar names a container in v1beta1 only; give its image here']
    : [];
}
