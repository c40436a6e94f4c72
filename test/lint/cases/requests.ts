import { accepted, type RuleCase, refused, resource } from './case.ts';

type Spec = Parameters<typeof resource>[2];
const REQUEST = 'DynamoGraphDeploymentRequest';
const seed = { operator: '0.9.0' } as const;
const old = (profilingConfig: Spec, more: Spec = {}) =>
  resource(REQUEST, 'v1alpha1', {
    model: 'm',
    backend: 'vllm',
    profilingConfig: { profilerImage: 'a', ...profilingConfig },
    ...more,
  });
const now = (spec: Spec = {}, phase = '') =>
  resource(REQUEST, 'v1beta1', { model: 'm', backend: 'vllm', ...spec }, { status: { phase } });

export const requestCases: readonly RuleCase[] = [
  refused('request-profiling-config', 'spec.profilingConfig.config', old({}), seed),
  refused(
    'request-profiling-config',
    'spec.profilingConfig.profilerImage',
    old({ profilerImage: '', config: {} }),
    seed,
  ),
  accepted('request-profiling-config', old({ config: {} }), seed),
  refused(
    'request-gpu-range',
    'spec.profilingConfig.config',
    old({ config: { engine: { minNumGpusPerEngine: 8, maxNumGpusPerEngine: 4 } } }),
    seed,
  ),
  accepted('request-gpu-range', old({ config: { engine: { minNumGpusPerEngine: 4, maxNumGpusPerEngine: 4 } } }), seed),
  refused('request-hardware', 'spec.hardware', now(), { cluster: { gpuDiscovery: false } }),
  accepted('request-hardware', now({ hardware: { gpuSku: 'h200_sxm' } }), { cluster: { gpuDiscovery: false } }),
  accepted('request-hardware', now()),
  refused('request-thorough-backend', 'spec.searchStrategy', now({ backend: 'auto', searchStrategy: 'thorough' })),
  accepted('request-thorough-backend', now({ searchStrategy: 'thorough' })),
  refused('request-image-version', 'spec.runtimeVersionOverride', now({ image: 'planner:nightly' })),
  accepted('request-image-version', now({ image: 'planner:nightly', runtimeVersionOverride: '1.5.0' })),
  accepted('request-image-version', now({ image: 'planner:nightly' }), { old: now({ image: 'planner:nightly' }) }),
  refused('request-frozen', 'spec', now({ model: 'n' }), { old: now({}, 'Deployed') }),
  accepted('request-frozen', now({ autoApply: true }), { old: now({ autoApply: false }, 'Ready') }),
  refused('request-frozen', 'spec', now({ autoApply: true }), { old: now({ autoApply: false }, 'Profiling') }),
  accepted('request-frozen', now({ model: 'n' }), { old: now({}, 'Failed') }),
  refused(
    'request-overwritten',
    'spec.profilingConfig.config.engine.backend',
    old({ config: { engine: { backend: 'sglang' } } }),
    seed,
  ),
  accepted('request-overwritten', old({ config: { engine: { backend: 'vllm' } } }), seed),
  refused('request-discovery-deprecated', 'spec.enableGpuDiscovery', old({}, { enableGpuDiscovery: false })),
  accepted('request-discovery-deprecated', old({})),
];
