/**
 * Share of the scrapes of each bucket that came in. How many a bucket should have is what a frontend has in most buckets,
 * since no query tells the interval. A bucket without any scrape has a coverage of 0.
 * @param scrapes scrapes of all frontends together, NaN where there were none.
 * @param frontends frontends that were scraped in the bucket.
 */
export function coverageOf(scrapes: Float64Array, frontends: Float64Array): Float64Array {
  const usual = mostFrequent(scrapes.map((count, index) => Math.round(count / (frontends[index] ?? Number.NaN))));
  return scrapes.map((count, index) => {
    const expected = (frontends[index] ?? Number.NaN) * usual;
    return expected > 0 ? Math.min(1, count / expected) : 0;
  });
}

/** The larger of two that are equally frequent: to expect more scrapes never takes a gap for full coverage. */
function mostFrequent(counts: Float64Array): number {
  const buckets = new Map<number, number>();
  for (const count of counts) {
    if (count > 0) buckets.set(count, (buckets.get(count) ?? 0) + 1);
  }
  let [usual, most] = [Number.NaN, 0];
  for (const [count, times] of buckets) {
    if (times > most || (times === most && count > usual)) [usual, most] = [count, times];
  }
  return usual;
}
