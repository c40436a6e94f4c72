import {
  atMostADay,
  dynamoLoad,
  dynamoSla,
  hpa,
  hpaTtft,
  kedaTtft,
  lastValue,
  type OursForecast,
  ours,
  oursFloor,
  type Policy,
  staticPeak,
  throughGit,
} from '../policies/index.ts';
import type { Family, FamilySetting } from './family.ts';

export interface FamiliesQuestion {
  /** Merge requests that people are willing to look at; whatever is held to as many has it in its label. */
  readonly changesPerDay: number;
  /** What a late request costs `sla`; undefined where it is to be chosen. */
  readonly latePrice: number | undefined;
  /** How `sla` forecasts, where that is not left to it. */
  readonly forecast?: OursForecast;
}

type Settings = Family['settings'];

function each<Value>(
  [first, ...others]: readonly [Value, ...Value[]],
  make: (value: Value) => FamilySetting,
): Settings {
  return [make(first), ...others.map(make)];
}

const HEADROOMS = [1.6, 2, 2.5, 3.2] as const;
const UTILIZATIONS = [0.6, 0.45, 0.35, 0.25] as const;

/** What a late request costs, in what the engines of one request cost: the one setting of ours. */
export const LATE_PRICES = [8, 16, 32] as const;
const LATE_PRICES_OF_FLOORS = [4, 8, 16] as const;

/** For those who want more than the usual goal. */
const [HIGH_GOAL, HIGH_LATE_PRICES] = [0.999, [32, 64, 128]] as const;

const withHeadroom = (make: (headroom: number) => Policy): Settings =>
  each(HEADROOMS, (headroom) => ({ words: `headroom ${headroom}`, policy: make(headroom) }));
const atUtilization = (make: (share: number) => Policy): Settings =>
  each(UTILIZATIONS, (share) => ({ words: `${Math.round(100 * share)} %`, policy: make(share) }));
const alone = (policy: Policy): Family => ({
  ...{ name: policy.name, label: policy.label },
  settings: [{ words: '', policy }],
});
const extra = (family: Family): Family => ({ ...family, isExtra: true });

/** `sla`, at the price that is given or at each that there is to choose from. */
export function oursFamily({ latePrice, ...settings }: FamiliesQuestion): Family {
  const at = (price: number): FamilySetting => priced(ours({ ...settings, latePrice: price }), price);
  return {
    ...{ name: 'sla', label: 'sla, Git only' },
    settings: each(latePrice === undefined ? LATE_PRICES : [latePrice], at),
  };
}

/** The same for a goal that only higher prices reach. */
function highOurs(settings: Omit<FamiliesQuestion, 'latePrice'>): Family {
  const label = `sla, Git only, for ${100 * HIGH_GOAL} %`;
  const name = 'sla-999';
  return {
    ...{ name, label, goal: HIGH_GOAL },
    settings: each(HIGH_LATE_PRICES, (price) => priced({ ...ours({ ...settings, latePrice: price }), name }, price)),
  };
}

function priced(policy: Policy, latePrice: number): FamilySetting {
  const words = `late price ${latePrice}`;
  return { words, policy: { ...policy, name: `${policy.name}-${latePrice}`, label: words } };
}

/** Everything that is compared, each as its project documents it and in its best setting; sources are with the policies. */
export function families({ latePrice, ...settings }: FamiliesQuestion): readonly Family[] {
  const { changesPerDay } = settings;
  const fewOf = (policy: Policy): Policy => atMostADay(policy, changesPerDay);
  const few = `≤ ${changesPerDay} a day`;
  const floorAt = (price: number): FamilySetting =>
    priced(oursFloor(undefined, { ...settings, latePrice: price }), price);
  return [
    alone(staticPeak),
    oursFamily({ ...settings, latePrice }),
    ...(latePrice === undefined ? [highOurs(settings)] : []),
    {
      ...{ name: 'last-value-few', label: `last value × h, ${few}` },
      settings: withHeadroom((headroom) => fewOf(lastValue(headroom))),
    },
    {
      ...{ name: 'dynamo-sla-few', label: `dynamo-sla × h, ${few}` },
      settings: withHeadroom((headroom) => fewOf(throughGit(dynamoSla('constant', headroom)))),
    },
    {
      ...{ name: 'hpa-few', label: `HPA at u, ${few}` },
      settings: atUtilization((share) => fewOf(throughGit(hpa(share)))),
    },
    { name: 'sla-floor', label: oursFloor().label, settings: each(LATE_PRICES_OF_FLOORS, floorAt) },
    extra({ name: 'last-value', label: 'last value × h', settings: withHeadroom(lastValue) }),
    alone(throughGit(dynamoSla('constant'))),
    alone(throughGit(dynamoSla('kalman'))),
    extra({
      ...{ name: 'dynamo-sla-headroom-git', label: 'dynamo-sla, constant × h, through Git' },
      settings: withHeadroom((headroom) => throughGit(dynamoSla('constant', headroom))),
    }),
    alone(throughGit(hpa(0.7))),
    alone(throughGit(dynamoLoad)),
    alone(hpa(0.7)),
    extra({ name: 'hpa', label: 'HPA at u', settings: atUtilization(hpa) }),
    alone(hpaTtft),
    alone(kedaTtft),
    alone(dynamoSla('constant')),
    alone(dynamoSla('kalman')),
    extra({
      ...{ name: 'dynamo-sla-headroom', label: 'dynamo-sla, constant × h' },
      settings: withHeadroom((headroom) => dynamoSla('constant', headroom)),
    }),
    alone(dynamoLoad),
  ];
}
