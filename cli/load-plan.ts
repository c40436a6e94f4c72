import { resolve } from 'node:path';
import { isSealed, type Plan, type Problem, parseJsonDocument, planSchema, type Result } from '../api/index.ts';
import { readTextInput } from './files.ts';

/** Reads a plan that `plan --out` wrote; one that was edited since is refused, since its digest stands for what was decided. */
export async function loadPlan(cwd: string, file: string): Promise<Result<Plan>> {
  const text = await readTextInput(resolve(cwd, file), file);
  if (!text.ok) return { ok: false, error: text.error.map(withPlanHint) };
  const plan = parseJsonDocument(planSchema, text.value, file);
  if (!plan.ok || isSealed(plan.value)) return plan;
  const message = 'was changed after it was made: its digest does not match';
  return { ok: false, error: [{ code: 'schema', file, path: 'digest', message, hint: 'run plan again' }] };
}

function withPlanHint(problem: Problem): Problem {
  return problem.code === 'not-found' ? { ...problem, hint: 'dynamo-gitops plan --out plan.json writes one' } : problem;
}
