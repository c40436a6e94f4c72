import {
  CLUSTER_RULE,
  FILE_RULES,
  FLEET_RULES,
  otherRules,
  RULE_FAMILIES,
  type Rule,
  type Severity,
  VERSION_NOT_SERVED,
} from '../lint/index.ts';

const HEAD = `# Lint rules

What \`dynamo-gitops lint\` knows. This page is generated from the rules: \`node scripts/run-ts.mjs scripts/lint-rules.ts\`.

Without \`--base\` each object is checked as one that Argo CD or Flux creates. Rules about changes need the old object: with
\`--base <git-ref>\` an object that the ref has is checked as an update of it ([docs/lint.md](lint.md)).

- **error**: the API server or the operator refuses the object, or GitOps breaks on it. Exit code 2.
- **warning**: accepted, and something in it is ignored or goes wrong later. Exit code 2 with \`--fail-on warning\`.
- **info**: works, and should change one day; or was not checked. Never fails a run.

\`--operator\` names the release that runs; a rule holds from and until the releases that are given, and always where none is.
What depends on the cluster (its topologies, InferencePool, checkpoints) is not refused by what a manifest shows.
`;

interface Row {
  readonly id: string;
  readonly severity: Severity;
  readonly title: string;
  readonly by: string;
  readonly holds: string;
}

/** The catalogue of rules as the page of the documentation. */
export function ruleCatalogue(): string {
  const families = RULE_FAMILIES.map(({ title, rules }) => section(title, rules.map(rowOf)));
  const others = section(
    'Autoscalers and Applications',
    otherRules.map(({ id, severity, title, kind }) => ({ id, severity, title, by: kind, holds: 'always' })),
  );
  const fleet = section(
    'Objects beside each other',
    FLEET_RULES.map(({ id, severity, title }) => ({ id, severity, title, by: 'GitOps', holds: 'always' })),
  );
  const files = section('Files', [
    ...FILE_RULES.map(({ id, severity, title }) => ({ id, severity, title, by: 'reading', holds: 'always' })),
    { ...VERSION_NOT_SERVED, severity: 'error', by: 'API server', holds: 'always' },
    { ...CLUSTER_RULE, severity: 'error', by: 'API server', holds: 'always' },
  ]);
  return [HEAD, ...families, others, fleet, files].join('\n');
}

function section(title: string, rows: readonly Row[]): string {
  const lines = rows.map(
    ({ id, severity, title: what, by, holds }) => `| \`${id}\` | ${severity} | ${what} | ${by} | ${holds} |`,
  );
  return [
    `## ${title}`,
    '',
    '| rule | severity | what holds | who | when |',
    '|---|---|---|---|---|',
    ...lines,
    '',
  ].join('\n');
}

const STAGES: { readonly [stage in Rule['stage']]: string } = {
  schema: 'API server',
  webhook: 'webhook',
  reconcile: 'operator, later',
  gitops: 'GitOps',
};

function rowOf({ id, severity, title, stage, since, until, on }: Rule): Row {
  const short = (version: string) => version.replace(/\.0$/, '');
  const bounds = [
    ...(on === 'both' ? [] : [`on ${on}`]),
    ...(since === undefined ? [] : [`from ${short(since)}`]),
    ...(until === undefined ? [] : [`until ${short(until)}`]),
  ];
  return { id, severity, title, by: STAGES[stage], holds: bounds.length === 0 ? 'always' : bounds.join(', ') };
}
