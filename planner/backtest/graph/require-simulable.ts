import { fail, type Result, succeed } from '../../../api/index.ts';
import { isoTime, type TrafficSeries, wholeColumn } from '../../metrics/index.ts';
import type { PlaceableGraph } from '../../plan/place.ts';
import { formatQuantity } from '../../quantity.ts';
import { arrivingTraffic } from '../../strategies/sla/arrivals.ts';
import type { EngineSpec } from '../engine/index.ts';
import { decodeCapacity, prefillCapacity } from '../policies/index.ts';
import { MOST_SEARCHED } from '../replay/index.ts';

/**
 * Refuses a history of which a bucket has more work than as many replicas as are ever looked for could do, always busy and in
 * full batches: with all of them everything would be missed, and so one would seem to be enough.
 */
export function requireSimulable(
  { environment, namespace, name }: PlaceableGraph,
  series: TrafficSeries,
  { model, maxBatch }: EngineSpec,
): Result<undefined> {
  const arrived = wholeColumn(arrivingTraffic(series).series, 'requestCount');
  const [isl, osl] = [wholeColumn(series, 'islTokens'), wholeColumn(series, 'oslTokens')];
  const full = { model: { ...model, decode: { ...model.decode, maxBatch } }, sla: ANY_SLA };
  for (let index = 0; index < series.length; index += 1) {
    const requestsPerSecond = (arrived[index] ?? Number.NaN) / series.bucketSeconds;
    const work = { requestsPerSecond, islTokens: isl[index] ?? Number.NaN, oslTokens: osl[index] ?? Number.NaN };
    const busy = {
      prefill: requestsPerSecond / prefillCapacity(model, work),
      decode: requestsPerSecond / decodeCapacity(full, work),
    };
    const role =
      busy.prefill > MOST_SEARCHED.prefill ? 'prefill' : busy.decode > MOST_SEARCHED.decode ? 'decode' : undefined;
    if (role === undefined) continue;
    const what = `${formatQuantity(requestsPerSecond)} requests/s with ${formatQuantity(work.islTokens)} and ${formatQuantity(work.oslTokens)} tokens`;
    const time = isoTime(series.startMs + index * series.bucketSeconds * 1000);
    return fail({
      code: 'refused',
      message: `${environment}/${namespace}/${name}: ${what} from ${time} on would keep ${formatQuantity(Math.ceil(busy[role]))} ${role} replicas busy, and no more than ${formatQuantity(MOST_SEARCHED[role])} are looked for`,
      hint: 'where the metrics are wrong, leave the cells of the bucket empty, or the bucket out with --since or --at',
    });
  }
  return succeed(undefined);
}

/** Nobody is asked to be quick: the work has to be done all the same. */
const ANY_SLA = { ttftMs: Number.POSITIVE_INFINITY, itlMs: Number.POSITIVE_INFINITY };
