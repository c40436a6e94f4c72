import type { ReplicaPair } from '../../budget/shrink-pair.ts';
import { Delivery } from '../delivery/index.ts';
import type { EngineSpec } from '../engine/index.ts';
import type { MinuteMetrics, Policy, PolicySetup, ProposedSoFar, RunningPolicy } from '../policies/index.ts';
import type { Simulation } from '../simulator/index.ts';
import type { WorkloadMinute } from '../workload/index.ts';
import { simulatedMetrics } from './minute-metrics.ts';
import type { DayResult } from './policy-result.ts';
import { Tally } from './tally.ts';

const MINUTE_SECONDS = 60;
const DAY_MS = 86_400_000;
const LOWEST: ReplicaPair = { prefill: 1, decode: 1 };

export interface ReplayStart {
  readonly setup: PolicySetup;
  readonly engine: EngineSpec;
  readonly simulation: Simulation;
  /** What serves when the replay begins. */
  readonly initial: ReplicaPair;
}

/** One policy at work on a graph of its own. */
export class ReplayedPolicy {
  readonly policy: Policy;
  readonly tally = new Tally();
  readonly #setup: PolicySetup;
  readonly #engine: EngineSpec;
  readonly #simulation: Simulation;
  readonly #delivery: Delivery;
  readonly #floor: RunningPolicy;
  readonly #above: RunningPolicy | undefined;
  #asked: ReplicaPair;
  #askedAbove: ReplicaPair;
  /** When merge requests of the last day and the newest of all were opened. */
  #proposedMs: readonly number[] = [];
  /** Measured, and not yet told. */
  #newest: MinuteMetrics | undefined;
  #spent = NOTHING_SPENT;
  /** Sums at the end of the day before. */
  #yesterday: DayResult = NO_DAY;
  readonly #days: DayResult[] = [];
  readonly #hourlyGpus: number[] = [];

  constructor(policy: Policy, { setup, engine, simulation, initial }: ReplayStart) {
    this.policy = policy;
    this.#setup = setup;
    this.#engine = engine;
    this.#simulation = simulation;
    this.#floor = policy.start(setup);
    this.#above = policy.above?.start(setup);
    const isFixed = policy.channel === 'static';
    const moment = { atMs: 0, asked: initial, ordered: initial, serving: initial, proposed: NOTHING_PROPOSED };
    const serving = isFixed ? this.#within(this.#floor.decide(moment)) : initial;
    const merged = policy.channel === 'native' || policy.channel === 'oracle' ? LOWEST : serving;
    this.#delivery = new Delivery({ serving, merged, lead: policy.lead ?? setup.lead });
    this.#asked = serving;
    this.#askedAbove = serving;
  }

  get spent(): Spent {
    return this.#spent;
  }

  /** Policies are told of a minute when the one after it has ended. */
  remember(minute: MinuteMetrics): void {
    if (this.#newest !== undefined) {
      this.#floor.observe(this.#newest);
      this.#above?.observe(this.#newest);
    }
    this.#newest = minute;
  }

