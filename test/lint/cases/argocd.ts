import type { JsonObject } from '../../../api/index.ts';
import { alpha, annotated, beta } from './case.ts';
import { acceptedAmong, type FleetCase, refusedAmong } from './fleet-case.ts';

const GRAPH = 'dist/prod/chat.yaml';
const APP = 'clusters/app.yaml';
const SSA = 'ServerSideApply=true';
const RESPECT = 'RespectIgnoreDifferences=true';

function application(more: JsonObject = {}, options: readonly string[] = [SSA], metadata: JsonObject = {}): JsonObject {
  return {
    ...{ apiVersion: 'argoproj.io/v1alpha1', kind: 'Application', metadata: { name: 'chat-prod', ...metadata } },
    spec: { source: { path: 'dist/prod' }, syncPolicy: { syncOptions: [...options] }, ...more },
  };
}

function applicationSet(generators: readonly JsonObject[], path: string, options: readonly string[] = []): JsonObject {
  return {
    ...{ apiVersion: 'argoproj.io/v1alpha1', kind: 'ApplicationSet', metadata: { name: 'all' } },
    spec: {
      generators: [...generators],
      template: { metadata: {}, spec: { source: { path }, syncPolicy: { syncOptions: [...options] } } },
    },
  };
}

const ignoring = (...entries: readonly JsonObject[]) => ({
  ignoreDifferences: entries.map((entry) => ({ group: 'nvidia.com', kind: 'DynamoGraphDeployment', ...entry })),
});
const pointer = (...pointers: readonly string[]) => ignoring({ jsonPointers: [...pointers] });
const jq = (expression: string) => ignoring({ jqPathExpressions: [expression] });
const owned = beta({ scalingAdapter: {}, replicas: null });
const both = (app: JsonObject, graph: JsonObject) => ({ [APP]: app, [GRAPH]: graph });
const options = (value: string) => alpha({}, {}, annotated({ 'argocd.argoproj.io/sync-options': value }));
const hook = (value: string) => alpha({}, {}, annotated({ 'argocd.argoproj.io/hook': value }));
const compared = (value: string) => alpha({}, {}, annotated({ 'argocd.argoproj.io/compare-options': value }));
const paused = annotated({ 'argocd.argoproj.io/skip-reconcile': 'true' });
const LIST = `${APP} spec.syncPolicy.syncOptions`;
const IGNORED = `${APP} spec.ignoreDifferences[0]`;
const NAMES = { names: ['Application "chat-prod"', 'DynamoGraphDeployment "chat" (dist/prod/chat.yaml:1)'] };
const hpa: JsonObject = {
  ...{ apiVersion: 'autoscaling/v2', kind: 'HorizontalPodAutoscaler', metadata: { name: 'chat' } },
  spec: {
    scaleTargetRef: {
      apiVersion: 'nvidia.com/v1beta1',
      kind: 'DynamoGraphDeploymentScalingAdapter',
      name: 'chat-decode',
    },
    minReplicas: 1,
    maxReplicas: 4,
  },
};

