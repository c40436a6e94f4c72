import type { PlanReason } from '../../../api/index.ts';

/** One step of an explanation; a value that is not finite is said in words alone. */
export function step(stage: PlanReason['stage'], name: string, value: number, explanation: string): PlanReason {
  return { stage, name, value: Number.isFinite(value) ? value : null, explanation };
}
