import type { TargetRule } from '../../../api/index.ts';
import { Autoscaler, DEFAULT_BEHAVIOR } from './autoscaler.ts';
import { NewestMinutes } from './newest-minutes.ts';
import type { MinuteMetrics, Policy } from './policy.ts';

/** The 95th percentile of TTFT over five minutes, which both published rules read, is compared with half a second. */
const WINDOW_MINUTES = 5;
const TARGET_SECONDS = 0.5;

/**
 * KEDA with the TTFT trigger of Dynamo's autoscaling guide: threshold "0.5" and no metricType, for which KEDA takes
 * AverageValue, so that ⌈TTFT p95 ÷ 0.5 s⌉ replicas are wanted whatever runs. The guide has it for one worker service; here
 * both roles have it, and the scenario's bounds instead of 1 to 10.
 *
 * Source: Dynamo, docs/kubernetes/autoscaling.md, KEDA ScaledObject; keda#5781 for the default type.
 */
export const kedaTtft: Policy = latencyPolicy({
  name: 'keda-ttft',
  label: 'KEDA, published TTFT trigger',
  isTotal: true,
  behavior: DEFAULT_BEHAVIOR,
});

/**
 * The HorizontalPodAutoscaler of the same guide: the same metric as type Value "500m", so that replicas change in
 * proportion; up by 2 pods in 30 s, down by 1 pod in 30 s after a minute. For both roles, as above.
 *
 * Source: Dynamo, docs/kubernetes/autoscaling.md, HPA on an external metric.
 */
export const hpaTtft: Policy = latencyPolicy({
  name: 'hpa-ttft',
  label: 'HPA, published TTFT rule',
  isTotal: false,
  behavior: {
    scaleUp: {
      ...DEFAULT_BEHAVIOR.scaleUp,
      policies: [{ type: 'Pods', value: 2, periodSeconds: 30 }],
    },
    scaleDown: {
      ...DEFAULT_BEHAVIOR.scaleDown,
      stabilizationWindowSeconds: 60,
      policies: [{ type: 'Pods', value: 1, periodSeconds: 30 }],
    },
  },
});

interface LatencyRule {
  readonly name: string;
  readonly label: string;
  readonly isTotal: boolean;
  readonly behavior: TargetRule['behavior'];
}

function latencyPolicy({ name, label, isTotal, behavior }: LatencyRule): Policy {
  return {
    ...{ name, label, channel: 'native', everySeconds: 60 },
    start: () => {
      const newest = new NewestMinutes(WINDOW_MINUTES);
      const roles = { prefill: new Autoscaler(behavior), decode: new Autoscaler(behavior) };
      return {
        observe: (minute) => newest.push(minute),
        decide: ({ ordered }) => {
          const seconds = ttftP95Seconds(newest.minutes);
          const next = (role: 'prefill' | 'decode'): number =>
            roles[role].next(ordered[role], seconds, { amount: TARGET_SECONDS, isTotal });
          return { prefill: next('prefill'), decode: next('decode') };
        },
      };
    },
  };
}

function ttftP95Seconds(minutes: readonly MinuteMetrics[]): number | undefined {
  let [sum, weight] = [0, 0];
  for (const { completed, ttftP95Ms } of minutes) {
    if (!(completed > 0) || Number.isNaN(ttftP95Ms)) continue;
    sum += completed * ttftP95Ms;
    weight += completed;
  }
  return weight === 0 ? undefined : sum / weight / 1000;
}
