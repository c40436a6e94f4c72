import { accepted, alpha, beta, ONE_GPU, pod, type RuleCase, refused, resource } from './case.ts';

const identity = { model: 'm', backendFramework: 'vllm' };
const checkpoint = (spec: Parameters<typeof alpha>[0] = {}, podSpec: Parameters<typeof alpha>[0] = {}) =>
  resource('DynamoCheckpoint', 'v1alpha1', { identity, job: { podTemplateSpec: pod({}, podSpec) }, ...spec });
const off = { cluster: { checkpoint: false } };
const withJob = (experimental: Parameters<typeof alpha>[0]) =>
  beta({
    podTemplate: pod(ONE_GPU),
    experimental: { ...experimental, checkpoint: { enabled: false, job: { gmsClientContainers: ['main'] } } },
  });

export const checkpointCases: readonly RuleCase[] = [
  refused('checkpoint-source', 'spec.services[decode].checkpoint', alpha({ checkpoint: { enabled: true } }), {
    operator: '0.9.0',
  }),
  accepted('checkpoint-source', alpha({ checkpoint: { enabled: true, identity } }), { operator: '0.9.0' }),
  accepted('checkpoint-source', alpha({ checkpoint: { enabled: true } })),
  refused(
    'checkpoint-job-with-ref',
    'spec.services[decode].checkpoint',
    alpha({ checkpoint: { checkpointRef: 'warm', job: {} } }),
  ),
  accepted('checkpoint-job-with-ref', alpha({ checkpoint: { checkpointRef: '', job: {} } })),
  refused('checkpoint-disabled', 'spec.services[decode].checkpoint', alpha({ checkpoint: { enabled: true } }), off),
  refused('checkpoint-disabled', 'spec', checkpoint(), off),
  accepted('checkpoint-disabled', checkpoint()),
  refused(
    'checkpoint-gms-clients',
    'spec.components[0].experimental.checkpoint.job.gmsClientContainers',
    withJob({ gpuMemoryService: { mode: 'InterPod' } }),
  ),
  accepted('checkpoint-gms-clients', withJob({ gpuMemoryService: {} })),
  refused(
    'checkpoint-identity-immutable',
    'spec.identity',
    checkpoint({ identity: { ...identity, tensorParallelSize: 2 } }),
    { old: checkpoint() },
  ),
  accepted('checkpoint-identity-immutable', checkpoint({ identity: { ...identity, tensorParallelSize: 1 } }), {
    old: checkpoint(),
  }),
  refused(
    'checkpoint-inter-pod',
    'spec.gpuMemoryService.mode',
    checkpoint({ gpuMemoryService: { enabled: true, mode: 'interPod' } }),
  ),
  accepted('checkpoint-inter-pod', checkpoint({ gpuMemoryService: { enabled: false, mode: 'interPod' } })),
  refused(
    'checkpoint-pod-wiring',
    'spec.job.podTemplateSpec.spec.volumes',
    checkpoint({ gpuMemoryService: { enabled: true } }),
  ),
  refused(
    'checkpoint-pod-wiring',
    'spec.job.podTemplateSpec.spec.initContainers',
    checkpoint({ gpuMemoryService: { enabled: true } }, { volumes: [{ name: 'gms-intrapod-control' }] }),
  ),
  accepted('checkpoint-pod-wiring', checkpoint({ gpuMemoryService: { enabled: false } })),
];
