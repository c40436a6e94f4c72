const DAY_MINUTES = 1440;
const HOUR_MINUTES = 60;

/** Least history that says anything: an hour to learn from, and two to judge. */
export const LEAST_MINUTES = 3 * HOUR_MINUTES;

/**
 * The minutes that are judged, the newest ones: as many days as are asked for and leave a third of the history to learn from.
 * Whole days, or whole hours where it is less than one.
 */
export function judgedMinutes(all: number, days: number): { readonly from: number; readonly to: number } {
  const most = Math.min(days * DAY_MINUTES, (2 * all) / 3);
  const unit = most >= DAY_MINUTES ? DAY_MINUTES : HOUR_MINUTES;
  return { from: all - unit * Math.floor(most / unit), to: all };
}
