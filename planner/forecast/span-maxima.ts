import { type ForecastSpan, lastBucket } from './models/span.ts';

/** With less of the span measured its highest value may have been missed. */
const LEAST_MEASURED = 0.8;

/**
 * The highest value of the span after each bucket; NaN where the span is not over yet or is measured too thinly. One pass
 * with a queue that only falls.
 */
export function spanMaxima(history: Float64Array, span: ForecastSpan): Float64Array {
  const { length } = history;
  const maxima = new Float64Array(length).fill(Number.NaN);
  const queue = new Int32Array(length);
  const needed = Math.ceil(LEAST_MEASURED * span.holdBuckets);
  let [head, tail, measured] = [0, 0, 0];
  for (let end = span.leadBuckets; end < length; end += 1) {
    const value = history[end] ?? Number.NaN;
    if (!Number.isNaN(value)) {
      measured += 1;
      while (tail > head && (history[queue[tail - 1] ?? 0] ?? 0) <= value) tail -= 1;
      queue[tail] = end;
      tail += 1;
    }
    const out = end - span.holdBuckets;
    if (out >= span.leadBuckets && !Number.isNaN(history[out] ?? Number.NaN)) measured -= 1;
    while (tail > head && (queue[head] ?? 0) <= out) head += 1;
    const origin = end - lastBucket(span);
    if (origin >= 0 && measured >= needed && tail > head) maxima[origin] = history[queue[head] ?? 0] ?? Number.NaN;
  }
  return maxima;
}
