import type { ReplicaPair } from '../../budget/shrink-pair.ts';
import {
  type DayResult,
  lockstep,
  ReplayedPolicy,
  type ReplayInput,
  type ReplayProgress,
  setupOf,
} from '../replay/index.ts';
import { attainmentOf, TRAINING_GOAL } from './choose-setting.ts';
import type { Family, FamilySetting } from './family.ts';

const DAY_MINUTES = 1440;

/**
 * Days of the settings of each family as they would have been with them, by the family's name; a family with one setting has
 * none. Settings that no choice can fall on are left out at the end, and days of others.
 */
export type TriedSettings = ReadonlyMap<string, readonly (readonly DayResult[])[]>;

export interface TrialInput
  extends Omit<ReplayInput, 'policies' | 'judged' | 'needs' | 'trainingPeak' | 'warmUpMinutes'> {
  /** What the worst minute of the training needed. */
  readonly trainingPeak: ReplicaPair;
  /** The minutes that are tried are those before it, from the first on; days are counted from `daysFrom`. */
  readonly end: number;
  readonly daysFrom: number;
  /** After how many days a setting is chosen, once or more; left out where every setting is to be known. */
  readonly chosenAfter?: readonly number[];
}

/**
 * How settings would have fared on the days that others learn from. A setting is tried on the days for which every one before
 * it kept too little. Linear in the days and in the settings. A first day that is not whole counts as one.
 */
export function* trySettings(families: readonly Family[], input: TrialInput): Generator<ReplayProgress, TriedSettings> {
  const { end } = input;
  const open = end <= 0 ? [] : families.filter(({ settings }) => settings.length > 1);
  const tried = new Map<string, readonly (readonly DayResult[])[]>(open.map(({ name }) => [name, []]));
  // A minute of one setting is a unit of work.
  const all = open.reduce((sum, { settings }) => sum + settings.length * end, 0);
  for (let place = 0; ; place += 1) {
    const asked = open.flatMap((family) => {
      const setting = family.settings[place];
      const to = minutesToTry(family, tried.get(family.name) ?? [], input);
      return setting === undefined || to <= 0 ? [] : [{ family, setting, to }];
    });
    if (asked.length === 0) return tried;
    const done = all - asked.reduce((sum, { family, to }) => sum + (family.settings.length - place) * to, 0);
    const minutes = asked.reduce((sum, { to }) => sum + to, 0);
    const settings = asked.map(({ setting }) => setting);
    const days = yield* told(daysOf(settings, input, Math.max(...asked.map(({ to }) => to))), (share) => ({
      done: Math.floor(done + share * minutes),
      all,
    }));
    for (const [index, { family }] of asked.entries()) {
      tried.set(family.name, [...(tried.get(family.name) ?? []), days[index] ?? []]);
    }
  }
}

/** How far the next setting of a family is to be tried: until the last choice that none of those before it settles. */
function minutesToTry(
  { goal = TRAINING_GOAL }: Family,
  tried: readonly (readonly DayResult[])[],
  { end, daysFrom, chosenAfter }: TrialInput,
): number {
  if (chosenAfter === undefined) return end;
  const open = chosenAfter.filter((days) => !tried.some((one) => attainmentOf(one.slice(0, days)) >= goal));
  const wholeDays = Math.ceil(daysFrom / DAY_MINUTES);
  return open.length === 0 ? 0 : Math.min(end, daysFrom + (Math.max(...open) - wholeDays) * DAY_MINUTES);
}

function* daysOf(
  settings: readonly FamilySetting[],
  input: TrialInput,
  end: number,
): Generator<ReplayProgress, readonly (readonly DayResult[])[]> {
  const { engine, trainingPeak, workload, daysFrom } = input;
  const setup = setupOf(input);
  const replayed = settings.map(
    ({ policy }) =>
      new ReplayedPolicy(policy, { setup, engine, simulation: input.simulation(), initial: trainingPeak }),
  );
  yield* lockstep(replayed, { workload, begin: 0, judged: { from: 0, to: end }, daysFrom });
  return replayed.map(({ days }) => days);
}

function* told<Outcome>(
  steps: Generator<ReplayProgress, Outcome>,
  progressAt: (share: number) => ReplayProgress,
): Generator<ReplayProgress, Outcome> {
  for (let step = steps.next(); ; step = steps.next()) {
    if (step.done === true) return step.value;
    yield progressAt(step.value.done / step.value.all);
  }
}
