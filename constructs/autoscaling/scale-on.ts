import { refuseMistakes } from '../props/index.ts';
import { CPU, CRON, EXTERNAL, KV_USAGE, LATENCY, PENDING_REQUESTS, QUERY } from './props.ts';

/**
 * How an autoscaler reads a metric. `Value`: the metric is of the whole service, such as a latency, and replicas change in
 * proportion to value ÷ target. `AverageValue`: the metric is a total, such as a queue, and replicas are total ÷ target.
 */
export type MetricType = 'Value' | 'AverageValue';

export interface CpuSignal {
  readonly kind: 'cpu';
  readonly utilizationPercent: number;
}

export interface LatencySignal {
  readonly kind: 'ttft' | 'itl';
  readonly targetMs: number;
  readonly quantile: number;
  readonly windowSeconds: number;
  readonly metricType: MetricType;
}

export interface PendingRequestsSignal {
  readonly kind: 'pending';
  readonly target: number;
  readonly metricType: MetricType;
}

export interface KvUsageSignal {
  readonly kind: 'kv';
  readonly targetPercent: number;
}

export interface QuerySignal {
  readonly kind: 'query';
  readonly promql: string;
  readonly threshold: number;
  readonly metricType: MetricType;
  readonly activationThreshold: number | undefined;
  readonly ignoreNullValues: boolean;
}

export interface ExternalSignal {
  readonly kind: 'external';
  readonly metric: string;
  readonly target: number;
  readonly metricType: MetricType;
  readonly labels: { readonly [label: string]: string };
}

export interface CronSignal {
  readonly kind: 'cron';
  readonly timezone: string;
  readonly start: string;
  readonly end: string;
  readonly desiredReplicas: number;
}

/** A metric of Dynamo's whose query is known here. */
export type DynamoSignal = LatencySignal | PendingRequestsSignal | KvUsageSignal;

/** What a HorizontalPodAutoscaler can scale on. */
export type HpaSignal = CpuSignal | LatencySignal | PendingRequestsSignal | ExternalSignal;

/** What a KEDA ScaledObject can scale on. */
export type KedaSignal = CpuSignal | DynamoSignal | QuerySignal | CronSignal;

export interface CpuOptions {
  /** Of what the pods request. */
  readonly utilizationPercent: number;
}

export interface KvUsageOptions {
  readonly targetPercent: number;
}

export interface LatencyOptions {
  /** Milliseconds that the quantile should stay at. */
  readonly targetMs: number;

  /** @default 0.95 */
  readonly quantile?: number;

  /**
   * Seconds of requests that the quantile is taken over.
   *
   * @default 300
   */
  readonly windowSeconds?: number;

  /**
   * With `AverageValue` the autoscaler divides a latency by its target and takes the result for a number of replicas:
   * 0.9 s ÷ 0.5 s asks for 2, however many run.
   *
   * @default 'Value'
   */
  readonly metricType?: MetricType;
}

export type PendingRequestsOptions =
  /** Requests that may wait for each replica; replicas are the sum divided by it. */
  | { readonly perReplica: number; readonly total?: never }
  /** Requests that may wait in all; replicas change in proportion to the excess. */
  | { readonly total: number; readonly perReplica?: never };

export interface QueryOptions {
  /** Gives one number; see `promqlLabel` for values that are not plain. */
  readonly promql: string;
  readonly threshold: number;
  /** `Value` for a latency or a ratio, `AverageValue` for a total that replicas share. */
  readonly metricType: MetricType;

  /**
   * Value above which the first replica is started; without meaning above a floor of 0.
   *
   * @default - KEDA's own, 0
   */
  readonly activationThreshold?: number;

  /**
   * Whether an empty answer counts as 0, which scales down when Prometheus has lost its targets.
   *
   * @default false: no data is an error, and the number of replicas holds
   */
  readonly ignoreNullValues?: boolean;
}

export interface ExternalOptions {
  /** Name in the external metrics API, as a metrics adapter in the cluster serves it. */
  readonly metric: string;
  readonly target: number;
  readonly metricType: MetricType;

  /**
   * Labels that select the series, such as `{ queue: 'chat' }`.
   *
   * @default - all series of the metric
   */
  readonly labels?: { readonly [label: string]: string };
}

export interface CronOptions {
  /** IANA name, such as `Europe/Berlin`. */
  readonly timezone: string;
  /** Minute, hour, day of month, month, day of week. */
  readonly start: string;
  readonly end: string;
  /** Least replicas between start and end; other signals may ask for more. */
  readonly desiredReplicas: number;
}

/** What an autoscaler scales on; where there are several, the one that asks for most replicas wins. */
export const ScaleOn = {
  /**
   * Processor time in percent of what the pods request, for services without GPUs. Each container of the pod must request
   * CPU.
   */
  cpu(options: CpuOptions): CpuSignal {
    refuseMistakes('ScaleOn.cpu', CPU, options);
    return { kind: 'cpu', utilizationPercent: options.utilizationPercent };
  },

  /** Time to first token, as the frontend measures it. */
  ttft(options: LatencyOptions): LatencySignal {
    return latency('ttft', options);
  },

  /** Time between tokens, as the frontend measures it. */
  itl(options: LatencyOptions): LatencySignal {
    return latency('itl', options);
  },

  /** Requests that wait for their first token, from where they come in at the frontend. */
  pendingRequests(options: PendingRequestsOptions): PendingRequestsSignal {
    refuseMistakes('ScaleOn.pendingRequests', PENDING_REQUESTS, options);
    return options.total === undefined
      ? { kind: 'pending', target: options.perReplica, metricType: 'AverageValue' }
      : { kind: 'pending', target: options.total, metricType: 'Value' };
  },

  /**
   * Mean use of the KV cache over the workers of the service. KEDA only: the label of workers may end in a hash, which the
   * selector of a HorizontalPodAutoscaler cannot leave open.
   */
  kvUsage(options: KvUsageOptions): KvUsageSignal {
    refuseMistakes('ScaleOn.kvUsage', KV_USAGE, options);
    return { kind: 'kv', targetPercent: options.targetPercent };
  },

  /** A query of your own. KEDA only. */
  query(options: QueryOptions): QuerySignal {
    refuseMistakes('ScaleOn.query', QUERY, options);
    const { promql, threshold, metricType, activationThreshold, ignoreNullValues = false } = options;
    return { kind: 'query', promql, threshold, metricType, activationThreshold, ignoreNullValues };
  },

  /** A metric of your own in the external metrics API. HorizontalPodAutoscaler only. */
  external(options: ExternalOptions): ExternalSignal {
    refuseMistakes('ScaleOn.external', EXTERNAL, options);
    const { metric, target, metricType, labels = {} } = options;
    return { kind: 'external', metric, target, metricType, labels };
  },

  /** A higher floor at certain hours. KEDA only. */
  cron(options: CronOptions): CronSignal {
    refuseMistakes('ScaleOn.cron', CRON, options);
    const { timezone, start, end, desiredReplicas } = options;
    return { kind: 'cron', timezone, start, end, desiredReplicas };
  },
} as const;

function latency(kind: LatencySignal['kind'], options: LatencyOptions): LatencySignal {
  refuseMistakes(`ScaleOn.${kind}`, LATENCY, options);
  const { targetMs, quantile = 0.95, windowSeconds = 300, metricType = 'Value' } = options;
  return { kind, targetMs, quantile, windowSeconds, metricType };
}
