import { isAtLeast, showJson, valueAt } from '../../api/index.ts';
import type { Component } from '../component.ts';
import { COMPONENTS, GRAPHS, type Rule, violation, when } from '../rule.ts';
import type { Subject } from '../subject.ts';
import { eachPair, forcesScalingGroup } from './services.ts';

/** Who may change a replica count, and how few may be running. */
export const replicaRules: readonly Rule[] = [
  {
    id: 'replicas-under-adapter',
    title: 'A count that a scaling adapter owns is not changed in the graph',
    ...{ severity: 'error', stage: 'webhook', on: 'update', kinds: GRAPHS },
    check: (subject) => {
      if (subject.requester === 'operator' || subject.requester === 'planner') return [];
      // Until 1.4 only the new state's adapter counts, so that switching it off and scaling in one go is taken.
      const looksBack = isAtLeast(subject.operator, '1.5.0');
      return eachPair(subject, (now, before) => {
        const from = before.replicas ?? 1;
        const to = now.replicas ?? 1;
        const isOwned = now.hasAdapter || (looksBack && before.hasAdapter);
        return when(isOwned && from !== to, () => {
          const absent = now.replicas === undefined ? ' (absent counts as 1)' : '';
          return violation(
            now.at(['replicas']),
            `"${now.name}" goes from ${from} to ${to}${absent} while its scaling adapter owns the count; the webhook lets only the operator and the planner change it, so the sync fails`,
            now.hasAdapter && !before.hasAdapter
              ? `keep it at ${from} in the change that turns the adapter on, which starts from there`
              : now.hasAdapter
                ? 'leave the count as it is and set the bounds of the autoscaler, or spec.replicas of the scaling adapter'
                : 'turn the adapter off first with the count unchanged, and change it in a second step',
          );
        });
      });
    },
  },
  {
    id: 'min-available-above-replicas',
    title: 'minAvailable is at most replicas, unless replicas is 0',
    ...{ severity: 'error', stage: 'schema', since: '1.3.0', on: 'both', kinds: COMPONENTS },
    check: ({ components }) =>
      components.flatMap((component) => {
        const { minAvailable } = component.body;
        const replicas = component.replicas ?? 1;
        return when(typeof minAvailable === 'number' && replicas !== 0 && minAvailable > replicas, () => {
          const absent = component.replicas === undefined ? ', which is what an absent count means' : '';
          const message = `minAvailable is ${minAvailable} and replicas ${replicas}${absent}: more must be there than are asked for`;
          return violation(component.place, message, 'lower minAvailable or raise replicas');
        });
      }),
  },
  {
    id: 'min-available-immutable',
    title: 'minAvailable does not change once it is set',
    ...{ severity: 'error', stage: 'schema', since: '1.3.0', on: 'update', kinds: COMPONENTS },
    check: (subject) =>
      eachPair(subject, (now, before) => {
        const from = before.body.minAvailable;
        const to = now.body.minAvailable ?? defaultMinAvailable(subject);
        return when(from !== undefined && from !== to, () =>
          violation(
            now.place,
            `minAvailable goes from ${showJson(from)} to ${showJson(to)}, and it is immutable once set`,
            `keep it at ${showJson(from)}`,
          ),
        );
      }),
  },
  {
    id: 'min-available-needs-grove',
    title: 'minAvailable works on Grove only',
    ...{ severity: 'error', stage: 'webhook', since: '1.3.0', on: 'both', kinds: COMPONENTS },
    check: (subject) =>
      subject.components.flatMap((component) =>
        when(component.body.minAvailable !== undefined && !isOnGrove(subject), () =>
          violation(
            component.at(['minAvailable']),
            'minAvailable is taken for components of a graph that runs on Grove, and this one does not',
            'remove minAvailable',
          ),
        ),
      ),
  },
  {
    id: 'scaling-group-needs-grove',
    title: 'forceScalingGroup works on Grove only',
    ...{ severity: 'error', stage: 'webhook', since: '1.2.0', on: 'both', kinds: COMPONENTS },
    check: (subject) =>
      subject.components.flatMap((component) =>
        when(forcesScalingGroup(component) && !isOnGrove(subject), () =>
          violation(
            scalingGroupPlace(component),
            'forceScalingGroup asks for a scaling group of Grove, and this graph does not run on Grove',
            'remove forceScalingGroup',
          ),
        ),
      ),
  },
  {
    id: 'scaling-group-immutable',
    title: 'forceScalingGroup does not change after creation',
    ...{ severity: 'error', stage: 'webhook', since: '1.2.0', on: 'update', kinds: COMPONENTS },
    check: (subject) =>
      eachPair(subject, (now, before) =>
        when(forcesScalingGroup(now) !== forcesScalingGroup(before), () =>
          violation(
            scalingGroupPlace(now),
            'forceScalingGroup is switched, which changes the layout that was created',
            'keep it, or delete and create the graph anew',
          ),
        ),
      ),
  },
];

/** A component on its own never runs on Grove. */
export function isOnGrove({ kind, provider }: Subject): boolean {
  return kind === 'DynamoGraphDeployment' && provider === 'grove';
}

function scalingGroupPlace(component: Component) {
  return component.at(['experimental', 'grove', 'forceScalingGroup']);
}

/** The operator writes 1 into graphs on Grove, so that an absent one equals it. */
function defaultMinAvailable(subject: Subject): number | undefined {
  const isDefaulted = isAtLeast(subject.operator, '1.5.0') && isOnGrove(subject);
  return isDefaulted && valueAt(subject.annotations, 'nvidia.com/workload-provider') === 'grove' ? 1 : undefined;
}
