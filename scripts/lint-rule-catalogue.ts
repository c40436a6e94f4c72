import {
  CLUSTER_RULE,
  FILE_RULES,
  FLEET_RULES,
  LEFT_OUT_RULE,
  otherRules,
  RULE_FAMILIES,
  type Rule,
  type Severity,
  VERSION_NOT_SERVED,
} from '../lint/index.ts';
import { ruleExample } from './lint-rule-examples.ts';

const HEAD = `# Lint rules

What \`dynamo-gitops lint\` knows. This page is generated from the rules: \`node scripts/run-ts.mjs scripts/lint-rules.ts\`.

Without \`--base\` each object is checked as one that Argo CD or Flux creates. Rules about changes need the old object: with
\`--base <git-ref>\` an object that the ref has is checked as an update of it ([docs/lint.md](lint.md)).

- **error**: the API server or the operator refuses the object, or GitOps breaks on it. Exit code 2.
- **warning**: accepted, and something in it is ignored or goes wrong later. Exit code 2 with \`--fail-on warning\`.
- **info**: works, and should change one day; or was not checked. Never fails a run.

A rule may say less than the table: a warning or an info where nobody can tell for sure, where the objects that it is about are
not among the files, or where no plan edits what would be lost.

\`--operator\` names the release that runs; a rule holds from and until the releases that are given, and always where none is.
Under each table stands what every rule says about one object that it finds fault with, from the tables of cases in
\`test/lint/cases\`.

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
    'Autoscalers, Secrets and the like',
    otherRules.map(({ id, severity, title, kind }) => ({ id, severity, title, by: kind, holds: 'always' })),
  );
  const fleet = section(
    'Objects beside each other',
    FLEET_RULES.map(({ id, severity, title, about }) => ({ id, severity, title, by: about, holds: 'always' })),
  );
  const files = section('Files', [
    ...FILE_RULES.map(({ id, severity, title }) => ({ id, severity, title, by: 'reading', holds: 'always' })),
    { ...VERSION_NOT_SERVED, severity: 'error', by: 'API server', holds: 'always' },
    { ...CLUSTER_RULE, severity: 'error', by: 'API server', holds: 'always' },
    { ...LEFT_OUT_RULE, severity: 'error', by: 'reading', holds: 'always' },
  ]);
  return [HEAD, ...families, others, fleet, files].join('\n');
}

/** The guide with its table of what `--fix` edits, from the rules that say so. */
export function withFixTable(guide: string): string {
  const rows = [...RULE_FAMILIES.flatMap(({ rules }) => rules), ...otherRules, ...FLEET_RULES].flatMap(
    ({ id, edit }) => (edit === undefined ? [] : [`| \`${id}\` | ${edit} |\n`]),
  );
  return guide.replace(/\| rule \| edit \|\n(\|.*\n)+/, () => `| rule | edit |\n|---|---|\n${rows.join('')}`);
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
    ...rows.flatMap(({ id }) => exampleLines(id)),
    '',
  ].join('\n');
}

/** What the rule says about the first case of its table; empty for a rule that is the cluster's own. */
function exampleLines(id: string): readonly string[] {
  const example = ruleExample(id);
  if (example === undefined) return [];
  return [`- \`${id}\`: ${code(example.text)}  `, `  ${plain(example.message)} → ${plain(example.help)}`];
}

function code(text: string): string {
  return text.includes('`') ? `\`\` ${text} \`\`` : `\`${text}\``;
}

/** Text that Markdown shows as it is; a pattern is easier to read as code. */
function plain(text: string): string {
  if (/[[\]\\]/.test(text)) return code(text);
  return text.replace(/[<>*_`|]/g, '\\$&');
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
    // What goes wrong in Git does so whatever there was before.
    ...(on === 'both' || stage === 'gitops' ? [] : [`on ${on}`]),
    ...(since === undefined ? [] : [`from ${short(since)}`]),
    ...(until === undefined ? [] : [`until ${short(until)}`]),
  ];
  return { id, severity, title, by: STAGES[stage], holds: bounds.length === 0 ? 'always' : bounds.join(', ') };
}
