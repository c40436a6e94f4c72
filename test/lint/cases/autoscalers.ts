import type { JsonObject } from '../../../api/index.ts';
import { accepted, type RuleCase, refused } from './case.ts';

const TARGET = { apiVersion: 'nvidia.com/v1alpha1', kind: 'DynamoGraphDeploymentScalingAdapter', name: 'chat-decode' };
const WHOLE = { apiVersion: 'nvidia.com/v1alpha1', kind: 'DynamoGraphDeployment', name: 'chat' };
const keda = (trigger: JsonObject = {}, spec: JsonObject = {}): JsonObject => ({
  ...{ apiVersion: 'keda.sh/v1alpha1', kind: 'ScaledObject', metadata: { name: 'chat' } },
  spec: { scaleTargetRef: TARGET, minReplicaCount: 1, triggers: [{ type: 'prometheus', ...trigger }], ...spec },
});
const query = (text: string, more: JsonObject = {}) => ({
  metadata: { query: text, ignoreNullValues: 'false', ...more },
});
const hpa = (spec: JsonObject): JsonObject => ({
  ...{ apiVersion: 'autoscaling/v2', kind: 'HorizontalPodAutoscaler', metadata: { name: 'chat' } },
  spec: { scaleTargetRef: TARGET, maxReplicas: 4, ...spec },
});
const measured = (name: string, target: JsonObject) =>
  hpa({ metrics: [{ type: 'External', external: { metric: { name }, target } }] });
const QUANTILE = 'histogram_quantile(0.95, sum(rate(dynamo_frontend_time_to_first_token_seconds_bucket[5m])) by (le))';

export const autoscalerCases: readonly RuleCase[] = [
  refused('keda-latency-average', 'spec.triggers[0].metricType', keda(query(QUANTILE))),
  refused(
    'keda-latency-average',
    'spec.triggers[0].metricType',
    keda({ ...query('chat:ttft:p95'), metricType: 'AverageValue' }),
  ),
  accepted('keda-latency-average', keda({ ...query(QUANTILE), metricType: 'Value' })),
  accepted('keda-latency-average', keda(query('sum(dynamo_frontend_queued_requests)'))),
  accepted('keda-latency-average', keda(query(QUANTILE), { scaleTargetRef: { name: 'gateway' } })),
  refused(
    'hpa-latency-average',
    'spec.metrics[0].external.target.type',
    measured('ttft_p95', { type: 'AverageValue', averageValue: '500m' }),
  ),
  accepted('hpa-latency-average', measured('ttft_p95', { type: 'Value', value: '500m' })),
  accepted('hpa-latency-average', measured('queued_requests', { type: 'AverageValue', averageValue: '10' })),
  refused('keda-no-data', 'spec.triggers[0].metadata.ignoreNullValues', keda(query('x', { ignoreNullValues: 'true' }))),
  refused('keda-no-data', 'spec.triggers[0].metadata.ignoreNullValues', keda({ metadata: { query: 'x' } })),
  accepted('keda-no-data', keda(query('x'))),
  accepted('keda-no-data', keda({ type: 'cpu' })),
  refused('keda-scale-to-zero', 'spec.minReplicaCount', keda({}, { minReplicaCount: null })),
  refused('keda-scale-to-zero', 'spec.idleReplicaCount', keda({}, { idleReplicaCount: 0 })),
  accepted('keda-scale-to-zero', keda()),
  refused('hpa-scale-to-zero', 'spec.minReplicas', hpa({ minReplicas: 0 })),
  accepted('hpa-scale-to-zero', hpa({})),
  refused('hpa-bounds', 'spec.minReplicas', hpa({ minReplicas: 5 })),
  accepted('hpa-bounds', hpa({ minReplicas: 4 })),
  accepted('hpa-bounds', hpa({ minReplicas: 5, scaleTargetRef: { kind: 'Deployment', name: 'gateway' } })),
  refused('keda-bounds', 'spec.minReplicaCount', keda({}, { minReplicaCount: 5, maxReplicaCount: 4 })),
  refused('keda-bounds', 'spec.minReplicaCount', keda({}, { minReplicaCount: 101 })),
  refused('keda-bounds', 'spec.minReplicaCount', keda({}, { minReplicaCount: 0, maxReplicaCount: 0 })),
  refused('keda-bounds', 'spec.idleReplicaCount', keda({}, { minReplicaCount: 2, idleReplicaCount: 2 })),
  refused('keda-bounds', 'spec.idleReplicaCount', keda({}, { minReplicaCount: null, idleReplicaCount: 0 })),
  accepted('keda-bounds', keda({}, { minReplicaCount: 4, maxReplicaCount: 4, idleReplicaCount: 0 })),
  accepted('keda-bounds', keda({}, { minReplicaCount: 0, idleReplicaCount: 0 })),
  refused('keda-scales-graph', 'spec.scaleTargetRef.kind', keda({}, { scaleTargetRef: WHOLE })),
  accepted('keda-scales-graph', keda()),
  refused('hpa-scales-graph', 'spec.scaleTargetRef.kind', hpa({ scaleTargetRef: WHOLE })),
  accepted('hpa-scales-graph', hpa({})),
];
