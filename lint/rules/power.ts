import { stringAt } from '../../api/index.ts';
import { type Component, gpuLimit, itemsAt, type Place, under } from '../component.ts';
import type { Violation } from '../finding.ts';
import { GRAPHS, type Rule, violation, when } from '../rule.ts';
import { gmsPlace } from './gpu-memory.ts';
import { mainContainer } from './images.ts';
import { eachPair } from './services.ts';

const POWER_LIMIT = 'dynamo.nvidia.com/gpu-power-limit';

/** The power limit of a component's GPUs, which the planner counts with. */
export const powerRules: readonly Rule[] = [
  {
    id: 'power-limit-value',
    title: "A GPU's power limit is a whole number of watts above 0",
    ...{ severity: 'error', stage: 'webhook', since: '1.5.0', on: 'both', kinds: GRAPHS },
    check: ({ components }) =>
      components.flatMap((component) => {
        const value = powerLimit(component);
        if (value === undefined) return [];
        const isInteger = /^[+-]?\d+$/.test(value);
        return when(!isInteger || Number(value) <= 0, () =>
          violation(
            limitPlace(component),
            `"${value}" is no whole number of watts above 0`,
            'write the watts as plain digits in quotes, such as "300"',
          ),
        );
      }),
  },
  {
    id: 'power-limit-claims',
    title: 'A power limit does not go with GPUs from resource claims',
    ...{ severity: 'error', stage: 'webhook', since: '1.5.0', on: 'both', kinds: GRAPHS },
    check: ({ components }) =>
      components.flatMap((component) => {
        const place = powerLimit(component) === undefined ? undefined : claimsPlace(component);
        const message = `gives the component GPUs that the planner cannot count, so it goes not together with the annotation ${POWER_LIMIT}`;
        return place === undefined ? [] : [violation(place, message, 'remove one of the two')];
      }),
  },
  {
    id: 'power-limit-immutable',
    title: 'A power limit, and the GPUs that it is for, do not change after creation',
    ...{ severity: 'error', stage: 'webhook', since: '1.5.0', on: 'update', kinds: GRAPHS },
    check: (subject) => eachPair(subject, frozen),
  },
];

function frozen(now: Component, before: Component): readonly Violation[] {
  const from = powerLimit(before);
  const to = powerLimit(now);
  const gpus = [gpuLimit(before)?.text, gpuLimit(now)?.text];
  return [
    ...when(from !== to, () =>
      violation(limitPlace(now), `goes from ${from ?? 'absent'} to ${to ?? 'absent'}, and it is immutable`, RECREATE),
    ),
    ...when(from !== undefined && gpus[0] !== gpus[1], () =>
      violation(
        gpuPlace(now),
        `goes from ${gpus[0] ?? 'no'} to ${gpus[1] ?? 'no'} GPUs, which are fixed while there is a power limit`,
        RECREATE,
      ),
    ),
    ...when(from !== undefined && before.nodeCount !== now.nodeCount, () =>
      violation(
        now.at(['multinode', 'nodeCount']),
        `goes from ${before.nodeCount} to ${now.nodeCount} nodes, which are fixed while there is a power limit`,
        RECREATE,
      ),
    ),
  ];
}

const RECREATE = 'keep it, or delete and create the graph anew';

function powerLimit({ podAnnotations }: Component): string | undefined {
  return stringAt(podAnnotations, POWER_LIMIT);
}

function limitPlace(component: Component): Place {
  return component.at(
    ['extraPodMetadata', 'annotations', { key: POWER_LIMIT }],
    ['podTemplate', 'metadata', 'annotations', { key: POWER_LIMIT }],
  );
}

function claimsPlace(component: Component): Place | undefined {
  if (component.gpuMemoryService !== undefined) return gmsPlace(component);
  const byRole = [...component.containers].sort(
    (first, second) => Number(first.role === 'init') - Number(second.role === 'init'),
  );
  const claimant = byRole.find(({ body }) => itemsAt(body, 'resources', 'claims').length > 0);
  if (claimant !== undefined) return under(claimant, ['resources', 'claims']);
  const hasOwn = component.apiVersion === 'v1alpha1' && itemsAt(component.body, 'resources', 'claims').length > 0;
  return hasOwn
    ? component.at(['resources', 'claims'], ['podTemplate', 'spec', 'containers', 0, 'resources', 'claims'])
    : undefined;
}

function gpuPlace(component: Component): Place {
  const main = mainContainer(component);
  return (
    gpuLimit(component)?.place ??
    (main === undefined
      ? component.at(['resources'], ['podTemplate', 'spec', 'containers'])
      : under(main, ['resources']))
  );
}
