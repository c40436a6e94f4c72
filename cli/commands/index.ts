import type { RegisterCommand } from '../command.ts';
import { registerApply } from './apply.ts';
import { registerBacktest } from './backtest.ts';
import { registerDemo } from './demo.ts';
import { registerDiff } from './diff.ts';
import { registerExplain } from './explain.ts';
import { registerFit } from './fit.ts';
import { registerHistory } from './history.ts';
import { registerImport } from './import.ts';
import { registerLedger } from './ledger.ts';
import { registerLint } from './lint.ts';
import { registerMigrate } from './migrate.ts';
import { registerOutcome } from './outcome.ts';
import { registerPlan } from './plan.ts';
import { registerPlanMerge } from './plan-merge.ts';
import { registerProfile } from './profile.ts';
import { registerPropose } from './propose.ts';
import { registerRecord } from './record.ts';
import { registerScale } from './scale.ts';
import { registerSynth } from './synth.ts';
import { registerVerify } from './verify.ts';

/** Every verb, in the order that help lists them. */
export const COMMANDS: readonly RegisterCommand[] = [
  registerSynth,
  registerLint,
  registerDiff,
  registerLedger,
  registerMigrate,
  registerImport,
  registerProfile,
  registerRecord,
  registerFit,
  registerBacktest,
  registerPlan,
  registerPlanMerge,
  registerHistory,
  registerExplain,
  registerApply,
  registerPropose,
  registerVerify,
  registerOutcome,
  registerScale,
  registerDemo,
];
