import type { EngineSpec } from '../../engine/index.ts';
import { DrawnRequests, type RequestShape, type WorkloadMinute } from '../../workload/index.ts';
import type { SimulationOptions } from '../simulation.ts';
import { CLASS_OF_LENGTH, CLASS_SHARES, CLASSES, ShapeTable } from './shape-table.ts';

/** Cohorts of a second: the requests of a tenth of a second arrive together. */
export const COHORTS = 10;
const MINUTE_COHORTS = 60 * COHORTS;

/** What a minute brings, cohort by cohort. Buffers are overwritten with the next minute. */
export interface SampledMinute {
  readonly table: ShapeTable;
  readonly requests: number;
  readonly promptTokens: number;
  readonly outputTokens: number;
  readonly count: Float64Array;
  /** Seconds of one prefill replica. */
  readonly work: Float64Array;
  /** The part of it that is ahead of the middle one of the requests. */
  readonly middle: Float64Array;
  /** Cohorts whose requests are told apart by output class together. */
  readonly windowCohorts: number;
  /** Requests of each output class, {@link CLASSES} to a window. */
  readonly classes: Float64Array;
  /** Prompt tokens of the same. */
  readonly tokens: Float64Array;
}

/** A window is half a second, or a tenth where a lone request would be decoded in less than so many of the longer ones. */
const WINDOWS_OF_A_REQUEST = 2;
const LONG_WINDOW = 5;

/** Draws minutes once for all simulations of an engine, whoever asks first. */
export interface MinuteSampler {
  sample(minute: WorkloadMinute): SampledMinute;
}

const samplers = new WeakMap<EngineSpec, Map<string, MinuteSampler>>();

/** @param drawnPerSecond see {@link SimulationOptions} */
export function minuteSampler(engine: EngineSpec, ttftMs: number, drawnPerSecond: number): MinuteSampler {
  const known = samplers.get(engine) ?? new Map<string, MinuteSampler>();
  samplers.set(engine, known);
  const key = `${ttftMs} ${drawnPerSecond}`;
  const sampler = known.get(key) ?? createSampler(engine, ttftMs, drawnPerSecond);
  known.set(key, sampler);
  return sampler;
}

/** Minutes that are kept: the oracle goes back and forth between one and the next. */
const KEPT_MINUTES = 2;

function createSampler(engine: EngineSpec, ttftMs: number, drawnPerSecond: number): MinuteSampler {
  const drawn = new DrawnRequests();
  const buffers = Array.from({ length: KEPT_MINUTES }, () => ({
    count: new Float64Array(MINUTE_COHORTS),
    work: new Float64Array(MINUTE_COHORTS),
    middle: new Float64Array(MINUTE_COHORTS),
    classes: new Float64Array(MINUTE_COHORTS * CLASSES),
    tokens: new Float64Array(MINUTE_COHORTS * CLASSES),
  }));
  const kept: { readonly minute: WorkloadMinute; readonly sampled: SampledMinute }[] = [];
  let shaped: { readonly shape: RequestShape; readonly table: ShapeTable } | undefined;
  const tableOf = (shape: RequestShape): ShapeTable => {
    if (shaped?.shape !== shape) shaped = { shape, table: new ShapeTable(engine, shape, ttftMs) };
    return shaped.table;
  };
  let next = 0;
  return {
    sample(minute) {
      for (const one of kept) if (one.minute === minute) return one.sampled;
      const into = buffers[next];
      if (into === undefined) throw new RangeError(`no buffer ${next}`);
      const table = tableOf(minute.shape);
      const residenceSeconds = (minute.shape.oslTokens * engine.model.decode.fixedMs) / 1000;
      const isShort = residenceSeconds < (WINDOWS_OF_A_REQUEST * LONG_WINDOW) / COHORTS;
      const windowCohorts = isShort ? 1 : LONG_WINDOW;
      into.count.fill(0);
      into.work.fill(0);
      into.classes.fill(0, 0, (MINUTE_COHORTS / windowCohorts) * CLASSES);
      into.tokens.fill(0, 0, (MINUTE_COHORTS / windowCohorts) * CLASSES);
      const { count, work, middle, classes, tokens } = into;
      const sums = take(minute, drawn, drawnPerSecond, { table, count, work, middle, windowCohorts, classes, tokens });
      const { requests, promptTokens, outputTokens } = sums;
      // Without spreading, so that what reads it in the inmost loops sees one kind of object.
      const sampled: SampledMinute = {
        table,
        requests,
        promptTokens,
        outputTokens,
        count,
        work,
        middle,
        windowCohorts,
        classes,
        tokens,
      };
      kept[next] = { minute, sampled };
      next = (next + 1) % KEPT_MINUTES;
      return sampled;
    },
  };
}

