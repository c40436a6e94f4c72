import type { OperatorVersion } from '../api/index.ts';
import { FILE_RULES } from './file-findings.ts';
import { FLEET_RULES } from './fleet-rules.ts';
import { CLUSTER_RULE, VERSION_NOT_SERVED } from './lint-object.ts';
import { LEFT_OUT_RULE } from './object-findings.ts';
import type { RuleStage } from './rule.ts';
import { otherRules, RULES } from './rules/index.ts';

/** What there is to say about a rule, whatever it found. */
export interface RuleInfo {
  readonly id: string;
  readonly title: string;
  /** Undefined for rules that nobody in the cluster enforces. */
  readonly stage: RuleStage | undefined;
  readonly since: OperatorVersion | undefined;
  readonly until: OperatorVersion | undefined;
}

/** Every rule that there is, by its id. */
export function ruleInfos(): ReadonlyMap<string, RuleInfo> {
  const always = { since: undefined, until: undefined } as const;
  const objects = otherRules.map(({ id, title, stage }) => ({ id, title, stage, ...always }));
  const others = [...FLEET_RULES, ...FILE_RULES, VERSION_NOT_SERVED, CLUSTER_RULE, LEFT_OUT_RULE].map(
    ({ id, title }) => ({ id, title, stage: undefined, ...always }),
  );
  const ours = RULES.map(({ id, title, stage, since, until }) => ({ id, title, stage, since, until }));
  return new Map([...ours, ...objects, ...others].map((info) => [info.id, info]));
}
