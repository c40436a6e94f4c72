import type { Sla } from '../../../api/index.ts';
import type { LeadTime } from '../delivery/index.ts';
import type { Policy } from '../policies/index.ts';
import { type PolicyResult, type ReplayInput, replaySteps } from '../replay/index.ts';
import type { RestorableSimulation } from '../simulator/index.ts';
import { withinGpus } from './within-gpus.ts';

export interface WhatIfQuestion {
  /** What was replayed; of its policies the one that is asked about. */
  readonly input: Omit<ReplayInput, 'policies' | 'simulation'>;
  readonly policy: Policy;
  /** How it fared as things are. */
  readonly base: PolicyResult;
  /** A simulation that judges by other targets. */
  readonly simulationFor: (sla: Sla) => RestorableSimulation;
}

interface Trial {
  readonly attainment: number;
  readonly gpuHours: number;
  readonly proposalsPerDay: number;
}

export interface WhatIfAnswer {
  readonly budget: readonly (Trial & { readonly maxGpus: number })[];
  readonly sla: readonly (Trial & Sla)[];
  readonly lead: readonly (Trial & LeadTime)[];
}

/** Shares of the most GPUs that it had. */
const BUDGETS = [0.5, 0.65, 0.8, 0.9];
/** Both targets, over the ones that are kept now. */
const TARGETS = [0.75, 1.5, 2];
/** Start-up, seconds. */
const START_UPS = [60, 180, 600, 1200];

/**
 * What the policy would have cost and kept with fewer GPUs, other targets, and other start-up times, on the same arrivals;
 * what is has a part in every curve. Tells of each trial before it begins.
 */
export function* whatIfSteps(
  question: WhatIfQuestion,
): Generator<{ readonly done: number; readonly all: number }, WhatIfAnswer> {
  const { input, policy, base, simulationFor } = question;
  const { sla, lead, engine } = input;
  const startUps = START_UPS.filter((seconds) => seconds !== lead.startUpSeconds && seconds <= 4 * lead.startUpSeconds);
  // Nothing serves with less than a replica of each role.
  const leastGpus = engine.gpusPerReplica.prefill + engine.gpusPerReplica.decode;
  const shares = BUDGETS.map((share) => Math.floor(share * base.maxGpus));
  const budgets = [...new Set(shares)].filter((gpus) => gpus >= leastGpus);
  const all = budgets.length + TARGETS.length + startUps.length;
  let done = 0;
  const run = (one: Policy, change: { readonly sla?: Sla; readonly lead?: LeadTime } = {}): Trial => {
    done += 1;
    const simulation = () => simulationFor(change.sla ?? sla);
    return trialOf(lastOf({ ...input, ...change, policies: [one], simulation }, one.name) ?? base);
  };

  const answer = {
    budget: [{ ...trialOf(base), maxGpus: base.maxGpus }],
    sla: [{ ...trialOf(base), ...sla }],
    lead: [{ ...trialOf(base), ...lead }],
  };
  for (const maxGpus of budgets) {
    yield { done, all };
    answer.budget.push({ ...run(withinGpus(policy, maxGpus)), maxGpus });
  }
  for (const factor of TARGETS) {
    yield { done, all };
    const other: Sla = { ttftMs: factor * sla.ttftMs, itlMs: factor * sla.itlMs };
    answer.sla.push({ ...run(policy, { sla: other }), ...other });
  }
  for (const startUpSeconds of startUps) {
    yield { done, all };
    const other: LeadTime = { ...lead, startUpSeconds };
    answer.lead.push({ ...run(policy, { lead: other }), ...other });
  }
  return {
    budget: answer.budget.sort((one, other) => one.maxGpus - other.maxGpus),
    sla: answer.sla.sort((one, other) => one.ttftMs - other.ttftMs),
    lead: answer.lead.sort((one, other) => one.startUpSeconds - other.startUpSeconds),
  };
}

function trialOf({ attainment, gpuHours, proposalsPerDay }: PolicyResult): Trial {
  return { attainment, gpuHours, proposalsPerDay };
}

function lastOf(input: ReplayInput, name: string): PolicyResult | undefined {
  const steps = replaySteps(input);
  for (let step = steps.next(); ; step = steps.next()) {
    if (step.done === true) return step.value.policies.find((policy) => policy.name === name);
  }
}
