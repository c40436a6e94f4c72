import type { ServiceView, TargetMetric } from '../../../api/index.ts';
import type { TrafficSeries } from '../../metrics/index.ts';
import { counted, formatBeforeCeil, formatQuantity as q } from '../../quantity.ts';
import type { EndedStretch } from '../measured-series.ts';
import { columnMean } from './column-mean.ts';

/** What one metric asks for. */
export type MetricWish =
  | {
      readonly kind: 'wish';
      readonly replicas: number;
      /** Mean that the wish was computed from; what is missing of it counts as zero. */
      readonly value: number;
      /** Undefined where every bucket was measured. */
      readonly gap: string | undefined;
      /** The arithmetic in words. */
      readonly explanation: string;
    }
  /** Nothing was served, so there is no latency to compare. */
  | { readonly kind: 'no-traffic'; readonly reason: string }
  | { readonly kind: 'missing'; readonly reason: string };

export interface WishContext {
  readonly series: TrafficSeries;
  readonly service: ServiceView;
  /** Replicas that the metric was measured with. */
  readonly replicas: number;
  /** Shares by which the metric may miss its target. */
  readonly tolerance: { readonly up: number; readonly down: number };
}

/**
 * Replicas that a metric asks for: `ceil(replicas × metric ÷ target)`, and no change within the tolerance. Of a total it is
 * `ceil(total ÷ target)`, which is the same for the mean of the replicas. Source: the algorithm of Kubernetes'
 * HorizontalPodAutoscaler; KEDA passes its metrics to it as `AverageValue` or `Value`.
 */
export function metricWish(metric: TargetMetric, stretch: EndedStretch, context: WishContext): MetricWish {
  const { series, service, replicas, tolerance } = context;
  const { column } = metric;
  const mean = columnMean(series, column, stretch);
  if (mean.kind === 'missing') return mean;
  if (mean.kind === 'no-traffic') return { kind: 'no-traffic', reason: `${column}: no request completed` };
  const target = targetOf(metric, service);
  if (target === undefined) {
    return { kind: 'missing', reason: `${service.name} requests no CPU in its manifest, so its use has no share` };
  }
  const value = mean.kind === 'measured' ? mean.value : mean.atLeast;
  const { exact, isWithin, wanted } = replicasByRatio(value, target, { replicas, tolerance });
  const outcome = isWithin ? `within the tolerance of ${counted(replicas, 'replica')}` : `→ ${q(wanted)}`;
  const proportion = target.isTotal ? '' : ` × ${counted(Math.max(1, replicas), 'replica')}`;
  return {
    ...{ kind: 'wish', replicas: wanted, value },
    gap:
      mean.kind === 'measured'
        ? undefined
        : `${mean.missing} of ${counted(mean.buckets, 'bucket')} without data count as 0`,
    explanation: `${column} ${q(value)}${proportion} ÷ ${target.words} = ${formatBeforeCeil(exact)} ${outcome}`,
  };
}

/** What a metric is compared with. */
export interface RatioTarget {
  readonly amount: number;
  /** Whether the amount is a replica's part of a total. */
  readonly isTotal: boolean;
}

interface MetricTarget extends RatioTarget {
  readonly words: string;
}

/** The ratio rule itself: `exact` before rounding up, and whether the ratio is within the tolerance. */
export function replicasByRatio(
  value: number,
  { amount, isTotal }: RatioTarget,
  { replicas, tolerance }: Pick<WishContext, 'replicas' | 'tolerance'>,
): { readonly exact: number; readonly isWithin: boolean; readonly wanted: number } {
  const ratio = isTotal ? value / (amount * Math.max(1, replicas)) : value / amount;
  const exact = ratio * Math.max(1, replicas);
  const isWithin = replicas > 0 && ratio >= 1 - tolerance.down && ratio <= 1 + tolerance.up;
  return { exact, isWithin, wanted: isWithin ? replicas : ceilOf(exact) };
}

/** Undefined where nobody says what a replica requests. */
function targetOf(metric: TargetMetric, { cpuRequestCores }: ServiceView): MetricTarget | undefined {
  const { averageValue, value, utilization, requestPerReplica } = metric;
  if (averageValue !== undefined)
    return { amount: averageValue, isTotal: true, words: `${q(averageValue)} per replica` };
  if (value !== undefined) return { amount: value, isTotal: false, words: q(value) };
  const request = requestPerReplica ?? cpuRequestCores;
  if (utilization === undefined || request === undefined) return undefined;
  const words = `(${q(request)} requested per replica × ${q(utilization * 100)} %)`;
  return { amount: request * utilization, isTotal: true, words };
}

/** Rounds up, but not what is above a whole number only because of floating point: 2.1 ÷ 0.7 is 3. */
function ceilOf(value: number): number {
  const nearest = Math.round(value);
  return Math.abs(value - nearest) <= 1e-9 * Math.max(1, nearest) ? nearest : Math.ceil(value);
}
