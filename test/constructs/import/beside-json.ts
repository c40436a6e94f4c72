import fc from 'fast-check';
import type { JsonObject, JsonValue } from '../../../api/json.ts';

/* What people put beside a graph `chat` with services that scale: as it belongs, and now and then with something off. */

/** What belongs there, or rarely something else; `undefined` leaves the field out. */
function usually(
  right: readonly JsonValue[],
  ...odd: readonly (JsonValue | undefined)[]
): fc.Arbitrary<JsonValue | undefined> {
  return fc.oneof(
    { weight: 200, arbitrary: fc.constantFrom(...right) },
    { weight: 1, arbitrary: fc.constantFrom(undefined, null, ...odd) },
  );
}

function optional(value: fc.Arbitrary<JsonValue | undefined>): fc.Arbitrary<JsonValue | undefined> {
  return fc.option(value, { nil: undefined });
}

/** A record of the fields that are not undefined. */
function record(fields: { readonly [name: string]: fc.Arbitrary<JsonValue | undefined> }): fc.Arbitrary<JsonObject> {
  return fc
    .record(fields, { noNullPrototype: true })
    .map((one) => Object.fromEntries(Object.entries(one).filter(([, value]) => value !== undefined)));
}

const floor = usually([1, 2], 0, -1, 9);
const ceiling = usually([2, 5], 0, 1.5, 20_000);
const seconds = usually([15, 300], 0, 4000);

const rules = record({
  stabilizationWindowSeconds: optional(seconds),
  selectPolicy: optional(usually(['Max', 'Min', 'Disabled'], 'Most')),
  policies: optional(
    fc.array(record({ type: usually(['Pods', 'Percent'], 'Other'), value: floor, periodSeconds: seconds }), {
      minLength: 1,
      maxLength: 2,
    }),
  ),
});
const behavior = record({ scaleUp: optional(rules), scaleDown: optional(rules) });

const cpu = record({
  type: fc.constant('Resource'),
  resource: record({
    name: usually(['cpu'], 'memory'),
    target: record({ type: usually(['Utilization'], 'AverageValue'), averageUtilization: usually([50, 80], 0) }),
  }),
});

const external = fc.constantFrom('Value', 'AverageValue').chain((type) =>
  record({
    type: usually(['External'], 'Pods', 'Object'),
    external: record({
      metric: record({
        name: usually(['queue_depth', 'dynamo_ttft_p95_seconds'], 'a b', ''),
        selector: optional(
          record({ matchLabels: usually([{ queue: 'a' }, { 'a/b': '`\u0024{c}`' }], { queue: 1 }, {}) }),
        ),
      }),
      target: record({
        type: fc.constant(type),
        [type === 'Value' ? 'value' : 'averageValue']: usually(['10', '500m', '3u'], '0.5', '1k', '0', 5),
      }),
    }),
  }),
);

const prometheus = record({
  type: usually(['prometheus'], 'kafka'),
  metricType: usually(['Value', 'AverageValue'], 'Utilization'),
  metadata: record({
    serverAddress: usually(['http://prometheus:9090'], 'not an address'),
    query: usually(['up', 'sum(a{b="c"})\n', "it's `\u0024{d}`"], ''),
    threshold: usually(['10', '0.5'], '1e3', '007', '', 5),
    activationThreshold: optional(usually(['1'], '-1')),
    ignoreNullValues: usually(['false', 'true'], 'yes'),
    namespace: optional(usually(['llm'])),
    authModes: optional(usually(['bearer'], 'magic')),
  }),
  authenticationRef: optional(
    record({
      name: usually(['reader'], 'A B'),
      kind: usually(['TriggerAuthentication', 'ClusterTriggerAuthentication'], 'Secret'),
    }),
  ),
});

const cron = record({
  type: fc.constant('cron'),
  metadata: record({
    timezone: usually(['Europe/Berlin'], 'europe/berlin', 'Mars/Olympus'),
    start: usually(['0 8 * * *'], '@daily'),
    end: usually(['0 18 * * *']),
    desiredReplicas: usually(['2'], '0', '90', 2),
  }),
});

