import { Autoscaler } from './autoscaler.ts';
import { decodeCapacity, prefillCapacity, workOf } from './engine-capacity.ts';
import { NewestMinutes } from './newest-minutes.ts';
import type { Policy } from './policy.ts';

/**
 * A HorizontalPodAutoscaler for each role on the requests that arrive (type AverageValue), with a share of what an engine
 * does within the ITL target as the target per replica, and Kubernetes' default behaviour. Arrivals do not saturate with
 * the engines, as use of a GPU would, so this is the kindest metric that it can have.
 */
export function hpa(utilization: number): Policy {
  return {
    name: `hpa-${Math.round(100 * utilization)}`,
    label: `HPA at ${Math.round(100 * utilization)} %`,
    channel: 'native',
    everySeconds: 60,
    start: (setup) => {
      const newest = new NewestMinutes(1);
      const roles = { prefill: new Autoscaler(), decode: new Autoscaler() };
      return {
        observe: (minute) => newest.push(minute),
        decide: ({ ordered }) => {
          const work = workOf(newest.minutes);
          const rate = newest.minutes[0]?.started === 0 ? 0 : work?.requestsPerSecond;
          const capacityOf = {
            prefill: work === undefined ? 1 : prefillCapacity(setup.model, work),
            decode: work === undefined ? 1 : decodeCapacity(setup, work),
          };
          const next = (role: 'prefill' | 'decode'): number =>
            roles[role].next(ordered[role], rate, { amount: utilization * capacityOf[role], isTotal: true });
          return { prefill: next('prefill'), decode: next('decode') };
        },
      };
    },
  };
}
