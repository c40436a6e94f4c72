import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TrafficSeries } from '../../planner/index.ts';
import { randomNumbers } from '../../test/planner/queue-simulation.ts';

/** A public trace in buckets of a minute. */
export interface MinuteTrace {
  readonly name: string;
  readonly series: TrafficSeries;
  /** Minutes, counted from the end, in which decisions are compared. */
  readonly judgedMinutes: number;
}

const MINUTES_PER_DAY = 1440;
/** A trace that says tokens alone is taken to have so many of its tokens in the output. */
const OUTPUT_SHARE = 0.2;

/** The traces of a folder; the README beside them says where they come from. One that is not there is left out. */
export function minuteTraces(folder: string): readonly MinuteTrace[] {
  return [
    trace(folder, 'servegen_m-large_10min_week1.csv', 'm-large', MINUTES_PER_DAY, tenMinutes),
    trace(folder, 'servegen_deepseek-r1_10min.csv', 'deepseek-r1', MINUTES_PER_DAY / 2, tenMinutes),
    trace(folder, 'burstgpt_week1_1min.csv', 'BurstGPT × 1,500', MINUTES_PER_DAY, tokensOnly(1500)),
    trace(folder, 'azure2023_conv_1min.csv', 'Azure conversation × 20', 30, oneMinute(20)),
  ].flat();
}

interface Minute {
  readonly requests: number;
  readonly islTokens: number;
  readonly oslTokens: number;
}

type ReadMinutes = (cell: (column: string, row: number) => number, rows: number) => readonly Minute[];

function trace(
  folder: string,
  file: string,
  name: string,
  judgedMinutes: number,
  read: ReadMinutes,
): readonly MinuteTrace[] {
  const path = join(folder, file);
  if (!existsSync(path)) return [];
  const [head = '', ...lines] = readFileSync(path, 'utf8').trim().split('\n');
  const columns = head.split(',');
  const rows = lines.map((line) => line.split(','));
  const minutes = read((column, row) => Number(rows[row]?.[columns.indexOf(column)] ?? Number.NaN), rows.length);
  return [{ name, series: seriesOf(minutes), judgedMinutes }];
}

/** Rates and lengths on the line between the ten minutes, and counts as Poisson arrivals would have them. */
const tenMinutes: ReadMinutes = (cell, rows) => {
  const random = randomNumbers(11);
  return Array.from({ length: (rows - 1) * 10 }, (_, minute) => {
    const row = Math.floor(minute / 10);
    const share = (minute % 10) / 10;
    const at = (column: string) => (1 - share) * cell(column, row) + share * cell(column, row + 1);
    const mean = at('rps') * 60;
    const normal = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
    const requests = Math.max(0, Math.round(mean + Math.sqrt(mean) * normal));
    return { requests, islTokens: at('isl_mean'), oslTokens: at('osl_mean') };
  });
};

/** So many times the load, since a graph of one replica has nothing to lose. */
const oneMinute =
  (times: number): ReadMinutes =>
  (cell, rows) =>
    Array.from({ length: rows }, (_, row) => {
      return {
        requests: times * cell('requests', row),
        islTokens: cell('isl_mean', row),
        oslTokens: cell('osl_mean', row),
      };
    });

const tokensOnly =
  (times: number): ReadMinutes =>
  (cell, rows) =>
    Array.from({ length: rows }, (_, row) => {
      const requests = Math.round(cell('requests_est', row));
      const each = cell('total_tokens', row) / Math.max(1, requests);
      return {
        requests: times * requests,
        islTokens: (1 - OUTPUT_SHARE) * each,
        oslTokens: Math.max(1, OUTPUT_SHARE * each),
      };
    });

/** With latencies that agree with each other, and workers that are ready. */
function seriesOf(minutes: readonly Minute[]): TrafficSeries {
  const column = (of: (minute: Minute) => number) => Float64Array.from(minutes, of);
  const underLoad = (of: (minute: Minute) => number) =>
    column((minute) => (minute.requests === 0 ? Number.NaN : of(minute)));
  return {
    ...{ deployment: 'chat', namespace: 'llm', environment: 'prod', model: 'acme/model' },
    ...{ startMs: Date.parse('2026-01-01T00:00:00Z'), bucketSeconds: 60, length: minutes.length },
    columns: {
      requestCount: column(({ requests }) => requests),
      islTokens: underLoad(({ islTokens }) => islTokens),
      oslTokens: underLoad(({ oslTokens }) => oslTokens),
      ttftMs: underLoad(() => 20),
      itlMs: underLoad(() => 10),
      requestSeconds: underLoad(({ oslTokens }) => (20 + 10 * (oslTokens - 1)) / 1000),
      prefillReady: column(() => 2),
      decodeReady: column(() => 2),
    },
    provenance: { source: 'a public trace', queries: {} },
  };
}
