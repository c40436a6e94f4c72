/** Work that arrives at servers that are all alike and take the next request from one line. */
export interface ArrivingWork {
  readonly requestsPerSecond: number;
  readonly meanServiceMs: number;
  /** Variance over squared mean of the time between arrivals: 1 for a Poisson stream, more for bursts. */
  readonly arrivalVariation: number;
  /** The same of the service time. */
  readonly serviceVariation: number;
}

/** How long requests wait before a server takes them. */
export interface Waiting {
  /** Share of the servers' time that is taken; at 1 and above the line grows without end. */
  readonly utilization: number;
  readonly meanMs: number;
  /** Probability that a request waits longer than this. */
  readonly exceeds: (milliseconds: number) => number;
}

/**
 * Waiting in a queue with general arrivals, general service times and several servers (G/G/c): the mean after Sakasegawa,
 * Wq = ES·(ca² + cs²)/2 · ρ^(√(2(c+1))−1) / (c(1−ρ)), and an exponential tail P(W > x) = p·e^(−x·p/Wq) with
 * p = ρ^(√(2(c+1))−1), which has that mean.
 *
 * Source: H. Sakasegawa, An approximation formula L_q ≃ αρ^β/(1−ρ), Ann. Inst. Statist. Math. 29 (1977); W. Whitt,
 * Approximations for the GI/G/m queue, POMS 2 (1993).
 */
export function waiting(work: ArrivingWork, servers: number): Waiting {
  const { requestsPerSecond, meanServiceMs, arrivalVariation, serviceVariation } = work;
  const utilization = (requestsPerSecond * meanServiceMs) / 1000 / servers;
  if (utilization >= 1) return { utilization, meanMs: Number.POSITIVE_INFINITY, exceeds: () => 1 };
  const anyWait = utilization ** (Math.sqrt(2 * (servers + 1)) - 1);
  const variation = (arrivalVariation + serviceVariation) / 2;
  const meanMs = (meanServiceMs * variation * anyWait) / (servers * (1 - utilization));
  const decayPerMs = meanMs === 0 ? Number.POSITIVE_INFINITY : anyWait / meanMs;
  return { utilization, meanMs, exceeds: (milliseconds) => anyWait * Math.exp(-milliseconds * decayPerMs) };
}
