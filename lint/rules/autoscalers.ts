import {
  GRAPH_DEPLOYMENT_KIND,
  isObject,
  type JsonObject,
  objectAt,
  SCALING_ADAPTER_KIND,
  stringAt,
  valueAt,
} from '../../api/index.ts';
import { itemsAt } from '../component.ts';
import { type OtherRule, violation, when } from '../rule.ts';

/** Autoscalers of a graph, each looked at on its own. */
export const autoscalerRules: readonly OtherRule[] = [
  {
    id: 'keda-latency-average',
    title: 'A trigger on a latency compares the value itself, not its share per replica',
    edit: '`metricType: Value`',
    ...{ severity: 'error', kind: 'ScaledObject' },
    check: (object) =>
      graphTriggers(object).flatMap(({ trigger, index }) =>
        when(isLatency(trigger) && trigger.metricType !== 'Value', () =>
          violation(
            { path: ['spec', 'triggers', index, 'metricType'] },
            'KEDA divides the latency by the replicas unless told otherwise, so that the more replicas there are the less they scale up',
            'set metricType: Value',
            { kind: 'set', path: ['spec', 'triggers', index, 'metricType'], value: 'Value' },
          ),
        ),
      ),
  },
  {
    id: 'hpa-latency-average',
    title: 'A metric that is a latency has a target for the value itself, not for its share per replica',
    ...{ severity: 'error', kind: 'HorizontalPodAutoscaler' },
    check: (object) =>
      scalesGraph(object)
        ? itemsAt(object, 'spec', 'metrics').flatMap((metric, index) => {
            const source = isObject(metric) && metric.type === 'Object' ? 'object' : 'external';
            const isShared = stringAt(metric, source, 'target', 'type') === 'AverageValue';
            return when(isShared && LATENCY.test(stringAt(metric, source, 'metric', 'name') ?? ''), () =>
              violation(
                { path: ['spec', 'metrics', index, source, 'target', 'type'] },
                'the latency is divided by the replicas, so that the more replicas there are the less they scale up',
                'set type: Value, with value in place of averageValue',
              ),
            );
          })
        : [],
  },
  {
    id: 'keda-no-data',
    title: 'A trigger does not take no data for zero',
    edit: '`ignoreNullValues: "false"`',
    ...{ severity: 'warning', kind: 'ScaledObject' },
    check: (object) =>
      graphTriggers(object).flatMap(({ trigger, index }) =>
        when(trigger.type === 'prometheus' && ![false, 'false'].includes(ignoresNull(trigger)), () =>
          violation(
            { path: ['spec', 'triggers', index, 'metadata', 'ignoreNullValues'] },
            'when Prometheus has no data KEDA reads 0, and scales down',
            'set ignoreNullValues: "false"',
            { kind: 'set', path: ['spec', 'triggers', index, 'metadata', 'ignoreNullValues'], value: 'false' },
          ),
        ),
      ),
  },
  {
    id: 'keda-scale-to-zero',
    title: 'An autoscaler does not take a service of a graph to zero',
    ...{ severity: 'warning', kind: 'ScaledObject' },
    check: (object) => {
      const least = valueAt(object, 'spec', 'minReplicaCount') ?? 0;
      const isIdleAtZero = valueAt(object, 'spec', 'idleReplicaCount') === 0;
      return [
        ...when(scalesGraph(object) && least === 0, () =>
          violation(
            { path: ['spec', 'minReplicaCount'] },
            'the least count is 0, which is what KEDA takes where nothing is said; without a worker the frontend forgets the model',
            'set minReplicaCount to 1 or more',
          ),
        ),
        ...when(scalesGraph(object) && isIdleAtZero, () =>
          violation(
            { path: ['spec', 'idleReplicaCount'] },
            'idle means no replica; without a worker the frontend forgets the model, and no request can wake it',
            'remove idleReplicaCount',
          ),
        ),
      ];
    },
  },
  {
    id: 'hpa-scale-to-zero',
    title: 'A HorizontalPodAutoscaler does not take a service of a graph to zero',
    ...{ severity: 'warning', kind: 'HorizontalPodAutoscaler' },
    check: (object) =>
      when(scalesGraph(object) && valueAt(object, 'spec', 'minReplicas') === 0, () =>
        violation(
          { path: ['spec', 'minReplicas'] },
          'without a worker the frontend forgets the model',
          'set minReplicas to 1 or more',
        ),
      ),
  },
  {
    id: 'hpa-bounds',
    title: 'A HorizontalPodAutoscaler has a least count that is not above its most',
    ...{ severity: 'error', stage: 'schema', kind: 'HorizontalPodAutoscaler' },
    check: (object) => {
      const [least, most] = ['minReplicas', 'maxReplicas'].map((field) => valueAt(object, 'spec', field));
      if (!scalesGraph(object) || typeof least !== 'number' || typeof most !== 'number') return [];
      return when(least > most, () => aboveMost(['spec', 'minReplicas'], least, most, 'the API server'));
    },
  },
  {
    id: 'keda-bounds',
    title: 'A ScaledObject has a least count that is not above its most, and not below what it has when idle',
    ...{ severity: 'error', stage: 'webhook', kind: 'ScaledObject' },
    check: (object) => {
      if (!scalesGraph(object)) return [];
      const least = countAt(object, 'minReplicaCount');
      const most = countAt(object, 'maxReplicaCount') ?? KEDA_MOST;
      const idle = countAt(object, 'idleReplicaCount');
      // Source: `CheckReplicaCountBoundsAreValid` of KEDA 2; a least count of 0 is its autoscaler's 1.
      const asked = least === 0 ? 1 : (least ?? 0);
      return [
        ...when(asked > most, () => aboveMost(['spec', 'minReplicaCount'], asked, most, "KEDA's webhook")),
        ...when(idle !== undefined && idle >= asked, () =>
          violation(
            { path: ['spec', 'idleReplicaCount'] },
            `${idle} replicas when idle are not fewer than the least count, ${asked}: KEDA's webhook refuses that`,
            'make it less than minReplicaCount, or remove it',
          ),
        ),
      ];
    },
  },
  {
    id: 'keda-scales-graph',
    title: 'A ScaledObject scales a service, by its scaling adapter',
    ...{ severity: 'error', kind: 'ScaledObject' },
    check: scalesWholeGraph,
  },
  {
    id: 'hpa-scales-graph',
    title: 'A HorizontalPodAutoscaler scales a service, by its scaling adapter',
    ...{ severity: 'error', kind: 'HorizontalPodAutoscaler' },
    check: scalesWholeGraph,
  },
];

