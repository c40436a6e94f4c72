import { bucketState, cellAt, stateCellsOf, type TrafficSeries, wholeColumn } from '../../metrics/index.ts';
import { lengthVariation } from '../../queueing/index.ts';
import { contextTokens } from '../context-tokens.ts';
import { median, type RobustFit, robustFit } from '../fit/robust-fit.ts';
import { at } from '../numeric.ts';
import { type DecodeModel, type PerformanceModel, type PrefillModel, prefillMs } from '../performance-model.ts';

/** A model that a graph's own metrics tell of, or why they do not. */
export type LearnedModel =
  | { readonly kind: 'learned'; readonly model: PerformanceModel; readonly buckets: number }
  | { readonly kind: 'refused'; readonly reason: string };

/** What a bucket with traffic says about the engines. */
interface Sample {
  readonly requestsPerSecond: number;
  readonly islTokens: number;
  readonly contextTokens: number;
  readonly oslTokens: number;
  readonly ttftMs: number;
  readonly itlMs: number;
  readonly prefillReady: number;
  readonly decodeReady: number;
  /** Requests on each decode engine (Little's law). */
  readonly batch: number;
}

const LEAST_BUCKETS = 60;
/** More say no more about five coefficients; of a longer history every second or third bucket is taken. */
const MOST_BUCKETS = 3000;
/** Between the lowest and the highest tenth, load and lengths must differ so much to say what depends on what. */
const LEAST_SPREAD = 1.5;
const WORST_MAPE = 0.2;
/** Nothing is believed beyond the batches that were seen, but for so much. */
const BEYOND_SEEN = 1.25;
/** KV tokens of which nothing is known: the batches that were seen are the limit. */
const UNKNOWN_KV_TOKENS = Number.MAX_SAFE_INTEGER;

/**
 * Learns what prefill and decode cost from lengths, latencies and ready workers over time. ITL is fitted to the batch that
 * Little's law gives each engine; TTFT to the prompt length in the quietest quarter of the buckets, where next to nobody
 * waits. What the data cannot tell apart is refused rather than guessed.
 * @param interference whether the same engines prefill and decode
 */
export function learnModel(series: TrafficSeries, endIndex: number, interference: boolean): LearnedModel {
  const samples = samplesOf(series, endIndex, interference);
  if (samples.length < LEAST_BUCKETS) {
    const reason = `${samples.length} buckets have lengths, latencies and ready workers, and ${LEAST_BUCKETS} are needed`;
    return refused(reason);
  }
  const prefill = learnPrefill(samples, interference);
  if (typeof prefill === 'string') return refused(prefill);
  const decode = learnDecode(samples, prefill, interference);
  if (typeof decode === 'string') return refused(decode);
  return { kind: 'learned', model: { prefill, decode }, buckets: samples.length };
}

function samplesOf(series: TrafficSeries, endIndex: number, interference: boolean): readonly Sample[] {
  const { columns, bucketSeconds } = series;
  const cellsAt = stateCellsOf(series);
  const oslP95 = wholeColumn(series, 'oslP95Tokens');
  const samples: Sample[] = [];
  for (let index = 0; index < Math.min(endIndex, series.length); index += 1) {
    const cells = cellsAt(index);
    if (bucketState(cells).kind !== 'traffic') continue;
    const { requestCount, islTokens, oslTokens, ttftMs, itlMs, decodeReady } = cells;
    const prefillReady = interference ? decodeReady : cellAt(columns.prefillReady, index);
    if (requestCount === null || islTokens === null || oslTokens === null || ttftMs === null || itlMs === null)
      continue;
    if (decodeReady === null || decodeReady < 1 || prefillReady === null || prefillReady < 1) continue;
    const requestsPerSecond = requestCount / bucketSeconds;
    const batch = (requestsPerSecond * oslTokens * itlMs) / 1000 / decodeReady;
    const oslVariation = lengthVariation(oslTokens, oslP95[index] ?? Number.NaN);
    samples.push({
      ...{ requestsPerSecond, islTokens, oslTokens, ttftMs, itlMs, prefillReady, decodeReady, batch },
      contextTokens: contextTokens({ islTokens, oslTokens, oslVariation }),
    });
  }
  return samples.filter((_, index) => index % Math.ceil(samples.length / MOST_BUCKETS) === 0);
}

