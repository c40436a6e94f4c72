import { CALIBRATION_SECONDS, defaultMethod } from '../../forecast/index.ts';
import { HorizonPlanner, UNCORRECTED } from '../../strategies/sla/horizon/index.ts';
import type { Policy } from './policy.ts';

const MINUTE_SECONDS = 60;
const DAY_MS = 86_400_000;

/** Policies are told of a minute when the one after it has ended. */
const TELLING_SECONDS = 60;

/** Buckets are no longer than this, nor than the lead, and a whole number of minutes. */
const WIDEST_BUCKET_SECONDS = 300;

export interface OursSettings {
  readonly latePrice: number;
  readonly changesPerDay: number;
}

/** The strategy `sla` over its horizon, by merge requests alone: the numbers are its own, minute for minute. */
export function ours({ latePrice, changesPerDay }: OursSettings): Policy {
  return {
    name: 'sla',
    label: 'sla, Git only',
    channel: 'git',
    everySeconds: MINUTE_SECONDS,
    start: ({ model, sla, lead, gpusPerReplica, most }) => {
      const leadSeconds = lead.reviewSeconds + lead.startUpSeconds + TELLING_SECONDS;
      const widest = Math.min(WIDEST_BUCKET_SECONDS, leadSeconds - TELLING_SECONDS);
      const bucketSeconds = MINUTE_SECONDS * Math.max(1, Math.floor(widest / MINUTE_SECONDS));
      const method = { ...defaultMethod(bucketSeconds), calibrationSeconds: CALIBRATION_SECONDS };
      const planner = new HorizonPlanner({
        engine: { model, sla, gpusPerReplica, isAggregated: false, maxBatch: undefined },
        sampleSeconds: MINUTE_SECONDS,
        ...{ bucketSeconds, leadSeconds, latePrice, changesPerDay },
        methods: { prefill: method, decode: method },
        arrivalVariation: undefined,
      });
      let minutes = 0;
      let isDue = false;
      let changed: number[] = [];
      return {
        observe: ({ started, islTokens, oslTokens, islVariation }) => {
          planner.observe({ requests: started, islTokens, oslTokens, islVariation });
          minutes += 1;
          if ((minutes * MINUTE_SECONDS) % bucketSeconds === 0) isDue = true;
        },
        decide: ({ atMs, asked }) => {
          if (!isDue) return asked;
          isDue = false;
          changed = changed.filter((ms) => ms > atMs - DAY_MS);
          const decision = planner.decide({
            ...{ current: asked, most, maxGpus: undefined, changes: changed.length },
            correction: UNCORRECTED,
          });
          if (decision.kind === 'none') return asked;
          const { pair } = decision;
          if (pair.prefill !== asked.prefill || pair.decode !== asked.decode) changed.push(atMs);
          return pair;
        },
      };
    },
  };
}
