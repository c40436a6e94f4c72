import type { JsonObject } from '../../../api/index.ts';
import { alpha, beta, IMAGE, pod, resource } from './case.ts';
import { acceptedAmong, type FleetCase, refusedAmong } from './fleet-case.ts';

const ADAPTER = { apiVersion: 'nvidia.com/v1alpha1', kind: 'DynamoGraphDeploymentScalingAdapter', name: 'chat-decode' };
const hpa = (target: JsonObject = ADAPTER, metadata: JsonObject = {}): JsonObject => ({
  ...{ apiVersion: 'autoscaling/v2', kind: 'HorizontalPodAutoscaler', metadata: { name: 'chat', ...metadata } },
  spec: { scaleTargetRef: target, minReplicas: 1, maxReplicas: 4 },
});
const keda = (target: JsonObject = ADAPTER): JsonObject => ({
  ...{ apiVersion: 'keda.sh/v1alpha1', kind: 'ScaledObject', metadata: { name: 'chat-keda' } },
  spec: { scaleTargetRef: target, minReplicaCount: 1, maxReplicaCount: 4, triggers: [] },
});

/** A graph whose planner is started by these words. */
function planned(
  args: readonly string[],
  decode: JsonObject = { scalingAdapter: {}, replicas: null },
  more: JsonObject = {},
): JsonObject {
  const planner = { name: 'planner', type: 'planner', podTemplate: pod({ args: [...args] }, more) };
  const worker = { name: 'decode', type: 'decode', replicas: 2, podTemplate: pod(), ...decode };
  return beta({}, { components: [planner, worker] });
}

const SEED: JsonObject = {
  decode: { componentType: 'worker', subComponentType: 'decode', replicas: 2, scalingAdapter: { enabled: true } },
  Planner: { componentType: 'planner', extraPodSpec: { mainContainer: { image: IMAGE, args: ['--no-operation'] } } },
};
const ON = beta({ scalingAdapter: {}, replicas: null });
const config = (text: string) => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'planner' },
  data: { 'planner.yaml': text },
});
const mounted = { volumes: [{ name: 'config', configMap: { name: 'planner' } }] };
const FILE = ['-m', 'dynamo.planner', '--config', '/etc/planner.yaml'];
const TARGET = 'spec.scaleTargetRef.name';

export const scaledByCases: readonly FleetCase[] = [
  refusedAmong(
    'gitops-two-autoscalers',
    `b.yaml ${TARGET}`,
    { 'a.yaml': hpa(), 'b.yaml': keda() },
    {
      names: ['HorizontalPodAutoscaler "chat" (a.yaml:1)', '"chat-decode"'],
    },
  ),
  acceptedAmong('gitops-two-autoscalers', { 'a.yaml': hpa(), 'b.yaml': keda({ ...ADAPTER, name: 'chat-prefill' }) }),
  acceptedAmong('gitops-two-autoscalers', { 'prod/a.yaml': hpa(), 'staging/b.yaml': keda() }),

  refusedAmong(
    'gitops-planner-and-autoscaler',
    `b.yaml ${TARGET}`,
    { 'a.yaml': planned(['--config', '{"mode": "disagg"}']), 'b.yaml': hpa() },
    {
      names: ['planner "planner"', 'DynamoGraphDeployment "chat" (a.yaml:1)'],
    },
  ),
  refusedAmong(
    'gitops-planner-and-autoscaler',
    `b.yaml ${TARGET}`,
    { 'a.yaml': planned(FILE), 'b.yaml': keda() },
    { names: ['unless'] },
  ),
  refusedAmong('gitops-planner-and-autoscaler', `b.yaml ${TARGET}`, {
    'a.yaml': [planned(FILE, {}, mounted), config('mode: disagg\nadvisory: false\n')],
    'b.yaml': hpa(),
  }),
  acceptedAmong('gitops-planner-and-autoscaler', {
    'a.yaml': planned(['--config', '{"advisory": true}']),
    'b.yaml': hpa(),
  }),
  acceptedAmong('gitops-planner-and-autoscaler', {
    'a.yaml': [planned(FILE, {}, mounted), config('advisory: true')],
    'b.yaml': hpa(),
  }),
  acceptedAmong('gitops-planner-and-autoscaler', {
    'a.yaml': planned(['--config={"mode":"prefill"}']),
    'b.yaml': hpa(),
  }),
  acceptedAmong('gitops-planner-and-autoscaler', { 'a.yaml': alpha({}, { services: SEED }), 'b.yaml': hpa() }),

  refusedAmong('gitops-planner-writes-graph', 'a.yaml spec.components[1].replicas', { 'a.yaml': planned([], {}) }),
  acceptedAmong('gitops-planner-writes-graph', { 'a.yaml': planned([]) }),
  acceptedAmong('gitops-planner-writes-graph', { 'a.yaml': planned(['--no-operation'], {}) }),

  refusedAmong(
    'gitops-autoscaler-adapter-off',
    `b.yaml ${TARGET}`,
    { 'a.yaml': alpha(), 'b.yaml': hpa() },
    {
      names: ['"chat-decode"', 'DynamoGraphDeployment "chat" (a.yaml:1)'],
    },
  ),
  acceptedAmong('gitops-autoscaler-adapter-off', { 'a.yaml': ON, 'b.yaml': hpa() }),
  acceptedAmong('gitops-autoscaler-adapter-off', { 'a.yaml': alpha(), 'b.yaml': hpa(ADAPTER, { namespace: 'other' }) }),
  acceptedAmong('gitops-autoscaler-adapter-off', {
    'a.yaml': alpha(),
    'b.yaml': hpa({ ...ADAPTER, name: 'mine' }),
    'c.yaml': resource('DynamoGraphDeploymentScalingAdapter', 'v1alpha1', {}, { metadata: { name: 'mine' } }),
  }),

  refusedAmong('gitops-autoscaler-generated', 'b.yaml spec.scaleTargetRef', {
    'a.yaml': ON,
    'b.yaml': hpa({ apiVersion: 'apps/v1', kind: 'Deployment', name: 'chat-decode' }),
  }),
  refusedAmong('gitops-autoscaler-generated', 'b.yaml spec.scaleTargetRef', {
    'a.yaml': ON,
    'b.yaml': keda({ name: 'chat-decode' }),
  }),
  acceptedAmong('gitops-autoscaler-generated', {
    'a.yaml': ON,
    'b.yaml': hpa({ apiVersion: 'apps/v1', kind: 'Deployment', name: 'chat-gateway' }),
  }),
];
