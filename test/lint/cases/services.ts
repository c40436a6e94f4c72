import { accepted, alpha, beta, OFF_GROVE, ON_GROVE, type RuleCase, refused } from './case.ts';

const LONG = 'x'.repeat(38);
const two = (names: readonly string[], type = 'worker') =>
  beta({}, { components: names.map((name) => ({ name, type })) });

export const serviceCases: readonly RuleCase[] = [
  refused('services-empty', 'spec.services', alpha({}, { services: {} })),
  refused('services-empty', 'spec.services', alpha({}, { services: { ghost: null } })),
  refused('services-empty', 'spec.components', beta({}, { components: [] })),
  accepted('services-empty', alpha()),
  refused('services-one-epp', 'spec.components', two(['one', 'other'], 'epp')),
  accepted('services-one-epp', two(['one'], 'epp')),
  refused('services-name-case', 'spec.components', two(['Decode', 'decode'])),
  accepted('services-name-case', alpha({}, { services: { Decode: {}, decode: {} } })),
  refused('services-name-length', 'spec.components[0].name', beta({ name: LONG }, {}, { name: 'chatting' })),
  accepted('services-name-length', beta({ name: LONG }, {}, OFF_GROVE)),
  accepted('services-name-length', beta({ name: LONG.slice(1) }, {}, { name: 'a-graph-with-a-long-name' })),
  refused(
    'services-name-length',
    'spec.components[0].name',
    beta({ name: 'VllmPrefillWorker', multinode: {} }, {}, { name: 'chatting' }),
  ),
  accepted('services-name-length', beta({ name: 'VllmPrefillWorker', multinode: {} }, {}, { name: 'chatter' })),
  // Before 1.2 the graph's name is not shortened.
  refused('services-name-length', 'spec.services[decode]', alpha({}, {}, { name: 'g'.repeat(40) }), {
    operator: '1.1.0',
  }),
  accepted('services-name-length', alpha({}, {}, { name: 'g'.repeat(40) }), { operator: '1.2.0' }),
  refused('services-immutable', 'spec.services', alpha({}, { services: { Decode: {} } }), { old: alpha() }),
  accepted('services-immutable', two(['b', 'a']), { old: two(['a', 'b']) }),
  refused('services-node-topology', 'spec.components[0].multinode', beta({ multinode: {} }), { old: beta() }),
  refused('services-node-topology', 'spec.services[decode]', alpha({ multinode: { nodeCount: 2 } }), {
    old: alpha(),
    operator: '0.9.0',
  }),
  accepted('services-node-topology', beta({ multinode: { nodeCount: 4 } }), { old: beta({ multinode: {} }) }),
  refused('backend-immutable', 'spec.backendFramework', alpha({}, { backendFramework: 'sglang' }), { old: alpha() }),
  accepted('backend-immutable', alpha({ replicas: 3 }, {}, ON_GROVE), { old: alpha({}, {}, ON_GROVE) }),
];
