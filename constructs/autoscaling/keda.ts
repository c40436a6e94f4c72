import { isDnsSubdomain, type JsonObject, type ReplicaBounds } from '../../api/index.ts';
import type { Construct } from '../cdk8s.ts';
import { requireProps } from '../props/index.ts';
import { Autoscaler, type AutoscalerOptions } from './autoscaler.ts';
import type { AutoscalerBounds } from './bounds.ts';
import { DEFAULT_PROMETHEUS, type PrometheusProps, triggerOf } from './keda-trigger.ts';
import { KEDA as KEDA_PROPS } from './props.ts';
import { renderedProblems } from './rendered-problems.ts';
import type { KedaSignal } from './scale-on.ts';
import { metricSubject, once, scaleTargetRef } from './scale-target.ts';
import { behaviorOf } from './scaling-rules.ts';
import { signalProblems } from './signal-problems.ts';

export interface KedaFallback {
  /**
   * Failures in a row of one trigger, after which the fallback holds.
   *
   * @default 3
   */
  readonly failureThreshold?: number;

  /** Replicas to fall back to, within the autoscaler's own limits. */
  readonly replicas: number;

  /**
   * What the number means beside the replicas that run. All but `static` need KEDA 2.17.
   *
   * @default 'currentReplicasIfHigher', so that a metric that fails never scales down
   */
  readonly behavior?: 'static' | 'currentReplicas' | 'currentReplicasIfHigher' | 'currentReplicasIfLower';
}

export interface KedaOptions extends AutoscalerOptions {
  /** What to scale on. */
  readonly scaleOn: readonly KedaSignal[];

  /**
   * Where queries go.
   *
   * @default - the Prometheus of kube-prometheus-stack in the namespace `monitoring`, without authentication
   */
  readonly prometheus?: PrometheusProps;

  /**
   * Seconds between two looks at the metrics.
   *
   * @default - KEDA's own, 30
   */
  readonly pollingSeconds?: number;

  /**
   * Seconds without activity before the last replica goes; without meaning above a floor of 0.
   *
   * @default - KEDA's own, 300
   */
  readonly cooldownSeconds?: number;

  /**
   * Replicas while a query fails. It works for signals of type `AverageValue` only, such as
   * `ScaleOn.pendingRequests({ perReplica })`: for the others KEDA would have to know how many replicas are ready, which a
   * scaling adapter does not tell.
   *
   * @default - none: while a query fails the number of replicas holds, or rises if another signal asks for it
   * @see https://github.com/kedacore/keda/pull/6655
   */
  readonly fallback?: KedaFallback;
}

export type KedaProps<Min extends number = number, Max extends number = number> = KedaOptions &
  AutoscalerBounds<Min, Max>;

/** KEDA copies a ScaledObject's name into a label. */
const MAX_NAME = 63;

const KEDA = Symbol.for('dynamo-gitops.Keda');

/**
 * A KEDA ScaledObject on the scaling adapter of a service, with queries built from Dynamo's metrics.
 *
 * @example
 * const decode = graph.addDecode({ gpus: Gpu.count(4), scalingAdapter: true });
 * new Keda(prod, 'decode', {
 *   target: decode,
 *   limits: { min: 1, max: 8 },
 *   scaleOn: [ScaleOn.itl({ targetMs: 25 }), ScaleOn.pendingRequests({ perReplica: 10 })],
 * });
 * @see test/constructs/examples/keda.ts
 */
export class Keda<const Min extends number = number, const Max extends number = number> extends Autoscaler {
  /** Inherited from ApiObject it would hold for every object. */
  static override [Symbol.hasInstance](value: unknown): value is Keda {
    return typeof value === 'object' && value !== null && KEDA in value;
  }

  readonly #props: KedaOptions;

  constructor(scope: Construct, id: string, props: KedaProps<Min, Max>);
  constructor(scope: Construct, id: string, props: KedaProps) {
    requireProps(scope, id, KEDA_PROPS, props);
    super(scope, id, { apiVersion: 'keda.sh/v1alpha1', kind: 'ScaledObject', scaler: 'keda' }, props);
    this.#props = props;
    Object.defineProperty(this, KEDA, { value: true });
  }

