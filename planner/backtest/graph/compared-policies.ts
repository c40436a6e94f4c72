import {
  dynamoLoad,
  dynamoSla,
  hpa,
  hpaTtft,
  kedaTtft,
  lastValue,
  type Policy,
  staticPeak,
} from '../policies/index.ts';
import { ours, oursFloor } from '../policies/ours.ts';

/** What a graph's backtest compares, unless it is asked for others. */
export function comparedPolicies(): readonly Policy[] {
  return [
    staticPeak,
    hpa(0.7),
    hpaTtft,
    kedaTtft,
    dynamoSla('constant'),
    dynamoSla('kalman'),
    dynamoSla('constant', 1.6),
    dynamoLoad,
    lastValue(1.6),
    ours(),
    oursFloor(),
  ];
}
