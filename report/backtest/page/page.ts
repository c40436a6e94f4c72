import type { Backtest } from '../../../api/index.ts';
import { escapeHtml, printHtml } from '../../html/index.ts';
import { type BacktestSection, backtestSections, backtestTitle } from '../backtest-blocks.ts';
import { frontierFigures, whatIfFigures } from './figures.ts';
import { PAGE_STYLE } from './style.ts';

/** Whatever a page might be made to ask for, the browser refuses. */
const POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:";

/** The report as one HTML file that needs nothing else: no network, no script. Same backtest, same bytes. */
export async function backtestPage(backtest: Backtest): Promise<string> {
  const sections: string[] = [];
  for (const section of backtestSections(backtest, 'full')) sections.push(await printSection(backtest, section));
  const title = escapeHtml(backtestTitle(backtest));
  return [
    '<!doctype html>',
    '<html lang="en">',
    '<head>',
    '<meta charset="utf-8">',
    '<meta name="generator" content="dynamo-gitops backtest">',
    `<meta http-equiv="Content-Security-Policy" content="${POLICY}">`,
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    '<meta name="color-scheme" content="light dark">',
    // Browsers ask the server for an icon where a page has none.
    '<link rel="icon" href="data:,">',
    `<title>${title}</title>`,
    `<style>\n${PAGE_STYLE}\n</style>`,
    '</head>',
    '<body>',
    `<main>\n<h1>${title}</h1>`,
    ...sections,
    '</main>',
    '</body>',
    '</html>',
    '',
  ].join('\n');
}

async function printSection(backtest: Backtest, { name, title, blocks }: BacktestSection): Promise<string> {
  const figures = await figuresOf(backtest, name);
  return [
    '<section>',
    ...(name === 'verdict' ? [] : [`<h2>${escapeHtml(title)}</h2>`]),
    printHtml(blocks),
    ...(figures === '' ? [] : [figures]),
    '</section>',
  ].join('\n');
}

async function figuresOf(backtest: Backtest, name: BacktestSection['name']): Promise<string> {
  switch (name) {
    case 'verdict':
      return frontierFigures(backtest);
    case 'what-if':
      return whatIfFigures(backtest);
    case 'alike':
    case 'apart':
    case 'frontier':
    case 'measured':
      return '';
  }
}
