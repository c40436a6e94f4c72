import { accepted, alpha, annotated, beta, OFF_GROVE, ONE_GPU, pod, type RuleCase, refused } from './case.ts';

const GMS = 'spec.components[0].experimental.gpuMemoryService';
const FAILOVER = 'spec.components[0].experimental.failover';
const gms = (service: Parameters<typeof alpha>[0], more = {}) => ({
  podTemplate: pod(ONE_GPU),
  experimental: { gpuMemoryService: service ?? {}, ...more },
});
const interPod = { mode: 'InterPod' };
const args = (...words: readonly string[]) => beta({ podTemplate: pod({ args: words }) });

export const gpuMemoryCases: readonly RuleCase[] = [
  refused('gms-clients', GMS, beta(gms({ ...interPod, extraClientContainers: ['saver'] }))),
  refused(
    'gms-clients',
    'spec.services[decode].gpuMemoryService',
    alpha({ gpuMemoryService: { enabled: false, mode: 'interPod', extraClientContainers: ['saver'] } }),
  ),
  accepted('gms-clients', beta(gms({ extraClientContainers: ['main'] }))),
  refused('gms-worker', GMS, beta({ ...gms({}), type: 'frontend' })),
  refused('gms-worker', 'spec.services[decode].gpuMemoryService', alpha({ gpuMemoryService: { enabled: true } })),
  accepted(
    'gms-worker',
    alpha({ gpuMemoryService: { enabled: true }, resources: { limits: { gpu: '1', gpuType: 'example.com/gpu' } } }),
  ),
  accepted('gms-worker', alpha({ gpuMemoryService: { enabled: false } })),
  refused(
    'gms-client-unknown',
    `${GMS}.extraClientContainers[1]`,
    beta(gms({ extraClientContainers: ['main', 'saver'] })),
  ),
  accepted('gms-client-unknown', beta(gms({ extraClientContainers: ['main'] }))),
  refused('gms-inter-pod', `${GMS}.mode`, beta(gms(interPod), {}, OFF_GROVE)),
  refused('gms-inter-pod', `${GMS}.mode`, beta(gms(interPod), { backendFramework: 'sglang' })),
  accepted('gms-inter-pod', beta(gms(interPod))),
  refused('gms-layout-immutable', `${GMS}.mode`, beta(gms(interPod)), { old: beta(gms({})) }),
  refused('gms-layout-immutable', FAILOVER, beta(gms(interPod, { failover: interPod })), { old: beta(gms(interPod)) }),
  accepted('gms-layout-immutable', beta(gms({})), { old: beta() }),
  refused('failover', FAILOVER, beta({ experimental: { failover: {} } })),
  refused('failover', `${FAILOVER}.mode`, beta(gms({}, { failover: interPod }))),
  accepted('failover', beta(gms(interPod, { failover: interPod }))),
  refused(
    'failover-shadows',
    'spec.services[decode].failover.numShadows',
    alpha({ failover: { enabled: true, numShadows: 2 } }),
  ),
  accepted('failover-shadows', alpha({ failover: { enabled: true, mode: 'interPod', numShadows: 2 } })),
  refused(
    'elastic-ep-command',
    'spec.components[0].podTemplate.spec.containers[0].command',
    args('--enable-elastic-ep', '--data-parallel-backend=ray'),
  ),
  accepted('elastic-ep-command', args('--enable-elastic-ep', '--data-parallel-backend', 'mp')),
  refused('priority-class-needs-grove', 'spec.priorityClassName', beta({}, { priorityClassName: 'high' }, OFF_GROVE)),
  accepted(
    'priority-class-needs-grove',
    beta({}, { priorityClassName: 'high' }, annotated({ 'nvidia.com/workload-provider': 'component' })),
  ),
];
