import type { RolePair } from '../engine/index.ts';
import type { WorkloadMinute } from '../workload/index.ts';

/** What requests are held to. */
export interface SimulatedSla {
  readonly ttftMs: number;
  /** Mean over the tokens of a request. */
  readonly itlMs: number;
}

export interface SimulationOptions {
  /** How long a client waits for the first token before it gives up, seconds. */
  readonly giveUpSeconds: number;
  /**
   * Requests of a second that the fluid form draws one by one; where more arrive, so many are drawn for all of them.
   * Default {@link DRAWN_PER_SECOND}.
   */
  readonly drawnPerSecond?: number;
}

/** Enough that a second's sum of lengths is spread as it should be, whatever arrives. */
export const DRAWN_PER_SECOND = 32;

/**
 * What became of the requests since the start. `requests` = `attained` + `missed` + `abandoned` + `hopeless` + `inside`;
 * the fluid form has fractions of requests.
 */
export interface SimulationTotals {
  readonly requests: number;
  /** Within both targets. */
  readonly attained: number;
  /** Answered, outside of one target or both. */
  readonly missed: number;
  readonly ttftMisses: number;
  readonly itlMisses: number;
  /** Given up before the first token; a miss of what was judged. */
  readonly abandoned: number;
  /** Later than the TTFT target by their own prefill and transfer alone, whatever runs: left out of what is judged. */
  readonly hopeless: number;
  /** Not yet answered. */
  readonly inside: number;
  /** Replica-seconds of replicas that take no more requests and finish those they have, beside the serving ones. */
  readonly drainingSeconds: RolePair;
}

/** What the metrics would show of the last minute. */
export interface Observation {
  /** Requests that arrived. */
  readonly started: number;
  /** Requests that were answered. */
  readonly completed: number;
  /** Mean over what arrived; NaN where nothing did. */
  readonly islTokens: number;
  readonly oslTokens: number;
  /** Mean over the requests whose first token came; NaN where none did. */
  readonly ttftMs: number;
  /** Mean over the requests that were answered; NaN where none were. */
  readonly itlMs: number;
  /** Requests that wait for prefill or for decode, at the end of the minute. */
  readonly queueDepth: number;
  /** Share of the KV cache of the serving decode replicas in use, at the end of the minute. */
  readonly kvUsage: number;
  /** Requests inside, mean over the minute. */
  readonly concurrency: number;
  /** Share of the time that prefill replicas worked. */
  readonly prefillBusy: number;
}

/** A graph under load. Replicas beyond a minute's `serving` drain; those that come serve from the minute's start. */
export interface Simulation {
  advanceMinute(minute: WorkloadMinute, serving: RolePair): void;
  totals(): SimulationTotals;
  /** Of the last minute. */
  observe(): Observation;
  /** Forgets all requests and totals. */
  reset(): void;
}

/** One that can go on again from an earlier moment. */
export interface RestorableSimulation extends Simulation {
  /** @returns what brings it back to what it is now, as often as wanted */
  checkpoint(): () => void;
}
