export * from './field-path.ts';
export * from './finding.ts';
export type { Fix } from './fix.ts';
export { FLEET_RULES } from './fleet-rules.ts';
export { FILE_RULES, type LintOptions, type LocatedFinding, lintFiles } from './lint-files.ts';
export { lintObject, VERSION_NOT_SERVED } from './lint-object.ts';
export type { Rule, RuleStage } from './rule.ts';
export { type OtherRule, otherRules, RULE_FAMILIES, RULES } from './rules/index.ts';
export type { ClusterFacts, Requester, SubjectInput } from './subject.ts';
