import type { RegisterCommand } from '../command.ts';
import { registerExplain } from './explain.ts';
import { registerPlan } from './plan.ts';

/** Every verb, in the order that help lists them. */
export const COMMANDS: readonly RegisterCommand[] = [registerPlan, registerExplain];