const scaleTargetRef = record({
  apiVersion: usually(['nvidia.com/v1alpha1'], 'nvidia.com/v1beta1'),
  kind: usually(['DynamoGraphDeploymentScalingAdapter'], 'DynamoGraphDeployment'),
  name: usually(['chat-decode', 'chat-prefill', 'chat-frontend'], 'chat-nobody'),
});

function objectOf(
  apiVersion: string,
  kind: string,
  names: readonly string[],
  spec: fc.Arbitrary<JsonObject>,
): fc.Arbitrary<JsonObject> {
  const metadata = record({
    name: fc.constantFrom(...names),
    namespace: fc.constant('llm'),
    labels: fc.oneof(
      { weight: 9, arbitrary: fc.constant(undefined) },
      fc.constantFrom<JsonValue>({}, { team: 'a' }, null),
    ),
  });
  return fc.tuple(metadata, spec).map(([given, said]) => ({ apiVersion, kind, metadata: given, spec: said }));
}

const hpa = objectOf(
  'autoscaling/v2',
  'HorizontalPodAutoscaler',
  ['by-hpa', 'chat-decode'],
  record({
    scaleTargetRef,
    minReplicas: floor,
    maxReplicas: ceiling,
    metrics: fc.array(fc.oneof(cpu, external), { minLength: 1, maxLength: 2 }),
    behavior: optional(behavior),
  }),
);

const keda = objectOf(
  'keda.sh/v1alpha1',
  'ScaledObject',
  ['by-keda', 'chat-prefill'],
  record({
    scaleTargetRef,
    minReplicaCount: floor,
    maxReplicaCount: ceiling,
    pollingInterval: optional(seconds),
    cooldownPeriod: optional(seconds),
    triggers: fc.array(fc.oneof({ weight: 3, arbitrary: prometheus }, cron), { minLength: 1, maxLength: 2 }),
    fallback: optional(
      record({
        failureThreshold: floor,
        replicas: usually([2], 9),
        behavior: usually(['static', 'currentReplicas'], 'none'),
      }),
    ),
    advanced: optional(record({ horizontalPodAutoscalerConfig: record({ behavior }) })),
  }),
);

const adapter = objectOf(
  'nvidia.com/v1alpha1',
  'DynamoGraphDeploymentScalingAdapter',
  ['chat-decode', 'chat-other'],
  record({
    replicas: usually([2, 3], 0, 1.5),
    dgdRef: record({ name: usually(['chat'], 'other'), serviceName: usually(['decode'], 'Decode') }),
  }),
);

const claim = objectOf(
  'v1',
  'PersistentVolumeClaim',
  ['weights', 'chat', 'unplaced', '7'],
  record({
    accessModes: usually([['ReadWriteMany'], ['ReadWriteOnce']], [], ['ReadWriteOncePod'], ['ReadWriteMany', 'x']),
    storageClassName: optional(usually(['nfs'], '')),
    volumeMode: optional(usually(['Filesystem'], 'Block')),
    resources: record({ requests: record({ storage: usually(['10Gi'], '1Ti', '010Gi', '10G', 5) }) }),
  }),
);

/** Some objects, each of another kind, so that no two have one name. */
export const generatedBeside: fc.Arbitrary<readonly JsonObject[]> = fc
  .tuple(...[hpa, keda, adapter, claim].map((one) => fc.option(one, { nil: undefined, freq: 3 })))
  .map((objects) => objects.filter((one) => one !== undefined));

/** The graph that they stand beside. */
export const SCALED_GRAPH: JsonObject = {
  apiVersion: 'nvidia.com/v1alpha1',
  kind: 'DynamoGraphDeployment',
  metadata: { name: 'chat', namespace: 'llm' },
  spec: {
    services: {
      Frontend: {
        componentType: 'frontend',
        scalingAdapter: { enabled: true },
        resources: { requests: { cpu: '2' } },
        extraPodSpec: { mainContainer: { image: 'registry.example/vllm:1.4.0' } },
      },
      prefill: scaledWorker('prefill'),
      decode: scaledWorker('decode'),
    },
  },
};

function scaledWorker(subComponentType: string): JsonObject {
  return {
    ...{ componentType: 'worker', subComponentType, scalingAdapter: { enabled: true } },
    resources: { limits: { gpu: '1' }, requests: { cpu: '8' } },
    extraPodSpec: { mainContainer: { image: 'registry.example/vllm:1.4.0', command: ['serve'] } },
  };
}
