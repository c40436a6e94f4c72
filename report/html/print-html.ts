import { type Block, type Cell, chartWords, type Inline, sparkline } from '../markdown/index.ts';
import { escapeHtml } from './escape-html.ts';

/** A document's blocks as HTML. What is hidden from readers elsewhere is left out. Same blocks, same bytes. */
export function printHtml(blocks: readonly Block[]): string {
  return blocks
    .map(printBlock)
    .filter((html) => html !== '')
    .join('\n');
}

function printBlock(block: Block): string {
  switch (block.kind) {
    case 'marker':
    case 'data':
      return '';
    case 'paragraph':
      return `<p>${printInlines(block.content)}</p>`;
    case 'list':
      return `<ul>\n${block.items.map((item) => `<li>${printInlines(item)}</li>`).join('\n')}\n</ul>`;
    case 'table':
      return printTable(block.head, block.rows);
    case 'chart':
      return `<p>${escapeHtml(block.chart.title)}: <code>${sparkline(block.chart)}</code> ${escapeHtml(chartWords(block.chart))}</p>`;
    case 'details':
      return `<details><summary>${escapeHtml(block.summary)}</summary>\n${printHtml(block.blocks)}\n</details>`;
    case 'footer':
      return `<footer>${printInlines(block.content)}</footer>`;
  }
}

/** A wide table scrolls by itself, also with the keyboard, and the page does not. */
function printTable(head: readonly string[], rows: readonly (readonly Cell[])[]): string {
  const titles = head.map((title) => `<th scope="col">${escapeHtml(title)}</th>`).join('');
  const lines = rows.map((row) => `<tr>${row.map((cell) => `<td>${printInlines(cell)}</td>`).join('')}</tr>`);
  return [
    `<div class="table" role="region" aria-label="${escapeHtml(`Table: ${head.slice(0, 3).join(', ')} …`)}" tabindex="0"><table>`,
    `<thead><tr>${titles}</tr></thead>`,
    `<tbody>\n${lines.join('\n')}\n</tbody>`,
    '</table></div>',
  ].join('\n');
}

function printInlines(content: readonly Inline[]): string {
  return content.map(printInline).join('');
}

function printInline(inline: Inline): string {
  if (typeof inline === 'string') return escapeHtml(inline);
  switch (inline.kind) {
    case 'code':
      return `<code>${escapeHtml(inline.text)}</code>`;
    case 'strong':
      return `<strong>${printInlines(inline.content)}</strong>`;
  }
}
