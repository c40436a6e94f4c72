import { isAtLeast, type OperatorVersion, type ServiceRole } from '../../api/index.ts';
import type { DynamoNamespace } from '../namespaces.ts';
import type { DynamoSignal } from './scale-on.ts';

/** The graph and the service that a metric is of. */
export interface MetricSubject {
  readonly namespace: DynamoNamespace;
  /** Name by which clients ask for the model; undefined where the namespace alone tells the graph's series apart. */
  readonly model: string | undefined;
  readonly role: ServiceRole;
  readonly operatorVersion: OperatorVersion;
}

/** A label's value in quotes, as PromQL and PromQL alone reads it. */
export function promqlLabel(value: string): string {
  return `"${value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')}"`;
}

/**
 * The query of a metric. It gives one number while there is traffic, 0 while there is none, and nothing where there is no
 * data, so that the three stay apart.
 */
export function promqlOf(signal: DynamoSignal, subject: MetricSubject): string {
  switch (signal.kind) {
    case 'ttft':
      return quantileOf('dynamo_frontend_time_to_first_token_seconds', signal, subject);
    case 'itl':
      return quantileOf('dynamo_frontend_inter_token_latency_seconds', signal, subject);
    case 'pending':
      return pendingRequests(subject);
    case 'kv':
      return kvUsage(subject);
  }
}

/** Without traffic a quantile is not a number, which the comparison drops; the count's rate is then 0, if it is there. */
function quantileOf(
  histogram: string,
  { quantile, windowSeconds }: { readonly quantile: number; readonly windowSeconds: number },
  subject: MetricSubject,
): string {
  const selector = `{${frontendLabels(subject)}}[${durationOf(windowSeconds)}]`;
  const value = `histogram_quantile(${quantile}, sum by (le) (rate(${histogram}_bucket${selector})))`;
  return `${value} >= 0 or 0 * sum(rate(${histogram}_count${selector}))`;
}

/** Seconds as PromQL writes them: `5m`, `90s`. */
function durationOf(seconds: number): string {
  return seconds % 60 === 0 ? `${seconds / 60}m` : `${seconds}s`;
}

/**
 * Frontends from 1.2 on count requests by stage (ai-dynamo/dynamo#8162) and keep the older gauge, deprecated, which is all
 * that a graph with an older image has.
 */
function pendingRequests(subject: MetricSubject): string {
  const labels = frontendLabels(subject);
  const queued = `sum(dynamo_frontend_queued_requests{${labels}})`;
  const hasStages = isAtLeast(subject.operatorVersion, '1.2.0');
  // Stages are not told apart by model, so that they cannot be those of one graph among several in the namespace.
  if (!hasStages || subject.model !== undefined) return queued;
  return `sum(dynamo_frontend_stage_requests{${labels},stage=~"preprocess|route|dispatch"}) or ${queued}`;
}

/**
 * The metric is a ratio despite its name. Its component is what the runtime calls the worker, not the service: `prefill`
 * for prefill, and otherwise as each engine likes.
 */
function kvUsage({ namespace, role }: MetricSubject): string {
  // The namespace of workers may end in their hash; nothing in the label needs escaping in a pattern.
  const pattern = promqlLabel(`${namespace.componentLabel}(_[0-9a-f]{8})?`);
  const component = role === 'prefill' ? '="prefill"' : '!="prefill"';
  return `avg(dynamo_component_gpu_cache_usage_percent{dynamo_namespace=~${pattern},dynamo_component${component}})`;
}

/** The frontend writes a model's name in lower case. */
function frontendLabels({ namespace, model }: MetricSubject): string {
  const own = `dynamo_namespace=${promqlLabel(namespace.frontendLabel)}`;
  return model === undefined ? own : `${own},model=${promqlLabel(model.toLowerCase())}`;
}
