import { SCHEMA_VERSION } from '../../api/index.ts';
import { type Block, code, paragraph, printMarkdown, type Report, visibleText } from '../../report/index.ts';

/** What became of one graph. */
export type RecordedGraph = {
  readonly deployment: string;
  readonly namespace: string;
  readonly environment: string;
} & ({ readonly file: string; readonly columns: number } | { readonly reason: string });

export interface RecordResult {
  readonly start: string;
  readonly end: string;
  readonly bucketSeconds: number;
  readonly buckets: number;
  readonly graphs: readonly RecordedGraph[];
}

/** Which graphs were recorded, where to, and why others were not. */
export function recordReport(result: RecordResult): Report {
  const { start, end, bucketSeconds, buckets, graphs } = result;
  const span = `${buckets} buckets of ${bucketSeconds} s from ${start} to ${end}`;
  const label = ({ environment, namespace, deployment }: RecordedGraph) => `${environment}/${namespace}/${deployment}`;
  return {
    document: { schemaVersion: SCHEMA_VERSION, kind: 'recorded', ...result },
    text: (paint) =>
      [
        span,
        ...graphs.map((graph) =>
          'file' in graph
            ? `${paint.strong(label(graph))} → ${visibleText(graph.file)} (${graph.columns} columns)`
            : `${paint.strong(label(graph))} ${paint.notice('not recorded')}: ${visibleText(graph.reason)}`,
        ),
      ].join('\n'),
    markdown: () => {
      const table: Block = {
        kind: 'table',
        head: ['Graph', 'Recording'],
        rows: graphs.map((graph) => [
          [code(label(graph))],
          'file' in graph ? [code(graph.file), `, ${graph.columns} columns`] : [`not recorded: ${graph.reason}`],
        ]),
      };
      return printMarkdown([paragraph(span), table]);
    },
  };
}
