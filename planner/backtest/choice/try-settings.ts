import type { ReplicaPair } from '../../budget/shrink-pair.ts';
import type { Policy } from '../policies/index.ts';
import { type DayResult, type ReplayInput, type ReplayProgress, replaySteps } from '../replay/index.ts';
import type { Family } from './family.ts';

/** Days of each setting of a family as they would have been with it, by the family's name; a family with one setting has none. */
export type TriedSettings = ReadonlyMap<string, readonly (readonly DayResult[])[]>;

export interface TrialInput
  extends Omit<ReplayInput, 'policies' | 'judged' | 'needs' | 'daysFrom' | 'trainingPeak' | 'warmUpMinutes'> {
  /** What the worst minute of the training needed. */
  readonly trainingPeak: ReplicaPair;
  /** The minutes that are tried are those before it, from the first on; days are counted from `daysFrom`. */
  readonly end: number;
  readonly daysFrom: number;
}

/**
 * How each setting would have fared on every day that another may learn from. Linear in the days and in the settings. A first day that is
 * not whole counts as one.
 */
export function* trySettings(families: readonly Family[], input: TrialInput): Generator<ReplayProgress, TriedSettings> {
  const open = families.filter(({ settings }) => settings.length > 1);
  if (open.length === 0 || input.end <= 0) return new Map();
  const policies = open.flatMap(({ settings }) => settings.map(({ policy }) => policy));
  // What minutes need has no part in the choice, so that none of them is looked at.
  const { end, trainingPeak, ...rest } = input;
  const needs = {
    first: 0,
    prefill: new Uint16Array(end).fill(trainingPeak.prefill),
    decode: new Uint16Array(end).fill(trainingPeak.decode),
  };
  const result = yield* replaySteps({ ...rest, trainingPeak, policies, judged: { from: 0, to: end }, needs });
  const daysOf = ({ name }: Policy): readonly DayResult[] =>
    result.policies.find((policy) => policy.name === name)?.days ?? [];
  return new Map(open.map(({ name, settings }) => [name, settings.map(({ policy }) => daysOf(policy))]));
}
