import { isAtLeast, objectAt, stringAt } from '../../api/index.ts';
import { itemsAt } from '../component.ts';
import type { Violation } from '../finding.ts';
import { GRAPHS, type Rule, violation, when } from '../rule.ts';
import type { Subject } from '../subject.ts';

const ORDER = ['spec', 'restart', 'strategy', 'order'] as const;

/** `spec.restart`: a command that lives in a manifest. */
export const restartRules: readonly Rule[] = [
  {
    id: 'restart-on-create',
    title: 'A graph is not created with a restart in it',
    ...{ severity: 'error', stage: 'schema', since: '1.3.0', on: 'create', kinds: GRAPHS },
    check: ({ spec }) =>
      when(spec.restart !== undefined, () => ({
        path: ['spec', 'restart'],
        operatorPath: ['spec'],
        message:
          'a graph with a restart cannot be created; it works on the cluster that has the graph, and fails on a new one',
        help: 'remove it once the restart is done',
      })),
  },
  {
    id: 'restart-order',
    title: 'A restart order names every service once, and goes with a sequential restart',
    ...{ severity: 'error', stage: 'webhook', on: 'both', kinds: GRAPHS },
    check: orderViolations,
  },
  {
    id: 'restart-during-rollout',
    title: 'No restart is asked for while a rolling update is going on',
    ...{ severity: 'error', stage: 'webhook', since: '1.1.0', on: 'update', kinds: GRAPHS },
    check: ({ spec, old }) => {
      const phase = stringAt(old?.status, 'rollingUpdate', 'phase');
      const isRolling = phase === 'Pending' || phase === 'InProgress';
      return when(isRolling && stringAt(spec, 'restart', 'id') !== stringAt(old?.spec, 'restart', 'id'), () =>
        violation(
          { path: ['spec', 'restart', 'id'] },
          `the restart changes while a rolling update is ${phase}`,
          'wait until the update is done',
        ),
      );
    },
  },
];

function orderViolations({ spec, components, operator }: Subject): readonly Violation[] {
  const strategy = objectAt(spec, 'restart', 'strategy');
  const order = itemsAt(strategy, 'order');
  if (order.length === 0) return [];
  if (strategy?.type === 'Parallel') {
    return [
      violation(
        { path: ORDER },
        'an order makes no sense for services that restart in parallel',
        'remove the order or the type',
      ),
    ];
  }
  const names = components.map(({ name }) => name);
  const distinct = new Set(order);
  const found: Violation[] = [];
  if (distinct.size !== order.length) {
    found.push(violation({ path: ORDER }, 'names a service twice', 'name each service once'));
  }
  if (distinct.size !== names.length) {
    const message = `names ${distinct.size} services, and the graph has ${names.length}`;
    found.push(violation({ path: ORDER }, message, `name them all: ${names.join(', ')}`));
  }
  for (const [index, name] of order.entries()) {
    if (typeof name !== 'string' || names.includes(name)) continue;
    const path = isAtLeast(operator, '1.5.0') ? [...ORDER, index] : ORDER;
    found.push(
      violation({ path }, `names "${name}", which is no service of the graph`, `write one of ${names.join(', ')}`),
    );
  }
  return found;
}
