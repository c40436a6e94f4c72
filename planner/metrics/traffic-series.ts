import { RECORDING_COLUMNS, type RecordingColumn } from '../../api/index.ts';

/** A quantity of one bucket, with its unit; {@link RECORDING_COLUMNS} says what each one is. */
export type TrafficColumn = RecordingColumn;

/**
 * What was measured of one graph, in buckets of equal length without gaps between them; every source gives this. Columns
 * are packed, because a fleet's week of minutes is tens of millions of numbers.
 */
export interface TrafficSeries {
  readonly deployment: string;
  readonly namespace: string;
  /** Undefined where the source does not tell environments apart. */
  readonly environment: string | undefined;
  /** Value of the metrics' `model` label. */
  readonly model: string;
  /** Start of the first bucket, milliseconds since 1970. */
  readonly startMs: number;
  readonly bucketSeconds: number;
  /** Number of buckets. */
  readonly length: number;
  /** Oldest first; NaN is no data, which is not zero. A column that nobody measured is absent. */
  readonly columns: TrafficColumns;
  readonly provenance: SeriesProvenance;
}

export type TrafficColumns = { readonly [column in TrafficColumn]?: Float64Array };

/** Where numbers come from, so that each can be asked for again. */
export interface SeriesProvenance {
  /** In a sentence, without addresses and secrets. */
  readonly source: string;
  /** The query of each column, where a server was asked. */
  readonly queries: { readonly [column in TrafficColumn]?: string };
}

/**
 * A column as long as its series, no data throughout where nobody measured it. What looks at each cell reads this: where a
 * column may be absent, every cell that is read becomes an object.
 */
export function wholeColumn(
  { columns, length }: Pick<TrafficSeries, 'columns' | 'length'>,
  column: TrafficColumn,
): Float64Array {
  return columns[column] ?? new Float64Array(length).fill(Number.NaN);
}

/** One bucket; null is no data, which is not zero. */
export type TrafficBucket = { readonly [column in TrafficColumn]: number | null };

export function bucketAt({ columns }: TrafficSeries, index: number): TrafficBucket {
  const bucket: { [column in TrafficColumn]?: number | null } = {};
  for (const column of RECORDING_COLUMNS) bucket[column] = cellAt(columns[column], index);
  return bucket as TrafficBucket;
}

/** A cell of a column, null where it has no data. */
export function cellAt(column: Float64Array | undefined, index: number): number | null {
  const cell = column?.[index];
  return cell === undefined || Number.isNaN(cell) ? null : cell;
}
