import type { EngineSpec } from '../../engine/index.ts';
import { LENGTHS, type RequestShape, randomNumbers, seedOf, type WorkloadMinute } from '../../workload/index.ts';
import { CLASS_OF_LENGTH, CLASS_SHARES, CLASSES, type ShapeTable, shapeTable } from './shape-table.ts';

/** Cohorts of a second: the requests of a tenth of a second arrive together. */
export const COHORTS = 10;
const MINUTE_COHORTS = 60 * COHORTS;
/** Cohorts whose requests are told apart by output class together. */
export const WINDOW_COHORTS = 5;
const WINDOWS = MINUTE_COHORTS / WINDOW_COHORTS;

/** Requests of a second that are drawn one by one; of more, so many are drawn for all. */
const MOST_DRAWN = 64;

/** What a minute brings, cohort by cohort. Buffers are overwritten with the next minute. */
export interface SampledMinute {
  readonly table: ShapeTable;
  readonly requests: number;
  readonly promptTokens: number;
  readonly outputTokens: number;
  readonly count: Float64Array;
  /** Seconds of one prefill replica. */
  readonly work: Float64Array;
  /** Requests of each output class, {@link CLASSES} to a window of {@link WINDOW_COHORTS} cohorts. */
  readonly classes: Float64Array;
  /** Prompt tokens of the same. */
  readonly tokens: Float64Array;
}

/** Draws minutes once for all simulations of an engine, whoever asks first. */
export interface MinuteSampler {
  sample(minute: WorkloadMinute): SampledMinute;
}

const samplers = new WeakMap<EngineSpec, Map<number, MinuteSampler>>();

export function minuteSampler(engine: EngineSpec, ttftMs: number): MinuteSampler {
  const known = samplers.get(engine) ?? new Map<number, MinuteSampler>();
  samplers.set(engine, known);
  const sampler = known.get(ttftMs) ?? createSampler(engine, ttftMs);
  known.set(ttftMs, sampler);
  return sampler;
}

function createSampler(engine: EngineSpec, ttftMs: number): MinuteSampler {
  const count = new Float64Array(MINUTE_COHORTS);
  const work = new Float64Array(MINUTE_COHORTS);
  const classes = new Float64Array(WINDOWS * CLASSES);
  const tokens = new Float64Array(WINDOWS * CLASSES);
  let newest: { readonly minute: WorkloadMinute; readonly sampled: SampledMinute } | undefined;
  let shaped: { readonly shape: RequestShape; readonly table: ShapeTable } | undefined;
  const tableOf = (shape: RequestShape): ShapeTable => {
    if (shaped?.shape !== shape) shaped = { shape, table: shapeTable(engine, shape, ttftMs) };
    return shaped.table;
  };
  return {
    sample(minute) {
      if (newest?.minute === minute) return newest.sampled;
      const table = tableOf(minute.shape);
      count.fill(0);
      work.fill(0);
      tokens.fill(0);
      classes.fill(0);
      const sums = draw(minute, table, { count, work, tokens, classes });
      const sampled = { table, ...sums, count, work, tokens, classes };
      newest = { minute, sampled };
      return sampled;
    },
  };
}

type Buffers = Pick<SampledMinute, 'count' | 'work' | 'tokens' | 'classes'>;
type Sums = Pick<SampledMinute, 'requests' | 'promptTokens' | 'outputTokens'>;

function draw(minute: WorkloadMinute, table: ShapeTable, buffers: Buffers): Sums {
  const random = randomNumbers(seedOf(minute.seed, 1));
  const { arrivalsPerSecond } = minute;
  const { count, work, tokens, classes } = buffers;
  const { islTokens, prefillSeconds, classTokens, meanPrefill } = table;
  const meanIsl = minute.shape.islTokens;
  let requests = 0;
  for (let second = 0; second < arrivalsPerSecond.length; second += 1) {
    const arrivals = arrivalsPerSecond[second] ?? 0;
    if (arrivals === 0) continue;
    requests += arrivals;
    const drawn = Math.min(arrivals, MOST_DRAWN);
    // The sum of many requests has the spread of few, wider by the root of how many each stands for.
    const spread = Math.sqrt(arrivals / drawn);
    const start = second * COHORTS;
    if (arrivals > drawn) {
      const each = (arrivals - drawn * spread) / COHORTS;
      for (let cohort = start; cohort < start + COHORTS; cohort += 1) {
        count[cohort] = each;
        work[cohort] = each * meanPrefill;
      }
      const window = Math.floor(start / WINDOW_COHORTS);
      for (let place = 0; place < (COHORTS / WINDOW_COHORTS) * CLASSES; place += 1) {
        const share = each * WINDOW_COHORTS * (CLASS_SHARES[place % CLASSES] ?? 0);
        classes[window * CLASSES + place] = share;
        tokens[window * CLASSES + place] = share * meanIsl;
      }
    }
    for (let one = 0; one < drawn; one += 1) {
      const cohort = start + Math.floor(random() * COHORTS);
      const bits = Math.floor(random() * (LENGTHS * LENGTHS));
      const length = bits % LENGTHS;
      const window = Math.floor(cohort / WINDOW_COHORTS);
      const place = window * CLASSES + (CLASS_OF_LENGTH[Math.floor(bits / LENGTHS)] ?? 0);
      count[cohort] = (count[cohort] ?? 0) + spread;
      work[cohort] = (work[cohort] ?? 0) + spread * (prefillSeconds[length] ?? 0);
      classes[place] = (classes[place] ?? 0) + spread;
      tokens[place] = (tokens[place] ?? 0) + spread * (islTokens[length] ?? 0);
    }
  }
  let [promptTokens, outputTokens] = [0, 0];
  for (let cell = 0; cell < classes.length; cell += 1) {
    promptTokens += tokens[cell] ?? 0;
    outputTokens += (classes[cell] ?? 0) * (classTokens[cell % CLASSES] ?? 0);
  }
  return { requests, promptTokens, outputTokens };
}
