import { isAtLeast, type JsonObject, type ReplicaBounds } from '../../api/index.ts';
import type { Construct } from '../cdk8s.ts';
import { requireProps } from '../props/index.ts';
import { Autoscaler, type AutoscalerOptions } from './autoscaler.ts';
import type { AutoscalerBounds } from './bounds.ts';
import type { MetricSubject } from './promql.ts';
import { HPA as HPA_PROPS } from './props.ts';
import { quantityOf } from './quantity.ts';
import { renderedProblems } from './rendered-problems.ts';
import type { HpaSignal, MetricType } from './scale-on.ts';
import { metricSubject, once, scaleTargetRef } from './scale-target.ts';
import { behaviorOf } from './scaling-rules.ts';
import { signalProblems } from './signal-problems.ts';

export interface HpaOptions extends AutoscalerOptions {
  /**
   * What to scale on. Metrics of Dynamo's are read from the external metrics API by the names that Dynamo's guide gives
   * them, such as `dynamo_ttft_p95_seconds`; a metrics adapter in the cluster must serve them.
   */
  readonly scaleOn: readonly HpaSignal[];
}

export type HpaProps<Min extends number = number, Max extends number = number> = HpaOptions &
  AutoscalerBounds<Min, Max>;

const HPA = Symbol.for('dynamo-gitops.Hpa');

/**
 * A HorizontalPodAutoscaler (autoscaling/v2) on the scaling adapter of a service.
 *
 * @example
 * const frontend = graph.addFrontend({ scalingAdapter: true, requests: { cpu: '4' } });
 * new Hpa(prod, 'frontend', {
 *   target: frontend,
 *   limits: { min: 1, max: 10 },
 *   scaleOn: [ScaleOn.cpu({ utilizationPercent: 70 })],
 * });
 * @see test/constructs/examples/hpa.ts
 */
export class Hpa<const Min extends number = number, const Max extends number = number> extends Autoscaler {
  /** Inherited from ApiObject it would hold for every object. */
  static override [Symbol.hasInstance](value: unknown): value is Hpa {
    return typeof value === 'object' && value !== null && HPA in value;
  }

  readonly #props: HpaOptions;

  constructor(scope: Construct, id: string, props: HpaProps<Min, Max>);
  constructor(scope: Construct, id: string, props: HpaProps) {
    requireProps(scope, id, HPA_PROPS, props);
    super(scope, id, { apiVersion: 'autoscaling/v2', kind: 'HorizontalPodAutoscaler', scaler: 'hpa' }, props);
    this.#props = props;
    Object.defineProperty(this, HPA, { value: true });
  }

  protected override ownProblems(limits: ReplicaBounds): readonly string[] {
    const messages: string[] = [];
    const [{ role }, { min }] = [this.service, limits];
    if (min === 0 && (role === 'router' || role === 'planner' || role === 'epp' || role === 'other')) {
      messages.push('min is 0, which a HorizontalPodAutoscaler cannot do by itself; the least is 1');
    }
    const { scaleOn } = this.#props;
    return [
      ...messages,
      ...signalProblems(scaleOn, this.service, limits),
      ...renderedProblems(this.service, scaleOn, 'hpa'),
    ];
  }

  protected override spec({ min, max }: ReplicaBounds): JsonObject {
    const behavior = behaviorOf(this.#props);
    const subject = once(() => metricSubject(this.service));
    return {
      scaleTargetRef: scaleTargetRef(this.service),
      minReplicas: min,
      maxReplicas: max,
      metrics: this.#props.scaleOn.map((signal) => metricOf(signal, subject)),
      ...(behavior === undefined ? {} : { behavior }),
    };
  }
}

function metricOf(signal: HpaSignal, subject: () => MetricSubject): JsonObject {
  switch (signal.kind) {
    case 'cpu': {
      const target = { type: 'Utilization', averageUtilization: signal.utilizationPercent };
      return { type: 'Resource', resource: { name: 'cpu', target } };
    }
    case 'ttft':
    case 'itl': {
      const name = `dynamo_${signal.kind}_p${percentile(signal.quantile)}_seconds`;
      return ofGraph(name, signal.metricType, signal.targetMs / 1000, subject());
    }
    case 'pending': {
      const { operatorVersion } = subject();
      const name = isAtLeast(operatorVersion, '1.2.0') ? 'dynamo_frontend_pending_requests' : 'dynamo_queued_requests';
      return ofGraph(name, signal.metricType, signal.target, subject());
    }
    case 'external':
      return external(signal.metric, signal.metricType, signal.target, signal.labels);
  }
}

function ofGraph(name: string, type: MetricType, target: number, { namespace }: MetricSubject): JsonObject {
  return external(name, type, target, { dynamo_namespace: namespace.frontendLabel });
}

function external(
  name: string,
  type: MetricType,
  target: number,
  labels: { readonly [label: string]: string },
): JsonObject {
  const value = quantityOf(target);
  if (value === undefined) throw new Error(`${name} has the target ${target}, which its construct's check reports`);
  const selector = Object.keys(labels).length === 0 ? {} : { selector: { matchLabels: { ...labels } } };
  return {
    type: 'External',
    external: {
      metric: { name, ...selector },
      target: { type, [type === 'Value' ? 'value' : 'averageValue']: value },
    },
  };
}

/** 0.95 → `95`, 0.999 → `99_9`. */
function percentile(quantile: number): string {
  return String(Number((quantile * 100).toFixed(6))).replace('.', '_');
}
