import type { ReplicaPair } from '../../budget/shrink-pair.ts';
import {
  joinedStretches,
  LimitedOracle,
  NeededReplicas,
  type NeedSearch,
  type NeedStretch,
  neededAt,
  needsBeyond,
  peakNeed,
} from '../oracle/index.ts';
import { instantOracle, type PolicyChannel, type PolicySetup } from '../policies/index.ts';
import { lockstep } from './lockstep.ts';
import type { PolicyResult } from './policy-result.ts';
import type { ReplayInput, ReplayProgress, ReplayResult } from './replay-input.ts';
import { ReplayedPolicy } from './replayed-policy.ts';

const MINUTES_PER_DAY = 1440;
const MINUTE_SECONDS = 60;
const WARM_UP_MINUTES = 120;
const MOST_OVER_PEAK = 1.25;
/** Beyond this no search for what is needed goes. */
export const MOST_SEARCHED: ReplicaPair = { prefill: 4096, decode: 4096 };

const CHANNELS: readonly PolicyChannel[] = ['oracle', 'static', 'git', 'git-floor', 'native'];

/**
 * Runs policies side by side over the same arrivals, minute by minute, and says what each would have cost and broken. Pure;
 * policies see each minute one minute late, and none sees another. Tells of its progress after each hour.
 */
export function* replaySteps(input: ReplayInput): Generator<ReplayProgress, ReplayResult> {
  const { workload, engine, judged, lead, warmUpMinutes = WARM_UP_MINUTES } = input;
  const { gpusPerReplica } = engine;
  const trainingPeak = input.trainingPeak ?? trainingPeakOf(input);
  const setup = setupOf({ ...input, trainingPeak });
  const { most } = setup;
  const begin = Math.max(0, judged.from - warmUpMinutes);
  const length = judged.to - begin;
  const needs = input.needs ?? { first: begin, prefill: new Uint16Array(length), decode: new Uint16Array(length) };
  const found = input.needs === undefined ? new NeededReplicas({ ...searchOf(input), most }) : undefined;
  const find = (index: number): ReplicaPair => {
    const needed = found?.at(index) ?? lower(neededAt(needs, index), most);
    if (found !== undefined) {
      needs.prefill[index - begin] = needed.prefill;
      needs.decode[index - begin] = needed.decode;
    }
    return needed;
  };
  let now = find(begin);
  const oracle = instantOracle(() => now);
  const replayed = [oracle, ...input.policies].map(
    (policy) => new ReplayedPolicy(policy, { setup, engine, simulation: input.simulation(), initial: now }),
  );
  const stretches: NeedStretch[] = [];
  yield* lockstep(replayed, {
    ...{ workload, begin, judged, daysFrom: judged.from },
    begins: (index, isJudged) => {
      now = find(index);
      if (isJudged) stretches.push({ seconds: MINUTE_SECONDS, needed: now });
    },
  });
  // What came of a part of a day says nothing of a whole one.
  const days = Math.max(1, stretches.length / MINUTES_PER_DAY);
  const prices = { gpusPerReplica, startUpSeconds: lead.startUpSeconds };
  const limited = new LimitedOracle(joinedStretches(stretches), prices);
  const oracleGpuSeconds = replayed[0]?.spent.gpuSeconds ?? Number.NaN;
  const results = replayed.map((one) => resultOf(one, { days, limited, oracleGpuSeconds }));
  return {
    policies: results.sort(inOrder),
    frontier: limited.plans.map(({ changes, gpuSeconds }) => ({
      changesPerDay: changes / days,
      gpuHours: gpuSeconds / 3600,
    })),
    ...{ trainingPeak, most, needs },
    beyondMost: found === undefined ? undefined : needsBeyond(searchOf(input), engine.model, most, judged),
    minutes: { judged: stretches.length, gaps: judged.to - judged.from - stretches.length },
  };
}

/** Where policies start, when the worst minute of the training needed so much. */
export function setupOf(input: SetupInput): PolicySetup {
  const { engine, profile, sla, lead, trainingPeak, mostOverPeak = MOST_OVER_PEAK } = input;
  const { model, gpusPerReplica, maxBatch } = engine;
  const most = {
    prefill: Math.ceil(mostOverPeak * trainingPeak.prefill),
    decode: Math.ceil(mostOverPeak * trainingPeak.decode),
  };
  return { model, profile, gpusPerReplica, maxBatch, sla, lead, most, trainingPeak };
}

type SetupInput = Pick<ReplayInput, 'engine' | 'profile' | 'sla' | 'lead' | 'mostOverPeak'> & {
  readonly trainingPeak: ReplicaPair;
};

/** What the worst minute before the judged ones needed. */
export function trainingPeakOf(input: PeakInput): ReplicaPair {
  return peakNeed(searchOf(input), input.engine.model, 0, Math.max(1, input.judged.from));
}

type PeakInput = Pick<ReplayInput, 'workload' | 'engine' | 'sla' | 'simulation' | 'judged'>;

function searchOf({ workload, engine, sla, simulation }: PeakInput): NeedSearch {
  const { gpusPerReplica } = engine;
  return { workload, simulation: simulation(), most: MOST_SEARCHED, gpusPerReplica, itlMs: sla.itlMs };
}

/** {@link replaySteps} at one go. */
export function replay(input: ReplayInput): ReplayResult {
  const steps = replaySteps(input);
  for (let step = steps.next(); ; step = steps.next()) if (step.done === true) return step.value;
}

interface Judgement {
  readonly days: number;
  readonly limited: LimitedOracle;
  readonly oracleGpuSeconds: number;
}

function resultOf(replayed: ReplayedPolicy, { days, limited, oracleGpuSeconds }: Judgement): PolicyResult {
  const { policy, tally, spent, hourlyGpus } = replayed;
  const { outcome, poorWindows, worstWindow } = tally;
  const { requests, attained, ttftMisses, itlMisses } = outcome;
  const kept = (missed: number): number => (requests === 0 ? 1 : 1 - missed / requests);
  const { name, label, channel } = policy;
  return {
    ...{ name, label, channel, outcome, poorWindows, worstWindow, days: replayed.days, hourlyGpus },
    attainment: kept(requests - attained),
    ttftAttainment: kept(ttftMisses),
    itlAttainment: kept(itlMisses),
    gpuHours: spent.gpuSeconds / 3600,
    timesOracle: spent.gpuSeconds / oracleGpuSeconds,
    timesLimitedOracle: spent.gpuSeconds / limited.leastGpuSeconds(spent.changes),
    proposalsPerDay: spent.proposals / days,
    changesPerDay: spent.changes / days,
    maxGpus: spent.maxGpus,
  };
}

function lower(one: ReplicaPair, other: ReplicaPair): ReplicaPair {
  return { prefill: Math.min(one.prefill, other.prefill), decode: Math.min(one.decode, other.decode) };
}

function inOrder(one: PolicyResult, other: PolicyResult): number {
  const byChannel = CHANNELS.indexOf(one.channel) - CHANNELS.indexOf(other.channel);
  return byChannel !== 0 ? byChannel : one.name < other.name ? -1 : one.name > other.name ? 1 : 0;
}
