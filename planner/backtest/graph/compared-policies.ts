import { DEFAULT_CHANGES_PER_DAY } from '../../../api/index.ts';
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

/** Proposals a day that a team can be expected to look at; what `sla` keeps within, and others are held to. */
export const PROPOSALS_PER_DAY = DEFAULT_CHANGES_PER_DAY;

/** What a graph's backtest compares, unless it is asked for others. */
export function comparedPolicies(): readonly Policy[] {
  const few = (policy: Policy): Policy => atMostADay(policy, PROPOSALS_PER_DAY);
  return [
    ours(),
    oursFloor(),
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
