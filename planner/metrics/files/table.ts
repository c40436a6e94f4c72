import { fail, type Problem, type Result, succeed } from '../../../api/index.ts';
import type { TrafficColumn } from '../traffic-series.ts';
import { isoTime } from '../traffic-windows.ts';
import { badCell, type Position } from './file-problem.ts';
import { type FileSeries, MOST_BUCKETS, type NamedPlace } from './file-series.ts';

/** One row of a table, as CSV and JSON lines have them. */
export interface TableRow {
  readonly timeMs: number;
  readonly place: NamedPlace | undefined;
  readonly model: string | undefined;
  /** NaN is no data. */
  readonly cells: ReadonlyMap<TrafficColumn, number>;
  /** Columns whose numbers are rates, to be multiplied by the length of a bucket. */
  readonly rates: ReadonlySet<TrafficColumn>;
  readonly position: Position;
}

interface GraphRows {
  readonly place: NamedPlace | undefined;
  readonly model: string | undefined;
  readonly rows: TableRow[];
}

/** Rows by graph, in any order. */
export class Table {
  readonly #graphs = new Map<string, GraphRows>();
  readonly #file: string;

  constructor(file: string) {
    this.#file = file;
  }

  add(row: TableRow): Problem | undefined {
    const { place } = row;
    const key = place === undefined ? '' : [place.environment ?? '', place.namespace, place.deployment].join('/');
    const graph = this.#graphs.get(key);
    if (graph === undefined) {
      this.#graphs.set(key, { place, model: row.model, rows: [row] });
      return undefined;
    }
    if (graph.model !== row.model) {
      const message = `has the model ${JSON.stringify(row.model ?? '')}, and rows before it of the same graph ${JSON.stringify(graph.model ?? '')}`;
      return badCell(this.#file, row.position, message, 'one graph serves one model; cut the file to it');
    }
    graph.rows.push(row);
    return undefined;
  }

  /** @param singleSeconds length of a bucket where a graph has a single row, which says nothing about it. */
  series(singleSeconds: number): Result<readonly FileSeries[]> {
    if (this.#graphs.size === 0) {
      return fail({
        code: 'schema',
        file: this.#file,
        message: 'has no row',
        hint: 'docs/recordings.md shows what it needs',
      });
    }
    const series: FileSeries[] = [];
    for (const graph of this.#graphs.values()) {
      const one = seriesOf(graph, singleSeconds, this.#file);
      if (!one.ok) return one;
      series.push(one.value);
    }
    return succeed(series);
  }
}

function seriesOf({ place, model, rows }: GraphRows, singleSeconds: number, file: string): Result<FileSeries> {
  const sorted = rows.toSorted((a, b) => a.timeMs - b.timeMs);
  const [first] = sorted;
  const last = sorted.at(-1);
  if (first === undefined || last === undefined) return fail({ code: 'internal', message: 'a graph without rows' });
  let stepMs = Number.POSITIVE_INFINITY;
  for (let index = 1; index < sorted.length; index += 1) {
    const [one, next] = [sorted[index - 1], sorted[index]];
    if (one === undefined || next === undefined) continue;
    if (one.timeMs === next.timeMs) {
      const message = `has the time ${isoTime(next.timeMs)}, which line ${one.position.line} has too`;
      return fail(badCell(file, next.position, message, 'keep one row a bucket of each graph'));
    }
    stepMs = Math.min(stepMs, next.timeMs - one.timeMs);
  }
  if (stepMs === Number.POSITIVE_INFINITY) stepMs = singleSeconds * 1000;
  const bucketSeconds = stepMs / 1000;
  if (!Number.isInteger(bucketSeconds) || bucketSeconds > 86_400) {
    const message = `rows are ${bucketSeconds} s apart; buckets are 1 s to a day, in whole seconds`;
    return fail({ code: 'schema', file, message });
  }
  const off = sorted.find(({ timeMs }) => (timeMs - first.timeMs) % stepMs !== 0);
  if (off !== undefined) {
    const message = `${isoTime(off.timeMs)} is no multiple of ${bucketSeconds} s, the shortest distance of two rows, after ${isoTime(first.timeMs)}`;
    return fail(
      badCell(file, off.position, message, 'give all buckets the same length; a missing one may be left out'),
    );
  }
  const length = (last.timeMs - first.timeMs) / stepMs + 1;
  if (length > MOST_BUCKETS) {
    const message = `is ${length} buckets of ${bucketSeconds} s after the first row; at most ${MOST_BUCKETS} are read`;
    return fail(badCell(file, last.position, message, 'check its time'));
  }
  const columns: { [column in TrafficColumn]?: Float64Array } = {};
  for (const row of sorted) {
    const index = (row.timeMs - first.timeMs) / stepMs;
    for (const [column, cell] of row.cells) {
      columns[column] ??= new Float64Array(length).fill(Number.NaN);
      columns[column][index] = row.rates.has(column) ? cell * bucketSeconds : cell;
    }
  }
  return succeed({ place, model, startMs: first.timeMs, bucketSeconds, length, columns });
}
