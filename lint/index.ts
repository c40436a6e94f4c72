export { documentObjects } from './document-objects.ts';
export * from './field-path.ts';
export * from './finding.ts';
export type { Fix } from './fix.ts';
export { type FixedFile, type Fixes, fixFiles } from './fix-files.ts';
export type { FleetObject, FleetRule, PlannedGraphs } from './fleet.ts';
export { FLEET_RULES, fleetFindings } from './fleet-rules.ts';
export {
  type BaseManifests,
  FILE_RULES,
  LEFT_OUT_RULE,
  type LintedFiles,
  type LintOptions,
  lintFiles,
  lintManifests,
} from './lint-files.ts';
export { CLUSTER_RULE, lintObject, VERSION_NOT_SERVED } from './lint-object.ts';
export type { LocatedFinding } from './located-finding.ts';
export type { OtherRule, Rule, RuleStage } from './rule.ts';
export { type RuleInfo, ruleInfos } from './rule-info.ts';
export { otherRules, RULE_FAMILIES, RULES } from './rules/index.ts';
export type { ClusterDefinitions } from './schema/definitions.ts';
export type { ClusterFacts, Requester, SubjectInput } from './subject.ts';
export type { SuppressedFinding } from './suppress.ts';
