import {
  atMostADay,
  dynamoLoad,
  dynamoSla,
  hpa,
  hpaTtft,
  kedaTtft,
  lastValue,
  type Policy,
  staticPeak,
  throughGit,
} from '../../planner/backtest/policies/index.ts';
import { ours, oursFloor } from '../../planner/backtest/policies/ours.ts';

/** A policy in one or more settings, of which the training days choose one for each judged day. */
export interface Family {
  readonly name: string;
  readonly label: string;
  readonly candidates: readonly [Policy, ...Policy[]];
}

/** Merge requests that people are willing to look at. */
export const PROPOSALS_PER_DAY = 24;

type Candidates = Family['candidates'];
const each = <Setting>(
  [first, ...others]: readonly [Setting, ...Setting[]],
  make: (setting: Setting) => Policy,
): Candidates => [make(first), ...others.map(make)];

const HEADROOMS = [1.6, 2, 2.5, 3.2] as const;
const UTILIZATIONS = [0.6, 0.45, 0.35, 0.25] as const;

/** What a late request costs, in what the engines of one request cost: the one setting of ours. */
const LATE_PRICES = [8, 16, 32] as const;
const LATE_PRICES_OF_FLOORS = [4, 8, 16] as const;
const priced = (policy: Policy, latePrice: number): Policy => ({
  ...policy,
  ...{ name: `${policy.name}-${latePrice}`, label: `late price ${latePrice}` },
});

const alone = (policy: Policy): Family => ({ name: policy.name, label: policy.label, candidates: [policy] });
const fewOf = (policy: Policy): Policy => atMostADay(policy, PROPOSALS_PER_DAY);
const few = `≤ ${PROPOSALS_PER_DAY} a day`;

/** Everything that a table compares, each as its project documents it; sources are with the policies. */
export function families(): readonly Family[] {
  return [
    alone(staticPeak),
    {
      name: 'sla',
      label: 'sla, Git only',
      candidates: each(LATE_PRICES, (latePrice) => priced(ours({ latePrice }), latePrice)),
    },
    {
      name: 'last-value-few',
      label: `last value × h, ${few}`,
      candidates: each(HEADROOMS, (h) => fewOf(lastValue(h))),
    },
    {
      name: 'dynamo-sla-few',
      label: `dynamo-sla × h, ${few}`,
      candidates: each(HEADROOMS, (h) => fewOf(throughGit(dynamoSla('constant', h)))),
    },
    {
      name: 'hpa-few',
      label: `HPA at u, ${few}`,
      candidates: each(UTILIZATIONS, (share) => fewOf(throughGit(hpa(share)))),
    },
    {
      name: 'sla-floor',
      label: oursFloor().label,
      candidates: each(LATE_PRICES_OF_FLOORS, (latePrice) => priced(oursFloor(undefined, { latePrice }), latePrice)),
    },
    { name: 'last-value', label: 'last value × h', candidates: each(HEADROOMS, lastValue) },
    alone(throughGit(dynamoSla('constant'))),
    alone(throughGit(dynamoSla('kalman'))),
    {
      name: 'dynamo-sla-headroom',
      label: 'dynamo-sla, constant × h, through Git',
      candidates: each(HEADROOMS, (h) => throughGit(dynamoSla('constant', h))),
    },
    alone(throughGit(hpa(0.7))),
    alone(throughGit(dynamoLoad)),
    alone(hpa(0.7)),
    { name: 'hpa', label: 'HPA at u', candidates: each(UTILIZATIONS, hpa) },
    alone(hpaTtft),
    alone(kedaTtft),
    alone(dynamoSla('constant')),
    alone(dynamoSla('kalman')),
    {
      name: 'dynamo-sla-native',
      label: 'dynamo-sla, constant × h',
      candidates: each(HEADROOMS, (h) => dynamoSla('constant', h)),
    },
    alone(dynamoLoad),
  ];
}
