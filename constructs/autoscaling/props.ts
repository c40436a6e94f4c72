import type { OrderedBounds } from '../graph/bounds.ts';
import type { Service } from '../graph/index.ts';
import {
  either,
  flag,
  type Kind,
  listOf,
  made,
  mapOf,
  number,
  oneOf,
  type Properties,
  required,
  shape,
  text,
} from '../props/index.ts';
import type { AutoscalerOptions } from './autoscaler.ts';
import type { HpaProps } from './hpa.ts';
import type { KedaFallback, KedaProps } from './keda.ts';
import type { PrometheusProps } from './keda-trigger.ts';
import type {
  CpuOptions,
  CronOptions,
  ExternalOptions,
  HpaSignal,
  KedaSignal,
  KvUsageOptions,
  LatencyOptions,
  PendingRequestsOptions,
  QueryOptions,
} from './scale-on.ts';
import type { ScalingAdapter, ScalingAdapterProps } from './scaling-adapter.ts';
import type { ScalingPolicy, ScalingRules } from './scaling-rules.ts';

const BOUNDS = shape<OrderedBounds<number, number>>('{ min, max }', { min: required(number), max: required(number) });

const SERVICE = made<Service>(
  'a service, as addWorker and its siblings return it',
  ({ adapterName, graph }) => typeof adapterName === 'string' && graph !== undefined,
);

const TARGET = made<Service | ScalingAdapter>(
  'a service, as addWorker and its siblings return it, or a ScalingAdapter',
  ({ adapterName }) => typeof adapterName === 'string',
);

const RULES = shape<ScalingRules>('an object', {
  stabilizationSeconds: number,
  policies: listOf(
    shape<ScalingPolicy>(
      '{ pods, periodSeconds } or { percent, periodSeconds }',
      { pods: number, percent: number, periodSeconds: required(number) },
      ({ pods, percent }) =>
        (pods === undefined) === (percent === undefined)
          ? [{ path: '', message: 'must have one of pods and percent' }]
          : [],
    ),
  ),
  select: oneOf('Max', 'Min', 'Disabled'),
});

const AUTOSCALER: Properties<AutoscalerOptions> = {
  target: required(TARGET),
  name: text,
  scaleUp: RULES,
  scaleDown: RULES,
};

interface Bounded {
  readonly limits?: unknown;
  readonly bounds?: unknown;
}

function bounded({ limits, bounds }: Bounded): readonly { readonly path: string; readonly message: string }[] {
  if ((limits === undefined) !== (bounds === undefined)) return [];
  const wrong = limits === undefined ? 'are missing; give' : 'has no place beside bounds; give';
  return [{ path: '.limits', message: `${wrong} "limits" of what the pins may hold, or "bounds" that are fixed here` }];
}

/** What the functions of ScaleOn return, by what they mark it with. */
function signal<T extends { readonly kind: string }>(functions: { readonly [kind in T['kind']]: string }): Kind<T> {
  const names = [...new Set(Object.values<string>(functions))].map((name) => `ScaleOn.${name}`);
  return made<T>(
    `made by ${names.join(' or ')}`,
    ({ kind }) => typeof kind === 'string' && Object.hasOwn(functions, kind),
  );
}

const HPA_SIGNAL = signal<HpaSignal>({
  cpu: 'cpu',
  ttft: 'ttft',
  itl: 'itl',
  pending: 'pendingRequests',
  external: 'external',
});

const KEDA_SIGNAL = signal<KedaSignal>({
  cpu: 'cpu',
  ttft: 'ttft',
  itl: 'itl',
  pending: 'pendingRequests',
  kv: 'kvUsage',
  query: 'query',
  cron: 'cron',
});

export const HPA = shape<HpaProps>(
  'an object',
  { ...AUTOSCALER, limits: BOUNDS, bounds: BOUNDS, scaleOn: required(listOf(HPA_SIGNAL)) },
  bounded,
);

const PROMETHEUS = shape<PrometheusProps>('an object', {
  serverAddress: text,
  authentication: shape<NonNullable<PrometheusProps['authentication']>>('an object', {
    name: required(text),
    kind: oneOf('TriggerAuthentication', 'ClusterTriggerAuthentication'),
    modes: required(listOf(oneOf('basic', 'bearer', 'custom', 'tls'))),
  }),
  metadata: mapOf(text),
});

export const KEDA = shape<KedaProps>(
  'an object',
  {
    ...AUTOSCALER,
    limits: BOUNDS,
    bounds: BOUNDS,
    scaleOn: required(listOf(KEDA_SIGNAL)),
    prometheus: PROMETHEUS,
    pollingSeconds: number,
    cooldownSeconds: number,
    fallback: shape<KedaFallback>('an object', {
      failureThreshold: number,
      replicas: required(number),
      behavior: oneOf('static', 'currentReplicas', 'currentReplicasIfHigher', 'currentReplicasIfLower'),
    }),
  },
  bounded,
);

export const SCALING_ADAPTER = shape<ScalingAdapterProps>('an object', {
  service: required(SERVICE),
  replicas: either(number, BOUNDS),
});

const METRIC_TYPE = oneOf('Value', 'AverageValue');

export const CPU = shape<CpuOptions>('an object', { utilizationPercent: required(number) });

export const LATENCY = shape<LatencyOptions>('an object', {
  targetMs: required(number),
  quantile: number,
  windowSeconds: number,
  metricType: METRIC_TYPE,
});

export const PENDING_REQUESTS = shape<PendingRequestsOptions>(
  '{ perReplica } or { total }',
  { perReplica: number, total: number },
  ({ perReplica, total }) =>
    (perReplica === undefined) === (total === undefined)
      ? [{ path: '', message: 'must have one of perReplica and total' }]
      : [],
);

export const KV_USAGE = shape<KvUsageOptions>('an object', { targetPercent: required(number) });

export const QUERY = shape<QueryOptions>('an object', {
  promql: required(text),
  threshold: required(number),
  metricType: required(METRIC_TYPE),
  activationThreshold: number,
  ignoreNullValues: flag,
});

export const EXTERNAL = shape<ExternalOptions>('an object', {
  metric: required(text),
  target: required(number),
  metricType: required(METRIC_TYPE),
  labels: mapOf(text),
});

export const CRON = shape<CronOptions>('an object', {
  timezone: required(text),
  start: required(text),
  end: required(text),
  desiredReplicas: required(number),
});
