import type { Problem } from '../../api/index.ts';
import { explain, explanationReport, parseServiceQuery, servicesOf } from '../../report/index.ts';
import type { CommandRunner } from '../command.ts';
import { loadPlan } from '../load-plan.ts';
import { done, failed } from '../outcome.ts';

export interface ExplainCall {
  readonly plan: string;
  readonly service: string | undefined;
}

export const runExplain: CommandRunner<ExplainCall> = async ({ plan: file, service }, context) => {
  const query = service === undefined ? undefined : parseServiceQuery(service);
  if (service !== undefined && query === undefined) {
    const message = `--service ${JSON.stringify(service)} is not <graph>/<service>`;
    return failed([{ code: 'usage', message, hint: 'such as chat/decode, or prod/chat/decode' }]);
  }
  const plan = await loadPlan(context.cwd, file);
  if (!plan.ok) return failed(plan.error.map(withPlanHint));
  const explanation = explain(plan.value, query);
  if (explanation === undefined) {
    const message = `the plan has no service ${JSON.stringify(service)}`;
    return failed([{ code: 'not-found', file, message, hint: `it has ${listOf(servicesOf(plan.value))}` }]);
  }
  return done(explanationReport(explanation));
};

function withPlanHint(problem: Problem): Problem {
  return problem.code === 'not-found' ? { ...problem, hint: 'dynamo-gitops plan --out plan.json writes one' } : problem;
}

/** A fleet has more services than a line. */
function listOf(names: readonly string[]): string {
  if (names.length === 0) return 'none at all';
  const shown = names.slice(0, 12).join(', ');
  return names.length > 12 ? `${shown} and ${names.length - 12} more` : shown;
}
