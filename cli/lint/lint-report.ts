import { type OperatorVersion, SCHEMA_VERSION } from '../../api/index.ts';
import type { LocatedFinding, SuppressedFinding } from '../../lint/index.ts';
import { atMost, code, type Paint, paragraph, printMarkdown, type Report, visibleText } from '../../report/index.ts';
import { excerpt } from './excerpt.ts';
import { sarifLog } from './sarif.ts';
import { workflowCommands } from './workflow-commands.ts';

export interface LintResult {
  readonly findings: readonly LocatedFinding[];
  /** What comments took. */
  readonly suppressed: readonly SuppressedFinding[];
  readonly operator: OperatorVersion;
  /** What the files were compared with. */
  readonly base: { readonly ref: string; readonly commit: string } | undefined;
  /** The folder that files are named from, below the repository's root: `clusters/prod/`, or empty. */
  readonly folder: string;
  /** Files that were looked at, readable or not. */
  readonly files: ReadonlySet<string>;
}

/** Most rows of a table in Markdown, which forges cut otherwise. */
const MAX_ROWS = 200;

/** Findings as a compiler shows its own. */
export function lintReport(result: LintResult): Report {
  const { findings, suppressed, operator, base } = result;
  return {
    document: {
      schemaVersion: SCHEMA_VERSION,
      kind: 'lint',
      operator,
      ...(base === undefined ? {} : { base }),
      findings: findings.map(findingDocument),
      ...(suppressed.length === 0
        ? {}
        : { suppressed: suppressed.map(({ finding, reason }) => ({ ...findingDocument(finding), reason })) }),
    },
    findings: {
      sarif: () => JSON.stringify(sarifLog(result, result.folder), null, 2),
      github: () => [...workflowCommands(findings, result.folder), summary(result)].join('\n'),
    },
    text: (paint) =>
      [...findings.map((finding) => findingText(finding, paint)), paint.strong(summary(result))].join('\n\n'),
    markdown: () => {
      const { shown, more } = atMost(findings, MAX_ROWS);
      if (shown.length === 0) return printMarkdown([paragraph(summary(result))]);
      const rows = shown.map(({ severity, file, line, rule, path, message, help }) => [
        [severity],
        [code(line === undefined ? file : `${file}:${line}`)],
        [code(rule)],
        [...(path === '' ? [] : [code(path), ' ']), `${message}. ${help}.`],
      ]);
      return printMarkdown([
        paragraph(summary(result)),
        { kind: 'table', head: ['Severity', 'Place', 'Rule', 'What'], rows },
        ...(more > 0 ? [paragraph(`${more} more are left out here.`)] : []),
      ]);
    },
  };
}

function findingDocument(finding: LocatedFinding) {
  const { rule, severity, file, line, column, path, operatorPath, resource, message, help } = finding;
  return {
    ...{ rule, severity, file, line: line ?? null, column: column ?? null, path },
    ...(operatorPath === undefined ? {} : { operatorPath }),
    ...{ resource, message, help },
  };
}

function findingText(finding: LocatedFinding, paint: Paint): string {
  const { rule, severity, file, line, column, path, operatorPath, resource, message, help } = finding;
  const place = [visibleText(file), line, column].filter((part) => part !== undefined).join(':');
  const color = { error: paint.bad, warning: paint.notice, info: paint.faint }[severity];
  const said = operatorPath === undefined ? '' : `, ${visibleText(operatorPath)} to the operator`;
  const where =
    path === '' ? '' : `   at ${visibleText(path)}${said}${resource === '' ? '' : ` of ${visibleText(resource)}`}`;
  return [
    `${paint.strong(`${place}:`)} ${color(severity)}: ${visibleText(message)} ${paint.faint(`[${rule}]`)}`,
    ...excerpt(finding, paint),
    ...(where === '' ? [] : [paint.faint(where)]),
    `   help: ${visibleText(help)}`,
  ].join('\n');
}

function summary({ findings, suppressed, operator, base, files }: LintResult): string {
  const against = base === undefined ? '' : ` as a change of ${visibleText(base.ref)} (${base.commit.slice(0, 7)})`;
  const read = `${files.size} file${files.size === 1 ? '' : 's'} checked for operator ${operator.replace(/\.0$/, '')}${against}`;
  const taken = suppressed.length === 0 ? '' : `; ${suppressed.length} suppressed by comments`;
  // A note may be about a file that is gone.
  const named = new Set(findings.map(({ file }) => file).filter((file) => files.has(file))).size;
  if (findings.length === 0) return `Nothing found: ${read}${taken}.`;
  const counts = (['error', 'warning', 'info'] as const).flatMap((severity) => {
    const count = findings.filter((finding) => finding.severity === severity).length;
    const noun = severity === 'info' || count === 1 ? severity : `${severity}s`;
    return count === 0 ? [] : [`${count} ${noun}`];
  });
  return `${counts.join(', ')} in ${named} of ${read}${taken}.`;
}
