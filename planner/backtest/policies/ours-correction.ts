import type { PerformanceModel } from '../../capacity/index.ts';
import type { TrafficSeries } from '../../metrics/index.ts';
import { type ComparedModel, compareModel, UNCOMPARED } from '../../strategies/sla/correct-model.ts';
import { trafficState } from '../../strategies/sla/recent-traffic.ts';
import type { ModelCorrection } from '../../strategies/sla/role-loads.ts';
import { arrivalVariation } from '../../strategies/sla/variation.ts';
import { NewestMinutes } from './newest-minutes.ts';
import type { MinuteMetrics } from './policy.ts';

const MINUTE_SECONDS = 60;
/** As far back as `sla` looks, where nothing else is said. */
const RECENT_MINUTES = 60;

/** Medians over an hour change slowly, and to compare is most of the work of a decision. */
const COMPARED_MINUTES = 30;

/** How far the newest hour of a replay contradicts the model, by the code that `plan` compares with. */
export class OursCorrection {
  readonly #newest = new NewestMinutes(RECENT_MINUTES);
  #age = COMPARED_MINUTES;
  #correction: ModelCorrection = UNCOMPARED.correction;

  push(minute: MinuteMetrics): void {
    this.#newest.push(minute);
    this.#age += 1;
  }

  of(model: PerformanceModel): ModelCorrection {
    if (this.#age >= COMPARED_MINUTES) {
      this.#correction = this.#compared(model).correction;
      this.#age = 0;
    }
    return this.#correction;
  }

  #compared(model: PerformanceModel): ComparedModel {
    const { minutes } = this.#newest;
    const columnOf = (value: (minute: MinuteMetrics) => number): Float64Array => Float64Array.from(minutes, value);
    const startMs = minutes[0]?.startMs ?? 0;
    const series: TrafficSeries = {
      ...{ deployment: '', namespace: '', environment: undefined, model: '', startMs, bucketSeconds: MINUTE_SECONDS },
      length: minutes.length,
      columns: {
        requestCount: columnOf(({ started }) => started),
        islTokens: columnOf(({ islTokens }) => islTokens),
        oslTokens: columnOf(({ oslTokens }) => oslTokens),
        ttftMs: columnOf(({ ttftMs }) => ttftMs),
        itlMs: columnOf(({ itlMs }) => itlMs),
        prefillReady: columnOf(({ prefillReady }) => prefillReady),
        decodeReady: columnOf(({ decodeReady }) => decodeReady),
      },
      provenance: { source: '', queries: {} },
    };
    const seconds = minutes.length * MINUTE_SECONDS;
    const atMs = startMs + seconds * 1000;
    const state = trafficState(series, { decidingSeconds: seconds, recentSeconds: seconds, atMs });
    if (state.kind !== 'traffic') return UNCOMPARED;
    const { recent } = state;
    return compareModel(model, {
      ...{ series, recent, interference: false },
      islVariation: meanOverRequests(minutes, ({ islVariation }) => islVariation),
      oslVariation: meanOverRequests(minutes, ({ oslVariation }) => oslVariation),
      arrivalVariation: arrivalVariation(series, recent, undefined).value,
    });
  }
}

function meanOverRequests(minutes: readonly MinuteMetrics[], variation: (minute: MinuteMetrics) => number): number {
  const known = minutes.filter((minute) => minute.started > 0 && variation(minute) >= 0);
  const sum = known.reduce((before, minute) => before + minute.started * variation(minute), 0);
  return sum / known.reduce((before, { started }) => before + started, 0);
}
