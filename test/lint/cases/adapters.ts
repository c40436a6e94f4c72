import type { JsonObject } from '../../../api/index.ts';
import { alpha, beta, pod, resource } from './case.ts';
import { acceptedAmong, type FleetCase, refusedAmong } from './fleet-case.ts';

function adapter(name = 'chat-decode', service = 'decode'): JsonObject {
  const spec = { replicas: 2, dgdRef: { name: 'chat', serviceName: service } };
  return resource('DynamoGraphDeploymentScalingAdapter', 'v1alpha1', spec, { metadata: { name } });
}

const ON = beta({ scalingAdapter: {}, replicas: null });
const hpa: JsonObject = {
  ...{ apiVersion: 'autoscaling/v2', kind: 'HorizontalPodAutoscaler', metadata: { name: 'chat' } },
  spec: {
    scaleTargetRef: {
      apiVersion: 'nvidia.com/v1alpha1',
      kind: 'DynamoGraphDeploymentScalingAdapter',
      name: 'chat-decode',
    },
    maxReplicas: 4,
  },
};
const planned = (config: string) => {
  const planner = { name: 'planner', type: 'planner', podTemplate: pod({ args: ['--config', config] }) };
  return beta(
    {},
    { components: [planner, { name: 'decode', type: 'decode', scalingAdapter: {}, podTemplate: pod() }] },
  );
};
const onlyNew: JsonObject = {
  ...adapter(),
  metadata: { name: 'chat-decode', annotations: { 'kustomize.toolkit.fluxcd.io/ssa': 'IfNotPresent' } },
};
const RESPECT = 'RespectIgnoreDifferences=true';
const ignoring = (option: string): JsonObject => ({
  ...{ apiVersion: 'argoproj.io/v1alpha1', kind: 'Application', metadata: { name: 'chat' } },
  spec: {
    source: { path: 'd' },
    syncPolicy: { syncOptions: [option] },
    ignoreDifferences: [
      { group: 'nvidia.com', kind: 'DynamoGraphDeploymentScalingAdapter', jsonPointers: ['/spec/replicas'] },
    ],
  },
});
const GRAPH = { names: ['DynamoGraphDeployment "chat" (a.yaml:1)'] };

export const adapterCases: readonly FleetCase[] = [
  refusedAmong('gitops-adapter-off', 'b.yaml metadata.name', { 'a.yaml': alpha(), 'b.yaml': adapter() }, GRAPH),
  acceptedAmong('gitops-adapter-off', { 'a.yaml': ON, 'b.yaml': adapter() }),
  acceptedAmong('gitops-adapter-off', { 'x/a.yaml': alpha(), 'y/b.yaml': adapter() }),
  refusedAmong(
    'gitops-adapter-overwritten',
    'b.yaml spec.replicas',
    { 'a.yaml': ON, 'b.yaml': adapter() },
    { operator: '1.3.0' },
  ),
  acceptedAmong('gitops-adapter-overwritten', { 'a.yaml': ON, 'b.yaml': adapter() }, { operator: '1.4.0' }),
  refusedAmong(
    'gitops-adapter-no-service',
    'b.yaml spec.dgdRef',
    { 'a.yaml': ON, 'b.yaml': adapter('chat-decode', 'Decode') },
    GRAPH,
  ),
  acceptedAmong('gitops-adapter-no-service', { 'a.yaml': ON, 'b.yaml': adapter() }),
  refusedAmong('gitops-adapter-name', 'b.yaml metadata.name', { 'a.yaml': ON, 'b.yaml': adapter('mine') }, GRAPH),
  acceptedAmong('gitops-adapter-name', { 'a.yaml': ON, 'b.yaml': adapter() }),
  refusedAmong(
    'gitops-adapter-driven',
    'b.yaml spec.replicas',
    { 'a.yaml': [ON, hpa], 'b.yaml': adapter() },
    {
      names: ['HorizontalPodAutoscaler "chat" (a.yaml:2)'],
    },
  ),
  refusedAmong(
    'gitops-adapter-driven',
    'b.yaml spec.replicas',
    { 'a.yaml': planned('{}'), 'b.yaml': adapter() },
    {
      names: ['planner "planner" of DynamoGraphDeployment "chat" (a.yaml:1)'],
    },
  ),
  acceptedAmong('gitops-adapter-driven', { 'a.yaml': planned('{"advisory": true}'), 'b.yaml': adapter() }),
  // What Git says counts for an adapter that is new.
  acceptedAmong('gitops-adapter-driven', { 'a.yaml': [ON, hpa], 'b.yaml': onlyNew }),
  acceptedAmong('gitops-adapter-driven', {
    'd/a.yaml': [ON, hpa],
    'd/b.yaml': adapter(),
    'app.yaml': ignoring(RESPECT),
  }),
  refusedAmong('gitops-adapter-driven', 'd/b.yaml spec.replicas', {
    'd/a.yaml': [ON, hpa],
    'd/b.yaml': adapter(),
    'app.yaml': ignoring('ServerSideApply=true'),
  }),
  acceptedAmong('gitops-adapter-driven', { 'a.yaml': [ON, hpa], 'b.yaml': adapter('chat-prefill', 'prefill') }),
];
