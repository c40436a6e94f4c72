import {
  chosenPolicies,
  type DailyChoices,
  daysBeforeEach,
  type Family,
  type JudgedDays,
  type TriedSettings,
  trySettings,
} from '../../planner/backtest/choice/index.ts';
import { evenLead } from '../../planner/backtest/delivery/index.ts';
import {
  findNeeds,
  joinedStretches,
  LimitedOracle,
  NeededReplicas,
  type NeedPath,
  type NeedSearch,
  neededAt,
  type PricedStretch,
  peakNeed,
  relaxedBound,
} from '../../planner/backtest/oracle/index.ts';
import { limitedOracle, type Policy } from '../../planner/backtest/policies/index.ts';
import {
  type PolicyResult,
  type ReplayInput,
  type ReplayProgress,
  type ReplayResult,
  replaySteps,
} from '../../planner/backtest/replay/index.ts';
import { fluidSimulation, type RestorableSimulation } from '../../planner/backtest/simulator/index.ts';
import type { Workload } from '../../planner/backtest/workload/index.ts';
import type { ReplicaPair } from '../../planner/budget/shrink-pair.ts';
import type { Scenario } from './scenario.ts';
import { readEngine, readTraffic, type ScenarioEngine, type ScenarioTraffic } from './traffic.ts';

const DAY = 1440;
/** Minutes before the first judged one that policies run in. */
const WARM_UP = 120;
/** Beyond any need. */
const BEYOND = { prefill: 1024, decode: 1024 };
/** Merge requests that people are willing to look at. */
export const PROPOSALS_PER_DAY = 24;
/** Requests that a plan with few changes may miss. */
export const MAY_MISS = 0.01;

/** A scenario with its data, and what its arrivals need by seed. */
export class Task {
  readonly scenario: Scenario;
  readonly #traffic: ScenarioTraffic;
  readonly #engine: ScenarioEngine;
  readonly #log: (line: string) => void;
  readonly #needs = new Map<number, NeedPath>();
  readonly #peaks = new Map<number, ReplicaPair>();
  readonly #stretches = new Map<number, readonly PricedStretch[]>();

  constructor(scenario: Scenario, data: string, log: (line: string) => void) {
    this.scenario = scenario;
    this.#traffic = readTraffic(scenario, data);
    this.#engine = readEngine(scenario, data);
    this.#log = log;
  }

  /** Days of the scenario that are only learned from, and those that are judged. */
  get days(): JudgedDays {
    const { first, last } = this.scenario.judgedDays;
    return { trainingDays: first - 1, judgedDays: last - first + 1 };
  }

