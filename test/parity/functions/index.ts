import { argumentFunctions } from './arguments.ts';
import { capacityFunctions } from './capacity.ts';
import { deploymentFunctions } from './deployment.ts';
import { dryRunFunctions } from './dry-run.ts';
import { headBudgetFunctions } from './head-budgets.ts';
import { headLoadFunctions } from './head-load.ts';
import { headMergeFunctions } from './head-merge.ts';
import { headSizingFunctions } from './head-sizing.ts';
import { loopFunctions } from './loop.ts';
import { planFunctions } from './plans.ts';
import { predictorFunctions } from './predictors.ts';
import { prometheusFunctions } from './prometheus.ts';
import type { Replay } from './shared.ts';
import { sizingFunctions } from './sizing.ts';
import { traceFunctions } from './trace.ts';

/** Every function of the original that can be replayed here, by the name that the rows give it. */
export const REPLAYS: ReadonlyMap<string, Replay> = new Map(
  Object.entries({
    ...argumentFunctions,
    ...capacityFunctions,
    ...deploymentFunctions,
    ...dryRunFunctions,
    ...headBudgetFunctions,
    ...headMergeFunctions,
    ...headSizingFunctions,
    ...headLoadFunctions,
    ...loopFunctions,
    ...planFunctions,
    ...predictorFunctions,
    ...prometheusFunctions,
    ...sizingFunctions,
    ...traceFunctions,
  }),
);
