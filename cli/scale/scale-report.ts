import { SCHEMA_VERSION } from '../../api/index.ts';
import type { EditedFile } from '../../gitops/index.ts';
import { code, printMarkdown, type Report, visibleText } from '../../report/index.ts';
import { diffText } from '../diff-text.ts';

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