  protected override ownProblems(limits: ReplicaBounds): readonly string[] {
    const { scaleOn, prometheus, pollingSeconds, cooldownSeconds, fallback } = this.#props;
    const messages: string[] = [];
    if (this.name.length > MAX_NAME) {
      messages.push(`the name has ${this.name.length} characters, and a ScaledObject's has at most ${MAX_NAME}`);
    }
    messages.push(...signalProblems(scaleOn, this.service, limits), ...renderedProblems(this.service, scaleOn, 'keda'));
    for (const [field, seconds, least] of [
      ['pollingSeconds', pollingSeconds, 1],
      ['cooldownSeconds', cooldownSeconds, 0],
    ] as const) {
      if (seconds !== undefined && !(Number.isSafeInteger(seconds) && seconds >= least)) {
        messages.push(`${field} is ${seconds}; it must be whole, at least ${least}`);
      }
    }
    if (prometheus !== undefined) messages.push(...prometheusProblems(prometheus));
    if (fallback !== undefined) messages.push(...fallbackProblems(fallback, scaleOn, limits));
    return messages;
  }

  protected override spec({ min, max }: ReplicaBounds): JsonObject {
    const { scaleOn, prometheus = DEFAULT_PROMETHEUS, pollingSeconds, cooldownSeconds, fallback } = this.#props;
    const behavior = behaviorOf(this.#props);
    const subject = once(() => metricSubject(this.service));
    return {
      scaleTargetRef: scaleTargetRef(this.service),
      ...(pollingSeconds === undefined ? {} : { pollingInterval: pollingSeconds }),
      ...(cooldownSeconds === undefined ? {} : { cooldownPeriod: cooldownSeconds }),
      minReplicaCount: min,
      maxReplicaCount: max,
      ...(fallback === undefined ? {} : { fallback: fallbackOf(fallback) }),
      ...(behavior === undefined ? {} : { advanced: { horizontalPodAutoscalerConfig: { behavior } } }),
      triggers: scaleOn.map((signal) => triggerOf(signal, prometheus, subject)),
    };
  }
}

function fallbackOf({
  failureThreshold = 3,
  replicas,
  behavior = 'currentReplicasIfHigher',
}: KedaFallback): JsonObject {
  return { failureThreshold, replicas, behavior };
}

function fallbackProblems(
  { failureThreshold = 3, replicas }: KedaFallback,
  signals: readonly KedaSignal[],
  { min, max }: ReplicaBounds,
): readonly string[] {
  const messages: string[] = [];
  if (!Number.isSafeInteger(failureThreshold) || failureThreshold < 1) {
    messages.push(`fallback.failureThreshold is ${failureThreshold}; it must be whole, at least 1`);
  }
  if (!Number.isSafeInteger(replicas) || replicas < Math.max(min, 1) || replicas > max) {
    messages.push(`fallback.replicas is ${replicas}; it must be whole, from ${Math.max(min, 1)} to ${max}`);
  }
  const totals = signals.flatMap(totalTarget);
  if (totals.length === 0) {
    messages.push(
      'fallback has no signal that it works for: KEDA knows it for type AverageValue only on a scaling adapter; add ScaleOn.pendingRequests({ perReplica }), or leave it out, and replicas hold while a query fails',
    );
  }
  for (const target of totals.filter((total) => !Number.isSafeInteger(total))) {
    messages.push(`fallback: KEDA cuts the target ${target} to a whole number to compute it; use a whole target`);
  }
  return messages;
}

/** The target of a signal that KEDA can compute a fallback for. A schedule has no metric that could fail. */
function totalTarget(signal: KedaSignal): readonly number[] {
  switch (signal.kind) {
    case 'ttft':
    case 'itl':
      return signal.metricType === 'AverageValue' ? [signal.targetMs / 1000] : [];
    case 'pending':
      return signal.metricType === 'AverageValue' ? [signal.target] : [];
    case 'query':
      return signal.metricType === 'AverageValue' ? [signal.threshold] : [];
    case 'cpu':
    case 'kv':
    case 'cron':
      return [];
  }
}

function prometheusProblems({ serverAddress, authentication }: PrometheusProps): readonly string[] {
  const messages: string[] = [];
  if (
    serverAddress !== undefined &&
    (!URL.canParse(serverAddress) || !/^https?:$/.test(new URL(serverAddress).protocol))
  ) {
    messages.push(`prometheus.serverAddress "${serverAddress}" is not an http or https address`);
  } else if (serverAddress !== undefined && new URL(serverAddress).password !== '') {
    messages.push('prometheus.serverAddress has a password in it, which would be committed; use authentication');
  }
  if (authentication !== undefined && !isDnsSubdomain(authentication.name)) {
    messages.push(`prometheus.authentication.name "${authentication.name}" is not a lower-case DNS name`);
  }
  return messages;
}
