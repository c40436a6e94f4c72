import { isSealed, type Plan, type Problem, planSchema } from '../../api/index.ts';
import { explain, explanationReport, parseServiceQuery } from '../../report/index.ts';
import type { CommandRunner } from '../command.ts';
import { done, failed } from '../outcome.ts';
import { readDocument } from '../plan/read-document.ts';

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
  const read = await readDocument(context.cwd, file, planSchema);
  if (!read.ok) return failed(read.error.map(withPlanHint));
  const plan = read.value.value;
  if (!isSealed(plan)) {
    const message = 'was changed after it was made: its digest does not match';
    return failed([{ code: 'stale', file, message, hint: 'run dynamo-gitops plan again' }]);
  }
  const explanation = explain(plan, query);
  if (explanation === undefined) {
    const message = `the plan has no service ${service}`;
    return failed([{ code: 'not-found', file, message, hint: `it has ${servicesOf(plan).join(', ')}` }]);
  }
  return done(explanationReport(explanation));
};

function withPlanHint(problem: Problem): Problem {
  return problem.code === 'not-found' ? { ...problem, hint: 'dynamo-gitops plan --out plan.json writes one' } : problem;
}

function servicesOf({ targets, held }: Plan): readonly string[] {
  const names = [...targets, ...held].map(({ environment, deployment, service }) =>
    [environment, deployment, service ?? '*'].filter((part) => part !== null).join('/'),
  );
  return names.length === 0 ? ['none at all'] : [...new Set(names)];
}
