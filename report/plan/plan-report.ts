import type { Plan } from '../../api/index.ts';
import type { Report } from '../report.ts';
import { planMarkdown } from './plan-markdown.ts';
import { planText } from './plan-text.ts';

/** What `plan` shows. `savedAs` is the file that the plan was written to, for the command to run next. */
export function planReport(plan: Plan, savedAs?: string): Report {
  return {
    document: plan,
    text: (paint) => planText(plan, paint, savedAs),
    markdown: () => planMarkdown(plan),
  };
}
