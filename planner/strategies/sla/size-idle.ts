import { type Result, type SlaSettings, succeed } from '../../../api/index.ts';
import { isoTime } from '../../metrics/index.ts';
import { formatQuantity as q } from '../../quantity.ts';
import { hold, type SizedGraph, type SizedService } from '../strategy.ts';
import { idleReasons } from './reasons.ts';
import type { TrafficState } from './recent-traffic.ts';
import type { SlaWorkers } from './sla-workers.ts';

/** Down to one each, once nobody has asked for long enough and all of that time was measured. */
export function sizeIdle(
  workers: SlaWorkers,
  { idleSeconds }: SlaSettings,
  state: TrafficState & { readonly kind: 'idle' },
): Result<SizedGraph> {
  const since = `no request since ${isoTime(state.sinceMs)}, ${q(state.seconds)} s`;
  if (state.inFlight > 0) {
    return succeed(hold('no-traffic', `${since}, but ${q(state.inFlight)} are in flight; numbers stay`));
  }
  if (state.seconds < idleSeconds) {
    const until = `numbers stay until it is ${idleSeconds} s (idleSeconds), all of them measured`;
    return succeed(hold('no-traffic', `${since}; ${until}`));
  }
  const reasons = idleReasons(`${since}, all of them measured, and at least ${idleSeconds} s (idleSeconds)`);
  // Whatever was lost before, nobody has asked since.
  const idle = { raw: 1, atWorst: { raw: 1 }, reasons };
  const services: readonly SizedService[] =
    workers.kind === 'aggregated'
      ? [{ service: workers.worker, gpusPerReplica: workers.gpusPerReplica, ...idle }]
      : (['prefill', 'decode'] as const).map((role) => ({
          ...{ service: workers[role], gpusPerReplica: workers.gpusPerReplica[role], ...idle },
        }));
  return succeed({ kind: 'sized', services });
}
