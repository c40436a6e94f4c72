import { type OperatorVersion, SCHEMA_VERSION } from '../../api/index.ts';
import type { EditedFile } from '../../gitops/index.ts';
import type { LocatedFinding, SuppressedFinding } from '../../lint/index.ts';
import { atMost, code, type Paint, paragraph, printMarkdown, type Report, visibleText } from '../../report/index.ts';
import type { PlannedFixes } from './apply-fixes.ts';
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
  /** What was mended, or would be; undefined where that was not asked for. */
  readonly fixes: AppliedFixes | undefined;
  /** Files that were looked at, readable or not. */
  readonly files: ReadonlySet<string>;
}

export interface AppliedFixes extends Omit<PlannedFixes, 'left'> {
  readonly dryRun: boolean;
  /** Shows a change; undefined where it was made. */
  readonly diff: ((file: EditedFile, paint: Paint) => string) | undefined;
}

/** Most rows of a table in Markdown, which forges cut otherwise. */
const MAX_ROWS = 200;

/** Findings as a compiler shows its own. */
export function lintReport(result: LintResult): Report {
  const { findings, suppressed, operator, base, fixes } = result;
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
      ...(fixes === undefined ? {} : fixesDocument(fixes)),
    },
    findings: {
      sarif: () => JSON.stringify(sarifLog(result, result.folder), null, 2),
      github: () => [...workflowCommands(findings, result.folder), summary(result)].join('\n'),
    },
    text: (paint) =>
      [
        ...(fixes === undefined ? [] : fixesText(fixes, paint)),
        ...findings.map((finding) => findingText(finding, paint)),
        paint.strong(summary(result)),
      ].join('\n\n'),
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

function fixesDocument({ fixed, refused, dryRun, files }: AppliedFixes) {
  return {
    dryRun,
    fixed: fixed.map(findingDocument),
    notFixed: refused.map(({ finding, reason }) => ({ ...findingDocument(finding), reason })),
    changedFiles: files.map(({ file }) => file),
  };
}

function fixesText({ fixed, refused, dryRun, files, diff }: AppliedFixes, paint: Paint): readonly string[] {
  const made = fixed.map(
    ({ file, line, help, rule }) =>
      `${paint.strong(`${visibleText(file)}:${line ?? 1}:`)} ${paint.good(dryRun ? 'would be fixed' : 'fixed')}: ${visibleText(help)} ${paint.faint(`[${rule}]`)}`,
  );
  const left = refused.map(
    ({ finding: { file, line, rule }, reason }) =>
      `${paint.strong(`${visibleText(file)}:${line ?? 1}:`)} ${paint.notice('not fixed')}: ${visibleText(reason)} ${paint.faint(`[${rule}]`)}`,
  );
  const lines = [...made, ...left];
  return [
    ...(lines.length === 0 ? [] : [lines.join('\n')]),
    ...(diff === undefined ? [] : files.map((file) => diff(file, paint))),
  ];
}

function findingDocument(finding: LocatedFinding) {
  const { rule, severity, file, line, column, path, operatorPath, resource, message, help, fix } = finding;
  return {
    ...{ rule, severity, file, line: line ?? null, column: column ?? null, path },
    ...(operatorPath === undefined ? {} : { operatorPath }),
    ...{ resource, message, help },
    ...(fix === undefined ? {} : { fixable: true }),
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

function summary(result: LintResult): string {
  const { fixes } = result;
  if (fixes === undefined) return findingSummary(result);
  const count = fixes.fixed.length;
  const where = `${fixes.files.length} file${fixes.files.length === 1 ? '' : 's'}`;
  const done = count === 0 ? 'Nothing to fix.' : `${count} ${fixes.dryRun ? 'would be fixed' : 'fixed'} in ${where}.`;
  return `${done} ${fixes.dryRun && count > 0 ? 'Then: ' : ''}${findingSummary(result)}`;
}

function findingSummary({ findings, suppressed, operator, base, files, fixes }: LintResult): string {
  const against = base === undefined ? '' : ` as a change of ${visibleText(base.ref)} (${base.commit.slice(0, 7)})`;
  const read = `${files.size} file${files.size === 1 ? '' : 's'} checked for operator ${operator.replace(/\.0$/, '')}${against}`;
  const fixable = fixes === undefined ? findings.filter(({ fix }) => fix !== undefined).length : 0;
  const offer = fixable === 0 ? '' : `; ${fixable} can be fixed with --fix`;
  const taken = suppressed.length === 0 ? '' : `; ${suppressed.length} suppressed by comments`;
  // A note may be about a file that is gone.
  const named = new Set(findings.map(({ file }) => file).filter((file) => files.has(file))).size;
  if (files.size === 0 && findings.length === 0) return 'Nothing was checked: no *.yaml or *.yml file is there.';
  if (findings.length === 0) return `Nothing found: ${read}${taken}.`;
  const counts = (['error', 'warning', 'info'] as const).flatMap((severity) => {
    const count = findings.filter((finding) => finding.severity === severity).length;
    const noun = severity === 'info' || count === 1 ? severity : `${severity}s`;
    return count === 0 ? [] : [`${count} ${noun}`];
  });
  return `${counts.join(', ')} in ${named} of ${read}${taken}${offer}.`;
}
