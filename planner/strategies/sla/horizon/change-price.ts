/** What a change costs, GPU-seconds. */
export interface ChangePrice {
  /** While the day has room for changes. */
  readonly usual: number;
  /** Of one that adds replicas, and of one that only takes some away, now; infinite where the day has no room. */
  readonly rise: number;
  readonly fall: number;
}

export interface ChangePriceQuestion {
  /** GPUs of what runs. */
  readonly gpus: number;
  /** Changes within the last day. */
  readonly changes: number;
  readonly changesPerDay: number;
}

/** A change is worth this much time of all GPUs that run: less would be proposals for trifles. */
const WORTH_SECONDS = 100;

/** Share of a day's changes that is kept for rises: what was taken away must be able to come back. */
const RESERVE = 1 / 6;

/** Changes get dearer over the last third of a day's room, up to this many times. */
const DEAREST = 16;

/** The price of a change: proportional to what runs, and dearer the more of the day's changes were made. */
export function changePrice({ gpus, changes, changesPerDay }: ChangePriceQuestion): ChangePrice {
  const used = changes / changesPerDay;
  const usual = WORTH_SECONDS * gpus;
  const scarce = usual * DEAREST ** Math.max(0, 3 * used - 2);
  return {
    usual,
    rise: changes < changesPerDay ? scarce : Number.POSITIVE_INFINITY,
    fall: changes < (1 - RESERVE) * changesPerDay ? scarce : Number.POSITIVE_INFINITY,
  };
}
