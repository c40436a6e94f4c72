import type { JsonObject } from '../../api/index.ts';
import { type MetricSubject, promqlOf } from './promql.ts';
import type { DynamoSignal, KedaSignal, MetricType } from './scale-on.ts';

export interface PrometheusProps {
  /** @default 'http://prometheus-kube-prometheus-prometheus.monitoring.svc:9090' */
  readonly serverAddress?: string;

  /**
   * Object of KEDA's in the cluster that holds the credentials, and the ways to use them, such as `['bearer']`.
   *
   * @default - none
   */
  readonly authentication?: {
    readonly name: string;
    /** @default 'TriggerAuthentication' */
    readonly kind?: 'TriggerAuthentication' | 'ClusterTriggerAuthentication';
    readonly modes: readonly ('basic' | 'bearer' | 'custom' | 'tls')[];
  };

  /**
   * More metadata of each Prometheus trigger, such as `customHeaders`, `queryParameters` or `namespace`.
   *
   * @default - none
   * @see https://keda.sh/docs/latest/scalers/prometheus/
   */
  readonly metadata?: { readonly [field: string]: string };
}

export const DEFAULT_PROMETHEUS: PrometheusProps = {};

/** Where the guide of Dynamo's autoscaling expects Prometheus. */
export const DEFAULT_ADDRESS = 'http://prometheus-kube-prometheus-prometheus.monitoring.svc:9090';

/** One entry of a ScaledObject's `triggers`. All metadata of a trigger is text. */
export function triggerOf(signal: KedaSignal, prometheus: PrometheusProps, subject: () => MetricSubject): JsonObject {
  switch (signal.kind) {
    case 'cpu':
      return { type: 'cpu', metricType: 'Utilization', metadata: { value: String(signal.utilizationPercent) } };
    case 'ttft':
    case 'itl':
      return dynamoTrigger(signal, signal.metricType, signal.targetMs / 1000, prometheus, subject());
    case 'pending':
      return dynamoTrigger(signal, signal.metricType, signal.target, prometheus, subject());
    case 'kv':
      return dynamoTrigger(signal, 'Value', signal.targetPercent / 100, prometheus, subject());
    case 'query': {
      const { promql, threshold, metricType, activationThreshold, ignoreNullValues } = signal;
      return prometheusTrigger(
        { query: promql, threshold, metricType, activationThreshold, ignoreNullValues },
        prometheus,
      );
    }
    case 'cron': {
      const { timezone, start, end, desiredReplicas } = signal;
      return { type: 'cron', metadata: { timezone, start, end, desiredReplicas: String(desiredReplicas) } };
    }
  }
}

function dynamoTrigger(
  signal: DynamoSignal,
  metricType: MetricType,
  threshold: number,
  prometheus: PrometheusProps,
  subject: MetricSubject,
): JsonObject {
  const query = promqlOf(signal, subject);
  return prometheusTrigger(
    { query, threshold, metricType, activationThreshold: undefined, ignoreNullValues: false },
    prometheus,
  );
}

interface PrometheusQuery {
  readonly query: string;
  readonly threshold: number;
  readonly metricType: MetricType;
  readonly activationThreshold: number | undefined;
  readonly ignoreNullValues: boolean;
}

/** The type is always written: KEDA takes `AverageValue` for none, by which a latency asks for nonsense. */
function prometheusTrigger(
  { query, threshold, metricType, activationThreshold, ignoreNullValues }: PrometheusQuery,
  { serverAddress = DEFAULT_ADDRESS, authentication, metadata }: PrometheusProps,
): JsonObject {
  return {
    type: 'prometheus',
    metricType,
    metadata: {
      serverAddress,
      query,
      threshold: plainDecimal(threshold),
      ...(activationThreshold === undefined ? {} : { activationThreshold: plainDecimal(activationThreshold) }),
      // True would take an empty answer for 0, and scale down because Prometheus has lost its targets.
      ignoreNullValues: String(ignoreNullValues),
      ...(authentication === undefined ? {} : { authModes: authentication.modes.join(',') }),
      ...metadata,
    },
    ...(authentication === undefined
      ? {}
      : { authenticationRef: { name: authentication.name, kind: authentication.kind ?? 'TriggerAuthentication' } }),
  };
}

/** Without an exponent, and without the noise that a division leaves in the last digits. */
function plainDecimal(value: number): string {
  return value.toFixed(9).replace(/\.?0+$/, '');
}
