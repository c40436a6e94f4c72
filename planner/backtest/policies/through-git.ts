import type { ReplicaPair } from '../../budget/shrink-pair.ts';
import type { Policy } from './policy.ts';

const DAY_MS = 86_400_000;

/** A controller whose every wish is a merge request. It sees what Git asks for as what runs. */
export function throughGit(policy: Policy): Policy {
  return {
    ...policy,
    name: `${policy.name}-git`,
    label: `${policy.label}, through Git`,
    channel: 'git',
    start: (setup) => {
      const { observe, decide } = policy.start(setup);
      return { observe, decide: (moment) => decide({ ...moment, ordered: moment.asked }) };
    },
  };
}

/** By how much a wish must be above what was asked for to be worth a merge request, as in Kubernetes' tolerance. */
const TOLERANCE = 0.1;

/**
 * A policy with a budget of merge requests: it asks for more at once, beyond a tolerance, and for less when nothing more
 * was wished for in twice the mean time between two of them; never more often than the budget within any 24 hours.
 */
export function atMostADay(policy: Policy, proposalsPerDay: number): Policy {
  const holdMs = (2 * DAY_MS) / proposalsPerDay;
  return {
    ...policy,
    name: `${policy.name}-${proposalsPerDay}-a-day`,
    label: `${policy.label}, ≤ ${proposalsPerDay} a day`,
    start: (setup) => {
      const { observe, decide } = policy.start(setup);
      let wishes: readonly { readonly atMs: number; readonly pair: ReplicaPair }[] = [];
      /** What the policy believes that it asked for. */
      let wished: ReplicaPair | undefined;
      return {
        observe,
        decide: (moment) => {
          const { asked, atMs, proposed } = moment;
          const pair = decide({ ...moment, asked: wished ?? asked });
          wished = pair;
          wishes = [...wishes.filter((one) => one.atMs > atMs - holdMs), { atMs, pair }];
          if (proposed.inDayMs.length >= proposalsPerDay) return asked;
          const highest = {
            prefill: Math.max(...wishes.map((one) => one.pair.prefill)),
            decode: Math.max(...wishes.map((one) => one.pair.decode)),
          };
          const rises = pair.prefill > asked.prefill * (1 + TOLERANCE) || pair.decode > asked.decode * (1 + TOLERANCE);
          const isSteady = (proposed.newestMs ?? Number.NEGATIVE_INFINITY) <= atMs - holdMs;
          const falls =
            isSteady &&
            (highest.prefill < asked.prefill * (1 - TOLERANCE) || highest.decode < asked.decode * (1 - TOLERANCE));
          if (!rises && !falls) return asked;
          return falls
            ? highest
            : { prefill: Math.max(asked.prefill, pair.prefill), decode: Math.max(asked.decode, pair.decode) };
        },
      };
    },
  };
}
