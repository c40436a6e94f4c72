import { type Outcome, SCHEMA_VERSION } from '../../api/index.ts';
import { type Block, paragraph, printMarkdown, printTerminal } from '../markdown/index.ts';
import type { Report } from '../report.ts';
import { accuracyOf } from './accuracy.ts';
import { accuracySentence, outcomeBlocks } from './outcome-blocks.ts';

/** Where outcomes are kept, and all that are there. */
export interface OutcomeRecord {
  readonly file: string;
  readonly outcomes: readonly Outcome[];
}

/** What became of a plan, and how well predictions held until now. */
export function outcomeReport(outcomes: readonly Outcome[], record: OutcomeRecord | undefined): Report {
  const accuracy = record === undefined ? undefined : accuracyOf(record.outcomes);
  const blocks: readonly Block[] = [
    ...outcomes.flatMap(outcomeBlocks),
    ...(record === undefined || accuracy === undefined ? [] : [paragraph(...accuracySentence(accuracy, record.file))]),
  ];
  return {
    document: {
      ...{ schemaVersion: SCHEMA_VERSION, kind: 'outcomes', outcomes },
      ...(record === undefined || accuracy === undefined ? {} : { record: { file: record.file, accuracy } }),
    },
    text: (paint) => printTerminal(blocks, paint),
    markdown: () => printMarkdown(blocks),
  };
}
