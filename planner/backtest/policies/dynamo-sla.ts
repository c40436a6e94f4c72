import { type DynamoSlaSettings, dynamoSlaStrategy } from '../../../api/index.ts';
import {
  expectedLoad,
  learnWindow,
  type ObservedWindow,
  sizeDynamoSla,
  startLearning,
} from '../../strategies/dynamo-sla/index.ts';
import { NewestMinutes } from './newest-minutes.ts';
import type { MinuteMetrics, Policy } from './policy.ts';

const WINDOW_MINUTES = 3;

/**
 * Dynamo's SLA planner of 2026-02 with its defaults (a decision every 180 s, corrected by what was measured), by the code
 * of the strategy `dynamo-sla`. It was made to run in the cluster. An idle or unmeasured window decides nothing.
 * @param headroom what the forecast count is multiplied by; the planner has none, which is 1
 */
export function dynamoSla(predictor: DynamoSlaSettings['predictor'], headroom = 1): Policy {
  const settings = dynamoSlaStrategy.parse({ kind: 'dynamo-sla', profile: 'of the scenario', predictor });
  const times = headroom === 1 ? '' : ` × ${headroom}`;
  return {
    name: `dynamo-sla-${predictor}${headroom === 1 ? '' : `-${headroom}`}`,
    label: `dynamo-sla, ${predictor}${times}`,
    channel: 'native',
    everySeconds: 60 * WINDOW_MINUTES,
    start: ({ profile, sla, gpusPerReplica }) => {
      const newest = new NewestMinutes(WINDOW_MINUTES);
      let learned = startLearning(settings);
      let minutes = 0;
      let last: ObservedWindow | undefined;
      return {
        observe: (minute) => {
          newest.push(minute);
          minutes += 1;
          if (minutes % WINDOW_MINUTES !== 0) return;
          last = windowOf(newest.minutes);
          if (last !== undefined) learned = learnWindow(learned, last);
        },
        decide: ({ asked, serving }) => {
          if (profile === undefined || last === undefined) return asked;
          const expected = expectedLoad(learned);
          const decision = sizeDynamoSla(
            { settings, sla, profile, gpusPerReplica, readyDecode: serving.decode },
            last,
            { ...expected, requestCount: headroom * expected.requestCount },
          );
          return decision.kind === 'sized' ? { prefill: decision.prefill, decode: decision.decode } : asked;
        },
      };
    },
  };
}

/** What Prometheus would show of the window; undefined where a minute of it has no data. */
function windowOf(minutes: readonly MinuteMetrics[]): ObservedWindow | undefined {
  // Before the replay runs, what arrives is known and what was completed is not.
  const counted = minutes.map((minute) => ({
    ...minute,
    count: Number.isNaN(minute.completed) ? minute.started : minute.completed,
  }));
  if (counted.some(({ count }) => Number.isNaN(count))) return undefined;
  const requestCount = counted.reduce((sum, { count }) => sum + count, 0);
  const mean = (quantity: 'ttftMs' | 'itlMs' | 'islTokens' | 'oslTokens' | 'requestSeconds'): number => {
    let [sum, weight] = [0, 0];
    for (const minute of counted) {
      if (!(minute.count > 0) || Number.isNaN(minute[quantity])) continue;
      sum += minute.count * minute[quantity];
      weight += minute.count;
    }
    return weight === 0 ? Number.NaN : sum / weight;
  };
  return {
    requestCount,
    ttftMs: mean('ttftMs'),
    itlMs: mean('itlMs'),
    islTokens: mean('islTokens'),
    oslTokens: mean('oslTokens'),
    requestSeconds: mean('requestSeconds'),
  };
}
