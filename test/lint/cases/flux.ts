import type { JsonObject } from '../../../api/index.ts';
import { alpha, annotated, beta, resource } from './case.ts';
import { acceptedAmong, type FleetCase, refusedAmong } from './fleet-case.ts';

const GRAPH = 'dist/prod/llm/chat.yaml';
const FLUX = 'clusters/prod/chat.yaml';

function kustomization(spec: JsonObject = {}): JsonObject {
  return {
    ...{ apiVersion: 'kustomize.toolkit.fluxcd.io/v1', kind: 'Kustomization', metadata: { name: 'chat-prod' } },
    spec: { path: './dist/prod', ...spec },
  };
}

const noted = (key: string, value: string) =>
  alpha({}, {}, annotated({ [`kustomize.toolkit.fluxcd.io/${key}`]: value }));
const at = (key: string) => `${GRAPH} metadata.annotations[kustomize.toolkit.fluxcd.io/${key}]`;
const both = (spec: JsonObject, graph: JsonObject = alpha()) => ({ [FLUX]: kustomization(spec), [GRAPH]: graph });
const source = (spec: JsonObject): JsonObject => ({
  ...{ apiVersion: 'source.toolkit.fluxcd.io/v1', kind: 'GitRepository', metadata: { name: 'models' }, spec },
});
const NAMES = { names: ['Kustomization "chat-prod"', `DynamoGraphDeployment "chat" (${GRAPH}:1)`] };
const ignore = (path: string, target: JsonObject = {}) => ({ ignore: [{ paths: [path], target }] });

export const fluxCases: readonly FleetCase[] = [
  refusedAmong('flux-no-apply', at('ssa'), { [GRAPH]: noted('ssa', 'Ignore') }),
  refusedAmong('flux-no-apply', at('ssa'), { [GRAPH]: noted('ssa', 'IfNotPresent') }),
  refusedAmong('flux-no-apply', at('reconcile'), { [GRAPH]: noted('reconcile', 'disabled') }),
  refusedAmong('flux-no-apply', 'a.yaml metadata.annotations[kustomize.toolkit.fluxcd.io/reconcile]', {
    'a.yaml': resource(
      'DynamoGraphDeploymentScalingAdapter',
      'v1beta1',
      { replicas: 1, dgdRef: { name: 'chat', componentName: 'decode' } },
      { metadata: { name: 'chat-decode', annotations: { 'kustomize.toolkit.fluxcd.io/reconcile': 'disabled' } } },
    ),
  }),
  acceptedAmong('flux-no-apply', { [GRAPH]: noted('ssa', 'Override') }),
  acceptedAmong('flux-no-apply', {
    'pvc.yaml': { ...noted('ssa', 'IfNotPresent'), apiVersion: 'v1', kind: 'PersistentVolumeClaim' },
  }),
  refusedAmong('flux-merge', at('ssa'), { [GRAPH]: noted('ssa', 'Merge') }),
  acceptedAmong('flux-merge', { [GRAPH]: noted('ssa', 'Override') }),
  refusedAmong('flux-force', `${FLUX} spec.force`, both({ force: true }), NAMES),
  refusedAmong('flux-force', `${FLUX} spec.force`, { [FLUX]: kustomization({ force: true }) }),
  refusedAmong('flux-force', at('force'), { [GRAPH]: noted('force', 'Enabled') }),
  acceptedAmong('flux-force', both({ force: false })),
  acceptedAmong('flux-force', both({ force: true }, { kind: 'ConfigMap' })),
  refusedAmong('flux-suspended', `${FLUX} spec.suspend`, both({ suspend: true }), NAMES),
  refusedAmong('flux-suspended', 'source.yaml spec.suspend', { 'source.yaml': source({ suspend: true }) }),
  acceptedAmong('flux-suspended', { ...both({}), 'source.yaml': source({}) }),
  refusedAmong('flux-ignored-edit', `${FLUX} spec.ignore[0].paths[0]`, both(ignore('/spec/services/decode')), NAMES),
  refusedAmong(
    'flux-ignored-edit',
    `${FLUX} spec.ignore[0].paths[0]`,
    both(ignore('/spec/components/0/replicas', { kind: 'DynamoGraphDeployment' }), beta()),
  ),
  acceptedAmong('flux-ignored-edit', both(ignore('/spec/replicas', { kind: 'Deployment' }))),
  acceptedAmong('flux-ignored-edit', both(ignore('/spec', { name: 'other' }))),
];
