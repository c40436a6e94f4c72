import type { Block, Cell, Inline } from './document.ts';
import { codeSpan, commentValue, escapeHtml, escapeLineStart, escapeText } from './escape.ts';

/** The document as GitHub-flavoured Markdown. Same document, same bytes. */
export function printMarkdown(blocks: readonly Block[]): string {
  return `${blocks.map(printBlock).join('\n\n')}\n`;
}

function printBlock(block: Block): string {
  switch (block.kind) {
    case 'marker': {
      const fields = Object.entries(block.fields).map(([field, value]) => ` ${field}=${commentValue(value)}`);
      return `<!-- ${block.name}${fields.join('')} -->`;
    }
    case 'paragraph':
      return escapeLineStart(printInlines(block.content));
    case 'list':
      return block.items.map((item) => `- ${escapeLineStart(printInlines(item))}`).join('\n');
    case 'table':
      return [
        printRow(block.head.map((title) => [title])),
        `|${block.head.map(() => ' --- ').join('|')}|`,
        ...block.rows.map(printRow),
      ].join('\n');
    case 'details':
      return [
        `<details><summary>${escapeHtml(block.summary)}</summary>`,
        ...block.blocks.map(printBlock),
        '</details>',
      ].join('\n\n');
    case 'footer':
      return `<sub>${printInlines(block.content)}</sub>`;
  }
}

function printRow(cells: readonly Cell[]): string {
  return `|${cells.map((cell) => ` ${printInlines(cell)} `).join('|')}|`;
}

function printInlines(content: readonly Inline[]): string {
  return content.map(printInline).join('');
}

function printInline(inline: Inline): string {
  if (typeof inline === 'string') return escapeText(inline);
  switch (inline.kind) {
    case 'code':
      return codeSpan(inline.text);
    case 'strong': {
      // Asterisks beside a space are asterisks.
      const [, before = '', text = '', after = ''] = /^(\s*)(.*?)(\s*)$/s.exec(printInlines(inline.content)) ?? [];
      return text === '' ? before : `${before}**${text}**${after}`;
    }
  }
}
