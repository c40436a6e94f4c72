import type { ReplicaPair } from '../../budget/shrink-pair.ts';
import type { Policy } from './policy.ts';

/**
 * Perfect foresight: at every minute what that minute needs, without review and start-up.
 * @param neededAt by the start of a minute, milliseconds since 1970
 */
export function instantOracle(neededAt: (minuteMs: number) => ReplicaPair): Policy {
  return {
    name: 'oracle',
    label: 'oracle, instant',
    channel: 'oracle',
    everySeconds: 60,
    lead: { reviewSeconds: 0, startUpSeconds: 0 },
    start: () => ({ observe: () => undefined, decide: ({ atMs }) => neededAt(atMs) }),
  };
}
