import { isAtLeast, objectAt } from '../../api/index.ts';
import type { Component } from '../component.ts';
import type { Violation } from '../finding.ts';
import { COMPONENTS, GRAPHS, type Rule, violation, when } from '../rule.ts';
import type { Subject } from '../subject.ts';

/** The set of services, their names, and what may not change about them. */
export const serviceRules: readonly Rule[] = [
  {
    id: 'services-empty',
    title: 'A graph has at least one service',
    ...{ severity: 'error', stage: 'webhook', on: 'both', kinds: GRAPHS },
    check: (subject) =>
      when(subject.components.length === 0, () =>
        violation(
          servicesPlace(subject),
          'the graph has no service, and the webhook wants at least one',
          'add a service, or delete the graph',
        ),
      ),
  },
  {
    id: 'services-one-epp',
    title: 'A graph has at most one component of type epp',
    ...{ severity: 'error', stage: 'schema', since: '1.2.0', on: 'both', kinds: GRAPHS },
    check: (subject) => {
      const pickers = subject.apiVersion === 'v1beta1' ? subject.components.filter(({ type }) => type === 'epp') : [];
      return when(pickers.length > 1, () =>
        violation(
          servicesPlace(subject),
          `${pickers.map(({ name }) => `"${name}"`).join(' and ')} all have type epp, and a graph may have one`,
          'keep one endpoint picker',
        ),
      );
    },
  },
  {
    id: 'services-name-case',
    title: 'Component names differ in more than case',
    ...{ severity: 'error', stage: 'schema', since: '1.2.0', on: 'both', kinds: GRAPHS },
    check: (subject) => {
      if (subject.apiVersion !== 'v1beta1') return [];
      const seen = new Map<string, string>();
      for (const { name } of subject.components) {
        const twin = seen.get(name.toLowerCase());
        if (twin !== undefined) {
          const message = `"${twin}" and "${name}" are one name to the operator, which writes names in lower case`;
          return [violation(servicesPlace(subject), message, 'rename one of them')];
        }
        seen.set(name.toLowerCase(), name);
      }
      return [];
    },
  },
  {
    id: 'services-name-length',
    title: 'The names of the graph and of a service fit into a pod name on Grove',
    ...{ severity: 'error', stage: 'webhook', on: 'both', kinds: GRAPHS },
    check: overlongNames,
  },
  {
    id: 'services-immutable',
    title: 'Services are neither added, removed nor renamed after creation',
    ...{ severity: 'error', stage: 'webhook', on: 'update', kinds: GRAPHS },
    check: (subject) => {
      const before = new Set(subject.old?.components.map(({ name }) => name));
      const now = new Set(subject.components.map(({ name }) => name));
      const added = [...now].filter((name) => !before.has(name));
      const removed = [...before].filter((name) => !now.has(name));
      const what = [list('adds', added), list('removes', removed)].filter((part) => part !== '').join(' and ');
      return when(what !== '', () =>
        violation(
          servicesPlace(subject),
          `the change ${what}; the set of services is fixed when a graph is created`,
          'give the new set a new graph, or delete and create this one anew (claims that it made go with it)',
        ),
      );
    },
  },
  {
    id: 'services-node-topology',
    title: 'A service does not change between one node and several',
    ...{ severity: 'error', stage: 'webhook', on: 'update', kinds: COMPONENTS },
    check: (subject) => {
      // Before 1.5 nothing guards a component that stands on its own.
      if (subject.kind === 'DynamoComponentDeployment' && !isAtLeast(subject.operator, '1.5.0')) return [];
      return eachPair(subject, (now, before) => {
        if (now.nodeCount > 1 === before.nodeCount > 1) return [];
        const place = isAtLeast(subject.operator, '1.5.0') ? now.at(['multinode']) : now.place;
        const message = `"${now.name}" goes from ${nodes(before)} to ${nodes(now)}, which is refused after creation; from 2 to 4 would be taken`;
        return [violation(place, message, 'create a graph with another name')];
      });
    },
  },
  {
    id: 'backend-immutable',
    title: 'The backend framework does not change after creation',
    ...{ severity: 'error', stage: 'webhook', on: 'update', kinds: COMPONENTS },
    check: ({ spec, old }) => {
      const [now, before] = [spec.backendFramework, old?.spec.backendFramework];
      return when(now !== before, () =>
        violation(
          { path: ['spec', 'backendFramework'] },
          `changes from ${shown(before)} to ${shown(now)}, and it is immutable, also between set and unset`,
          'keep it, or create a graph with another name',
        ),
      );
    },
  },
];

/** Each component with its old self; those that are new or gone are another rule's business. */
export function eachPair(
  { kind, components, old }: Subject,
  check: (now: Component, before: Component) => readonly Violation[],
): readonly Violation[] {
  const byName = new Map(old?.components.map((component) => [component.name, component]));
  return components.flatMap((now) => {
    const before = kind === 'DynamoComponentDeployment' ? old?.components[0] : byName.get(now.name);
    return before === undefined ? [] : check(now, before);
  });
}

function servicesPlace({ apiVersion, operator }: Subject): Pick<Violation, 'path' | 'operatorPath'> {
  if (apiVersion === 'v1beta1') return { path: ['spec', 'components'] };
  return {
    path: ['spec', 'services'],
    ...(isAtLeast(operator, '1.5.0') ? { operatorPath: ['spec', 'components'] } : {}),
  };
}

const NAME_BUDGET = 45;
const SHORTEST_GRAPH_NAME = 8;

function overlongNames(subject: Subject): readonly Violation[] {
  const { operator, components, name: graph, provider } = subject;
  if (provider !== 'grove') return [];
  const longest = components.reduce((most, component) => Math.max(most, nameCost(component)), 0);
  const graphLength = isAtLeast(operator, '1.2.0')
    ? Math.min(graph.length, Math.max(NAME_BUDGET - longest, SHORTEST_GRAPH_NAME))
    : graph.length;
  return components.flatMap((component) => {
    const total = graphLength + nameCost(component);
    const place = isAtLeast(operator, '1.5.0') ? component.at([], ['name']) : component.place;
    return when(total > NAME_BUDGET, () =>
      violation(
        place,
        `"${graph}" and "${component.name}" make pod names with ${total} characters of their own, and Grove leaves ${NAME_BUDGET}`,
        component.nodeCount > 1
          ? `shorten the service by ${Math.ceil((total - NAME_BUDGET) / 2)}; a multinode service counts twice`
          : `shorten one of them by ${total - NAME_BUDGET}`,
      ),
    );
  });
}

/** Characters that a component takes: its name, or for a group its own name and the longest of its roles'. */
function nameCost(component: Component): number {
  const { length } = component.name;
  if (component.gpuMemoryService?.mode === 'inter-pod') {
    return 2 * length + '-gms-'.length + String(component.nodeCount - 1).length;
  }
  if (component.nodeCount > 1) return 2 * length + '-ldr'.length;
  return forcesScalingGroup(component) ? 2 * length : length;
}

export function forcesScalingGroup({ body }: Component): boolean {
  return objectAt(body, 'experimental', 'grove')?.forceScalingGroup === true;
}

function list(verb: string, names: readonly string[]): string {
  return names.length === 0 ? '' : `${verb} ${names.map((name) => `"${name}"`).join(', ')}`;
}

function nodes({ nodeCount }: Component): string {
  return nodeCount > 1 ? `${nodeCount} nodes` : 'one node';
}

function shown(value: unknown): string {
  return typeof value === 'string' ? `"${value}"` : 'unset';
}
