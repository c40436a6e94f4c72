import type { Policy } from './policy.ts';

const DAY_MS = 86_400_000;

/** One of several settings of a policy a day; all of them are told everything. */
export interface DailyChoice {
  readonly name: string;
  readonly label: string;
  /** Alike but for their setting: same channel and same interval. */
  readonly candidates: readonly [Policy, ...Policy[]];
  /** Start of the first day, milliseconds since 1970. */
  readonly startMs: number;
  /** Places in `candidates`, by day; the last one for all days after. */
  readonly choices: readonly number[];
}

/** A policy whose setting is chosen anew each day. */
export function byDay({ name, label, candidates, startMs, choices }: DailyChoice): Policy {
  const [first] = candidates;
  return {
    ...first,
    ...{ name, label },
    start: (setup) => {
      const running = candidates.map((candidate) => candidate.start(setup));
      const [fallback] = running;
      return {
        observe: (minute) => {
          for (const one of running) one.observe(minute);
        },
        decide: (moment) => {
          const day = Math.max(0, Math.floor((moment.atMs - startMs) / DAY_MS));
          const chosen = running[choices[Math.min(day, choices.length - 1)] ?? 0] ?? fallback;
          return chosen?.decide(moment) ?? moment.asked;
        },
      };
    },
  };
}
