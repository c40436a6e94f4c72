import { isObject, type JsonObject, objectAt, SCALING_ADAPTER_KIND, stringAt, valueAt } from '../../api/index.ts';
import { itemsAt } from '../component.ts';
import type { Severity, Violation } from '../finding.ts';
import { violation, when } from '../rule.ts';

/** A rule about an object that is none of Dynamo's own: an autoscaler of a graph, or what delivers one. */
export interface OtherRule {
  readonly id: string;
  readonly title: string;
  readonly severity: Severity;
  readonly kind: string;
  check(object: JsonObject): readonly Violation[];
}

export const otherRules: readonly OtherRule[] = [
  {
    id: 'keda-latency-average',
    title: 'A trigger on a latency compares the value itself, not its share per replica',
    ...{ severity: 'error', kind: 'ScaledObject' },
    check: (object) =>
      graphTriggers(object).flatMap(({ trigger, index }) =>
        when(isLatency(trigger) && trigger.metricType !== 'Value', () =>
          violation(
            { path: ['spec', 'triggers', index, 'metricType'] },
            'KEDA divides the latency by the replicas unless told otherwise, so that the more replicas there are the less they scale up',
            'set metricType: Value',
          ),
        ),
      ),
  },
  {
    id: 'keda-no-data',
    title: 'A trigger does not take no data for zero',
    ...{ severity: 'warning', kind: 'ScaledObject' },
    check: (object) =>
      graphTriggers(object).flatMap(({ trigger, index }) =>
        when(trigger.type === 'prometheus' && ![false, 'false'].includes(ignoresNull(trigger)), () =>
          violation(
            { path: ['spec', 'triggers', index, 'metadata', 'ignoreNullValues'] },
            'when Prometheus has no data KEDA reads 0, and scales down',
            'set ignoreNullValues: "false"',
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
      return when(scalesGraph(object) && least === 0, () =>
        violation(
          { path: ['spec', 'minReplicaCount'] },
          'the least count is 0, which is what KEDA takes where nothing is said; without a worker the frontend forgets the model',
          'set minReplicaCount to 1 or more',
        ),
      );
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
    id: 'argocd-replace',
    title: 'An Application does not replace objects, which drops what the operator wrote',
    ...{ severity: 'warning', kind: 'Application' },
    check: (object) =>
      isArgo(object)
        ? itemsAt(object, 'spec', 'syncPolicy', 'syncOptions').flatMap((option, index) =>
            when(option === 'Replace=true' || option === 'Force=true', () =>
              violation(
                { path: ['spec', 'syncPolicy', 'syncOptions', index] },
                `${String(option)} writes whole objects: a graph loses the annotations of the operator, which its webhook refuses, or is deleted with its claims`,
                'use ServerSideApply=true',
              ),
            ),
          )
        : [],
  },
];

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
  return trigger.type === 'prometheus' && /histogram_quantile|_latency|time_to_first_token|inter_token/.test(query);
}

function isArgo(object: JsonObject): boolean {
  return typeof object.apiVersion === 'string' && object.apiVersion.startsWith('argoproj.io/');
}
