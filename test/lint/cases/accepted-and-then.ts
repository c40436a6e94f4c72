import { accepted, alpha, beta, OFF_GROVE, pod, type RuleCase, refused } from './case.ts';

const seed = { operator: '0.9.0' } as const;
const cache = { volumeMounts: [{ name: 'jit', useAsCompilationCache: true }] };

const claimed = (size: string) =>
  alpha({}, { pvcs: [{ name: 'a', create: true, size, storageClass: 'fast', volumeAccessMode: 'ReadWriteMany' }] });
const started = (command: readonly string[], type = 'worker') =>
  beta({ type, podTemplate: pod({ command: [...command] }) });
const twoNodes = { multinode: { nodeCount: 2 } };
const identity = { model: 'm', backendFramework: 'vllm' };
const MAIN = 'spec.components[0].podTemplate.spec.containers[0]';

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
  refused('pvc-change-ignored', 'spec.pvcs[0].size', claimed('2Ti'), { old: claimed('1Ti') }),
  accepted('pvc-change-ignored', claimed('1Ti'), { old: claimed('1Ti') }),
  refused('grove-switch-ignored', 'metadata.annotations[nvidia.com/enable-grove]', alpha({}, {}, OFF_GROVE), {
    old: alpha(),
  }),
  accepted('grove-switch-ignored', alpha({}, {}, OFF_GROVE), { old: alpha({}, {}, OFF_GROVE) }),
  refused('backend-contradicts-command', `${MAIN}.command`, started(['python3', '-m', 'dynamo.sglang'])),
  accepted('backend-contradicts-command', started(['python3', '-m', 'dynamo.vllm'])),
  accepted('backend-contradicts-command', started(['python3', '-m', 'dynamo.sglang'], 'frontend')),
  refused('multinode-off-grove', 'spec.services[decode].multinode', alpha(twoNodes, {}, OFF_GROVE)),
  accepted('multinode-off-grove', alpha(twoNodes)),
  refused('service-names-collide', 'spec.services[Decode]', alpha({}, { services: { decode: {}, Decode: {} } })),
  accepted('service-names-collide', alpha({}, { services: { decode: {}, decoder: {} } })),
  refused('ignored-service-name', 'spec.services[decode].serviceName', alpha({ serviceName: 'other' })),
  accepted('ignored-service-name', alpha({ serviceName: 'decode' })),
  refused('component-type-not-in-v1beta1', 'spec.services[decode].componentType', alpha({ componentType: 'main' })),
  accepted('component-type-not-in-v1beta1', alpha({ componentType: 'main' }), seed),
  accepted('component-type-not-in-v1beta1', alpha()),
  refused(
    'deprecated-checkpoint-identity',
    'spec.services[decode].checkpoint.identity',
    alpha({ checkpoint: { identity } }),
  ),
  accepted('deprecated-checkpoint-identity', alpha({ checkpoint: { checkpointRef: 'warm' } })),
];
