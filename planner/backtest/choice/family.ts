import type { Policy } from '../policies/index.ts';

/** A policy in one or more settings, of which the days before each judged one choose. */
export interface Family {
  /** As on a command line: `last-value`. */
  readonly name: string;
  /** As in a table: `last value × h`. */
  readonly label: string;
  /** Share of the requests that a setting should keep on the days before; as a rule `TRAINING_GOAL`. */
  readonly goal?: number;
  /** Only where it is asked for: choosing between settings without any limit of changes takes as long as all else together. */
  readonly isExtra?: true;
  /** Names of the policies are their own in all families that are compared. */
  readonly settings: readonly [FamilySetting, ...FamilySetting[]];
}

export interface FamilySetting {
  /** As in `late price 16`. */
  readonly words: string;
  readonly policy: Policy;
}
