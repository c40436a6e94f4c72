import type { ServiceRole } from '../../../api/index.ts';
import type { TrafficColumn } from '../traffic-series.ts';
import { type GraphMatchers, WORKER_ROLES } from './graph-matchers.ts';
import { type Matchers, selector } from './promql.ts';

/** What is asked for besides columns, to make the column `coverage` of. */
export type AskedName = Exclude<TrafficColumn, 'coverage'> | 'scrapes' | 'frontends';

/** Queries that travel in one request, each with one number a bucket. */
export type QueryBatch = ReadonlyMap<AskedName, string>;

const FRONTEND = 'dynamo_frontend_';
const QUANTILES = [
  ['P50', 0.5],
  ['P90', 0.9],
  ['P99', 0.99],
] as const;
/** Steps of a request before its first token (frontends from Dynamo 1.0 on). */
const WAITING = 'stage=~"preprocess|route|dispatch"';

/**
 * The queries of one graph, three requests in all: traffic, quantiles, and what runs. Each is evaluated at the end of a
 * bucket and looks back over all of it.
 */
export function columnQueries(graph: GraphMatchers, bucketSeconds: number): readonly QueryBatch[] {
  const window = `[${bucketSeconds}s]`;
  return [traffic(graph, window), quantiles(graph, window), running(graph, window)];
}

function traffic({ frontend, frontendOfAnyModel }: GraphMatchers, window: string): QueryBatch {
  const of = (metric: string, matchers: Matchers = frontend): string => `${selector(FRONTEND + metric, matchers)}`;
  const completed = of('requests_total');
  const known = of('model_context_length');
  // Sums of all frontends before the quotient: a mean of means would weigh an idle frontend like a busy one.
  const mean = (metric: string): string =>
    `sum(increase(${of(`${metric}_sum`)}${window})) / sum(increase(${of(`${metric}_count`)}${window}))`;
  const level = (metric: string): string => `sum(avg_over_time(${of(metric)}${window}))`;
  const perFrontend = `max by (pod, instance) (count_over_time(${completed}${window}) or count_over_time(${known}${window}))`;
  return new Map<AskedName, string>([
    // A frontend counts nothing of a model before its first request, and says meanwhile that it serves the model.
    [
      'requestCount',
      `sum(increase(${completed}${window})) or (0 * count(last_over_time(${known}${window})) unless count(count_over_time(${completed}${window})))`,
    ],
    ['startedCount', `sum(increase(${of('requests_started_total')}${window}))`],
    ['islTokens', mean('input_sequence_tokens')],
    ['oslTokens', mean('output_sequence_tokens')],
    ['ttftMs', `1000 * ${mean('time_to_first_token_seconds')}`],
    ['itlMs', `1000 * ${mean('inter_token_latency_seconds')}`],
    ['requestSeconds', mean('request_duration_seconds')],
    ['concurrency', `${level('inflight_requests')} or ${level('active_requests')}`],
    [
      'queueDepth',
      `${level('queued_requests')} or sum(avg_over_time(${of('stage_requests', [...frontendOfAnyModel, WAITING])}${window}))`,
    ],
    ['frontendReady', `count(count by (pod, instance) (${completed} or ${known}))`],
    ['scrapes', `sum(${perFrontend})`],
    ['frontends', `count(${perFrontend})`],
  ]);
}

function quantiles({ frontend }: GraphMatchers, window: string): QueryBatch {
  const batch = new Map<AskedName, string>();
  const bucketsOf = (metric: string): string =>
    `sum by (le) (increase(${selector(`${FRONTEND}${metric}_bucket`, frontend)}${window}))`;
  for (const [latency, metric] of [
    ['ttft', 'time_to_first_token_seconds'],
    ['itl', 'inter_token_latency_seconds'],
  ] as const) {
    const buckets = bucketsOf(metric);
    for (const [name, quantile] of QUANTILES) {
      batch.set(`${latency}${name}Ms`, `1000 * histogram_quantile(${quantile}, ${buckets})`);
    }
  }
  batch.set('islP95Tokens', `histogram_quantile(0.95, ${bucketsOf('input_sequence_tokens')})`);
  batch.set('oslP95Tokens', `histogram_quantile(0.95, ${bucketsOf('output_sequence_tokens')})`);
  return batch;
}

function running({ workers, podsOf }: GraphMatchers, window: string): QueryBatch {
  const batch = new Map<AskedName, string>();
  const cache = selector('dynamo_component_gpu_cache_usage_percent', [...workers, 'dynamo_component!="prefill"']);
  // A share from 0 to 1, whatever the name says.
  batch.set('kvUsage', `avg(avg_over_time(${cache}${window}))`);
  const ready = (column: AskedName, roles: readonly ServiceRole[]): void => {
    const pods = podsOf(roles);
    if (pods === undefined) return;
    // A worker has this gauge from when it takes requests, and of several pods of one replica only the first has it.
    const serving = selector('dynamo_component_inflight_requests', [...pods, 'dynamo_endpoint="generate"']);
    batch.set(column, `count(count by (pod) (${serving}))`);
  };
  ready('prefillReady', ['prefill']);
  ready('decodeReady', ['decode', 'worker']);

  const [gpu, exportedGpu] = [podsOf(WORKER_ROLES), podsOf(WORKER_ROLES, 'exported_')];
  if (gpu !== undefined && exportedGpu !== undefined) {
    const used = [gpu, exportedGpu].map((pods) => `avg_over_time(${selector('DCGM_FI_DEV_GPU_UTIL', pods)}${window})`);
    batch.set('gpuUtilization', `avg(${used.join(' or ')}) / 100`);
  }
  const frontendPods = podsOf(['frontend']);
  if (frontendPods !== undefined) {
    const cpu = selector('container_cpu_usage_seconds_total', [...frontendPods, 'container!=""', 'container!="POD"']);
    batch.set('frontendCpuCores', `sum(rate(${cpu}${window}))`);
  }
  const planner = podsOf(['planner']);
  if (planner !== undefined) {
    batch.set('advisedPrefill', advised('prefill', planner));
    batch.set('advisedDecode', advised('decode', planner));
  }
  return batch;
}

/**
 * What Dynamo's planner would set, under the names of both eras. Its gauges stand at 0 before the first decision and when
 * nothing fits its budget, so 0 is no advice; nor is it one where two planners disagree, as while one replaces another.
 */
function advised(role: 'prefill' | 'decode', planner: Matchers): string {
  const names = `__name__=~"dynamo_planner_predicted_num_${role}_replicas|planner:predicted_num_${role.charAt(0)}"`;
  const gauges = selector('', [names, ...planner]);
  return `(max(${gauges}) > 0) == min(${gauges})`;
}
