import { fail, type Problem, type Result, succeed } from '../../../../api/index.ts';
import type { TrafficColumn } from '../../traffic-series.ts';
import { isoTime } from '../../traffic-windows.ts';
import { badCell, shown } from '../file-problem.ts';
import { type FileSeries, MOST_BUCKETS, type ReadFile } from '../file-series.ts';
import { readTime, TIME_HINT } from '../read-time.ts';
import { eachLine } from '../text-lines.ts';
import { readSample } from './read-sample.ts';
import { cellsBetween, isKnownMetric, type Snapshot } from './snapshots.ts';

/** A comment of ours that gives the time of the samples below it, which `/metrics` itself does not. */
const TIMESTAMP = /^#\s*timestamp\s+(.*?)\s*$/;
/** Labels that tell one graph from another, where a scraper added them. */
const GRAPH_LABELS = ['namespace', 'dynamo_namespace'] as const;
/** How far two distances of snapshots may differ, as a share. */
const UNEVEN = 0.1;

type Samples = Map<number, Map<string, Map<string, number>>>;

/**
 * Reads what frontends expose as text, several snapshots one after the other: the increases between two are a bucket. A
 * single snapshot has no increases, only levels. @param singleSeconds length of the bucket that it is then taken for.
 */
export function readOpenMetrics(text: string, file: string, singleSeconds: number): Result<ReadFile> {
  const models = new Map<string, Samples>();
  const graph = new Map<string, string>();
  let commentMs: number | undefined;
  const read = eachLine(text, file, ({ text: content, line }) => {
    const trimmed = content.trim();
    if (trimmed.startsWith('#')) {
      const comment = TIMESTAMP.exec(trimmed)?.[1];
      if (comment === undefined) return undefined;
      const time = readTime(comment);
      if (!time.ok) return badCell(file, { line, column: 1 }, `${shown(comment)} ${time.error}`, TIME_HINT);
      commentMs = time.value;
      return undefined;
    }
    const sample = readSample(trimmed);
    if (sample === undefined)
      return badCell(file, { line, column: 1 }, `${shown(trimmed)} is not a sample of an OpenMetrics text`);
    if (!isKnownMetric(sample.name)) return undefined;
    const timeMs = sample.timeMs ?? commentMs;
    if (timeMs === undefined) {
      const hint = 'put a line "# timestamp 2026-11-02T09:30:00Z" before each snapshot';
      return badCell(file, { line, column: 1 }, `${sample.name} has no time`, hint);
    }
    const model = sample.labels.get('model');
    if (model === undefined) return badCell(file, { line, column: 1 }, `${sample.name} has no label model`);
    for (const label of GRAPH_LABELS) {
      const value = sample.labels.get(label) ?? '';
      const other = graph.get(label) ?? value;
      graph.set(label, other);
      if (other === value) continue;
      const message = `has ${label}=${shown(value)}, and samples before it ${shown(other)}`;
      return badCell(file, { line, column: 1 }, message, 'keep the samples of one graph');
    }
    return put(models, model, timeMs, sample, file, line);
  });
  if (!read.ok) return read;
  if (models.size === 0) {
    const hint = 'metrics of the frontend are read: dynamo_frontend_requests_total and others';
    return fail({ code: 'schema', file, message: 'has no sample of a metric that is known', hint });
  }
  const series: FileSeries[] = [];
  let isSingle = false;
  for (const [model, samples] of models) {
    const one = seriesOf(model, samples, singleSeconds, file);
    if (!one.ok) return one;
    isSingle ||= samples.size === 1;
    series.push(one.value);
  }
  const what = isSingle ? 'a single snapshot, which shows levels and no increases' : 'increases between snapshots';
  return succeed({ source: `text exposition of frontends: ${what}`, series });
}

function put(
  models: Map<string, Samples>,
  model: string,
  timeMs: number,
  { name, labels, value }: NonNullable<ReturnType<typeof readSample>>,
  file: string,
  line: number,
): Problem | undefined {
  const samples = models.get(model) ?? new Map<number, Map<string, Map<string, number>>>();
  models.set(model, samples);
  const snapshot = samples.get(timeMs) ?? new Map<string, Map<string, number>>();
  samples.set(timeMs, snapshot);
  const series = snapshot.get(name) ?? new Map<string, number>();
  snapshot.set(name, series);
  const key = JSON.stringify([...labels].sort(([a], [b]) => (a < b ? -1 : 1)));
  if (series.has(key))
    return badCell(
      file,
      { line, column: 1 },
      `${name} stands twice with the same labels and the time ${isoTime(timeMs)}`,
    );
  series.set(key, value);
  return undefined;
}

function seriesOf(model: string, samples: Samples, singleSeconds: number, file: string): Result<FileSeries> {
  const times = [...samples.keys()].sort((a, b) => a - b);
  const [first = 0, last = 0] = [times[0], times.at(-1)];
  const steps = times.slice(1).map((time, index) => time - (times[index] ?? time));
  const bucketSeconds = steps.length === 0 ? singleSeconds : Math.round((last - first) / steps.length / 1000);
  const uneven = steps.find((step) => Math.abs(step - bucketSeconds * 1000) > UNEVEN * bucketSeconds * 1000);
  if (uneven !== undefined || bucketSeconds < 1) {
    const message = `snapshots are ${bucketSeconds} s apart on average, and two of them ${(uneven ?? 0) / 1000} s`;
    return fail({ code: 'schema', file, message, hint: 'take them at even distances' });
  }
  const length = Math.max(1, steps.length);
  if (length > MOST_BUCKETS) return fail({ code: 'schema', file, message: `has more than ${MOST_BUCKETS} snapshots` });
  const columns: { [column in TrafficColumn]?: Float64Array } = {};
  const snapshots = times.map((time): Snapshot => samples.get(time) ?? new Map());
  for (let bucket = 0; bucket < length; bucket += 1) {
    const isSingle = snapshots.length === 1;
    const [before, now] = isSingle ? [undefined, snapshots[0]] : [snapshots[bucket], snapshots[bucket + 1]];
    for (const [column, cell] of cellsBetween(before, now ?? new Map())) {
      columns[column] ??= new Float64Array(length).fill(Number.NaN);
      columns[column][bucket] = cell;
    }
  }
  const startMs = steps.length === 0 ? first - singleSeconds * 1000 : first;
  return succeed({ place: undefined, model, startMs, bucketSeconds, length, columns });
}
