import { fail, type Problem, type Result, succeed } from '../../../api/index.ts';
import { roundCell } from '../round-cell.ts';
import type { TrafficColumn } from '../traffic-series.ts';
import { isoTime } from '../traffic-windows.ts';
import { badCell, type Position, shown } from './file-problem.ts';
import { type FileSeries, MOST_BUCKETS, type NamedPlace } from './file-series.ts';

/** One row of a table, as CSV and JSON lines have them. */
export interface TableRow {
  readonly timeMs: number;
  readonly place: NamedPlace | undefined;
  readonly model: string | undefined;
  /** NaN is no data. */
  readonly cells: readonly (readonly [TrafficColumn, number])[];
  /** Columns whose numbers are rates, to be multiplied by the length of a bucket. */
  readonly rates: readonly TrafficColumn[];
  readonly position: Position;
}

/** Rows of one graph, column by column: a week of minutes of a fleet is millions of cells. */
interface GraphRows {
  readonly place: NamedPlace | undefined;
  readonly model: string | undefined;
  readonly times: number[];
  readonly lines: number[];
  readonly columns: Map<TrafficColumn, number[]>;
  readonly rates: Set<TrafficColumn>;
}

/** Rows by graph, in any order. */
export class Table {
  readonly #graphs = new Map<string, GraphRows>();
  readonly #file: string;

  constructor(file: string) {
    this.#file = file;
  }

  add({ place, model, timeMs, cells, rates, position }: TableRow): Problem | undefined {
    const key = place === undefined ? '' : `${place.environment ?? ''}/${place.namespace}/${place.deployment}`;
    let graph = this.#graphs.get(key);
    if (graph === undefined) {
      graph = { place, model, times: [], lines: [], columns: new Map(), rates: new Set() };
      this.#graphs.set(key, graph);
    } else if (graph.model !== model) {
      const message = `has the model ${shown(model ?? '')}, and rows before it of the same graph ${shown(graph.model ?? '')}`;
      return badCell(this.#file, position, message, 'one graph serves one model; cut the file to it');
    }
    const row = graph.times.push(timeMs) - 1;
    graph.lines.push(position.line);
    for (const [column, cell] of cells) {
      let values = graph.columns.get(column);
      if (values === undefined) {
        values = [];
        graph.columns.set(column, values);
      }
      // Rows before it did not have the column.
      while (values.length < row) values.push(Number.NaN);
      values.push(cell);
    }
    for (const column of rates) graph.rates.add(column);
    return undefined;
  }

  /** @param singleSeconds length of a bucket where a graph has a single row, which says nothing about it. */
  series(singleSeconds: number): Result<readonly FileSeries[]> {
    if (this.#graphs.size === 0) {
      const hint = 'docs/recordings.md shows what it needs';
      return fail({ code: 'schema', file: this.#file, message: 'has no row', hint });
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

function seriesOf({ place, model, ...rows }: GraphRows, singleSeconds: number, file: string): Result<FileSeries> {
  const { times, lines } = rows;
  const order = Array.from(times, (_, row) => row).sort((a, b) => (times[a] ?? 0) - (times[b] ?? 0));
  const timeOf = (rank: number): number => times[order[rank] ?? 0] ?? 0;
  const placeOf = (rank: number): Position => ({ line: lines[order[rank] ?? 0] ?? 1, column: 1 });
  const [first, last] = [timeOf(0), timeOf(order.length - 1)];
  let stepMs = Number.POSITIVE_INFINITY;
  for (let rank = 1; rank < order.length; rank += 1) {
    const distance = timeOf(rank) - timeOf(rank - 1);
    if (distance === 0) {
      const message = `has the time ${isoTime(timeOf(rank))}, which line ${placeOf(rank - 1).line} has too`;
      return fail(badCell(file, placeOf(rank), message, 'keep one row a bucket of each graph'));
    }
    stepMs = Math.min(stepMs, distance);
  }
  if (stepMs === Number.POSITIVE_INFINITY) stepMs = singleSeconds * 1000;
  const bucketSeconds = stepMs / 1000;
  if (!Number.isInteger(bucketSeconds) || bucketSeconds > 86_400) {
    const message = `rows are ${bucketSeconds} s apart; buckets are 1 s to a day, in whole seconds`;
    return fail({ code: 'schema', file, message });
  }
  const off = order.findIndex((row) => ((times[row] ?? 0) - first) % stepMs !== 0);
  if (off >= 0) {
    const message = `${isoTime(timeOf(off))} is no multiple of ${bucketSeconds} s, the shortest distance of two rows, after ${isoTime(first)}`;
    return fail(
      badCell(file, placeOf(off), message, 'give all buckets the same length; a missing one may be left out'),
    );
  }
  const length = (last - first) / stepMs + 1;
  if (length > MOST_BUCKETS) {
    const message = `is ${length} buckets of ${bucketSeconds} s after the first row; at most ${MOST_BUCKETS} are read`;
    return fail(badCell(file, placeOf(order.length - 1), message, 'check its time'));
  }
  const columns: { [column in TrafficColumn]?: Float64Array } = {};
  for (const [column, values] of rows.columns) {
    const cells = new Float64Array(length).fill(Number.NaN);
    const factor = rows.rates.has(column) ? bucketSeconds : 1;
    for (const [row, value] of values.entries()) {
      cells[((times[row] ?? 0) - first) / stepMs] = factor === 1 ? value : roundCell(value * factor);
    }
    columns[column] = cells;
  }
  return succeed({ place, model, startMs: first, bucketSeconds, length, columns });
}
