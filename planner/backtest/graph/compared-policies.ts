import type { HorizonSetting } from '../../../api/index.ts';
import {
  atMostADay,
  dynamoLoad,
  dynamoSla,
  hpa,
  hpaTtft,
  kedaTtft,
  lastValue,
  ours,
  oursFloor,
  type Policy,
  staticPeak,
  throughGit,
} from '../policies/index.ts';

/** What a graph's backtest compares, unless it is asked for others: `sla` by its settings, and others held to as many proposals. */
export function comparedPolicies({ latePrice, changesPerDay }: HorizonSetting): readonly Policy[] {
  const few = (policy: Policy): Policy => atMostADay(policy, changesPerDay);
  return [
    ours({ latePrice, changesPerDay }),
    oursFloor(undefined, { changesPerDay }),
    staticPeak,
    few(throughGit(hpa(0.7))),
    few(throughGit(dynamoSla('constant', 1.6))),
    few(lastValue(1.6)),
    lastValue(1.6),
    throughGit(hpa(0.7)),
    hpa(0.7),
    hpaTtft,
    kedaTtft,
    dynamoSla('constant'),
    dynamoSla('kalman'),
    dynamoSla('constant', 1.6),
    dynamoLoad,
  ];
}
