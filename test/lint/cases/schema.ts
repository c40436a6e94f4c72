import { accepted, alpha, beta, pod, type RuleCase, refused, resource } from './case.ts';

const adapter = (spec: Parameters<typeof resource>[2]) =>
  resource('DynamoGraphDeploymentScalingAdapter', 'v1alpha1', spec);
const dgdRef = { name: 'chat', serviceName: 'decode' };

export const schemaCases: readonly RuleCase[] = [
  refused('schema-type', 'spec.services[decode].resources.limits.gpu', alpha({ resources: { limits: { gpu: 1 } } })),
  accepted('schema-type', alpha({ resources: { limits: { gpu: '1' } } })),
  refused('schema-type', 'spec.services[decode].labels[tier]', alpha({ labels: { tier: 1 } })),
  refused(
    'schema-type',
    'spec.components[0].podTemplate.spec.containers[0].env[0].value',
    beta({ podTemplate: pod({ env: [{ name: 'A', value: true }] }) }),
  ),
  refused(
    'schema-type',
    'spec.components[0].podTemplate.spec.containers[0].args[0]',
    beta({ podTemplate: pod({ args: [8000] }) }),
  ),
  refused('schema-type', 'spec.services', alpha({}, { services: [] })),
  refused('schema-type', 'spec.replicas', adapter({ replicas: 1.5, dgdRef })),
  refused(
    'schema-type',
    'metadata.annotations[nvidia.com/enable-grove]',
    alpha({}, {}, { annotations: { 'nvidia.com/enable-grove': false } }),
  ),
  refused('schema-value', 'metadata.name', alpha({}, {}, { name: 'Chat_1' })),
  // A null is dropped before anybody looks at types, and a list keeps its nulls.
  accepted('schema-type', alpha({ envs: null })),
  refused('schema-type', 'spec.services[decode].envs[0]', alpha({ envs: [null] })),
  refused('schema-required', 'spec.dgdRef', adapter({ replicas: 1 })),
  accepted('schema-required', adapter({ replicas: 0, dgdRef })),
  refused('schema-required', 'spec.services[decode].modelRef.name', alpha({ modelRef: { name: null } })),
  refused('schema-value', 'spec.components[0].type', beta({ type: 'main' })),
  accepted('schema-value', alpha({ componentType: 'main' })),
  refused('schema-value', 'spec.replicas', adapter({ replicas: -1, dgdRef })),
  refused('schema-value', 'spec.components[0].runtimeVersionOverride', beta({ runtimeVersionOverride: '1.05.0' })),
  accepted('schema-value', beta({ runtimeVersionOverride: '9999.0.1' })),
  refused(
    'schema-value',
    'spec.services',
    alpha({}, { services: Object.fromEntries(Array.from({ length: 26 }, (_, index) => [`s${index}`, {}])) }),
  ),
  refused('schema-value', 'spec.components[0].sharedMemorySize', beta({ sharedMemorySize: '8 Gi' })),
  refused(
    'schema-duplicate',
    'spec.components[0].podTemplate.spec.containers[1]',
    beta({ podTemplate: pod({}, { containers: [{ name: 'main' }, { name: 'main' }] }) }),
  ),
  accepted(
    'schema-duplicate',
    beta({ podTemplate: pod({ ports: [{ containerPort: 53 }, { containerPort: 53, protocol: 'UDP' }] }) }),
  ),
  refused('schema-unknown-field', 'spec.services[decode].Replicas', alpha({ Replicas: 2 })),
  accepted('schema-unknown-field', alpha({ minAvailable: 1 }), { operator: '1.3.0' }),
  refused('schema-unknown-field', 'spec.services[decode].minAvailable', alpha({ minAvailable: 1 }), {
    operator: '1.2.0',
  }),
  accepted('schema-unknown-field', beta({ podTemplate: pod({}, { hostUsers: false }) })),
];
