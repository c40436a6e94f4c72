import { cellAt, type TrafficSeries } from '../metrics/index.ts';
import type { Stretch } from './question.ts';

/** How long a new worker answers slower than it will: its caches are empty, and kernels are compiled. */
const WARM_UP_SECONDS = 180;

const WORKERS = ['prefillReady', 'decodeReady'] as const;

/**
 * Marks with 1 the buckets in which a worker was new. Their latencies are true, and teach nothing about what a warm
 * worker can do, so whatever learns from latencies leaves them out.
 */
export function warmUpBuckets(
  { columns, bucketSeconds, length }: TrafficSeries,
  { first, end }: Stretch = { first: 0, end: length },
): Uint8Array {
  const marks = new Uint8Array(length);
  const buckets = Math.max(1, Math.ceil(WARM_UP_SECONDS / bucketSeconds));
  for (const column of WORKERS) {
    let before: number | null = null;
    for (let index = Math.max(0, first - buckets); index < end; index += 1) {
      const ready = cellAt(columns[column], index);
      if (ready === null) continue;
      if (before !== null && ready > before) marks.fill(1, index, Math.min(end, index + buckets));
      before = ready;
    }
  }
  return marks;
}
