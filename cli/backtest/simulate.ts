import type { Sla, WhatIf } from '../../api/index.ts';
import {
  chosenPolicies,
  type DailyChoices,
  daysBeforeEach,
  daysIn,
  type Family,
  trySettings,
  walkForward,
} from '../../planner/backtest/choice/index.ts';
import type { LeadTime } from '../../planner/backtest/delivery/index.ts';
import {
  type ArrivalSettings,
  GIVE_UP_SECONDS,
  type GraphEngine,
  worstOfSeeds,
} from '../../planner/backtest/graph/index.ts';
import type { Policy } from '../../planner/backtest/policies/index.ts';
import {
  type ReplayInput,
  type ReplayResult,
  replaySteps,
  trainingPeakOf,
} from '../../planner/backtest/replay/index.ts';
import { fluidSimulation, type RestorableSimulation } from '../../planner/backtest/simulator/index.ts';
import { whatIfSteps } from '../../planner/backtest/what-if/index.ts';
import { type Workload, workloadOf } from '../../planner/backtest/workload/index.ts';
import type { TrafficSeries } from '../../planner/index.ts';
import type { CommandContext } from '../context.ts';
import { runSteps } from './backtest-progress.ts';

export interface SimulationQuestion extends GraphEngine {
  readonly series: TrafficSeries;
  readonly arrivals: ArrivalSettings['settings'];
  readonly judged: ReplayInput['judged'];
  readonly lead: LeadTime;
  readonly families: readonly Family[];
  readonly seeds: readonly [number, ...number[]];
  /** The policy that other settings are tried with; undefined where none are. */
  readonly whatIf: string | undefined;
}

export interface Simulated {
  readonly workload: Workload;
  readonly choices: DailyChoices;
  readonly result: ReplayResult;
  readonly whatIf: WhatIf | undefined;
}

const DAY_MINUTES = 1440;

/**
 * Chooses settings walking forward, replays the policies with them, once a seed, and tries what else was asked for; says on stderr how far
 * it is.
 */
export function simulate(question: SimulationQuestion, context: Pick<CommandContext, 'now' | 'log'>): Simulated {
  const { series, seeds, engine, profile, sla, lead, judged, families } = question;
  const simulationFor = (targets: Sla): RestorableSimulation =>
    fluidSimulation(engine, targets, { giveUpSeconds: GIVE_UP_SECONDS });
  const simulation = (): RestorableSimulation => simulationFor(sla);
  const workloadFor = (seed: number): Workload => workloadOf(series, { ...question.arrivals, seed });
  const inputFor = (seed: number) => ({ workload: workloadFor(seed), engine, profile, sla, lead, judged, simulation });
  const [first, ...others] = seeds;
  const firstInput = inputFor(first);
  const { workload } = firstInput;
  const trainingPeak = trainingPeakOf(firstInput);
  const choices = chosen();
  const policies = chosenPolicies(families, choices, workload.startMs + judged.from * 60_000);
  const replayed = (seed: number): ReplayResult => {
    const what = seeds.length === 1 ? 'replayed' : `replayed, seed ${seed} of ${seeds.join(', ')}`;
    const input = seed === first ? { ...firstInput, trainingPeak } : inputFor(seed);
    return runSteps(replaySteps({ ...input, policies }), what, context);
  };
  const firstResult = replayed(first);
  const result = worstOfSeeds([firstResult, ...others.map(replayed)]);
  const subject = policies.find(({ name }) => name === question.whatIf);
  return { workload, choices, result, whatIf: subject === undefined ? undefined : tried(subject) };

  function chosen(): DailyChoices {
    const { judged: _, ...input } = firstInput;
    const days = { trainingDays: daysIn(judged.from), judgedDays: daysIn(judged.to - judged.from) };
    const steps = trySettings(families, {
      ...{ ...input, trainingPeak, daysFrom: judged.from, chosenAfter: daysBeforeEach(days) },
      // Nothing learns from the last day.
      end: judged.from + (days.judgedDays - 1) * DAY_MINUTES,
    });
    return walkForward(families, runSteps(steps, 'settings tried', context), days);
  }

  /** All on the first seed, so that nothing differs but the setting. */
  function tried(policy: Policy): WhatIf | undefined {
    const base = firstResult.policies.find(({ name }) => name === policy.name);
    if (base === undefined) return undefined;
    const { simulation: _, ...input } = { ...firstInput, trainingPeak, needs: firstResult.needs };
    const {
      budget,
      sla: targets,
      lead: leads,
    } = runSteps(whatIfSteps({ input, policy, base, simulationFor }), 'tried other settings', context);
    return { policy: policy.name, budget: [...budget], sla: [...targets], lead: [...leads] };
  }
}
