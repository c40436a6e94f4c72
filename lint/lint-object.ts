import { DYNAMO_GROUP, dynamoApiVersionOf, isAtLeast, type JsonObject } from '../api/index.ts';
import { formatFieldPath } from './field-path.ts';
import type { Finding } from './finding.ts';
import type { Rule } from './rule.ts';
import { otherRules, RULES } from './rules/index.ts';
import { isDynamoKind } from './schema/kinds.ts';
import { type Subject, type SubjectInput, subjectOf } from './subject.ts';

/** Everything that the rules find about one object that is created, or that replaces `old`. */
export function lintObject(input: SubjectInput): readonly Finding[] {
  const subject = subjectOf(input);
  if (subject !== undefined) {
    const found = applicable(subject).flatMap((rule) => findings(rule, subject));
    return subject.clusterRuleViolations.length === 0 ? found : [...found, ...clusterFindings(subject, found)];
  }
  const { kind, apiVersion } = input.object;
  const version = dynamoApiVersionOf(apiVersion);
  if (!isDynamoKind(kind)) return otherFindings(input.object);
  if (version === undefined && !(typeof apiVersion === 'string' && apiVersion.startsWith(`${DYNAMO_GROUP}/`)))
    return [];
  return [
    {
      rule: VERSION_NOT_SERVED.id,
      severity: 'error',
      path: ['apiVersion'],
      message: `operator ${input.operator} does not serve ${kind} in ${String(apiVersion).slice(DYNAMO_GROUP.length + 1)}: the API server knows no such kind`,
      help:
        version === 'v1beta1'
          ? 'write v1alpha1, or say with --operator which release runs'
          : 'write v1alpha1 or v1beta1',
    },
  ];
}

/** Not among the rules, since there is no schema to read such an object by. */
export const VERSION_NOT_SERVED = {
  id: 'version-not-served',
  title: 'The operator serves the kind in this API version',
} as const;

/** Not among the rules, since it is the cluster's own definition that has them. */
export const CLUSTER_RULE = {
  id: 'schema-cluster-rule',
  title: "With --crd: the validation rules (CEL) of the cluster's own definition hold",
} as const;

/** A rule of the cluster's that one of ours explains at the same place is not told twice. */
function clusterFindings({ clusterRuleViolations }: Subject, found: readonly Finding[]): readonly Finding[] {
  const told = new Set(found.flatMap(({ severity, path }) => (severity === 'error' ? [formatFieldPath(path)] : [])));
  return clusterRuleViolations
    .filter(({ path }) => !told.has(formatFieldPath(path)))
    .map((violation) => ({ rule: CLUSTER_RULE.id, severity: 'error', ...violation }));
}

/** Found once for all objects of a kind that are alike in what rules go by. */
const APPLICABLE = new Map<string, readonly Rule[]>();

function applicable(subject: Subject): readonly Rule[] {
  const { kind, old, operator, isDeleting } = subject;
  const key = [kind, operator, old === undefined, isDeleting].join(' ');
  const known = APPLICABLE.get(key);
  if (known !== undefined) return known;
  const rules = RULES.filter((rule) => applies(rule, subject));
  APPLICABLE.set(key, rules);
  return rules;
}

function applies(rule: Rule, { kind, old, operator, isDeleting }: Subject): boolean {
  return (
    rule.kinds.includes(kind) &&
    // What goes wrong in Git does so whatever there was before.
    (rule.on === 'both' || rule.stage === 'gitops' || (rule.on === 'update') === (old !== undefined)) &&
    (rule.since === undefined || isAtLeast(operator, rule.since)) &&
    (rule.until === undefined || isAtLeast(rule.until, operator)) &&
    // The webhook lets every change of an object pass that is being deleted.
    !(isDeleting && old !== undefined && rule.stage === 'webhook')
  );
}

function findings(rule: Rule, subject: Subject): readonly Finding[] {
  return rule.check(subject).map((violation) => ({ rule: rule.id, severity: rule.severity, ...violation }));
}

function otherFindings(object: JsonObject): readonly Finding[] {
  return otherRules
    .filter(({ kind }) => kind === object.kind)
    .flatMap((rule) =>
      rule.check(object).map((violation) => ({ rule: rule.id, severity: rule.severity, ...violation })),
    );
}
