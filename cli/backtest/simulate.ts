import type { Sla, WhatIf } from '../../api/index.ts';
import type { LeadTime } from '../../planner/backtest/delivery/index.ts';
import { type ArrivalSettings, type GraphEngine, worstOfSeeds } from '../../planner/backtest/graph/index.ts';
import type { Policy } from '../../planner/backtest/policies/index.ts';
import { type ReplayInput, type ReplayResult, replaySteps } from '../../planner/backtest/replay/index.ts';
import { fluidSimulation, type Simulation } from '../../planner/backtest/simulator/index.ts';
import { whatIfSteps } from '../../planner/backtest/what-if/index.ts';
import { type Workload, workloadOf } from '../../planner/backtest/workload/index.ts';
import type { TrafficSeries } from '../../planner/index.ts';
import type { CommandContext } from '../context.ts';
import { runSteps } from './backtest-progress.ts';

/** A client that waits longer for its first token goes away. */
export const GIVE_UP_SECONDS = 10;

export interface SimulationQuestion extends GraphEngine {
  readonly series: TrafficSeries;
  readonly arrivals: ArrivalSettings['settings'];
  readonly judged: ReplayInput['judged'];
  readonly lead: LeadTime;
  readonly policies: readonly Policy[];
  readonly seeds: readonly [number, ...number[]];
  /** The policy that other settings are tried with; undefined where none are. */
  readonly whatIf: Policy | undefined;
}

export interface Simulated {
  readonly workload: Workload;
  readonly result: ReplayResult;
  readonly whatIf: WhatIf | undefined;
}

/** Replays the policies, once a seed, and what else was asked for; says on stderr how far it is. */
export function simulate(question: SimulationQuestion, context: Pick<CommandContext, 'now' | 'log'>): Simulated {
  const { series, seeds, engine, profile, sla, lead, judged, policies } = question;
  const simulationFor = (targets: Sla): Simulation =>
    fluidSimulation(engine, targets, { giveUpSeconds: GIVE_UP_SECONDS });
  const workloadFor = (seed: number): Workload => workloadOf(series, { ...question.arrivals, seed });
  const inputFor = (seed: number) => ({ workload: workloadFor(seed), engine, profile, sla, lead, judged });
  const replayed = (seed: number): ReplayResult => {
    const what = seeds.length === 1 ? 'replayed' : `replayed, seed ${seed} of ${seeds.join(', ')}`;
    const input: ReplayInput = { ...inputFor(seed), policies, simulation: () => simulationFor(sla) };
    return runSteps(replaySteps(input), what, context);
  };
  const [first, ...others] = seeds;
  const result = worstOfSeeds([replayed(first), ...others.map(replayed)]);
  return {
    ...{ workload: workloadFor(first), result },
    whatIf: question.whatIf === undefined ? undefined : tried(question.whatIf),
  };

  function tried(policy: Policy): WhatIf | undefined {
    const base = result.policies.find(({ name }) => name === policy.name);
    if (base === undefined) return undefined;
    const { trainingPeak, needs } = result;
    const input = { ...inputFor(first), trainingPeak, needs };
    const {
      budget,
      sla: targets,
      lead: leads,
    } = runSteps(whatIfSteps({ input, policy, base, simulationFor }), 'tried other settings', context);
    return { policy: policy.name, budget: [...budget], sla: [...targets], lead: [...leads] };
  }
}
