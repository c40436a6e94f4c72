import type { Plan } from '../../api/index.ts';
import type { Report } from '../report.ts';
import { planMarkdown } from './plan-markdown.ts';
import type { PlanOutlook } from './plan-summary.ts';
import { planText } from './plan-text.ts';

/** What `plan` shows: the numbers with their reasons, and what can be done with them. */
export function planReport(plan: Plan, outlook: PlanOutlook = {}): Report {
  return {
    document: plan,
    text: (paint) => planText(plan, paint, outlook),
    markdown: () => planMarkdown(plan, outlook),
  };
}
