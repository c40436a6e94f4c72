import type { HeldItem, Plan } from '../../api/index.ts';

/** What a run of `propose` was asked to do. */
export interface ProposeRun {
  readonly plan: Plan;
  readonly forge: string;
  readonly base: string;
  readonly dryRun: boolean;
  readonly at: Date;
}

/** What the plan looked at and holds; graphs that nobody asked to plan are not held back by anything. */
export function heldIn({ held }: Plan): readonly HeldItem[] {
  return held.filter((item) => item.code !== 'not-planned');
}
