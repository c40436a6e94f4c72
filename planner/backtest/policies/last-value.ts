import { decodeCapacity, prefillCapacity, workOf } from './engine-capacity.ts';
import { NewestMinutes } from './newest-minutes.ts';
import type { Policy } from './policy.ts';

/** The load of the last five minutes times a headroom, over what an engine does within the ITL target. */
export function lastValue(headroom: number): Policy {
  return {
    name: `last-value-${headroom}`,
    label: `last value × ${headroom}`,
    channel: 'git',
    everySeconds: 300,
    start: (setup) => {
      const newest = new NewestMinutes(5);
      return {
        observe: (minute) => newest.push(minute),
        decide: ({ asked }) => {
          const work = workOf(newest.minutes);
          if (work === undefined) return asked;
          const load = headroom * work.requestsPerSecond;
          return {
            prefill: Math.ceil(load / prefillCapacity(setup.model, work)),
            decode: Math.ceil(load / decodeCapacity(setup, work)),
          };
        },
      };
    },
  };
}
