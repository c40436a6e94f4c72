import type { JsonObject } from '../../../api/index.ts';
import { alpha, beta } from './case.ts';
import { acceptedAmong, type FleetCase, refusedAmong } from './fleet-case.ts';

const PATCH = `apiVersion: nvidia.com/v1beta1
kind: DynamoGraphDeployment
metadata: { name: chat }
spec:
  components: [{ name: decode, replicas: 4 }]
`;
const OF_MAP = PATCH.replace('v1beta1', 'v1alpha1').replace(/components.*/, 'services: { decode: { replicas: 4 } }');
const OPERATIONS = '- { op: replace, path: /spec/components/0/replicas, value: 4 }\n';
const TOP = 'prod/kustomization.yaml';
const BASE = 'base/kustomization.yaml';
const patched = (patch: string, more: JsonObject = {}): JsonObject => ({
  resources: ['../base'],
  patches: [{ patch }],
  ...more,
});
const openapi = { openapi: { path: 'dynamo-openapi.json' } };
const application = (kustomize: JsonObject): JsonObject => ({
  ...{ apiVersion: 'argoproj.io/v1alpha1', kind: 'Application', metadata: { name: 'chat' } },
  spec: { sources: [{ path: 'base' }, { path: 'prod', kustomize }] },
});
const flux = (spec: JsonObject): JsonObject => ({
  ...{ apiVersion: 'kustomize.toolkit.fluxcd.io/v1', kind: 'Kustomization', metadata: { name: 'chat' }, spec },
});
const counted = (name: string) => ({
  [TOP]: { resources: ['../base'], replicas: [{ name, count: 4 }] },
  [BASE]: { resources: ['chat.yaml'] },
  'base/chat.yaml': alpha(),
});

export const kustomizeCases: readonly FleetCase[] = [
  refusedAmong('kustomize-inline-list', `${TOP} patches[0].patch`, { [TOP]: patched(PATCH) }),
  refusedAmong('kustomize-inline-list', `${TOP} patchesStrategicMerge[0]`, {
    [TOP]: { patchesStrategicMerge: [PATCH] },
  }),
  refusedAmong('kustomize-inline-list', 'a.yaml spec.sources[1].kustomize.patches[0].patch', {
    'a.yaml': application({ patches: [{ patch: PATCH }] }),
  }),
  refusedAmong('kustomize-inline-list', 'a.yaml spec.patches[0].patch', {
    'a.yaml': flux({ patches: [{ patch: PATCH }] }),
  }),
  acceptedAmong('kustomize-inline-list', { [TOP]: patched(PATCH, openapi) }),
  acceptedAmong('kustomize-inline-list', {
    [BASE]: patched(PATCH, { resources: [] }),
    [TOP]: { resources: ['../base/'], ...openapi },
  }),
  acceptedAmong('kustomize-inline-list', {
    [TOP]: patched(OF_MAP),
    'a.yaml': flux({ patches: [{ patch: OPERATIONS }] }),
  }),
  acceptedAmong('kustomize-inline-list', { [TOP]: patched(OPERATIONS) }),
  refusedAmong('kustomize-replicas', `${TOP} replicas[0].name`, counted('chat'), { names: ['base/chat.yaml:1'] }),
  acceptedAmong('kustomize-replicas', counted('gateway')),
  acceptedAmong('kustomize-replicas', { [TOP]: { replicas: [{ name: 'chat', count: 1 }] }, 'x/chat.yaml': beta() }),
  refusedAmong('kustomize-plain-secret', `${TOP} secretGenerator[0].literals[0]`, {
    [TOP]: { secretGenerator: [{ name: 'hf', literals: ['token=correct-horse'] }] },
  }),
  acceptedAmong('kustomize-plain-secret', {
    [TOP]: { secretGenerator: [{ name: 'hf', envs: ['.env'], literals: ['token=', 'x=changeme'] }] },
    'x/kustomization.yaml': { configMapGenerator: [{ name: 'c', literals: ['a=b'] }] },
  }),
];
