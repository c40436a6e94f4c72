import type { ForgeName } from '../../api/index.ts';
import type { Block } from './document.ts';
import { GITHUB_BLOCKS, PLAIN_BLOCKS, printMarkdown } from './print-markdown.ts';

/** Whose Markdown we write: the forges that we know, and GitLab's. */
export type MarkdownFlavour = ForgeName | 'gitlab';

/** How one forge shows a document. */
export interface MarkdownRenderer {
  /** What people there call a proposal. */
  readonly proposal: 'pull request' | 'merge request';
  /** Longest description that is accepted, less some room for what a forge notes there. */
  readonly maxCharacters: number;
  print(blocks: readonly Block[]): string;
}

/** GitHub accepts 65,536 characters; where more are accepted, nobody would read them. */
const MAX_CHARACTERS = 65_000;

/** GitLab folds and draws as GitHub does. A description in a local repository is read as text, and so is nothing but text. */
export const MARKDOWN_RENDERERS: { readonly [flavour in MarkdownFlavour]: MarkdownRenderer } = {
  local: renderer('merge request', PLAIN_BLOCKS),
  github: renderer('pull request', GITHUB_BLOCKS),
  gitlab: renderer('merge request', GITHUB_BLOCKS),
};

function renderer(
  proposal: MarkdownRenderer['proposal'],
  printers: Parameters<typeof printMarkdown>[1],
): MarkdownRenderer {
  return { proposal, maxCharacters: MAX_CHARACTERS, print: (blocks) => printMarkdown(blocks, printers) };
}
