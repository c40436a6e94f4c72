import type { TrafficColumn, TrafficSeries } from '../metrics/index.ts';
import { ColumnEdits, columnNames } from './column-edits.ts';
import { isOnlyUnderLoad } from './completeness.ts';

/** Counts of what is there when a bucket ends, which stay until they change. */
const STEPS: ReadonlySet<TrafficColumn> = new Set(['prefillReady', 'decodeReady', 'frontendReady']);

/**
 * Puts the numbers of the neighbours where up to `longest` buckets in a row have none: on the line between them, or the
 * last one known where the gap reaches the end. A missing bucket is unknown, and neither zero nor left out: left out, a
 * count would be too low and time too short. Nothing is put before the first measurement.
 */
export function bridgeGaps(series: TrafficSeries, longest: number): TrafficSeries {
  if (longest < 1) return series;
  const counts = series.columns.requestCount;
  const counted = new ColumnEdits(series);
  if (counts !== undefined) bridgeColumn('requestCount', counts, longest, () => true, counted);
  const withCounts = counted.apply();
  const hasTraffic = (index: number): boolean => (withCounts.columns.requestCount?.[index] ?? 1) > 0;
  const edits = new ColumnEdits(withCounts);
  for (const column of columnNames(series.columns)) {
    const cells = series.columns[column];
    if (column === 'requestCount' || column === 'coverage' || cells === undefined || !hasBoth(cells)) continue;
    bridgeColumn(column, cells, longest, isOnlyUnderLoad(column) ? hasTraffic : () => true, edits);
  }
  return edits.apply();
}

function bridgeColumn(
  column: TrafficColumn,
  cells: Float64Array,
  longest: number,
  isWanted: (index: number) => boolean,
  edits: ColumnEdits,
): void {
  let before = -1;
  for (let index = 0; index < cells.length; index += 1) {
    if (!Number.isNaN(cells[index])) {
      before = index;
      continue;
    }
    let after = index + 1;
    while (after < cells.length && Number.isNaN(cells[after])) after += 1;
    for (let gap = index; gap < after; gap += 1) {
      const value = isWanted(gap) ? bridged(column, cells, { before, after, gap }, longest) : undefined;
      if (value !== undefined) edits.set(column, gap, value);
    }
    index = after - 1;
  }
}

/** Means over requests have gaps wherever nobody asked for anything, so for them only the distance counts. */
function bridged(
  column: TrafficColumn,
  cells: Float64Array,
  { before, after, gap }: { readonly before: number; readonly after: number; readonly gap: number },
  longest: number,
): number | undefined {
  const isMean = isOnlyUnderLoad(column);
  if (!isMean && (before < 0 || after - before - 1 > longest)) return undefined;
  const left = before >= 0 && gap - before <= longest ? cells[before] : undefined;
  const right = after < cells.length && after - gap <= longest ? cells[after] : undefined;
  if (left === undefined) return isMean ? right : undefined;
  if (right === undefined || STEPS.has(column)) return left;
  return left + ((right - left) * (gap - before)) / (after - before);
}

/** Whether there is something to bridge, and something to bridge it with. */
function hasBoth(cells: Float64Array): boolean {
  let [hasGap, hasValue] = [false, false];
  for (let index = 0; index < cells.length && !(hasGap && hasValue); index += 1) {
    if (Number.isNaN(cells[index])) hasGap = true;
    else hasValue = true;
  }
  return hasGap && hasValue;
}
