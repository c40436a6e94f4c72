import { accepted, alpha, type RuleCase, refused } from './case.ts';

const graph = (order: readonly string[], type: string | null = null) =>
  alpha({}, { services: { a: {}, b: {} }, restart: { id: '1', strategy: { type, order } } });
const rolling = (phase: string) => ({ ...alpha(), status: { rollingUpdate: { phase } } });
const restarted = alpha({}, { restart: { id: '2' } });

export const restartCases: readonly RuleCase[] = [
  refused('restart-on-create', 'spec.restart', restarted),
  accepted('restart-on-create', restarted, { operator: '1.2.0' }),
  accepted('restart-on-create', restarted, { old: alpha() }),
  refused('restart-order', 'spec.restart.strategy.order', graph(['a', 'a']), { operator: '0.9.0' }),
  refused('restart-order', 'spec.restart.strategy.order', graph(['a', 'b'], 'Parallel'), { operator: '0.9.0' }),
  refused('restart-order', 'spec.restart.strategy.order', graph(['a']), { operator: '0.9.0' }),
  refused('restart-order', 'spec.restart.strategy.order[1]', graph(['a', 'c']), { old: graph(['a', 'b']) }),
  accepted('restart-order', graph(['b', 'a']), { operator: '0.9.0' }),
  accepted('restart-order', graph([], 'Parallel'), { operator: '0.9.0' }),
  refused('restart-during-rollout', 'spec.restart.id', restarted, { old: rolling('InProgress') }),
  accepted('restart-during-rollout', restarted, { old: rolling('Completed') }),
];
