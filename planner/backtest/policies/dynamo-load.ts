import { dynamoLoadStrategy } from '../../../api/index.ts';
import { decidePairLoad, judgeLoad, type LoadRole } from '../../strategies/dynamo-load/index.ts';
import { NewestMinutes } from './newest-minutes.ts';
import type { Policy, PolicyMoment } from './policy.ts';

const SETTINGS = dynamoLoadStrategy.parse({ kind: 'dynamo-load' });
const INTERVAL_MINUTES = SETTINGS.intervalSeconds / 60;
/** GPUs are bounded by the scenario. */
const NO_BAND = { minGpus: -1, maxGpus: -1 };

/**
 * Dynamo's first planner (April 2025) with its thresholds, by the code of the strategy `dynamo-load`: a replica more or
 * less every 180 s by the requests that wait for prefill and by the KV cache in use, and nothing while replicas start.
 */
export const dynamoLoad: Policy = {
  name: 'dynamo-load',
  label: 'dynamo-load',
  channel: 'native',
  everySeconds: SETTINGS.intervalSeconds,
  start: () => {
    const newest = new NewestMinutes(INTERVAL_MINUTES);
    const ready = new NewestMinutes(INTERVAL_MINUTES * (SETTINGS.graceIntervals + 1));
    const roleOf = (
      role: 'prefill' | 'decode',
      { serving, ordered }: PolicyMoment,
      load: Pick<Parameters<typeof judgeLoad>[0], 'queue' | 'kvUsage'>,
    ): LoadRole => {
      const counts = ready.minutes.map((minute) => minute[role === 'prefill' ? 'prefillReady' : 'decodeReady']);
      const isYoung = counts.some((count, index) => index > 0 && count > (counts[index - 1] ?? count));
      const { reports, signalOf } = judgeLoad({ ready: serving[role], ...load, isYoung }, SETTINGS);
      return {
        ...{ ready: serving[role], expected: ordered[role], isScaling: false, gpusPerReplica: 1 },
        ...{ minReplicas: 1, throughputBound: 0, reports, signalOf },
      };
    };
    return {
      observe: (minute) => {
        newest.push(minute);
        ready.push(minute);
      },
      decide: (moment) => {
        const queues = newest.minutes.map(({ queueDepth }) => queueDepth);
        const kvUsage = meanOf(newest.minutes.map((minute) => minute.kvUsage));
        const mean = meanOf(queues);
        if (!newest.isFull || Number.isNaN(mean) || Number.isNaN(kvUsage)) return moment.asked;
        const decided = decidePairLoad(
          roleOf('prefill', moment, { queue: { values: queues, mean }, kvUsage: undefined }),
          roleOf('decode', moment, { queue: undefined, kvUsage: Math.min(1, kvUsage) }),
          NO_BAND,
        );
        if (decided.kind === 'held') return moment.asked;
        return { prefill: decided.prefill.replicas, decode: decided.decode.replicas };
      },
    };
  },
};

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