/** What KEDA takes where nothing is said. */
const KEDA_MOST = 100;

function countAt(object: JsonObject, field: string): number | undefined {
  const count = valueAt(object, 'spec', field);
  return typeof count === 'number' ? count : undefined;
}

function aboveMost(path: readonly string[], least: number, most: number, who: string) {
  return violation(
    { path },
    `the least count, ${least}, is above the most, ${most}: ${who} refuses that`,
    'raise the most, or lower the least',
  );
}

function scalesWholeGraph(object: JsonObject) {
  return when(stringAt(object, 'spec', 'scaleTargetRef', 'kind') === GRAPH_DEPLOYMENT_KIND, () =>
    violation(
      { path: ['spec', 'scaleTargetRef', 'kind'] },
      'a graph cannot be scaled as a whole: it has no scale subresource',
      `name the ${SCALING_ADAPTER_KIND} of one of its services`,
    ),
  );
}

function scalesGraph(object: JsonObject): boolean {
  return stringAt(object, 'spec', 'scaleTargetRef', 'kind') === SCALING_ADAPTER_KIND;
}

function graphTriggers(object: JsonObject) {
  if (!scalesGraph(object)) return [];
  return itemsAt(object, 'spec', 'triggers').flatMap((trigger, index) =>
    isObject(trigger) ? [{ trigger, index }] : [],
  );
}

/** KEDA's own default is to take no data for zero. */
function ignoresNull(trigger: JsonObject): boolean | string {
  const written = valueAt(trigger, 'metadata', 'ignoreNullValues');
  return typeof written === 'boolean' || typeof written === 'string' ? written : true;
}

function isLatency(trigger: JsonObject): boolean {
  const query = stringAt(objectAt(trigger, 'metadata'), 'query') ?? '';
  return trigger.type === 'prometheus' && LATENCY.test(query);
}

/** A quantile, or a name of what is measured in seconds; counts of requests and tokens are shared between replicas. */
const LATENCY =
  /histogram_quantile|latency|time_to_first_token|inter_token|(^|[^a-z])(ttft|itl|tpot)([^a-z]|$)|duration_seconds/i;
