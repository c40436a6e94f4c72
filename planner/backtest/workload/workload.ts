/** Lengths of the requests of a stretch of time. A variation is the variance over the square of the mean. */
export interface RequestShape {
  readonly islTokens: number;
  readonly islVariation: number;
  readonly oslTokens: number;
  readonly oslVariation: number;
}

/** What arrives in one minute. Two simulations that are given the same minute are given the same requests. */
export interface WorkloadMinute {
  /** Position in the workload, from 0. */
  readonly index: number;
  /** Whether the history says what arrived. A minute without data has no arrivals and is not judged. */
  readonly hasData: boolean;
  /** Requests of each of the 60 seconds. */
  readonly arrivalsPerSecond: Uint32Array;
  /** Of the requests; of the newest before it where none arrive. */
  readonly shape: RequestShape;
  /** What everything random inside of the minute is drawn from. */
  readonly seed: number;
}

/** Arrivals of a stretch of time, made minute by minute when asked for, in any order. */
export interface Workload {
  /** Start of the first minute, milliseconds since 1970. */
  readonly startMs: number;
  /** Whether the history has `oslP95Tokens`, so that metrics show how much outputs differ. */
  readonly showsOutputs: boolean;
  /** Number of minutes. */
  readonly minutes: number;
  minute(index: number): WorkloadMinute;
  /** Minutes that are not judged, by what the history lacks. */
  readonly gaps: { readonly missing: number; readonly implausible: number };
}
