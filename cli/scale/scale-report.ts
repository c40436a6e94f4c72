import { formatPatch, structuredPatch } from 'diff';
import { SCHEMA_VERSION, singleLine } from '../../api/index.ts';
import type { EditedFile } from '../../gitops/index.ts';
import { code, type Paint, printMarkdown, type Report, visibleText } from '../../report/index.ts';

export interface ScaleChange {
  readonly file: string;
  /** From 1. */
  readonly line: number;
  readonly deployment: string;
  readonly service: string;
  readonly from: number;
  readonly to: number;
}

export interface ScaleResult {
  readonly changes: readonly ScaleChange[];
  readonly files: readonly EditedFile[];
  readonly dryRun: boolean;
}

export function scaleReport({ changes, files, dryRun }: ScaleResult): Report {
  const nothing = 'Nothing to change: every number is what it should be.';
  const notWritten = dryRun ? 'Nothing was written: this was a dry run.' : undefined;
  return {
    document: { schemaVersion: SCHEMA_VERSION, kind: 'scaled', changes, dryRun },
    text: (paint) => {
      if (changes.length === 0) return nothing;
      const lines = changes.map(({ file, line, deployment, service, from, to }) => {
        const place = paint.strong(`${visibleText(file)}:${line}:`);
        return `${place} ${deployment}/${service} ${from} → ${to}`;
      });
      return [
        lines.join('\n'),
        ...files.map((file) => diffText(file, paint)),
        ...(notWritten ? [notWritten] : []),
      ].join('\n\n');
    },
    markdown: () =>
      printMarkdown(
        changes.length === 0
          ? [{ kind: 'paragraph', content: [nothing] }]
          : [
              {
                kind: 'table',
                head: ['File', 'Service', 'Replicas'],
                rows: changes.map(({ file, line, deployment, service, from, to }) => [
                  [code(`${file}:${line}`)],
                  [code(`${deployment}/${service}`)],
                  [`${from} → ${to}`],
                ]),
              },
              ...(notWritten ? [{ kind: 'paragraph' as const, content: [notWritten] }] : []),
            ],
      ),
  };
}

/** Longest line that is shown whole. */
const MAX_WIDTH = 160;

/** The change as `git diff` shows it, safe for a terminal whatever the file holds. */
function diffText({ file, before, after }: EditedFile, paint: Paint): string {
  const decoder = new TextDecoder();
  const [old, edited] = [decoder.decode(before), decoder.decode(after)];
  const patch = structuredPatch(`a/${file}`, `b/${file}`, old, edited, undefined, undefined, { context: 2 });
  return formatPatch({ ...patch, isGit: true })
    .trimEnd()
    .split('\n')
    .filter((line) => !line.startsWith('diff --git'))
    .map((line) => painted(shown(line), paint))
    .join('\n');
}

function shown(line: string): string {
  const safe = singleLine(line.replace(/\r$/, '').replaceAll('\t', '    '));
  return safe.length <= MAX_WIDTH ? safe : `${safe.slice(0, MAX_WIDTH - 1)}…`;
}

function painted(line: string, paint: Paint): string {
  if (/^(---|\+\+\+|@@)/.test(line)) return paint.faint(line);
  if (line.startsWith('-')) return paint.bad(line);
  return line.startsWith('+') ? paint.good(line) : line;
}
