import {
  bucketState,
  cellAt,
  POSITIVE_UNDER_LOAD,
  type StateCells,
  stateCellsOf,
  type TrafficColumn,
  type TrafficSeries,
} from '../metrics/index.ts';
import type { Stretch } from './question.ts';

/**
 * Output tokens per second that no GPU generates, with two orders of magnitude to spare: a count that was taken for a
 * rate, or the other way round. The fastest published serving results are in the tens of thousands.
 */
const MOST_TOKENS_PER_SECOND_PER_GPU = 1_000_000;

/** Shares, which end at 1. */
const SHARES = ['kvUsage', 'gpuUtilization', 'coverage'] as const;
/** Levels that no other cell depends on. */
const LEVELS = ['concurrency', 'queueDepth', 'prefillReady', 'frontendReady', 'frontendCpuCores'] as const;
/** What exporters round to above 1. */
const SHARE_TOLERANCE = 1.001;

const QUANTILES = [
  ['ttftP50Ms', 'ttftP90Ms', 'ttftP99Ms'],
  ['itlP50Ms', 'itlP90Ms', 'itlP99Ms'],
] as const;

/** A number that cannot be true, and what it makes worthless. */
export interface Impossible {
  readonly index: number;
  /** Undefined where the whole bucket cannot be trusted, since what measured the rest also measured this. */
  readonly columns: readonly TrafficColumn[] | undefined;
  readonly why: string;
}

/** Every impossible number of a stretch, oldest first. */
export function impossibleNumbers(
  series: TrafficSeries,
  stretch: Stretch,
  decodeGpusPerReplica: number | undefined,
): readonly Impossible[] {
  const found: Impossible[] = [];
  const cellsAt = stateCellsOf(series);
  const suspects = suspectBuckets(series, decodeGpusPerReplica);
  for (let index = stretch.first; index < stretch.end; index += 1) {
    if (suspects[index] !== 1) continue;
    const cells = cellsAt(index);
    const state = bucketState(cells);
    const why =
      state.kind === 'implausible'
        ? state.why
        : (beyondAnyGpu(cells, series.bucketSeconds, decodeGpusPerReplica) ??
          servedByNobody(series, index, cells.requestCount) ??
          negativeStart(series, index));
    if (why !== undefined) found.push({ index, columns: undefined, why });
    else found.push(...impossibleCells(series, index));
  }
  return found;
}

/**
 * Marks with 1 the buckets that need a closer look: a sieve that lets no impossible number through, column by column,
 * since a week of minutes has hundreds of thousands of cells. NaN compares as false, so what is missing is no suspect.
 */
function suspectBuckets(series: TrafficSeries, gpusPerReplica: number | undefined): Uint8Array {
  const { columns, bucketSeconds, length } = series;
  const marks = new Uint8Array(length);
  const counts = columns.requestCount ?? new Float64Array(length);
  const outside = (names: readonly TrafficColumn[], largest: number): void => {
    for (const name of names) {
      const cells = columns[name];
      if (cells === undefined) continue;
      for (let index = 0; index < length; index += 1) {
        const cell = cells[index] ?? Number.NaN;
        if (cell < 0 || cell > largest) marks[index] = 1;
      }
    }
  };
  outside([...LEVELS, 'decodeReady', 'startedCount', 'requestCount'], Number.MAX_VALUE);
  outside(SHARES, SHARE_TOLERANCE);
  for (const name of [...POSITIVE_UNDER_LOAD, 'decodeReady', 'prefillReady'] as const) {
    const cells = columns[name];
    if (cells === undefined) continue;
    for (let index = 0; index < length; index += 1) {
      const cell = cells[index] ?? Number.NaN;
      if ((cell <= 0 || cell > Number.MAX_VALUE) && (counts[index] ?? Number.NaN) > 0) marks[index] = 1;
    }
  }
  for (const [p50, p90, p99] of QUANTILES) {
    for (const [low, high] of [
      [p50, p90],
      [p90, p99],
      [p50, p99],
    ] as const) {
      const [below, above] = [columns[low], columns[high]];
      if (below === undefined || above === undefined) continue;
      for (let index = 0; index < length; index += 1) {
        if ((below[index] ?? Number.NaN) > (above[index] ?? Number.NaN)) marks[index] = 1;
      }
    }
  }
  const { oslTokens } = columns;
  if (gpusPerReplica === undefined || oslTokens === undefined) return marks;
  const most = MOST_TOKENS_PER_SECOND_PER_GPU * bucketSeconds * gpusPerReplica;
  for (let index = 0; index < length; index += 1) {
    if ((counts[index] ?? Number.NaN) * (oslTokens[index] ?? Number.NaN) > most) marks[index] = 1;
  }
  return marks;
}

function beyondAnyGpu(
  cells: StateCells,
  bucketSeconds: number,
  gpusPerReplica: number | undefined,
): string | undefined {
  const { requestCount, oslTokens, decodeReady } = cells;
  if (requestCount === null || oslTokens === null || decodeReady === null || gpusPerReplica === undefined)
    return undefined;
  const gpus = Math.max(1, decodeReady) * gpusPerReplica;
  const perGpu = (requestCount * oslTokens) / bucketSeconds / gpus;
  if (!(perGpu > MOST_TOKENS_PER_SECOND_PER_GPU)) return undefined;
  return `${requestCount} requests of ${oslTokens} output tokens in ${bucketSeconds} s on ${gpus} GPUs are more than any GPU generates`;
}

/** Workers are counted when a bucket ends, so one that begins with some may end with none and have served. */
function servedByNobody({ columns }: TrafficSeries, index: number, requestCount: number | null): string | undefined {
  if (requestCount === null || requestCount === 0) return undefined;
  for (const column of ['decodeReady', 'prefillReady'] as const) {
    if (cellAt(columns[column], index) !== 0) continue;
    const before = cellAt(columns[column], index - 1);
    if (before !== null && before > 0) continue;
    return `${column} is 0 while ${requestCount} requests were served`;
  }
  return undefined;
}

function negativeStart({ columns }: TrafficSeries, index: number): string | undefined {
  const started = cellAt(columns.startedCount, index);
  return started === null || (Number.isFinite(started) && started >= 0) ? undefined : `startedCount is ${started}`;
}

function impossibleCells({ columns }: TrafficSeries, index: number): readonly Impossible[] {
  const found: Impossible[] = [];
  for (const column of SHARES) {
    const cell = cellAt(columns[column], index);
    if (cell === null || (cell >= 0 && cell <= SHARE_TOLERANCE)) continue;
    found.push({ index, columns: [column], why: `${column} is ${cell}, and a share is 0 to 1` });
  }
  for (const column of LEVELS) {
    const cell = cellAt(columns[column], index);
    if (cell === null || (Number.isFinite(cell) && cell >= 0)) continue;
    found.push({ index, columns: [column], why: `${column} is ${cell}` });
  }
  for (const names of QUANTILES) {
    const cells = names.map((name) => cellAt(columns[name], index)).filter((cell) => cell !== null);
    const isOrdered = cells.every((cell, position) => cell >= (cells[position - 1] ?? 0));
    if (!isOrdered) found.push({ index, columns: names, why: `${names.join(', ')} are ${cells.join(', ')}` });
  }
  return found;
}
