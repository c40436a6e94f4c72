import { type ArrivingWork, waiting } from './waiting.ts';

/** What prefill is expected to be asked for. */
export interface PrefillLoad {
  readonly requestsPerSecond: number;
  /** Variance over squared mean of the time between arrivals. */
  readonly arrivalVariation: number;
  /** Service times of equally likely prompts. */
  readonly serviceMs: readonly number[];
}

/** How prompts fare with so many replicas. */
export interface PrefillOutcome {
  readonly utilization: number;
  readonly meanWaitMs: number;
  /** Share of prompts whose wait leaves them in time, which is what replicas can change; see {@link waitAllowanceMs}. */
  readonly attainment: number;
  /** Share of prompts that are late even on an idle engine. */
  readonly hopeless: number;
}

/** Part of the TTFT target that any prompt may wait, however long it takes itself. */
const LEAST_ALLOWANCE = 0.1;

/**
 * How long a prompt may wait: what its own prefill leaves of the target. A prompt that is nearly as long as the target, or
 * longer, gets a tenth of it: replicas shorten waits, not prefill, and no number of them would bring it in time.
 */
export function waitAllowanceMs(ttftMs: number, serviceMs: number): number {
  return Math.max(ttftMs - serviceMs, LEAST_ALLOWANCE * ttftMs);
}

export function prefillOutcome(load: PrefillLoad, replicas: number, ttftMs: number): PrefillOutcome {
  const { serviceMs } = load;
  const wait = waiting(arrivingWork(load), replicas);
  const late = mean(serviceMs.map((service) => wait.exceeds(waitAllowanceMs(ttftMs, service))));
  return {
    utilization: wait.utilization,
    meanWaitMs: wait.meanMs,
    attainment: 1 - late,
    hopeless: serviceMs.filter((service) => service > ttftMs).length / serviceMs.length,
  };
}

/** TTFT that a share of the prompts stays within, milliseconds; infinite where the queue grows without end. */
export function ttftPercentileMs(load: PrefillLoad, replicas: number, percentile: number): number {
  const { serviceMs } = load;
  const wait = waiting(arrivingWork(load), replicas);
  if (wait.utilization >= 1) return Number.POSITIVE_INFINITY;
  const inTime = (ttftMs: number) =>
    mean(serviceMs.map((service) => (service > ttftMs ? 0 : 1 - wait.exceeds(ttftMs - service))));
  let low = 0;
  let high = Math.max(...serviceMs);
  while (inTime(high) < percentile) high *= 2;
  while (high - low > 1e-6 * high) {
    const middle = (low + high) / 2;
    if (inTime(middle) < percentile) low = middle;
    else high = middle;
  }
  return high;
}

/** The queue's view of a load: its mean service time, and how much service times vary. */
export function arrivingWork({ requestsPerSecond, arrivalVariation, serviceMs }: PrefillLoad): ArrivingWork {
  const meanServiceMs = mean(serviceMs);
  const variance = mean(serviceMs.map((service) => (service - meanServiceMs) ** 2));
  const serviceVariation = variance / (meanServiceMs * meanServiceMs);
  return { requestsPerSecond, meanServiceMs, arrivalVariation, serviceVariation };
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
