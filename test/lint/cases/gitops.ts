import { accepted, alpha, annotated, beta, pod, type RuleCase, refused, resource } from './case.ts';

const claim = (volumeAccessMode: string, replicas: number) =>
  alpha(
    { replicas, volumeMounts: [{ name: 'models', mountPoint: '/m' }] },
    { pvcs: [{ name: 'models', volumeAccessMode }] },
  );

export const gitopsCases: readonly RuleCase[] = [
  refused(
    'gitops-replicas-beside-adapter',
    'spec.services[decode].replicas',
    alpha({ scalingAdapter: { enabled: true } }),
  ),
  refused('gitops-replicas-beside-adapter', 'spec.components[0].replicas', beta({ scalingAdapter: {} })),
  refused('gitops-replicas-beside-adapter', 'spec.components[0].replicas', beta({ scalingAdapter: {}, replicas: 1 })),
  accepted('gitops-replicas-beside-adapter', alpha({ scalingAdapter: { enabled: true }, replicas: null })),
  accepted('gitops-replicas-beside-adapter', alpha({ scalingAdapter: {} })),
  // The change that turns it on keeps the count.
  accepted('gitops-replicas-beside-adapter', alpha({ scalingAdapter: { enabled: true } }), { old: alpha() }),
  refused('gitops-replicas-beside-adapter', 'spec.components[0].replicas', beta({ scalingAdapter: {} }), {
    old: beta({ scalingAdapter: {} }),
  }),
  refused('gitops-scale-to-zero', 'spec.services[decode].replicas', alpha({ replicas: 0 })),
  refused(
    'gitops-scale-to-zero',
    'spec.replicas',
    resource('DynamoGraphDeploymentScalingAdapter', 'v1beta1', {
      replicas: 0,
      dgdRef: { name: 'a', componentName: 'b' },
    }),
  ),
  accepted('gitops-scale-to-zero', alpha({ componentType: 'planner', replicas: 0 })),
  refused(
    'gitops-operator-annotation',
    'metadata.annotations[nvidia.com/dgd-spec]',
    alpha({}, {}, annotated({ 'nvidia.com/dgd-spec': '{}' })),
  ),
  accepted('gitops-operator-annotation', alpha({}, {}, annotated({ 'nvidia.com/enable-grove': 'false' }))),
  refused('gitops-generated-object', 'kind', resource('DynamoComponentDeployment', 'v1alpha1', {})),
  accepted('gitops-generated-object', alpha()),
  refused(
    'gitops-request-applies',
    'spec.autoApply',
    resource('DynamoGraphDeploymentRequest', 'v1beta1', { model: 'm' }),
  ),
  accepted(
    'gitops-request-applies',
    resource('DynamoGraphDeploymentRequest', 'v1beta1', { model: 'm', autoApply: false }),
  ),
  refused('gitops-single-writer-claim', 'spec.pvcs[0].volumeAccessMode', claim('ReadWriteOnce', 2)),
  accepted('gitops-single-writer-claim', claim('ReadWriteOnce', 1)),
  accepted('gitops-single-writer-claim', claim('ReadWriteMany', 2)),
  refused(
    'gitops-unpinned-image',
    'spec.components[0].podTemplate.spec.containers[0].image',
    beta({ podTemplate: pod({ image: 'registry:5000/vllm' }) }),
  ),
  refused(
    'gitops-unpinned-image',
    'spec.services[decode].frontendSidecar.image',
    alpha({ frontendSidecar: { image: 'registry/frontend:latest' } }),
  ),
  refused(
    'gitops-unpinned-image',
    'spec.image',
    resource('DynamoGraphDeploymentRequest', 'v1beta1', { model: 'm', image: 'registry/planner' }),
  ),
  accepted('gitops-unpinned-image', beta({ podTemplate: pod({ image: 'registry/vllm@sha256:00' }) })),
  refused('gitops-exported-object', 'metadata.resourceVersion', alpha({}, {}, { resourceVersion: '12' })),
  refused('gitops-exported-object', 'metadata.finalizers', beta({}, {}, { finalizers: ['nvidia.com/finalizer'] })),
  refused('gitops-exported-object', 'status', { ...alpha(), status: { state: 'successful' } }),
  refused(
    'gitops-exported-object',
    'metadata.annotations[kubectl.kubernetes.io/last-applied-configuration]',
    beta({}, {}, annotated({ 'kubectl.kubernetes.io/last-applied-configuration': '{}' })),
  ),
  accepted('gitops-exported-object', alpha({}, {}, { finalizers: ['resources-finalizer.argocd.argoproj.io'] })),
  refused('gitops-worker-metadata', 'kind', resource('DynamoWorkerMetadata', 'v1alpha1', { data: {} })),
  accepted('gitops-worker-metadata', {
    ...resource('DynamoWorkerMetadata', 'v1alpha1', {}),
    apiVersion: 'other.dev/v1',
  }),
];
