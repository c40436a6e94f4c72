import type { ReplicaPair } from '../../budget/shrink-pair.ts';
import { joinedStretches, LimitedOracle, NeededReplicas, type NeedStretch, peakNeed } from '../oracle/index.ts';
import { instantOracle, type PolicyChannel, type PolicySetup } from '../policies/index.ts';
import { arrivedMetrics } from './minute-metrics.ts';
import type { PolicyResult } from './policy-result.ts';
import type { ReplayInput, ReplayProgress, ReplayResult } from './replay-input.ts';
import { ReplayedPolicy } from './replayed-policy.ts';

const MINUTES_PER_DAY = 1440;
const MINUTE_SECONDS = 60;
const WARM_UP_MINUTES = 120;
const MOST_OVER_PEAK = 1.25;
/** Beyond this no search for what is needed goes. */
const BEYOND: ReplicaPair = { prefill: 4096, decode: 4096 };

const CHANNELS: readonly PolicyChannel[] = ['oracle', 'static', 'git', 'git-floor', 'native'];

/**
 * Runs policies side by side over the same arrivals, minute by minute, and says what each would have cost and broken. Pure;
 * policies see each minute one minute late, and none sees another. Tells of its progress after each hour.
 */
export function* replaySteps(input: ReplayInput): Generator<ReplayProgress, ReplayResult> {
  const { workload, engine, judged, lead, warmUpMinutes = WARM_UP_MINUTES, mostOverPeak = MOST_OVER_PEAK } = input;
  const { gpusPerReplica, model } = engine;
  const search = { workload, simulation: input.simulation(), most: BEYOND, gpusPerReplica, itlMs: input.sla.itlMs };
  const trainingPeak = input.trainingPeak ?? peakNeed(search, model, 0, Math.max(1, judged.from));
  const most = {
    prefill: Math.ceil(mostOverPeak * trainingPeak.prefill),
    decode: Math.ceil(mostOverPeak * trainingPeak.decode),
  };
  const setup: PolicySetup = {
    ...{ model, profile: input.profile, gpusPerReplica, sla: input.sla, lead, most, trainingPeak },
  };
  const needed = new NeededReplicas({ ...search, most });
  const begin = Math.max(0, judged.from - warmUpMinutes);
  let now = needed.at(begin);
  const oracle = instantOracle(() => now);
  const replayed = [oracle, ...input.policies].map(
    (policy) => new ReplayedPolicy(policy, { setup, engine, simulation: input.simulation(), initial: now }),
  );
  for (let index = 0; index < begin; index += 1) {
    const arrived = arrivedMetrics(workload, workload.minute(index));
    for (const one of replayed) one.remember(arrived);
  }
  const needs: NeedStretch[] = [];
  const hourly = replayed.map((): number[] => []);
  let gaps = 0;
  for (let index = begin; index < judged.to; index += 1) {
    const minute = workload.minute(index);
    const isInside = index >= judged.from;
    const isJudged = isInside && minute.hasData;
    now = needed.at(index);
    const arrived = arrivedMetrics(workload, minute);
    for (const one of replayed) one.step(minute, arrived, isJudged);
    if (isJudged) needs.push({ seconds: MINUTE_SECONDS, needed: now });
    if (isInside && !isJudged) gaps += 1;
    if (isInside && (index + 1 - judged.from) % 60 === 0) {
      for (const [place, one] of replayed.entries()) hourly[place]?.push(one.gpus);
      yield { done: index + 1 - judged.from, all: judged.to - judged.from };
    }
  }
  const days = needs.length / MINUTES_PER_DAY;
  const limited = new LimitedOracle(joinedStretches(needs), { gpusPerReplica, startUpSeconds: lead.startUpSeconds });
  const oracleGpuSeconds = replayed[0]?.spent.gpuSeconds ?? Number.NaN;
  const results = replayed.map((one, place) =>
    resultOf(one, { days, limited, oracleGpuSeconds, hourlyGpus: hourly[place] ?? [] }),
  );
  return {
    policies: results.sort(inOrder),
    frontier: limited.plans.map(({ changes, gpuSeconds }) => ({
      changesPerDay: changes / days,
      gpuHours: gpuSeconds / 3600,
    })),
    ...{ trainingPeak, most },
    minutes: { judged: needs.length, gaps },
  };
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
  readonly hourlyGpus: readonly number[];
}

function resultOf({ policy, tally, spent }: ReplayedPolicy, judgement: Judgement): PolicyResult {
  const { days, limited, oracleGpuSeconds, hourlyGpus } = judgement;
  const { outcome, poorWindows, worstWindow } = tally;
  const { requests, attained, ttftMisses, itlMisses } = outcome;
  const kept = (missed: number): number => (requests === 0 ? 1 : 1 - missed / requests);
  const { name, label, channel } = policy;
  return {
    ...{ name, label, channel, outcome, poorWindows, worstWindow, hourlyGpus },
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

function inOrder(one: PolicyResult, other: PolicyResult): number {
  const byChannel = CHANNELS.indexOf(one.channel) - CHANNELS.indexOf(other.channel);
  return byChannel !== 0 ? byChannel : one.name < other.name ? -1 : one.name > other.name ? 1 : 0;
}
