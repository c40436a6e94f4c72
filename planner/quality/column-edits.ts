import type { TrafficColumn, TrafficColumns, TrafficSeries } from '../metrics/index.ts';

/** Changes of a series. A column is copied when its first cell changes, and nobody else's series changes. */
export class ColumnEdits {
  readonly #series: TrafficSeries;
  readonly #copies = new Map<TrafficColumn, Float64Array>();

  constructor(series: TrafficSeries) {
    this.#series = series;
  }

  set(column: TrafficColumn, index: number, value: number): void {
    const original = this.#series.columns[column];
    if (original === undefined) return;
    const copy = this.#copies.get(column) ?? original.slice();
    copy[index] = value;
    this.#copies.set(column, copy);
  }

  /** Makes every cell of a bucket unknown. */
  clear(index: number): void {
    for (const column of columnNames(this.#series.columns)) this.set(column, index, Number.NaN);
  }

  apply(): TrafficSeries {
    if (this.#copies.size === 0) return this.#series;
    return { ...this.#series, columns: { ...this.#series.columns, ...Object.fromEntries(this.#copies) } };
  }
}

export function columnNames(columns: TrafficColumns): readonly TrafficColumn[] {
  return Object.keys(columns) as TrafficColumn[];
}
