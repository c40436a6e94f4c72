import type { ReplicaPair } from '../../budget/shrink-pair.ts';
import type { Policy } from './policy.ts';

/**
 * Perfect foresight that changes seldom: it follows a plan, and orders replicas in time for their start-up.
 * @param plannedAt by the start of a minute, milliseconds since 1970
 */
export function limitedOracle(plannedAt: (minuteMs: number) => ReplicaPair, startUpSeconds: number): Policy {
  const ahead = Math.ceil(startUpSeconds / 60);
  return {
    name: 'oracle-limited',
    label: 'oracle, few changes',
    channel: 'oracle',
    everySeconds: 60,
    lead: { reviewSeconds: 0, startUpSeconds },
    start: () => ({
      observe: () => undefined,
      decide: ({ atMs }) => {
        let { prefill, decode } = plannedAt(atMs);
        for (let minute = 1; minute <= ahead; minute += 1) {
          const planned = plannedAt(atMs + minute * 60_000);
          prefill = Math.max(prefill, planned.prefill);
          decode = Math.max(decode, planned.decode);
        }
        return { prefill, decode };
      },
    }),
  };
}
