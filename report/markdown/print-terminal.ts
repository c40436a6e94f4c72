import type { Paint } from '../paint.ts';
import { chartWords, sparkline } from './chart.ts';
import type { Block, Cell, Inline } from './document.ts';
import { visibleText } from './visible-text.ts';

/** Columns that text is wrapped to. */
const WIDTH = 100;
const GAP = '  ';

/** The document as plain text for a terminal: what is folded away on a forge is folded here too. */
export function printTerminal(blocks: readonly Block[], paint: Paint): string {
  return blocks
    .map((block) => printBlock(block, paint))
    .filter((text) => text !== '')
    .join('\n\n');
}

function printBlock(block: Block, paint: Paint): string {
  switch (block.kind) {
    case 'marker':
    case 'data':
      return '';
    case 'paragraph':
      return layOut(block.content, paint, '');
    case 'list':
      return block.items.map((item) => `- ${layOut(item, paint, '  ')}`).join('\n');
    case 'table':
      return printTable(block.head, block.rows, paint);
    case 'chart': {
      const { title, points } = block.chart;
      const line = `${title}: ${points[0]?.label ?? ''} ${sparkline(block.chart)} ${points.at(-1)?.label ?? ''}`;
      return [
        ...wrap(visibleText(line), ''),
        ...wrap(visibleText(chartWords(block.chart)), '  ').map((one) => `  ${one}`),
      ].join('\n');
    }
    case 'details':
      return paint.faint(`▸ ${visibleText(block.summary)}`);
    case 'footer':
      return paint.faint(wrap(plainText(block.content), '').join('\n'));
  }
}

/** One line with emphasis where it fits, else wrapped words without any, since a wrap may fall inside an emphasis. */
function layOut(content: readonly Inline[], paint: Paint, indent: string): string {
  const lines = wrap(plainText(content), indent);
  return lines.length === 1 ? painted(content, paint) : lines.join(`\n${indent}`);
}

/** Columns side by side; the last one goes below its row, indented, where a row would be too wide. */
function printTable(head: readonly string[], rows: readonly (readonly Cell[])[], paint: Paint): string {
  const texts = [head.map((title) => visibleText(title)), ...rows.map((row) => row.map(plainText))];
  const widths = head.map((_, column) => Math.max(...texts.map((row) => lengthOf(row[column] ?? ''))));
  const isWide = widths.reduce((sum, width) => sum + width + GAP.length, 0) > WIDTH;
  const columns = isWide ? head.length - 1 : head.length;
  return texts
    .flatMap((row, index) => {
      const cells = row.slice(0, columns).map((text, column) => text.padEnd(padding(text, widths[column] ?? 0)));
      const line = cells.join(GAP).trimEnd();
      const note = index === 0 ? '' : (row[columns] ?? '');
      return [index === 0 ? paint.faint(line) : line, ...(note === '' ? [] : wrap(note, '    ').map(indented))];
    })
    .join('\n');
}

function indented(line: string): string {
  return `    ${line}`;
}

/** `padEnd` counts UTF-16 units; the eye counts characters. */
function padding(text: string, width: number): number {
  return width + text.length - lengthOf(text);
}

function lengthOf(text: string): number {
  return Array.from(text).length;
}

function wrap(text: string, indent: string): readonly string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && lengthOf(line) + 1 + lengthOf(word) > WIDTH - indent.length) {
      lines.push(line);
      line = word;
    } else {
      line = line === '' ? word : `${line} ${word}`;
    }
  }
  return [...lines, line];
}

function plainText(content: readonly Inline[]): string {
  return content
    .map((inline) => {
      if (typeof inline === 'string') return visibleText(inline);
      return inline.kind === 'code' ? visibleText(inline.text) : plainText(inline.content);
    })
    .join('');
}

function painted(content: readonly Inline[], paint: Paint): string {
  return content
    .map((inline) => {
      if (typeof inline === 'string') return visibleText(inline);
      return inline.kind === 'code' ? visibleText(inline.text) : paint.strong(plainText(inline.content));
    })
    .join('');
}