  /** How each setting of each family would have fared on every day that another may learn from, from the first on. */
  tried(families: readonly Family[], leadSeconds: number): TriedSettings {
    const [seed = 1] = this.scenario.seeds;
    const { minutes } = this.#traffic.workload(seed);
    const { judgedDays, parameters } = this.scenario;
    // Nothing learns from the last day where each day learns from those before it.
    const end = parameters.kind === 'walk-forward' ? Math.min(minutes, (judgedDays.last - 1) * DAY) : minutes;
    const daysFrom = (judgedDays.first - 1) * DAY;
    const chosenAfter = daysBeforeEach(this.days);
    const steps = trySettings(families, { ...this.#setting(seed, leadSeconds), end, daysFrom, chosenAfter });
    return this.#told(steps, `lead ${leadSeconds} s, seed ${seed}: settings`);
  }

  /** Every family with the setting of each judged day, and what bounds them all, for one seed. */
  judged(
    families: readonly Family[],
    leadSeconds: number,
    seed: number,
    choices: DailyChoices,
  ): readonly PolicyResult[] {
    const startMs = this.#traffic.workload(seed).startMs + this.#rangeOf(seed).from * 60_000;
    const { startUpSeconds } = evenLead(leadSeconds);
    // What few replicas would miss is left out: this plan has at every minute what that needs.
    const stretches = this.#stretchesOf(seed).map(({ seconds, needed }) => ({ seconds, needed }));
    const prices = { gpusPerReplica: this.scenario.gpusPerReplica, startUpSeconds };
    const days = stretches.length / DAY;
    const plan = new LimitedOracle(joinedStretches(stretches), prices).planWithin(PROPOSALS_PER_DAY * days);
    const planned = minuteByMinute(plan.replicas, joinedStretches(stretches));
    const oracle = limitedOracle(
      (minuteMs) =>
        planned[Math.min(planned.length - 1, Math.max(0, (minuteMs - startMs) / 60_000))] ?? { prefill: 1, decode: 1 },
      startUpSeconds,
    );
    return this.replayed([...chosenPolicies(families, choices, startMs), oracle], leadSeconds, seed).policies;
  }

  /** The least of anything with as few proposals that misses 1 % of the requests, over the instant oracle. */
  bound(leadSeconds: number, seed: number, oracleGpuHours: number): number {
    const stretches = this.#stretchesOf(seed);
    const requests = stretches.reduce((sum, { shortage }) => sum + (shortage?.prefill[0] ?? 0), 0);
    const { startUpSeconds } = evenLead(leadSeconds);
    const days = stretches.length / DAY;
    const gpuSeconds = relaxedBound(
      stretches,
      { gpusPerReplica: this.scenario.gpusPerReplica, startUpSeconds },
      { changes: PROPOSALS_PER_DAY * days, misses: MAY_MISS * requests },
    );
    return gpuSeconds / 3600 / oracleGpuHours;
  }

  /** Any policies over the judged days. */
  replayed(policies: readonly Policy[], leadSeconds: number, seed: number): ReplayResult {
    const steps = replaySteps({
      ...{ ...this.#setting(seed, leadSeconds), policies, judged: this.#rangeOf(seed) },
      ...{ needs: this.#needsOf(seed), warmUpMinutes: WARM_UP },
    });
    return this.#told(steps, `lead ${leadSeconds} s, seed ${seed}: policies`);
  }

  #rangeOf(seed: number): ReplayInput['judged'] {
    const { first, last } = this.scenario.judgedDays;
    return { from: (first - 1) * DAY, to: Math.min(this.#traffic.workload(seed).minutes, last * DAY) };
  }

  /** Judged minutes with data, with what they need and what fewer replicas would miss: the same whatever the lead. */
  #stretchesOf(seed: number): readonly PricedStretch[] {
    const known = this.#stretches.get(seed);
    if (known !== undefined) return known;
    const workload = this.#traffic.workload(seed);
    const needs = this.#needsOf(seed);
    const found = new NeededReplicas(this.#search(workload));
    const { from, to } = this.#rangeOf(seed);
    this.#log(`seed ${seed}: what fewer replicas would miss`);
    const stretches = Array.from({ length: to - from }, (_, index) => from + index)
      .filter((index) => workload.minute(index).hasData)
      .map((index) => {
        const needed = neededAt(needs, index);
        return { seconds: 60, needed, shortage: found.shortage(index, needed) };
      });
    this.#stretches.set(seed, stretches);
    return stretches;
  }

  #needsOf(seed: number): NeedPath {
    const known = this.#needs.get(seed);
    if (known !== undefined) return known;
    const workload = this.#traffic.workload(seed);
    this.#log(`seed ${seed}: what each minute needs`);
    const { from, to } = this.#rangeOf(seed);
    const needs = findNeeds(this.#search(workload), Math.max(0, from - WARM_UP), to);
    this.#needs.set(seed, needs);
    return needs;
  }

  #search(workload: Workload): NeedSearch {
    const { gpusPerReplica, sla } = this.scenario;
    return { workload, simulation: this.#simulation(), most: BEYOND, gpusPerReplica, itlMs: sla.itlMs };
  }

  #simulation(): RestorableSimulation {
    const { sla, giveUpSeconds } = this.scenario;
    return fluidSimulation(this.#engine.engine, sla, { giveUpSeconds });
  }

  #setting(
    seed: number,
    leadSeconds: number,
  ): Omit<ReplayInput, 'policies' | 'judged'> & { trainingPeak: ReplicaPair } {
    const { sla, mostOverPeak } = this.scenario;
    return {
      ...{ workload: this.#traffic.workload(seed), ...this.#engine, sla, mostOverPeak },
      ...{ lead: evenLead(leadSeconds), simulation: () => this.#simulation(), trainingPeak: this.#peakOf(seed) },
    };
  }

  /** Runs steps to their end, and logs each tenth of them. */
  #told<Outcome>(steps: Generator<ReplayProgress, Outcome>, what: string): Outcome {
    let tenths = 0;
    for (let step = steps.next(); ; step = steps.next()) {
      if (step.done === true) return step.value;
      const { done, all } = step.value;
      const reached = Math.floor((10 * done) / all);
      if (reached > tenths) this.#log(`${what}, ${10 * reached} %`);
      tenths = reached;
    }
  }

  /** Of the days before the first judged one; where there are none, of the whole trace. */
  #peakOf(seed: number): ReplicaPair {
    const known = this.#peaks.get(seed);
    if (known !== undefined) return known;
    const workload = this.#traffic.workload(seed);
    const before = (this.scenario.judgedDays.first - 1) * DAY;
    const end = before === 0 ? workload.minutes : before;
    const peak = peakNeed(this.#search(workload), this.#engine.engine.model, 0, end);
    this.#peaks.set(seed, peak);
    return peak;
  }
}

function minuteByMinute<Pair>(
  planned: readonly Pair[],
  stretches: readonly { readonly seconds: number }[],
): readonly Pair[] {
  return planned.flatMap((pair, index) => Array.from({ length: (stretches[index]?.seconds ?? 0) / 60 }, () => pair));
}
