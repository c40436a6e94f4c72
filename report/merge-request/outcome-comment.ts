import { digestOf } from '../../api/index.ts';
import { code, MARKDOWN_RENDERERS, type MarkdownFlavour, paragraph, strong } from '../markdown/index.ts';
import { subjectName } from './subject.ts';

/**
 * Name of the marker by which the one comment is found and brought up to date instead of written again. Its line says what
 * became of the proposal and why, in short, so that two comments with the same line say the same.
 */
export const OUTCOME_MARKER = 'dynamo-gitops:outcome:v1';

/** What became of a proposal after it was opened. */
export interface ProposalNews {
  readonly environment: string;
  readonly deployment: string;
  /**
   * `stopped`: it stays open, and nothing more is written to it; `unwanted`: it would be closed, were it ours to close;
   * `delivered`: it was merged, and the cluster runs it.
   */
  readonly outcome: 'updated' | 'stopped' | 'unwanted' | 'closed' | 'delivered';
  /** A clause in plain words, without a full stop. */
  readonly reason: string;
  /** What people may do about it, in a sentence; another one is no other news. */
  readonly advice?: string | undefined;
  /** RFC 3339. */
  readonly at: string;
}

/** The one comment of a proposal. */
export function outcomeComment(news: ProposalNews, flavour: MarkdownFlavour = 'github'): string {
  const { proposal, print } = MARKDOWN_RENDERERS[flavour];
  return print([
    {
      kind: 'marker',
      name: OUTCOME_MARKER,
      fields: { id: subjectName(news), outcome: news.outcome, about: digestOf(news.reason) },
    },
    paragraph(strong(headline(news.outcome, proposal)), ` ${news.reason}.`),
    ...(news.advice === undefined ? [] : [paragraph(news.advice)]),
    {
      kind: 'footer',
      content: [code(subjectName(news)), `, ${news.at}. There is one such comment; it is kept up to date.`],
    },
  ]);
}

function headline(outcome: ProposalNews['outcome'], proposal: string): string {
  switch (outcome) {
    case 'updated':
      return `This ${proposal} is up to date:`;
    case 'stopped':
      return `dynamo-gitops leaves this ${proposal} as it is:`;
    case 'unwanted':
      return `This ${proposal} should not be merged any more:`;
    case 'closed':
      return `This ${proposal} was closed:`;
    case 'delivered':
      return `The numbers of this ${proposal} are running:`;
  }
}
