import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { micromark } from 'micromark';
import { gfm, gfmHtml } from 'micromark-extension-gfm';
import {
  type Block,
  code,
  codeSpan,
  escapeText,
  paragraph,
  plainPaint,
  printMarkdown,
  printTerminal,
  strong,
  visibleText,
} from '../../report/index.ts';
import { hostile, REFERENCE } from './hostile.ts';

/** What a forge makes of the Markdown, by a parser that is not ours; HTML and every protocol pass through. */
function html(markdown: string): string {
  return micromark(markdown, {
    allowDangerousHtml: true,
    allowDangerousProtocol: true,
    extensions: [gfm()],
    htmlExtensions: [gfmHtml()],
  });
}

/** The tags in it, without attributes, in order. */
function tags(rendered: string): readonly string[] {
  return [...rendered.matchAll(/<\/?([a-z0-9]+)[^>]*>|<!/gi)].map((match) => match[1] ?? '<!');
}

describe('outside text in Markdown', () => {
  test('never becomes a mention, a link, HTML, or another row or cell of its table', () => {
    fc.assert(
      fc.property(hostile, hostile, hostile, (first, second, third) => {
        const blocks: readonly Block[] = [
          {
            kind: 'table',
            head: ['A', 'B', 'C'],
            rows: [
              [[first], [code(second)], [strong(third)]],
              [['x ', code(third), ' y'], [second], [code(first)]],
            ],
          },
        ];
        const markdown = printMarkdown(blocks);
        const rendered = html(markdown);
        const inTable = tags(rendered).filter((tag) => !['strong', 'code'].includes(tag));
        expect(markdown.trimEnd().split('\n')).toHaveLength(4);
        expect(markdown).not.toMatch(REFERENCE);
        expect(inTable).toEqual([
          ...['table', 'thead', 'tr', 'th', 'th', 'th', 'th', 'th', 'th', 'tr', 'thead', 'tbody'],
          ...Array.from({ length: 2 }, () => ['tr', 'td', 'td', 'td', 'td', 'td', 'td', 'tr']).flat(),
          ...['tbody', 'table'],
        ]);
      }),
      { numRuns: 300 },
    );
  });

  test('never becomes another block: no heading, list, quote, rule, definition or fence', () => {
    fc.assert(
      fc.property(hostile, hostile, (first, second) => {
        const markdown = printMarkdown([
          paragraph(first, ' '),
          { kind: 'list', items: [[second], ['x']] },
          { kind: 'details', summary: first, blocks: [paragraph('> ', second)] },
          { kind: 'footer', content: [second] },
        ]);
        const rendered = html(markdown);
        expect(markdown).not.toMatch(REFERENCE);
        const allowed = ['p', 'ul', 'li', 'details', 'summary', 'sub'];
        expect(tags(rendered).filter((tag) => !allowed.includes(tag))).toEqual([]);
        expect(tags(rendered).filter((tag) => tag === 'li')).toHaveLength(4);
        expect(tags(rendered).filter((tag) => tag === 'details')).toHaveLength(2);
      }),
      { numRuns: 300 },
    );
  });

  test('shows exactly what it was, but for invisible characters', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        const shown = html(printMarkdown([paragraph('x', text, 'x')]))
          .replace(/^<p>|<\/p>\n?$/g, '')
          .replaceAll('\u200b', '')
          .replaceAll('&lt;', '<')
          .replaceAll('&gt;', '>')
          .replaceAll('&quot;', '"')
          .replaceAll('&amp;', '&');
        expect(shown).toBe(`x${visibleText(text)}x`);
      }),
      { numRuns: 300 },
    );
  });

  test('keeps ordinary words readable in the source', () => {
    expect(escapeText('31 req/s × 3,050 tokens needs 2.7 (p95 < 500 ms)')).toBe(
      '31 req/s × 3,050 tokens needs 2.7 (p95 \\< 500 ms)',
    );
  });

  test('stands in a code span with a fence that is longer than any run of backticks in it', () => {
    expect(codeSpan('decode')).toBe('`decode`');
    expect(codeSpan('a ``b`` c')).toBe('```a ``b`` c```');
    expect(codeSpan('`x`')).toBe('`` `x` ``');
    expect(html(codeSpan('`x` <b>'))).toBe('<p><code>`x` &lt;b&gt;</code></p>');
  });

  test('cannot end the comment that programs read', () => {
    const markdown = printMarkdown([
      { kind: 'marker', name: 'dynamo-gitops:v1', fields: { id: 'x --> end>', plan: 'a\nb' } },
      paragraph('text'),
    ]);
    expect(markdown).toBe('<!-- dynamo-gitops:v1 id=x_--__end_ plan=a_b -->\n\ntext\n');
    expect(html(markdown)).toContain('<p>text</p>');
  });

  test('is cut where it would bury the rest', () => {
    expect(visibleText('x'.repeat(5000))).toBe(`${'x'.repeat(599)}…`);
  });
});

describe('a document in a terminal', () => {
  test('holds no control or bidirectional character, whatever it was made of', () => {
    fc.assert(
      fc.property(hostile, hostile, (first, second) => {
        const text = printTerminal(
          [
            paragraph(first, strong(second), code(first)),
            { kind: 'table', head: ['A', 'B'], rows: [[[first], [second]]] },
            { kind: 'list', items: [[first], [second]] },
            { kind: 'details', summary: first, blocks: [] },
            { kind: 'footer', content: [second] },
          ],
          plainPaint,
        );
        expect(text.replaceAll('\n', '')).not.toMatch(/[\p{C}\u2028\u2029]/u);
      }),
    );
  });

  test('puts the last column below its row where the row would be too wide', () => {
    const why = 'because '.repeat(20).trim();
    const text = printTerminal([{ kind: 'table', head: ['Name', 'Why'], rows: [[['a'], [why]]] }], plainPaint);
    expect(text.split('\n')).toEqual([
      'Name',
      'a',
      `    ${'because '.repeat(12).trim()}`,
      `    ${'because '.repeat(8).trim()}`,
    ]);
  });
});