  /** Decides, and then lives through a minute. What is not judged costs nothing and counts nowhere. */
  step(minute: WorkloadMinute, arrived: MinuteMetrics, isJudged: boolean): void {
    const delivery = this.#delivery;
    const { proposals, changes, paidSeconds } = delivery;
    const before = this.#simulation.totals();
    this.#decide(minute.index, arrived.startMs);
    const { serving } = delivery;
    this.#simulation.advanceMinute(minute, serving);
    delivery.advance(MINUTE_SECONDS);
    const after = this.#simulation.totals();
    const observed = this.#simulation.observe();
    this.remember(simulatedMetrics(arrived, observed, { engine: this.#engine, serving }));
    if (!isJudged) return;
    this.tally.add(arrived.startMs, before, after);
    const { gpusPerReplica } = this.#engine;
    const paid = minus(delivery.paidSeconds, paidSeconds);
    const drained = minus(after.drainingSeconds, before.drainingSeconds);
    const most = { prefill: Math.ceil(paid.prefill / MINUTE_SECONDS), decode: Math.ceil(paid.decode / MINUTE_SECONDS) };
    const spent = this.#spent;
    this.#spent = {
      gpuSeconds: spent.gpuSeconds + gpus(paid, gpusPerReplica) + gpus(drained, gpusPerReplica),
      proposals: spent.proposals + delivery.proposals - proposals,
      changes: spent.changes + delivery.changes - changes,
      maxGpus: Math.max(spent.maxGpus, gpus(most, gpusPerReplica)),
    };
  }

  endHour(): void {
    this.#hourlyGpus.push(gpus(this.#delivery.ordered, this.#engine.gpusPerReplica));
  }

  endDay(): void {
    const { requests, attained } = this.tally.outcome;
    const { gpuSeconds, proposals } = this.#spent;
    const before = this.#yesterday;
    this.#yesterday = { requests, attained, gpuSeconds, proposals };
    this.#days.push({
      requests: requests - before.requests,
      attained: attained - before.attained,
      gpuSeconds: gpuSeconds - before.gpuSeconds,
      proposals: proposals - before.proposals,
    });
  }

  get days(): readonly DayResult[] {
    return this.#days;
  }

  get hourlyGpus(): readonly number[] {
    return this.#hourlyGpus;
  }

  #decide(minute: number, atMs: number): void {
    const { channel, everySeconds, above } = this.policy;
    if (channel === 'static') return;
    const isDue = (seconds: number): boolean => (minute * MINUTE_SECONDS) % seconds === 0;
    const { ordered, serving, proposals } = this.#delivery;
    const proposed = this.#proposedSoFar(atMs);
    if (isDue(everySeconds)) {
      this.#asked = this.#within(this.#floor.decide({ atMs, asked: this.#asked, ordered, serving, proposed }));
      if (channel === 'git' || channel === 'git-floor') this.#delivery.propose(this.#asked);
      else this.#delivery.scale(this.#asked);
      if (this.#delivery.proposals > proposals) this.#proposedMs = [...this.#proposedMs, atMs];
    }
    if (this.#above !== undefined && above !== undefined && isDue(above.everySeconds)) {
      this.#askedAbove = this.#within(
        this.#above.decide({ atMs, asked: this.#askedAbove, ordered, serving, proposed }),
      );
      this.#delivery.scale(this.#askedAbove);
    }
  }

  #proposedSoFar(atMs: number): ProposedSoFar {
    const newestMs = this.#proposedMs.at(-1);
    if (newestMs === undefined) return NOTHING_PROPOSED;
    const inDayMs = this.#proposedMs.filter((one) => one > atMs - DAY_MS);
    this.#proposedMs = inDayMs.length === 0 ? [newestMs] : inDayMs;
    return { inDayMs, newestMs };
  }

  #within({ prefill, decode }: ReplicaPair): ReplicaPair {
    const { most } = this.#setup;
    return { prefill: within(prefill, most.prefill), decode: within(decode, most.decode) };
  }
}

/** What one policy has cost in the judged minutes so far. */
export interface Spent {
  readonly gpuSeconds: number;
  readonly proposals: number;
  readonly changes: number;
  readonly maxGpus: number;
}

const NO_DAY: DayResult = { requests: 0, attained: 0, gpuSeconds: 0, proposals: 0 };
const NOTHING_PROPOSED: ProposedSoFar = { inDayMs: [], newestMs: undefined };
const NOTHING_SPENT: Spent = { gpuSeconds: 0, proposals: 0, changes: 0, maxGpus: 0 };

/** A whole number from 1 to the most; one that is none is 1. */
function within(replicas: number, most: number): number {
  return Math.max(1, Math.min(most, Math.round(replicas)) || 1);
}

function minus(one: ReplicaPair, other: ReplicaPair): ReplicaPair {
  return { prefill: one.prefill - other.prefill, decode: one.decode - other.decode };
}

function gpus({ prefill, decode }: ReplicaPair, each: ReplicaPair): number {
  return prefill * each.prefill + decode * each.decode;
}
