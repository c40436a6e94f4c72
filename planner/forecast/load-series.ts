/** What a predictor remembers of the values it was given, whichever way it forecasts. */
export interface LoadSeries {
  /** The last value taken in, or 0 before any. */
  readonly last: number;
  /** How many values were taken in. */
  readonly length: number;
  /** Whether a value other than 0 came since the start, or since idling was last expected. */
  readonly hasTraffic: boolean;
}

export const EMPTY_SERIES: LoadSeries = { last: 0, length: 0, hasTraffic: false };

/**
 * Takes in one window's value. NaN counts as 0, and zeros before the first traffic are left out: a deployment that nobody
 * uses yet says nothing about its load. Later zeros are learned.
 */
export function takeIn(series: LoadSeries, value: number): LoadSeries {
  const load = Number.isNaN(value) ? 0 : value;
  if (load === 0 && !series.hasTraffic) return series;
  return { last: load, length: series.length + 1, hasTraffic: series.hasTraffic || load !== 0 };
}

/** Zeros are left out again until traffic comes, as after warming up on an old trace. */
export function expectIdle(series: LoadSeries): LoadSeries {
  return { ...series, hasTraffic: false };
}
