import type { RegisterCommand } from '../command.ts';
import { registerDiff } from '../commands/diff.ts';
import { registerHistory } from '../commands/history.ts';
import { registerLedger } from '../commands/ledger.ts';
import { registerLint } from '../commands/lint.ts';
import { registerPlan } from '../commands/plan.ts';
import { registerPlanMerge } from '../commands/plan-merge.ts';
import { registerPropose } from '../commands/propose.ts';
import { registerRecord } from '../commands/record.ts';
import { registerVerify } from '../commands/verify.ts';

interface ActionCommand {
  readonly registers: readonly RegisterCommand[];
  /** Whether it talks to where proposals live, and so gets the token. */
  readonly usesForge: boolean;
}

/**
 * What the action runs: all that a workflow needs and that needs no packages of the repository's own, as `synth` does. The
 * bundle holds nothing else.
 */
export const ACTION_COMMANDS: ReadonlyMap<string, ActionCommand> = new Map([
  ['plan', { registers: [registerPlan, registerPlanMerge], usesForge: false }],
  ['propose', { registers: [registerPropose], usesForge: true }],
  ['verify', { registers: [registerVerify], usesForge: true }],
  ['history', { registers: [registerHistory], usesForge: false }],
  ['record', { registers: [registerRecord], usesForge: false }],
  ['lint', { registers: [registerLint], usesForge: false }],
  ['diff', { registers: [registerDiff], usesForge: false }],
  ['ledger', { registers: [registerLedger], usesForge: false }],
]);
