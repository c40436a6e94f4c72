import { type JsonObject, type JsonValue, objectAt, stringAt } from '../../../api/index.ts';
import type { PredictedLoad } from '../../../planner/index.ts';
import { listAt, planWindow, startPlanner, targetOf } from './planner.ts';
import { modelOf, numberAt, numberOr, type Replay, windowAt } from './shared.ts';

/** Where the virtual clock of the reference stood at the start; it decides how times are rounded. */
const CLOCK_START = 1000;

export const loopFunctions: { readonly [name: string]: Replay } = {
  /**
   * The loop of a disaggregated deployment on a virtual clock: it polls every tenth of the interval, and one sample of
   * metrics is observed each time the interval is over. What is sent is running by the next one, or by script.
   */
  'seed.disagg_loop': (input, profiles) => {
    const args = objectAt(input, 'args') ?? {};
    const isScripted = stringAt(input, 'apply') === 'scripted';
    const ticks = tickTimes(numberAt(args, 'adjustment_interval'));
    let planner = startPlanner(args, modelOf(input, profiles));
    let running = { prefill: 1, decode: 1 };
    const intervals: JsonObject[] = [];
    const sent: JsonObject[] = [];
    for (const sample of listAt(input, 'samples')) {
      const t = ticks.next().value;
      if (isScripted) running = { prefill: numberAt(sample, 'num_p'), decode: numberAt(sample, 'num_d') };
      const decision = planWindow(planner, windowAt({ sample: inMilliseconds(sample) }, 'sample'), running.decode);
      planner = decision.planner;
      intervals.push({
        t,
        workers_seen: [running.prefill, running.decode],
        prefill_raw: decision.prefill,
        decode_raw: decision.decode,
        p_correction: planner.prefillCorrection.factor,
        d_correction: planner.decodeCorrection.factor,
        prefill_pred: triple(decision.prefillLoad),
        decode_pred: triple(decision.decodeLoad),
      });
      const target = targetOf(args, decision);
      if (target === null) continue;
      sent.push({ t, prefill: target.prefill, decode: target.decode });
      if (!isScripted) running = target;
    }
    return { intervals, sent };
  },
};

/** Times since the start at which an interval is found to be over; polling in tenths adds its rounding errors. */
function* tickTimes(intervalSeconds: number): Generator<number, never> {
  let [now, last] = [CLOCK_START, CLOCK_START];
  for (;;) {
    if (now - last >= intervalSeconds) {
      last = now;
      yield now - CLOCK_START;
    }
    now += intervalSeconds / 10;
  }
}

function inMilliseconds(sample: JsonObject): JsonObject {
  return {
    ...sample,
    ttft: numberOr(Number.NaN, sample, 'ttft_s') * 1000,
    itl: numberOr(Number.NaN, sample, 'itl_s') * 1000,
    request_duration: numberOr(Number.NaN, sample, 'request_duration_s'),
  };
}

function triple(load: PredictedLoad | null): JsonValue {
  return load === null ? null : [load.requestCount, load.islTokens, load.oslTokens];
}
