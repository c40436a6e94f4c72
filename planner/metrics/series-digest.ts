import { type Digest, digestOf, RECORDING_COLUMNS } from '../../api/index.ts';
import type { TrafficSeries } from './traffic-series.ts';

/** Digest of what was measured of one graph: equal numbers have equal digests, wherever they were read. */
export function digestOfSeries(series: TrafficSeries): Digest {
  const { deployment, namespace, environment = null, model, startMs, bucketSeconds, length } = series;
  const measured = RECORDING_COLUMNS.flatMap((name) => {
    const cells = series.columns[name];
    return cells === undefined || cells.every(Number.isNaN) ? [] : [{ name, cells }];
  });
  const columns = measured.map(({ name }) => name);
  const head = Buffer.from(
    `${JSON.stringify([deployment, namespace, environment, model, startMs, bucketSeconds, length, columns])}\n`,
  );
  const bytes = new Uint8Array(head.length + measured.length * length * Float64Array.BYTES_PER_ELEMENT);
  bytes.set(head);
  const view = new DataView(bytes.buffer);
  let at = head.length;
  for (const { cells } of measured) {
    for (const cell of cells) {
      // One NaN of many, and no negative zero, so that a cell has one form in bytes.
      view.setFloat64(at, Number.isNaN(cell) ? Number.NaN : cell + 0, true);
      at += Float64Array.BYTES_PER_ELEMENT;
    }
  }
  return digestOf(bytes);
}
