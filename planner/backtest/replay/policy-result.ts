import type { PolicyChannel } from '../policies/policy.ts';

/** How requests fared. `attained` kept both TTFT and ITL; what no engine could have kept is in `hopeless` alone. */
export interface RequestOutcome {
  /** Judged: without the hopeless ones. */
  readonly requests: number;
  readonly attained: number;
  readonly ttftMisses: number;
  readonly itlMisses: number;
  /** Gave up waiting, which is a TTFT miss as well. */
  readonly abandoned: number;
  /** Their own prefill takes longer than the TTFT target. */
  readonly hopeless: number;
}

/** The stretch of five minutes that fared worst. */
export interface WorstWindow {
  readonly startMs: number;
  readonly attainment: number;
}

/** One day of the judged stretch, counted from its start. */
export interface DayResult {
  readonly requests: number;
  readonly attained: number;
  readonly gpuSeconds: number;
  readonly proposals: number;
}

/** What one policy would have cost and broken over the judged stretch. */
export interface PolicyResult {
  readonly name: string;
  readonly label: string;
  readonly channel: PolicyChannel;
  readonly outcome: RequestOutcome;
  /** Shares of the judged requests, 0 to 1; 1 where there were none. */
  readonly attainment: number;
  readonly ttftAttainment: number;
  readonly itlAttainment: number;
  /** Start-up and draining included. */
  readonly gpuHours: number;
  /** Over those of the instant oracle. */
  readonly timesOracle: number;
  /** Over the least that anything that keeps what the oracle keeps could use with as many changes a day. */
  readonly timesLimitedOracle: number;
  /** Merge requests a day, or of less than a day; a joint change of both roles is one. */
  readonly proposalsPerDay: number;
  /** Changes of the numbers a day, whoever made them. */
  readonly changesPerDay: number;
  /** Share of the five-minute windows with traffic that kept less than 95 % of their requests. */
  readonly poorWindows: number;
  readonly worstWindow: WorstWindow | undefined;
  readonly maxGpus: number;
  readonly days: readonly DayResult[];
  /** Paid for at the end of each hour of the judged stretch, for a chart. */
  readonly hourlyGpus: readonly number[];
}
