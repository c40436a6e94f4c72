import { accepted, alpha, beta, pod, type RuleCase, refused } from './case.ts';

const config = { configMapRef: { name: 'picker', key: 'config.yaml' } };
const picker = { componentType: 'epp', replicas: 1, eppConfig: config };

export const networkingCases: readonly RuleCase[] = [
  refused('ingress-host', 'spec.services[decode].ingress.host', alpha({ ingress: { enabled: true } })),
  accepted('ingress-host', alpha({ ingress: { enabled: false } })),
  refused('epp-single', 'spec.services[decode].replicas', alpha({ ...picker, replicas: 2 })),
  refused('epp-single', 'spec.services[decode]', alpha({ ...picker, multinode: {} }), { operator: '0.9.0' }),
  accepted('epp-single', alpha({ ...picker, replicas: null })),
  refused('epp-inference-pool', 'spec.services[decode]', alpha(picker), {
    operator: '0.9.0',
    cluster: { inferencePool: false },
  }),
  accepted('epp-inference-pool', alpha(picker)),
  refused('epp-config', 'spec.services[decode].eppConfig', alpha({ ...picker, eppConfig: null })),
  refused('epp-config', 'spec.services[decode].eppConfig', alpha({ ...picker, eppConfig: {} })),
  refused(
    'epp-config',
    'spec.services[decode].eppConfig.configMapRef.name',
    alpha({ ...picker, eppConfig: { configMapRef: { key: 'config.yaml' } } }),
  ),
  accepted('epp-config', alpha(picker)),
  refused('epp-config-type', 'spec.components[0]', beta({ eppConfig: config })),
  accepted('epp-config-type', beta({ type: 'epp', replicas: 1, eppConfig: config })),
  refused('frontend-sidecar', 'spec.components[0].frontendSidecar', beta({ frontendSidecar: 'proxy' })),
  refused(
    'frontend-sidecar',
    'spec.services[decode].frontendSidecar',
    alpha({ frontendSidecar: { image: 'a:1.0.0' }, extraPodSpec: { containers: [{ name: 'sidecar-frontend' }] } }),
  ),
  accepted('frontend-sidecar', beta({ frontendSidecar: 'main' })),
  refused(
    'frontend-sidecar',
    'spec.components[0].frontendSidecar',
    beta({ frontendSidecar: 'init', podTemplate: pod({}, { initContainers: [{ name: 'init', image: 'a' }] }) }),
  ),
];