type Sums = Pick<SampledMinute, 'requests' | 'promptTokens' | 'outputTokens'>;

function take(
  minute: WorkloadMinute,
  requests: DrawnRequests,
  drawnPerSecond: number,
  into: Omit<SampledMinute, keyof Sums>,
): Sums {
  const { arrivalsPerSecond, shape, seed } = minute;
  const { table, count, work, middle, windowCohorts, classes, tokens } = into;
  const { islTokens, prefillSeconds, classTokens, meanPrefill } = table;
  let total = 0;
  for (let second = 0; second < arrivalsPerSecond.length; second += 1) {
    const arrivals = arrivalsPerSecond[second] ?? 0;
    if (arrivals === 0) continue;
    total += arrivals;
    const drawn = Math.min(arrivals, drawnPerSecond);
    requests.draw(seed, second, drawn);
    const { arrival, prompt, output } = requests;
    // The sum of many requests has the spread of few, wider by the root of how many each stands for.
    const spread = Math.sqrt(arrivals / drawn);
    const start = second * COHORTS;
    if (arrivals > drawn) {
      const each = (arrivals - drawn * spread) / COHORTS;
      for (let cohort = start; cohort < start + COHORTS; cohort += 1) {
        count[cohort] = each;
        work[cohort] = each * meanPrefill;
      }
      const first = (start / windowCohorts) * CLASSES;
      for (let place = 0; place < (COHORTS / windowCohorts) * CLASSES; place += 1) {
        const share = each * windowCohorts * (CLASS_SHARES[place % CLASSES] ?? 0);
        classes[first + place] = share;
        tokens[first + place] = share * shape.islTokens;
      }
    }
    for (let one = 0; one < drawn; one += 1) {
      const cohort = start + Math.floor((arrival[one] ?? 0) * COHORTS);
      const length = prompt[one] ?? 0;
      const place = Math.floor(cohort / windowCohorts) * CLASSES + (CLASS_OF_LENGTH[output[one] ?? 0] ?? 0);
      count[cohort] = (count[cohort] ?? 0) + spread;
      work[cohort] = (work[cohort] ?? 0) + spread * (prefillSeconds[length] ?? 0);
      classes[place] = (classes[place] ?? 0) + spread;
      tokens[place] = (tokens[place] ?? 0) + spread * (islTokens[length] ?? 0);
    }
  }
  for (let cohort = 0; cohort < MINUTE_COHORTS; cohort += 1) {
    const requests = count[cohort] ?? 0;
    middle[cohort] = requests > 1 ? ((work[cohort] ?? 0) * (requests - 1)) / (2 * requests) : 0;
  }
  let promptTokens = 0;
  let outputTokens = 0;
  for (let cell = 0; cell < (MINUTE_COHORTS / windowCohorts) * CLASSES; cell += 1) {
    promptTokens += tokens[cell] ?? 0;
    outputTokens += (classes[cell] ?? 0) * (classTokens[cell % CLASSES] ?? 0);
  }
  return { requests: total, promptTokens, outputTokens };
}
