import { accepted, alpha, beta, OFF_GROVE, type RuleCase, refused } from './case.ts';

const seed = { operator: '0.9.0' } as const;
const cache = { volumeMounts: [{ name: 'jit', useAsCompilationCache: true }] };

export const acceptedAndThenCases: readonly RuleCase[] = [
  refused('ignored-dynamo-namespace', 'spec.services[decode].dynamoNamespace', alpha({ dynamoNamespace: 'mine' })),
  accepted('ignored-dynamo-namespace', alpha({ dynamoNamespace: '' })),
  refused('ignored-autoscaling', 'spec.services[decode].autoscaling', alpha({ autoscaling: { enabled: false } })),
  accepted('ignored-autoscaling', alpha()),
  refused('deprecated-v1alpha1', 'apiVersion', alpha()),
  accepted('deprecated-v1alpha1', alpha(), { operator: '1.4.0' }),
  accepted('deprecated-v1alpha1', beta()),
  refused('replicas-absent-on-grove', 'spec.services[decode].replicas', alpha({ replicas: null }), seed),
  accepted('replicas-absent-on-grove', alpha({ replicas: null }, {}, OFF_GROVE), seed),
  refused(
    'gpu-request-ignored',
    'spec.services[decode].resources.requests.gpu',
    alpha({ resources: { requests: { gpu: '1' } } }),
    seed,
  ),
  accepted('gpu-request-ignored', alpha({ resources: { requests: { gpu: '1' } } })),
  refused(
    'quantity-unreadable',
    'spec.services[decode].resources.limits.memory',
    alpha({ resources: { limits: { memory: '10GB' } } }),
  ),
  accepted('quantity-unreadable', alpha({ resources: { limits: { memory: '1e9', cpu: '.5' } } })),
  refused(
    'compilation-cache-path',
    'spec.services[decode].volumeMounts[0]',
    alpha(cache, { backendFramework: 'sglang' }),
  ),
  accepted('compilation-cache-path', alpha(cache)),
  refused('pvc-deleted-with-graph', 'spec.pvcs[0].create', alpha({}, { pvcs: [{ name: 'a', create: true }] })),
  accepted('pvc-deleted-with-graph', alpha({}, { pvcs: [{ name: 'a', create: false }] })),
];
