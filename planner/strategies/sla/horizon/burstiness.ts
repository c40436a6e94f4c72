/** Differences that an estimate looks back on: an hour of minutes or so, whatever the load did in between. */
const MOST_DIFFERENCES = 120;
const LEAST_DIFFERENCES = 30;
/** Where counts do not tell. */
const ASSUMED = 2;
const [LEAST, MOST] = [1, 16];
/** Median of the square of a standard normal variable. */
const MEDIAN_SQUARE = 0.4549;

/**
 * Squared variation of the time between arrivals, from how much counts of neighbouring stretches differ beyond their mean. The
 * median difference decides, so that the steps of a load, which forecasts answer for, do not count as bursts.
 */
export class Burstiness {
  readonly #dispersions: number[] = [];
  #before = Number.NaN;

  learn(count: number): void {
    const mean = (count + this.#before) / 2;
    if (mean > 0) {
      this.#dispersions.push((count - this.#before) ** 2 / 2 / mean);
      if (this.#dispersions.length > MOST_DIFFERENCES) this.#dispersions.shift();
    }
    this.#before = count;
  }

  get arrivalVariation(): number {
    if (this.#dispersions.length < LEAST_DIFFERENCES) return ASSUMED;
    const sorted = this.#dispersions.toSorted((a, b) => a - b);
    const median = sorted[Math.floor(sorted.length / 2)] ?? 0;
    return Math.min(MOST, Math.max(LEAST, median / MEDIAN_SQUARE));
  }
}
