import type { Backtest } from '../../api/index.ts';
import { printMarkdown, printTerminal } from '../markdown/index.ts';
import type { Report } from '../report.ts';
import { backtestSections, withTitles } from './backtest-blocks.ts';

/** @param savedAs file with the page that people open, where one was written */
export function backtestReport(backtest: Backtest, { savedAs }: { readonly savedAs: string | undefined }): Report {
  return {
    document: backtest,
    text: (paint) => {
      const text = printTerminal(withTitles(backtestSections(backtest, 'narrow')), paint);
      return savedAs === undefined ? text : `${text}\n\n${paint.faint(`The report with its charts is in ${savedAs}.`)}`;
    },
    markdown: () => printMarkdown(withTitles(backtestSections(backtest, 'full'))),
  };
}
