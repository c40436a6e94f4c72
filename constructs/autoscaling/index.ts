export { Autoscaler, type AutoscalerOptions } from './autoscaler.ts';
export type { AutoscalerBounds } from './bounds.ts';
export { Hpa, type HpaOptions, type HpaProps } from './hpa.ts';
export { Keda, type KedaFallback, type KedaOptions, type KedaProps } from './keda.ts';
export type { PrometheusProps } from './keda-trigger.ts';
export { promqlLabel } from './promql.ts';
export {
  type CpuOptions,
  type CpuSignal,
  type CronOptions,
  type CronSignal,
  type DynamoSignal,
  type ExternalOptions,
  type ExternalSignal,
  type HpaSignal,
  type KedaSignal,
  type KvUsageOptions,
  type KvUsageSignal,
  type LatencyOptions,
  type LatencySignal,
  type MetricType,
  type PendingRequestsOptions,
  type PendingRequestsSignal,
  type QueryOptions,
  type QuerySignal,
  ScaleOn,
} from './scale-on.ts';
export { ScalingAdapter, type ScalingAdapterProps } from './scaling-adapter.ts';
export type { ScalingBehavior, ScalingPolicy, ScalingRules } from './scaling-rules.ts';
