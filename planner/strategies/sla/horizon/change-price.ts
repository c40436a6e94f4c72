/** What a change costs, GPU-seconds. */
export interface ChangePrice {
  /** While changes are made at an easy pace. */
  readonly usual: number;
  /** Of one that adds replicas, and of one that only takes some away, now; infinite where the day has no room. */
  readonly rise: number;
  readonly fall: number;
}

export interface ChangePriceQuestion {
  /** GPUs of what runs. */
  readonly gpus: number;
  /** How long ago each change of the last day was made, seconds. */
  readonly changeAgesSeconds: readonly number[];
  readonly changesPerDay: number;
}

/** A change is worth this much time of all GPUs that run: less would be proposals for trifles. */
const WORTH_SECONDS = 50;

/** Share of a day's changes that is kept for rises: what was taken away must be able to come back. */
const RESERVE = 1 / 6;

/** A change counts less the older it is: by 1/e each so many hours, so that a busy hour is paid off by the quiet ones after it. */
const MEMORY_SECONDS = 6 * 3600;

/** Up to this part of the pace that uses up a day's changes they cost the usual price; at that pace so many times it. */
const [EASY_PACE, DEAREST] = [1 / 3, 16];

const DAY_SECONDS = 86_400;

/**
 * The price of a change: proportional to what runs, and dearer the more often changes were made of late. A price that follows the
 * pace spreads a day's changes over the day; one that only counts them lets a busy morning use them all, and what runs then
 * stays until the next day.
 */
export function changePrice({ gpus, changeAgesSeconds, changesPerDay }: ChangePriceQuestion): ChangePrice {
  const recent = changeAgesSeconds.reduce((sum, age) => sum + Math.exp(-Math.max(0, age) / MEMORY_SECONDS), 0);
  const pace = (recent * DAY_SECONDS) / (changesPerDay * MEMORY_SECONDS);
  const usual = WORTH_SECONDS * gpus;
  const now = usual * DEAREST ** Math.max(0, (pace - EASY_PACE) / (1 - EASY_PACE));
  const changes = changeAgesSeconds.length;
  return {
    usual,
    rise: changes < changesPerDay ? now : Number.POSITIVE_INFINITY,
    fall: changes < (1 - RESERVE) * changesPerDay ? now : Number.POSITIVE_INFINITY,
  };
}
