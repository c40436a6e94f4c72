import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type JsonObject, parseOperatorVersion } from '../../api/index.ts';
import { type ClusterFacts, type Finding, formatFieldPath, lintObject, RULES } from '../../lint/index.ts';

/** One reference case: what an operator's admission says to an object. */
export interface AdmissionCase {
  readonly id: string;
  readonly operator: string;
  readonly op: 'create' | 'update';
  readonly object: JsonObject;
  readonly old: JsonObject | null;
  readonly user: 'operator' | 'planner' | 'argocd' | null;
  readonly expect: 'accept' | 'reject';
  readonly warn: readonly string[];
  readonly path: string | null;
  readonly assume?: ClusterFacts;
}

export interface CaseOutcome {
  readonly admissionCase: AdmissionCase;
  readonly findings: readonly Finding[];
  readonly hasVerdict: boolean;
  readonly hasPath: boolean;
  readonly hasWarning: boolean;
}

export const CASES_FOLDER = fileURLToPath(new URL('../../../shared/data/admission', import.meta.url));

/** The cases of each file of the folder; none where it is absent. */
export function readCases(folder: string = CASES_FOLDER): ReadonlyMap<string, readonly AdmissionCase[]> {
  if (!existsSync(folder)) return new Map();
  const files = readdirSync(folder).filter((name) => name.endsWith('.jsonl'));
  return new Map(
    files.map((name) => {
      const lines = readFileSync(join(folder, name), 'utf8').split('\n');
      return [name, lines.filter((line) => line !== '').map((line) => JSON.parse(line) as AdmissionCase)];
    }),
  );
}

/** Rules that nothing refuses by; the cases are about admission. */
const BEYOND_ADMISSION = new Set(
  RULES.filter(({ stage }) => stage === 'reconcile' || stage === 'gitops').map(({ id }) => id),
);

export function tryCase(admissionCase: AdmissionCase): CaseOutcome {
  const { operator: text, object, old, user, expect, path, warn, assume } = admissionCase;
  const operator = parseOperatorVersion(text);
  if (operator === undefined) throw new Error(`${admissionCase.id}: unknown operator ${text}`);
  const findings = lintObject({
    object,
    old: old ?? undefined,
    operator,
    requester: user ?? 'unknown',
    cluster: assume ?? {},
  }).filter(({ rule }) => !BEYOND_ADMISSION.has(rule));
  const errors = findings.filter(({ severity }) => severity === 'error');
  const paths = errors.flatMap((finding) =>
    [finding.path, finding.operatorPath].flatMap((one) => (one === undefined ? [] : [formatFieldPath(one)])),
  );
  const warnings = findings.filter(({ severity, rule }) => severity === 'warning' && rule !== 'schema-unknown-field');
  return {
    admissionCase,
    findings,
    hasVerdict: errors.length > 0 === (expect === 'reject'),
    hasPath: path === null || paths.includes(path),
    // A warning about a change that is refused anyway says nothing new.
    hasWarning: expect === 'reject' || warnings.length > 0 === warn.length > 0,
  };
}
