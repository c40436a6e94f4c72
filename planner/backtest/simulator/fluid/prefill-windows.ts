import { CohortRing } from './cohort-ring.ts';
import { CLASSES } from './shape-table.ts';

/**
 * Windows of requests on their way to their first token, oldest first. A row's cells, means over its requests unless said
 * otherwise:
 *
 * | cell | what |
 * |---|---|
 * | 0 | when they arrive |
 * | 1 | when a replica takes them up; {@link NEVER} where their clients give up before |
 * | 2 | when decode has the KV cache, or the clients give up |
 * | 3 | how many they are |
 * | 4 | seconds of one replica, all together |
 * | 5 | how many will be in time, if decode lets them in when they are ready |
 * | 6 | by output class: requests, and after those of all classes, all prompt tokens of each |
 */
export class PrefillWindows extends CohortRing {
  constructor() {
    super(6 + 2 * CLASSES);
  }
}

export const NEVER = Number.MAX_VALUE;