export const argoCdCases: readonly FleetCase[] = [
  refusedAmong('argocd-replace', `${LIST}[1]`, both(application({}, [SSA, 'Replace=true']), alpha()), NAMES),
  refusedAmong('argocd-replace', `${LIST}[0]`, both(application({}, ['Force=true']), beta()), NAMES),
  refusedAmong('argocd-replace', `${LIST}[0]`, { [APP]: application({}, ['Replace=true']) }),
  refusedAmong(
    'argocd-replace',
    `${APP} spec.template.spec.syncPolicy.syncOptions[0]`,
    both(applicationSet([{ git: { directories: [{ path: 'dist/*' }] } }], '{{.path.path}}', ['Replace=true']), alpha()),
  ),
  refusedAmong('argocd-replace', `${GRAPH} metadata.annotations[argocd.argoproj.io/sync-options]`, {
    [GRAPH]: options('Prune=false, Replace=true'),
  }),
  acceptedAmong('argocd-replace', both(application(), options('Prune=false'))),
  acceptedAmong('argocd-replace', {
    [APP]: application({}, ['Replace=true']),
    'dist/prod/crd.yaml': { apiVersion: 'apiextensions.k8s.io/v1', kind: 'CustomResourceDefinition' },
  }),
  acceptedAmong('argocd-replace', { [APP]: { ...application({}, ['Replace=true']), apiVersion: 'app.k8s.io/v1' } }),

  refusedAmong('argocd-client-side-apply', LIST, both(application({}, []), owned), NAMES),
  refusedAmong('argocd-client-side-apply', LIST, both(application({}, []), beta()), NAMES),
  refusedAmong(
    'argocd-client-side-apply',
    LIST,
    both(application({ source: null, sources: [{ chart: 'x' }, { path: './dist/prod/' }] }, []), owned),
  ),
  refusedAmong(
    'argocd-client-side-apply',
    LIST,
    {
      [APP]: application({ source: { path: 'overlays/prod' } }, []),
      'overlays/prod/kustomization.yaml': { resources: ['../../base'] },
      'base/kustomization.yaml': { resources: ['graph.yaml'] },
      'base/graph.yaml': owned,
    },
    { names: ['base/graph.yaml:1'] },
  ),
  refusedAmong(
    'argocd-client-side-apply',
    `${APP} spec.template.spec.syncPolicy.syncOptions`,
    both(applicationSet([{ list: { elements: [{ path: 'dist/prod' }] } }], '{{path}}'), owned),
  ),
  refusedAmong(
    'argocd-client-side-apply',
    `${APP} spec.template.spec.syncPolicy.syncOptions`,
    both(
      applicationSet(
        [{ matrix: { generators: [{ clusters: {} }, { list: { elements: [{ env: 'prod' }] } }] } }],
        'dist/{{ .env }}',
      ),
      owned,
    ),
  ),
  refusedAmong(
    'argocd-client-side-apply',
    `${GRAPH} metadata.annotations[argocd.argoproj.io/sync-options]`,
    both(application(), beta({}, {}, annotated({ 'argocd.argoproj.io/sync-options': 'ServerSideApply=false' }))),
  ),
  acceptedAmong('argocd-client-side-apply', both(application(), owned)),
  acceptedAmong('argocd-client-side-apply', both(application({}, []), alpha())),
  acceptedAmong(
    'argocd-client-side-apply',
    both(application({}, []), beta({}, {}, annotated({ 'argocd.argoproj.io/sync-options': SSA }))),
  ),
  acceptedAmong('argocd-client-side-apply', both(application({ source: { path: 'dist' } }, []), owned)),
  acceptedAmong('argocd-client-side-apply', {
    [APP]: application({ source: { path: 'dist/prod' } }, []),
    'dist/prod/kustomization.yaml': { resources: [] },
    [GRAPH]: owned,
  }),

  refusedAmong(
    'argocd-ignored-edit',
    `${IGNORED}.jsonPointers[0]`,
    both(application(pointer('/spec/services/decode/replicas')), alpha()),
    { names: [...NAMES.names, 'spec.services[decode].replicas', 'shows as Synced'] },
  ),
  refusedAmong(
    'argocd-ignored-edit',
    `${IGNORED}.jsonPointers[0]`,
    both(application(pointer('/spec'), [SSA, RESPECT]), beta()),
    { names: ['no sync applies'] },
  ),
  refusedAmong(
    'argocd-ignored-edit',
    `${IGNORED}.jqPathExpressions[0]`,
    both(application(jq('.spec.components[] | select(.name == "decode") | .replicas')), beta()),
  ),
  refusedAmong(
    'argocd-ignored-edit',
    `${IGNORED}.jqPathExpressions[0]`,
    both(application(jq('.spec.services[].replicas')), alpha()),
  ),
  refusedAmong(
    'argocd-ignored-edit',
    `${IGNORED}.jqPathExpressions[0]`,
    both(application(jq('.spec.components[]?.replicas')), beta()),
  ),
  refusedAmong(
    'argocd-ignored-edit',
    `${IGNORED}.jqPathExpressions[0]`,
    both(application(jq('.. | .replicas?')), alpha()),
  ),
  refusedAmong(
    'argocd-ignored-edit',
    `${IGNORED}.jqPathExpressions[0]`,
    both(application(jq('.spec.components[] | select(.name | test("^d")) | .replicas')), beta()),
    { names: ['may hide'] },
  ),
  refusedAmong(
    'argocd-ignored-edit',
    `${IGNORED}.managedFieldsManagers[0]`,
    both(application(ignoring({ managedFieldsManagers: ['argocd-controller'] })), alpha()),
  ),
  refusedAmong('argocd-ignored-edit', `${IGNORED}.jsonPointers[0]`, {
    [APP]: application({
      ...pointer('/spec/services'),
      source: { path: 'elsewhere' },
      ...ignoring({ name: 'chat', jsonPointers: ['/spec/services'] }),
    }),
    'here/chat.yaml': alpha(),
  }),
  refusedAmong('argocd-ignored-edit', `${IGNORED}.jsonPointers[0]`, {
    [APP]: application({
      ignoreDifferences: [{ group: '*', kind: 'Horizontal*', jsonPointers: ['/spec/minReplicas'] }],
    }),
    'dist/prod/hpa.yaml': hpa,
  }),
  acceptedAmong(
    'argocd-ignored-edit',
    both(
      application(pointer('/spec/services/decode/replicas')),
      alpha({ scalingAdapter: { enabled: true }, replicas: null }),
    ),
  ),
  acceptedAmong('argocd-ignored-edit', both(application(pointer('/spec/services/prefill/replicas')), alpha())),
  acceptedAmong(
    'argocd-ignored-edit',
    both(application(jq('.spec.components[] | select(.scalingAdapter != null) | .replicas')), beta()),
  ),
  acceptedAmong(
    'argocd-ignored-edit',
    both(application(jq('.spec.components[] | select(has("scalingAdapter")) | .replicas')), beta()),
  ),
  acceptedAmong(
    'argocd-ignored-edit',
    both(application(ignoring({ name: 'other', jsonPointers: ['/spec'] })), alpha()),
  ),
  acceptedAmong(
    'argocd-ignored-edit',
    both(application(ignoring({ managedFieldsManagers: ['dynamo-operator'] })), alpha()),
  ),
  acceptedAmong(
    'argocd-ignored-edit',
    both(application({ ignoreDifferences: [{ group: 'apps', kind: 'Deployment', jsonPointers: ['/spec'] }] }), alpha()),
  ),

  refusedAmong(
    'argocd-ignored-list',
    `${IGNORED}.jqPathExpressions[0]`,
    both(application(jq('.spec.components[] | select(.name == "decode") | .replicas'), [SSA, RESPECT]), owned),
    { names: [...NAMES.names, 'argo-cd#17694'] },
  ),
  refusedAmong(
    'argocd-ignored-list',
    `${IGNORED}.jsonPointers[0]`,
    both(application(pointer('/spec/components/0/replicas'), [RESPECT]), owned),
  ),
  acceptedAmong(
    'argocd-ignored-list',
    both(application(jq('.spec.components[] | select(.name == "decode") | .replicas')), owned),
  ),
  acceptedAmong(
    'argocd-ignored-list',
    both(
      application(pointer('/spec/services/decode/replicas'), [SSA, RESPECT]),
      alpha({ scalingAdapter: { enabled: true } }),
    ),
  ),

  refusedAmong('argocd-hook', `${GRAPH} metadata.annotations[argocd.argoproj.io/hook]`, { [GRAPH]: hook('Sync') }),
  refusedAmong('argocd-hook', `${GRAPH} metadata.annotations[argocd.argoproj.io/hook]`, { [GRAPH]: hook('Skip') }),
  acceptedAmong('argocd-hook', { [GRAPH]: alpha() }),

  refusedAmong(
    'argocd-skip-reconcile',
    `${APP} metadata.annotations[argocd.argoproj.io/skip-reconcile]`,
    both(application({}, [SSA], paused), alpha()),
    NAMES,
  ),
  acceptedAmong('argocd-skip-reconcile', both(application(), alpha())),
  acceptedAmong('argocd-skip-reconcile', {
    [APP]: application({}, [SSA], paused),
    'dist/prod/x.yaml': { kind: 'ConfigMap' },
  }),

  refusedAmong('argocd-ignore-extraneous', `${GRAPH} metadata.annotations[argocd.argoproj.io/compare-options]`, {
    [GRAPH]: compared('IgnoreExtraneous'),
  }),
  acceptedAmong('argocd-ignore-extraneous', { [GRAPH]: compared('ServerSideDiff=true') }),
];
