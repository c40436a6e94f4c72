import { isDnsSubdomain, type KvTransferPolicy } from '../../../api/index.ts';
import type { DeclaredGraph } from '../declared-graph.ts';
import type { Check } from './finding.ts';

const DOMAIN = /^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/;

/** A label's key: a name of at most 63 characters, behind a DNS prefix of at most 253 if it has one. */
const LABEL_KEY = /^([a-z0-9]([-a-z0-9.]*[a-z0-9])?\/)?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/;

export const checkTopology: Check = (graph) => [
  ...graphConstraint(graph).map((message) => ({ message })),
  ...transfer(graph).map((message) => ({ message })),
  ...graph.services.flatMap(({ name, options: { topologyConstraint } }) => {
    if (topologyConstraint === undefined) return [];
    const messages = domain('topologyConstraint.packDomain', topologyConstraint.packDomain);
    const needsGraph = graph.options.topologyConstraint === undefined;
    return [
      ...messages,
      ...(needsGraph ? ['topologyConstraint needs one of the graph, which names the topology'] : []),
    ].map((message) => ({ service: name, message }));
  }),
];

function graphConstraint({ options, services, isOffGrove }: DeclaredGraph): readonly string[] {
  const messages: string[] = [];
  if (options.priorityClassName !== undefined && isOffGrove()) {
    messages.push('priorityClassName needs Grove, which this graph turns off');
  }
  const { topologyConstraint: constraint } = options;
  if (options.providerOverride !== undefined) {
    if (isOffGrove()) messages.push('providerOverride needs Grove, which this graph turns off');
    if (constraint !== undefined) {
      messages.push('providerOverride cannot stand beside topologyConstraint; use one of them');
    }
  }
  if (constraint === undefined) return messages;
  if (constraint.topology === '') messages.push('topologyConstraint.topology is empty');
  if (constraint.packDomain !== undefined) {
    messages.push(...domain('topologyConstraint.packDomain', constraint.packDomain));
  } else if (!services.some((service) => service.options.topologyConstraint !== undefined)) {
    messages.push('topologyConstraint needs packDomain, here or in a service');
  }
  return messages;
}

function domain(path: string, text: string): readonly string[] {
  return DOMAIN.test(text) ? [] : [`${path} "${text}" must be lower-case letters, digits and dashes`];
}

function transfer({ options: { kvTransferPolicy: policy }, isOffGrove }: DeclaredGraph): readonly string[] {
  if (policy === undefined) return [];
  return [...domain('kvTransferPolicy.domain', policy.domain), ...place(policy, isOffGrove()), ...weight(policy)];
}

function place({ clusterTopologyName, labelKey }: KvTransferPolicy, isOffGrove: boolean): readonly string[] {
  if ((clusterTopologyName === undefined) === (labelKey === undefined)) {
    return ['kvTransferPolicy must have exactly one of clusterTopologyName and labelKey'];
  }
  if (clusterTopologyName === undefined) {
    return LABEL_KEY.test(labelKey ?? '') ? [] : [`kvTransferPolicy.labelKey "${labelKey}" is no label's key`];
  }
  return [
    ...(isDnsSubdomain(clusterTopologyName)
      ? []
      : [`kvTransferPolicy.clusterTopologyName "${clusterTopologyName}" is not a lower-case DNS name`]),
    ...(isOffGrove ? ['kvTransferPolicy.clusterTopologyName needs Grove, which this graph turns off'] : []),
  ];
}

function weight({ enforcement, preferredWeight }: KvTransferPolicy): readonly string[] {
  if (enforcement !== 'preferred') {
    return preferredWeight === undefined ? [] : ['kvTransferPolicy.preferredWeight goes with enforcement preferred'];
  }
  return Number.isFinite(preferredWeight) && preferredWeight >= 0 && preferredWeight <= 1
    ? []
    : ['kvTransferPolicy.preferredWeight must be from 0 to 1 with enforcement preferred'];
}
