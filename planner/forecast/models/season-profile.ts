/** A time of day is a slot of this length: short enough for a morning's rise, long enough to average its noise. */
const SLOT_SECONDS = 600;

/** Share of the overall mean that is added everywhere, so that an idle night is no division by zero. */
const FLOOR = 0.05;

/** An older period never counts for less than this share of the next newer one's weight. */
const SLOWEST_LEARNING = 0.3;

/** The least that a season can be. */
export const LEAST_SEASON = FLOOR / (1 + FLOOR);

/** How a usual value compares with the mean of all, which is above zero. */
export function seasonOf(mean: number, overall: number): number {
  return (mean / overall + FLOOR) / (1 + FLOOR);
}

/** What a value usually is at a time of the day or week, relative to its mean; learns bucket by bucket. */
export class SeasonProfile {
  readonly #periodBuckets: number;
  readonly #slotBuckets: number;
  readonly #means: Float64Array;
  readonly #seen: Uint16Array;
  /** Means with their neighbours, kept so that looking ahead is one look. */
  readonly #smoothed: Float64Array;
  #slotSum = 0;
  #slotCount = 0;
  #sum = 0;
  #count = 0;

  constructor(periodBuckets: number, bucketSeconds: number) {
    this.#periodBuckets = periodBuckets;
    this.#slotBuckets = Math.max(1, Math.round(SLOT_SECONDS / bucketSeconds));
    const slots = Math.ceil(periodBuckets / this.#slotBuckets);
    this.#means = new Float64Array(slots).fill(Number.NaN);
    this.#seen = new Uint16Array(slots);
    this.#smoothed = new Float64Array(slots).fill(Number.NaN);
  }

  /** Takes in the value of a bucket; NaN teaches nothing. Buckets come in order. */
  learn(bucket: number, value: number): void {
    if (!Number.isNaN(value)) {
      this.#slotSum += value;
      this.#slotCount += 1;
      this.#sum += value;
      this.#count += 1;
    }
    const slot = this.#slotOf(bucket);
    if (this.#slotOf(bucket + 1) !== slot) this.#closeSlot(slot);
  }

  /** Undefined where this time was never measured. */
  seasonAt(bucket: number): number | undefined {
    const mean = this.meanAt(bucket);
    const { overall } = this;
    return Number.isNaN(mean) || !(overall > 0) ? undefined : seasonOf(mean, overall);
  }

  /** The usual value at this time; NaN where it was never measured. */
  meanAt(bucket: number): number {
    return this.#smoothed[this.#slotOf(bucket)] ?? Number.NaN;
  }

  /** Mean of all values; NaN before the first. */
  get overall(): number {
    return this.#sum / this.#count;
  }

  /** The highest season from one bucket to another, both included; undefined where none was measured. */
  highest(first: number, last: number): number | undefined {
    const mean = this.highestMean(first, last);
    const { overall } = this;
    return Number.isNaN(mean) || !(overall > 0) ? undefined : seasonOf(mean, overall);
  }

  /** The highest usual value from one bucket to another, both included; NaN where none was measured. */
  highestMean(first: number, last: number): number {
    let best = Number.NaN;
    for (let bucket = first; bucket < last + this.#slotBuckets; bucket += this.#slotBuckets) {
      const mean = this.meanAt(Math.min(bucket, last));
      if (!(mean <= best) && !Number.isNaN(mean)) best = mean;
    }
    return best;
  }

  #slotOf(bucket: number): number {
    return Math.floor((bucket % this.#periodBuckets) / this.#slotBuckets);
  }

  #closeSlot(slot: number): void {
    if (this.#slotCount > 0) {
      const mean = this.#slotSum / this.#slotCount;
      const known = this.#means[slot] ?? Number.NaN;
      const seen = (this.#seen[slot] ?? 0) + 1;
      const weight = Math.max(SLOWEST_LEARNING, 1 / seen);
      this.#means[slot] = Number.isNaN(known) ? mean : known + weight * (mean - known);
      this.#seen[slot] = seen;
      const slots = this.#means.length;
      for (const near of [slot + slots - 1, slot, slot + 1]) this.#smoothed[near % slots] = this.#smooth(near % slots);
    }
    this.#slotSum = 0;
    this.#slotCount = 0;
  }

  /** With its neighbours, the slot itself counting twice; NaN where too little of them was measured. */
  #smooth(slot: number): number {
    const slots = this.#means.length;
    let [sum, weights] = [0, 0];
    for (const offset of [-1, 0, 1]) {
      const mean = this.#means[(slot + offset + slots) % slots] ?? Number.NaN;
      if (Number.isNaN(mean)) continue;
      const weight = offset === 0 ? 2 : 1;
      sum += weight * mean;
      weights += weight;
    }
    return weights < 2 ? Number.NaN : sum / weights;
  }
}
