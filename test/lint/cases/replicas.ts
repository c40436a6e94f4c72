import { accepted, alpha, beta, OFF_GROVE, ON_GROVE, type RuleCase, refused } from './case.ts';

const on = { scalingAdapter: { enabled: true } };

export const replicaCases: readonly RuleCase[] = [
  refused('replicas-under-adapter', 'spec.services[decode].replicas', alpha({ ...on, replicas: 3 }), {
    old: alpha(on),
  }),
  refused('replicas-under-adapter', 'spec.services[decode].replicas', alpha({ ...on, replicas: null }), {
    old: alpha(on),
    operator: '0.9.0',
  }),
  accepted('replicas-under-adapter', alpha({ ...on, replicas: null }), { old: alpha({ ...on, replicas: 1 }) }),
  accepted('replicas-under-adapter', alpha({ ...on, replicas: 3 })),
  // Empty means off in v1alpha1 and on in v1beta1.
  accepted('replicas-under-adapter', alpha({ scalingAdapter: {}, replicas: 3 }), {
    old: alpha({ scalingAdapter: {} }),
  }),
  refused('replicas-under-adapter', 'spec.components[0].replicas', beta({ scalingAdapter: {}, replicas: 3 }), {
    old: beta({ scalingAdapter: {} }),
  }),
  // Switching it off and scaling at once: taken until 1.4, refused since.
  accepted('replicas-under-adapter', alpha({ replicas: 3 }), { old: alpha(on), operator: '1.4.0' }),
  refused('replicas-under-adapter', 'spec.services[decode].replicas', alpha({ replicas: 3 }), { old: alpha(on) }),
  refused('min-available-above-replicas', 'spec.components[0]', beta({ minAvailable: 3 })),
  accepted('min-available-above-replicas', beta({ minAvailable: 3, replicas: 0 })),
  refused('min-available-above-replicas', 'spec.services[decode]', alpha({ minAvailable: 2, replicas: null })),
  refused('min-available-immutable', 'spec.components[0]', beta({ minAvailable: 2 }), {
    old: beta({ minAvailable: 1 }),
  }),
  accepted('min-available-immutable', beta({ minAvailable: 2 }), { old: beta() }),
  accepted('min-available-immutable', beta({}, {}, ON_GROVE), { old: beta({ minAvailable: 1 }, {}, ON_GROVE) }),
  refused('min-available-needs-grove', 'spec.components[0].minAvailable', beta({ minAvailable: 1 }, {}, OFF_GROVE)),
  accepted('min-available-needs-grove', beta({ minAvailable: 1 })),
  refused(
    'scaling-group-needs-grove',
    'spec.components[0].experimental.grove.forceScalingGroup',
    beta({ experimental: { grove: { forceScalingGroup: true } } }, {}, OFF_GROVE),
  ),
  accepted('scaling-group-needs-grove', beta({ experimental: { grove: { forceScalingGroup: false } } }, {}, OFF_GROVE)),
  refused('scaling-group-immutable', 'spec.components[0].experimental.grove.forceScalingGroup', beta(), {
    old: beta({ experimental: { grove: { forceScalingGroup: true } } }),
  }),
  accepted('scaling-group-immutable', beta({ experimental: { grove: { forceScalingGroup: false } } }), { old: beta() }),
];
