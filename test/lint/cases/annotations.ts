import { accepted, alpha, annotated, beta, ON_GROVE, ONE_GPU, pod, type RuleCase, refused } from './case.ts';

const PROVIDER = 'metadata.annotations[nvidia.com/workload-provider]';
const note = (key: string, value: string) => alpha({}, {}, annotated({ [`nvidia.com/${key}`]: value }));
const failover = { podTemplate: pod(ONE_GPU), experimental: { gpuMemoryService: {}, failover: {} } };

export const annotationCases: readonly RuleCase[] = [
  refused(
    'annotation-origin-version',
    'metadata.annotations[nvidia.com/dynamo-operator-origin-version]',
    note('dynamo-operator-origin-version', 'main'),
  ),
  accepted('annotation-origin-version', note('dynamo-operator-origin-version', 'v1.4')),
  refused(
    'annotation-executor-backend',
    'metadata.annotations[nvidia.com/vllm-distributed-executor-backend]',
    note('vllm-distributed-executor-backend', 'dask'),
  ),
  refused(
    'annotation-executor-backend',
    'spec.services[decode].annotations[nvidia.com/vllm-distributed-executor-backend]',
    alpha(annotated({ 'nvidia.com/vllm-distributed-executor-backend': '' })),
  ),
  accepted('annotation-executor-backend', note('vllm-distributed-executor-backend', 'RAY')),
  refused(
    'annotation-update-strategy',
    'metadata.annotations[nvidia.com/grove-update-strategy]',
    note('grove-update-strategy', 'ondelete'),
  ),
  accepted('annotation-update-strategy', note('grove-update-strategy', 'OnDelete')),
  refused(
    'annotation-discovery-mode',
    'metadata.annotations[nvidia.com/dynamo-kube-discovery-mode]',
    note('dynamo-kube-discovery-mode', 'endpoint'),
  ),
  refused('annotation-discovery-mode', 'metadata.annotations[nvidia.com/dynamo-kube-discovery-mode]', beta(failover)),
  accepted(
    'annotation-discovery-mode',
    beta(failover, {}, annotated({ 'nvidia.com/dynamo-kube-discovery-mode': 'container' })),
  ),
  refused('workload-provider-unknown', PROVIDER, note('workload-provider', 'nomad'), {
    old: note('workload-provider', 'nomad'),
  }),
  accepted('workload-provider-unknown', note('workload-provider', 'nomad')),
  refused('workload-provider-owned', PROVIDER, alpha({}, {}, ON_GROVE), { old: alpha() }),
  refused('workload-provider-owned', PROVIDER, alpha(), { old: alpha({}, {}, ON_GROVE) }),
  accepted('workload-provider-owned', alpha({}, {}, ON_GROVE), { old: alpha({}, {}, ON_GROVE) }),
];
