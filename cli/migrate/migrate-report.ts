import { type OperatorVersion, type Problem, SCHEMA_VERSION } from '../../api/index.ts';
import type { MigratedFile, Migration } from '../../lint/migrate/index.ts';
import { code, type Paint, paragraph, printMarkdown, type Report, visibleText } from '../../report/index.ts';
import { diffText, fileDiff } from '../diff-text.ts';

export interface MigrateResult extends Migration {
  readonly operator: OperatorVersion;
  readonly dryRun: boolean;
}

/** Lines of a diff around each change. */
const CONTEXT = 3;

const ON_THE_SERVER =
  'Apply on the server side from now on (in Argo CD, ServerSideApply=true): a client-side apply replaces the whole list of components.';

/** What was migrated, what was not and why, and what else has to change. */
export function migrateReport(result: MigrateResult): Report {
  const { files, refused, advice, already, operator, dryRun } = result;
  return {
    document: {
      schemaVersion: SCHEMA_VERSION,
      kind: 'migrated',
      operator,
      dryRun,
      files: files.map((file) => ({
        file: file.file,
        objects: file.objects,
        ...(dryRun ? { diff: fileDiff(file, CONTEXT) } : {}),
      })),
      refused: refused.map(({ file, line, path, message, hint }) => ({
        ...{ file: file ?? null, line: line ?? null, path: path ?? null, message, hint: hint ?? null },
      })),
      advice,
      already,
    },
    text: (paint) =>
      [
        ...files.map((file) => fileText(file, dryRun, paint)),
        ...refused.map((problem) => refusalText(problem, paint)),
        ...(advice.length === 0 ? [] : [adviceText(result, paint)]),
        paint.strong(summary(result)),
        ...(files.length === 0 ? [] : [ON_THE_SERVER]),
      ].join('\n\n'),
    markdown: () =>
      printMarkdown([
        paragraph(summary(result)),
        ...(files.length === 0
          ? []
          : [
              {
                kind: 'table' as const,
                head: ['Migrated', 'Object', 'Left out, or less'],
                rows: files.flatMap(({ file, objects }) =>
                  objects.map(({ resource, line, notes }) => [
                    [code(`${file}:${line}`)],
                    [resource],
                    [notes.map((note) => `${note.path} ${note.message}`).join('. ')],
                  ]),
                ),
              },
              paragraph(ON_THE_SERVER),
            ]),
        ...(refused.length === 0
          ? []
          : [
              {
                kind: 'table' as const,
                head: ['Refused', 'Why', 'What to do'],
                rows: refused.map(({ file, line, path, message, hint }) => [
                  [code([file, line].filter((part) => part !== undefined).join(':'))],
                  [[path, message].filter(Boolean).join(' ')],
                  [hint ?? ''],
                ]),
              },
            ]),
        ...(advice.length === 0
          ? []
          : [
              {
                kind: 'table' as const,
                head: ['To change as well', 'Why'],
                rows: advice.map(({ file, line, message }) => [[code(`${file}:${line}`)], [message]]),
              },
            ]),
      ]),
  };
}

function fileText(file: MigratedFile, dryRun: boolean, paint: Paint): string {
  const lines = file.objects.flatMap(({ resource, line, notes, movedComments }) => [
    `${paint.strong(`${visibleText(file.file)}:${line}:`)} ${visibleText(resource)} → v1beta1`,
    ...notes.map((note) => paint.faint(`   ${note.line}: ${visibleText(note.path)} ${visibleText(note.message)}`)),
    ...movedComments.map(({ line: at, text }) =>
      paint.faint(`   ${at}: no field of v1beta1 takes this comment, so it stands above: ${visibleText(text)}`),
    ),
  ]);
  return [...lines, ...(dryRun ? ['', diffText(file, paint, CONTEXT)] : [])].join('\n');
}

function refusalText({ file, line, path, message, hint }: Problem, paint: Paint): string {
  const place = [file, line].filter((part) => part !== undefined).join(':');
  const what = [path, message].filter((part) => part !== undefined && part !== '').join(' ');
  return [
    `${paint.strong(`${visibleText(place)}:`)} ${paint.bad('refused:')} ${visibleText(what)}`,
    ...(hint === undefined ? [] : [`   help: ${visibleText(hint)}`]),
  ].join('\n');
}

function adviceText({ advice }: MigrateResult, paint: Paint): string {
  const lines = advice.map(({ file, line, message }) => `   ${visibleText(file)}:${line}: ${visibleText(message)}`);
  return [paint.strong('To change as well, by hand:'), ...lines].join('\n');
}

function summary({ files, refused, already, operator, dryRun }: MigrateResult): string {
  const release = operator.replace(/\.0$/, '');
  const kept = new Set(refused.map(({ file }) => file)).size;
  const left = kept === 0 ? '' : ` ${fileCount(kept)} refused, and left as before.`;
  if (files.length === 0) {
    const there = already === 0 ? 'no v1alpha1 object is there' : 'every object is in v1beta1 already';
    return kept === 0 ? `Nothing to migrate: ${there}.` : `Nothing was migrated.${left}`;
  }
  const objects = files.reduce((sum, file) => sum + file.objects.length, 0);
  const proof = `proven to be the same to operator ${release}`;
  const done = `${objects} object${objects === 1 ? '' : 's'} in ${fileCount(files.length)} ${dryRun ? 'can be migrated' : 'migrated'}, ${proof}.`;
  return `${done}${left}${dryRun ? ' Nothing was written: this was a dry run.' : ''}`;
}

function fileCount(count: number): string {
  return `${count} file${count === 1 ? '' : 's'}`;
}
