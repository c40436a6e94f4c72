import { accepted, alpha, annotated, beta, pod, type RuleCase, refused, resource } from './case.ts';

const TARGET = { apiVersion: 'nvidia.com/v1alpha1', kind: 'DynamoGraphDeploymentScalingAdapter', name: 'chat-decode' };
const keda = (trigger: Parameters<typeof alpha>[0] = {}, spec = {}) => ({
  ...{ apiVersion: 'keda.sh/v1alpha1', kind: 'ScaledObject', metadata: { name: 'chat' } },
  spec: { scaleTargetRef: TARGET, minReplicaCount: 1, triggers: [{ type: 'prometheus', ...trigger }], ...spec },
});
const query = (text: string, more = {}) => ({ metadata: { query: text, ignoreNullValues: 'false', ...more } });
const hpa = (minReplicas: number | null) => ({
  ...{ apiVersion: 'autoscaling/v2', kind: 'HorizontalPodAutoscaler', metadata: { name: 'chat' } },
  spec: { scaleTargetRef: TARGET, minReplicas, maxReplicas: 4 },
});
const application = (option: string, apiVersion = 'argoproj.io/v1alpha1') => ({
  ...{ apiVersion, kind: 'Application', metadata: { name: 'chat' } },
  spec: { syncPolicy: { syncOptions: ['CreateNamespace=true', option] } },
});
const claim = (volumeAccessMode: string, replicas: number) =>
  alpha(
    { replicas, volumeMounts: [{ name: 'models', mountPoint: '/m' }] },
    { pvcs: [{ name: 'models', volumeAccessMode }] },
  );
const env = (name: string, value: string) => beta({ podTemplate: pod({ env: [{ name, value }] }) });

export const gitopsCases: readonly RuleCase[] = [
  refused(
    'gitops-replicas-beside-adapter',
    'spec.services[decode].replicas',
    alpha({ scalingAdapter: { enabled: true } }),
  ),
  refused('gitops-replicas-beside-adapter', 'spec.components[0].replicas', beta({ scalingAdapter: {} })),
  accepted('gitops-replicas-beside-adapter', alpha({ scalingAdapter: { enabled: true }, replicas: null })),
  accepted('gitops-replicas-beside-adapter', alpha({ scalingAdapter: {} })),
  refused('gitops-scale-to-zero', 'spec.services[decode].replicas', alpha({ replicas: 0 })),
  accepted('gitops-scale-to-zero', alpha({ componentType: 'planner', replicas: 0 })),
  refused(
    'gitops-operator-annotation',
    'metadata.annotations[nvidia.com/dgd-spec]',
    alpha({}, {}, annotated({ 'nvidia.com/dgd-spec': '{}' })),
  ),
  accepted('gitops-operator-annotation', alpha({}, {}, annotated({ 'nvidia.com/enable-grove': 'false' }))),
  refused('gitops-generated-object', 'kind', resource('DynamoComponentDeployment', 'v1alpha1', {})),
  accepted('gitops-generated-object', alpha()),
  refused('gitops-single-writer-claim', 'spec.pvcs[0].volumeAccessMode', claim('ReadWriteOnce', 2)),
  accepted('gitops-single-writer-claim', claim('ReadWriteOnce', 1)),
  accepted('gitops-single-writer-claim', claim('ReadWriteMany', 2)),
  refused(
    'gitops-unpinned-image',
    'spec.components[0].podTemplate.spec.containers[0].image',
    beta({ podTemplate: pod({ image: 'registry:5000/vllm' }) }),
  ),
  accepted('gitops-unpinned-image', beta({ podTemplate: pod({ image: 'registry/vllm@sha256:00' }) })),
  refused(
    'gitops-plain-secret',
    'spec.components[0].podTemplate.spec.containers[0].env[0].value',
    env('HF_TOKEN', 'hf_abcdefghijkl'),
  ),
  refused(
    'gitops-plain-secret',
    'spec.services[decode].envs[0].value',
    alpha({ envs: [{ name: 'NGC_API_KEY', value: 'abcdefghijkl' }] }),
  ),
  accepted('gitops-plain-secret', env('HF_TOKEN', '$(TOKEN_FROM_ELSEWHERE)')),
  accepted('gitops-plain-secret', env('MAX_TOKENS', '4096000000')),
  refused('keda-latency-average', 'spec.triggers[0].metricType', keda(query('histogram_quantile(0.95, x)'))),
  accepted('keda-latency-average', keda({ ...query('histogram_quantile(0.95, x)'), metricType: 'Value' })),
  accepted('keda-latency-average', keda(query('sum(dynamo_frontend_queued_requests)'))),
  refused('keda-no-data', 'spec.triggers[0].metadata.ignoreNullValues', keda(query('x', { ignoreNullValues: 'true' }))),
  accepted('keda-no-data', keda(query('x'))),
  refused('keda-scale-to-zero', 'spec.minReplicaCount', keda({}, { minReplicaCount: null })),
  accepted('keda-scale-to-zero', keda()),
  refused('hpa-scale-to-zero', 'spec.minReplicas', hpa(0)),
  accepted('hpa-scale-to-zero', hpa(null)),
  refused('argocd-replace', 'spec.syncPolicy.syncOptions[1]', application('Replace=true')),
  accepted('argocd-replace', application('ServerSideApply=true')),
  accepted('argocd-replace', application('Replace=true', 'app.k8s.io/v1')),
];
