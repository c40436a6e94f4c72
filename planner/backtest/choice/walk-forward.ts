import { byDay, type Policy } from '../policies/index.ts';
import type { DayResult } from '../replay/index.ts';
import { chooseSetting } from './choose-setting.ts';
import type { Family } from './family.ts';
import type { TriedSettings } from './try-settings.ts';

const DAY_MINUTES = 1440;

/** By the family's name, the place of the setting of each judged day; the last one holds for all days after. */
export type DailyChoices = ReadonlyMap<string, readonly number[]>;

/** Whole days and what is left of one, of which a day that begins is one. */
export function daysIn(minutes: number): number {
  return Math.ceil(minutes / DAY_MINUTES);
}

/** Days that are only learned from, and those that are judged. */
export interface JudgedDays {
  readonly trainingDays: number;
  readonly judgedDays: number;
}

/** After how many days the setting of each judged day is chosen. */
export function daysBeforeEach({ trainingDays, judgedDays }: JudgedDays): readonly number[] {
  return Array.from({ length: judgedDays }, (_, day) => trainingDays + day);
}

/** Chooses the setting of each judged day anew, by the days before it alone: those of the training, and judged ones that have passed. */
export function walkForward(families: readonly Family[], tried: TriedSettings, days: JudgedDays): DailyChoices {
  const places = daysBeforeEach(days).map((end) => chosenSettings(families, tried, (all) => all.slice(0, end)));
  return new Map([...tried.keys()].map((name) => [name, places.map((chosen) => chosen.get(name) ?? 0)]));
}

/** One setting for all days, by all the days that were tried, such as those of another graph. */
export function onceForAll(families: readonly Family[], tried: TriedSettings): DailyChoices {
  const chosen = chosenSettings(families, tried, (days) => days);
  return new Map([...chosen].map(([name, place]) => [name, [place]]));
}

function chosenSettings(
  families: readonly Family[],
  tried: TriedSettings,
  known: (days: readonly DayResult[]) => readonly DayResult[],
): ReadonlyMap<string, number> {
  return new Map(
    families.flatMap(({ name, goal }) => {
      const settings = tried.get(name);
      return settings === undefined ? [] : [[name, chooseSetting(settings.map(known), goal)]];
    }),
  );
}

/** Each family as one policy that changes its setting at the start of each judged day. */
export function chosenPolicies(families: readonly Family[], choices: DailyChoices, startMs: number): readonly Policy[] {
  return families.map(({ name, label, settings: [first, ...others] }) =>
    byDay({
      ...{ name, label, startMs, choices: choices.get(name) ?? [0] },
      candidates: [first.policy, ...others.map(({ policy }) => policy)],
    }),
  );
}
