import { chartWords, mermaidChart, sparkline } from './chart.ts';
import type { Block, Cell, Inline } from './document.ts';
import { codeSpan, commentJson, commentValue, escapeHtml, escapeLineStart, escapeText } from './escape.ts';

type Of<Kind extends Block['kind']> = Block & { readonly kind: Kind };

/** What forges differ in: whether they show HTML, and draw. */
export interface BlockPrinters {
  readonly hidden: (text: string) => string;
  readonly details: (block: Of<'details'>, printed: readonly string[]) => string;
  readonly footer: (text: string) => string;
  readonly chart: (block: Of<'chart'>) => string;
}

/** HTML is shown, and Mermaid is drawn. */
export const GITHUB_BLOCKS: BlockPrinters = {
  hidden: (text) => `<!-- ${text} -->`,
  details: ({ summary }, printed) =>
    [`<details><summary>${escapeHtml(summary)}</summary>`, ...printed, '</details>'].join('\n\n'),
  footer: (text) => `<sub>${text}</sub>`,
  chart: (block) => {
    const drawn = mermaidChart(block.chart);
    return [...(drawn === undefined ? [] : [`\`\`\`mermaid\n${drawn}\n\`\`\``]), chartLine(block)].join('\n\n');
  },
};

/** Nothing but Markdown: what is hidden is a definition that nothing refers to, what is folded has a heading. */
export const PLAIN_BLOCKS: BlockPrinters = {
  hidden: (text) => `[//]: # (${text})`,
  details: ({ summary }, printed) => [printInline({ kind: 'strong', content: [summary] }), ...printed].join('\n\n'),
  footer: (text) => escapeLineStart(text),
  chart: (block) => chartLine(block),
};

/** The document as GitHub-flavoured Markdown. Same document, same bytes. */
export function printMarkdown(blocks: readonly Block[], printers: BlockPrinters = GITHUB_BLOCKS): string {
  return `${blocks.map((block) => printBlock(block, printers)).join('\n\n')}\n`;
}

function printBlock(block: Block, printers: BlockPrinters): string {
  switch (block.kind) {
    case 'marker': {
      const fields = Object.entries(block.fields).map(([field, value]) => ` ${field}=${commentValue(value)}`);
      return printers.hidden(`${block.name}${fields.join('')}`);
    }
    case 'data':
      return printers.hidden(`${block.name} ${commentJson(block.value)}`);
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
    case 'chart':
      return printers.chart(block);
    case 'details':
      return printers.details(
        block,
        block.blocks.map((one) => printBlock(one, printers)),
      );
    case 'footer':
      return printers.footer(printInlines(block.content));
  }
}

/** ``decode, replicas kept busy, 09:00 to 08:00: `▁▂▇█` 0.3 to 4.2 replicas; now 4; proposed 6`` */
function chartLine({ chart }: Of<'chart'>): string {
  const [first, last] = [chart.points[0]?.label ?? '', chart.points.at(-1)?.label ?? ''];
  return escapeLineStart(
    printInlines([
      `${chart.title}, ${first} to ${last}: `,
      { kind: 'code', text: sparkline(chart) },
      ` ${chartWords(chart)}`,
    ]),
  );
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