function learnPrefill(samples: readonly Sample[], interference: boolean): PrefillModel | string {
  const byLoad = samples.toSorted(
    (a, b) =>
      (a.requestsPerSecond * a.islTokens) / a.prefillReady - (b.requestsPerSecond * b.islTokens) / b.prefillReady,
  );
  const quiet = byLoad.slice(0, Math.max(LEAST_BUCKETS / 4, Math.floor(samples.length / 4)));
  const lengths = quiet.map(({ islTokens }) => islTokens);
  // Of a single length nobody can say which part grows with it; that all of it does is the careful answer for longer ones.
  const isVaried = spreadOf(lengths) >= LEAST_SPREAD;
  const fit = robustFit(
    quiet.map(({ islTokens, ttftMs, itlMs }) => ({
      terms: isVaried ? [1, islTokens] : [islTokens],
      // A prompt that shares its engine with a batch waits for a step of it.
      value: interference ? Math.max(ttftMs - itlMs, 0.1 * ttftMs) : ttftMs,
    })),
  );
  const unusable = unusableFit('TTFT', fit);
  if (fit === undefined || unusable !== undefined) return unusable ?? 'TTFT cannot be fitted';
  const [fixedMs, perTokenMs] = isVaried
    ? [at(fit.coefficients, 0), at(fit.coefficients, 1)]
    : [0, at(fit.coefficients, 0)];
  const model: PrefillModel = {
    ...{ fixedMs, perTokenMs, perSquaredTokenMs: 0 },
    islTokens: { lowest: Math.min(...lengths), highest: Math.max(...lengths) },
    error: fit.error,
  };
  const busiest = samples.reduce((most, sample) => (occupancy(model, sample) > occupancy(model, most) ? sample : most));
  const highest = occupancy(model, busiest);
  if (highest < 1) return model;
  return `prefill served ${number(busiest.requestsPerSecond)} requests/s of ${number(busiest.islTokens)} tokens with ${busiest.prefillReady} ready, for which TTFT in quiet times would keep ${number(highest * busiest.prefillReady)} busy: TTFT is not the time that a prompt occupies an engine here; profile the engine`;
}

/** Share of the engines' time that prompts take, if they take what the model says. */
function occupancy(model: PrefillModel, { requestsPerSecond, islTokens, prefillReady }: Sample): number {
  return (requestsPerSecond * prefillMs(model, islTokens)) / 1000 / prefillReady;
}

function learnDecode(samples: readonly Sample[], prefill: PrefillModel, interference: boolean): DecodeModel | string {
  const batches = samples.map(({ batch }) => batch);
  if (spreadOf(batches) < LEAST_SPREAD) {
    return `the batch on each decode worker was always about ${number(median(batches))}, so that nobody can say what a larger one does to ITL; profile the engine, or wait for the load to change`;
  }
  const contexts = samples.map(({ contextTokens }) => contextTokens);
  const isVaried = spreadOf(contexts) >= LEAST_SPREAD;
  const rows = samples.map(({ batch, contextTokens, itlMs, islTokens, oslTokens }) => {
    const between = interference ? (batch / oslTokens) * prefillMs(prefill, islTokens) : 0;
    // Again the careful answer: with one context length all growth with the batch is taken to grow with the context.
    const terms = isVaried ? [1, batch, batch * contextTokens] : [1, batch * contextTokens];
    return { terms, value: Math.max(itlMs - between, 0.1 * itlMs) };
  });
  const fit = robustFit(rows);
  const unusable = unusableFit('ITL', fit);
  if (fit === undefined || unusable !== undefined) return unusable ?? 'ITL cannot be fitted';
  const [fixedMs, perRequestMs, perKvTokenMs] = isVaried
    ? [at(fit.coefficients, 0), at(fit.coefficients, 1), at(fit.coefficients, 2)]
    : [at(fit.coefficients, 0), 0, at(fit.coefficients, 1)];
  if (perRequestMs === 0 && perKvTokenMs === 0) {
    return 'ITL did not grow with the batch, so that nobody can say how large one may be; profile the engine';
  }
  return {
    ...{ fixedMs, perRequestMs, perKvTokenMs, maxKvTokens: UNKNOWN_KV_TOKENS },
    maxBatch: Math.max(1, BEYOND_SEEN * Math.max(...batches)),
    contextTokens: { lowest: Math.min(...contexts), highest: Math.max(...contexts) },
    error: fit.error,
  };
}

function unusableFit(latency: 'TTFT' | 'ITL', fit: RobustFit | undefined): string | undefined {
  if (fit === undefined) return `${latency} says nothing that a performance model could: profile the engine`;
  if (fit.error.mape <= WORST_MAPE) return undefined;
  return `a performance model of ${latency} is ${number(fit.error.mape * 100)} % off on average, more than ${WORST_MAPE * 100} %: something else decides on it; profile the engine`;
}

/** The highest tenth over the lowest. */
function spreadOf(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const tenth = Math.floor(sorted.length / 10);
  return at(sorted, sorted.length - 1 - tenth) / at(sorted, tenth);
}

function refused(reason: string): LearnedModel {
  return { kind: 'refused', reason: `no performance model can be learned: ${reason}` };
}

function number(value: number): string {
  return String(Number(value.toPrecision(3)));
}
