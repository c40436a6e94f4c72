import { accepted, alpha, beta, OFF_GROVE, type RuleCase, refused } from './case.ts';

const POLICY = 'spec.experimental.kvTransferPolicy';
const topologies = { dc: ['zone', 'rack'] };
const packed = (packDomain: string | null, own: string | null = null, name = 'dc') =>
  beta(
    { topologyConstraint: own === null ? null : { packDomain: own } },
    { topologyConstraint: { clusterTopologyName: name, packDomain } },
  );
const transfer = (policy: Parameters<typeof alpha>[0], metadata = {}) =>
  alpha({}, { experimental: { kvTransferPolicy: { domain: 'zone', ...policy } } }, metadata);

export const topologyCases: readonly RuleCase[] = [
  refused('topology-constraint', 'spec.topologyConstraint', alpha({ topologyConstraint: { packDomain: 'rack' } })),
  refused('topology-constraint', 'spec.topologyConstraint.packDomain', packed(null)),
  accepted('topology-constraint', packed(null, 'rack')),
  refused('topology-binding', 'spec.topologyConstraint.clusterTopologyName', packed('rack', null, 'gone'), {
    cluster: { topologies },
  }),
  refused('topology-binding', 'spec.topologyConstraint.packDomain', packed('host'), { cluster: { topologies } }),
  refused('topology-binding', 'spec.components[0].topologyConstraint.packDomain', packed('rack', 'zone'), {
    cluster: { topologies },
  }),
  accepted('topology-binding', packed('zone', 'rack'), { cluster: { topologies } }),
  refused('topology-immutable', 'spec.topologyConstraint', packed('rack'), { old: packed('zone') }),
  refused('topology-immutable', 'spec.components[0].topologyConstraint', packed('zone', 'rack'), {
    old: packed('zone'),
  }),
  // The same constraint in the other version's words.
  accepted('topology-immutable', packed('zone'), {
    old: alpha({}, { topologyConstraint: { topologyProfile: 'dc', packDomain: 'zone' } }),
  }),
  refused('kv-transfer-policy', POLICY, transfer({})),
  refused('kv-transfer-policy', POLICY, transfer({ labelKey: 'rack', enforcement: 'preferred' })),
  refused('kv-transfer-policy', POLICY, transfer({ labelKey: 'rack', preferredWeight: 1 })),
  accepted('kv-transfer-policy', transfer({ labelKey: 'rack', enforcement: 'preferred', preferredWeight: 0.5 })),
  refused('kv-transfer-topology', `${POLICY}.clusterTopologyName`, transfer({ clusterTopologyName: 'DC' })),
  refused('kv-transfer-topology', `${POLICY}.clusterTopologyName`, transfer({ clusterTopologyName: 'dc' }, OFF_GROVE)),
  accepted('kv-transfer-topology', transfer({ clusterTopologyName: 'dc' }), { cluster: { topologies } }),
  refused('kv-transfer-immutable', POLICY, alpha(), { old: transfer({ labelKey: 'rack' }) }),
  accepted('kv-transfer-immutable', transfer({ labelKey: 'rack', enforcement: 'required' }), {
    old: transfer({ labelKey: 'rack' }),
  }),
];
