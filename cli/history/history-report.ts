import type { History, ReplicaChange } from '../../api/index.ts';
import { type Block, code, type Paint, paragraph, printMarkdown, type Report } from '../../report/index.ts';
import { layOutRows, type Row } from '../../report/plan/terminal-columns.ts';

/** Most changes that people are shown; the document has all of them. */
const MAX_ROWS = 100;

/** What happened to the numbers, newest last. The document is the history that `plan` reads. */
export function historyReport(history: History, savedAs: string | undefined): Report {
  const shown = history.changes.slice(-MAX_ROWS);
  const left = history.changes.length - shown.length;
  const summary = [
    `${history.changes.length} change${history.changes.length === 1 ? '' : 's'} since ${history.since ?? 'the first commit'}`,
    ...(left === 0 ? [] : [`the last ${shown.length} are shown`]),
    ...(savedAs === undefined ? [] : [`written to ${savedAs}`]),
  ].join('; ');
  return {
    document: history,
    text: (paint) =>
      [
        ...layOutRows(
          shown.map((change) => row(change, paint)),
          '',
        ),
        paint.strong(summary),
      ].join('\n'),
    markdown: () => printMarkdown(blocks(shown, summary)),
  };
}

function row(change: ReplicaChange, paint: Paint): Row {
  return {
    cells: [
      { text: change.at },
      { text: labelOf(change), paint: paint.strong },
      { text: `${change.from} → ${change.to}` },
      { text: authorWords(change) },
      { text: change.commit.slice(0, 12), paint: paint.faint },
    ],
    note: '',
  };
}

function blocks(changes: readonly ReplicaChange[], summary: string): readonly Block[] {
  if (changes.length === 0) return [paragraph(summary)];
  const rows = changes.map((change) => [
    [change.at],
    [code(labelOf(change))],
    [`${change.from} → ${change.to}`],
    [authorWords(change)],
    [code(change.commit.slice(0, 12))],
  ]);
  return [paragraph(summary), { kind: 'table', head: ['When', 'Service', 'Replicas', 'By', 'Commit'], rows }];
}

function labelOf({ environment, deployment, service }: ReplicaChange): string {
  return `${environment}/${deployment}/${service}`;
}

function authorWords({ author }: ReplicaChange): string {
  switch (author) {
    case 'bot':
      return 'a plan';
    case 'human':
      return 'by hand';
    case undefined:
      return '';
  }
}
