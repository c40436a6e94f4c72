import { type JsonObject, objectAt, showJson } from '../../api/index.ts';
import { type Component, gpuLimit, itemsAt, type Place, podMode, under } from '../component.ts';
import type { FieldPath } from '../field-path.ts';
import type { Violation } from '../finding.ts';
import { quantityValue } from '../quantity.ts';
import { COMPONENTS, type Rule, violation, when } from '../rule.ts';
import { mainContainer } from './images.ts';
import { isOnGrove } from './replicas.ts';
import { eachPair } from './services.ts';

const WORKER_TYPES = ['worker', 'prefill', 'decode'];

/** The GPU memory service, and the failover that builds on it. */
export const gpuMemoryRules: readonly Rule[] = [
  {
    id: 'gms-clients',
    title: 'Extra client containers go with the intra-pod mode; extra client pods are not there yet',
    ...{ severity: 'error', stage: 'schema', since: '1.1.0', on: 'both', kinds: [...COMPONENTS, 'DynamoCheckpoint'] },
    // Also for one that is switched off: the definition's rule does not look at the switch.
    check: ({ kind, spec, components, apiVersion }) =>
      kind === 'DynamoCheckpoint'
        ? clientViolations(objectAt(spec, 'gpuMemoryService'), ['spec', 'gpuMemoryService'])
        : components.flatMap((component) => {
            const owner = apiVersion === 'v1beta1' ? objectAt(component.body, 'experimental') : component.body;
            return clientViolations(objectAt(owner, 'gpuMemoryService'), gmsPlace(component).path);
          }),
  },
  {
    id: 'gms-worker',
    title: 'The GPU memory service runs beside a worker that has a GPU',
    ...{ severity: 'error', stage: 'webhook', since: '1.1.0', on: 'both', kinds: COMPONENTS },
    check: ({ components }) =>
      components.flatMap((component) => {
        if (component.gpuMemoryService === undefined) return [];
        return [
          ...when(!WORKER_TYPES.includes(component.type), () =>
            violation(
              gmsPlace(component),
              `"${component.name}" is no worker, prefill or decode component`,
              'remove the GPU memory service',
            ),
          ),
          ...when(limitedGpus(component) < 1, () =>
            violation(
              gmsPlace(component),
              'the main container has no GPU among its limits',
              'set a limit of at least one nvidia.com/gpu',
            ),
          ),
        ];
      }),
  },
  {
    id: 'gms-client-unknown',
    title: 'Clients of the GPU memory service are containers of the pod, each named once',
    ...{ severity: 'error', stage: 'webhook', since: '1.1.0', on: 'both', kinds: COMPONENTS },
    check: ({ components }) =>
      components.flatMap((component) => {
        const names = itemsAt(component.gpuMemoryService?.body, 'extraClientContainers');
        return names.flatMap((name, index) =>
          when(!component.containers.some((one) => one.role !== 'init' && one.name === name), () =>
            violation(
              under(gmsPlace(component), ['extraClientContainers', index]),
              `${showJson(name)} is no container of the pod`,
              'name one of its containers',
            ),
          ),
        );
      }),
  },
  {
    id: 'gms-inter-pod',
    title: 'The inter-pod mode needs Grove and vLLM',
    ...{ severity: 'error', stage: 'webhook', since: '1.1.0', on: 'both', kinds: ['DynamoGraphDeployment'] },
    check: (subject) =>
      subject.components.flatMap((component) => {
        if (component.gpuMemoryService?.mode !== 'inter-pod') return [];
        const place = under(gmsPlace(component), ['mode']);
        return [
          ...when(!isOnGrove(subject), () =>
            violation(
              place,
              'the inter-pod mode needs Grove, and the graph does not run on it',
              'use the intra-pod mode',
            ),
          ),
          ...when(subject.spec.backendFramework !== 'vllm', () =>
            violation(
              place,
              'the inter-pod mode works with vLLM only',
              'set backendFramework: vllm, or use the intra-pod mode',
            ),
          ),
        ];
      }),
  },
  {
    id: 'gms-layout-immutable',
    title: 'The inter-pod layout is not switched after creation',
    ...{ severity: 'error', stage: 'webhook', since: '1.1.0', on: 'update', kinds: COMPONENTS },
    check: (subject) =>
      eachPair(subject, (now, before) => {
        const switched = (one: PodModeOwner, other: PodModeOwner) =>
          (one?.mode === 'inter-pod') !== (other?.mode === 'inter-pod');
        const shadows = [now, before].map(({ failover }) => failover?.body.numShadows ?? 1);
        const bothInterPod = now.failover?.mode === 'inter-pod' && before.failover?.mode === 'inter-pod';
        return [
          ...when(switched(now.gpuMemoryService, before.gpuMemoryService), () =>
            violation(
              under(gmsPlace(now), ['mode']),
              'the inter-pod layout cannot be turned on or off after creation',
              RECREATE,
            ),
          ),
          ...when(switched(now.failover, before.failover), () =>
            violation(failoverPlace(now), 'inter-pod failover cannot be turned on or off after creation', RECREATE),
          ),
          ...when(bothInterPod && shadows[0] !== shadows[1], () =>
            violation(
              under(failoverPlace(now), ['numShadows']),
              `goes from ${showJson(shadows[1])} to ${showJson(shadows[0])}, and it is immutable for inter-pod failover`,
              RECREATE,
            ),
          ),
        ];
      }),
  },
  {
    id: 'failover',
    title: 'Failover goes with a GPU memory service of the same mode',
    ...{ severity: 'error', stage: 'webhook', since: '1.1.0', on: 'both', kinds: COMPONENTS },
    check: ({ components }) => components.flatMap(failoverViolations),
  },
  {
    id: 'failover-shadows',
    title: 'Intra-pod failover has one shadow',
    ...{ severity: 'error', stage: 'webhook', since: '1.1.0', on: 'both', kinds: COMPONENTS },
    check: ({ components }) =>
      components.flatMap((component) => {
        const shadows = component.failover?.body.numShadows;
        const isFixed = component.apiVersion === 'v1alpha1' && component.failover?.mode === 'intra-pod';
        return when(isFixed && typeof shadows === 'number' && shadows > 1, () =>
          violation(
            { path: component.at(['failover', 'numShadows']).path },
            `asks for ${String(shadows)} shadows, and within a pod there is one`,
            'set it to 1, or use the inter-pod mode',
          ),
        );
      }),
  },
  {
    id: 'elastic-ep-command',
    title: 'Elastic expert parallelism with Ray has an explicit command',
    ...{ severity: 'error', stage: 'webhook', since: '1.4.0', on: 'both', kinds: COMPONENTS },
    check: ({ spec, components }) =>
      components.flatMap((component) => {
        const main = mainContainer(component);
        if (main === undefined || spec.backendFramework !== 'vllm') return [];
        return when(itemsAt(main.body, 'command').length === 0 && asksForElasticRay(main.body), () =>
          violation(
            under(main, ['command']),
            'the operator starts the head of Ray by wrapping the command, and there is none to wrap',
            'write the command out, such as python3 -m dynamo.vllm',
          ),
        );
      }),
  },
  {
    id: 'priority-class-needs-grove',
    title: 'priorityClassName works on Grove only',
    ...{ severity: 'error', stage: 'webhook', since: '1.1.0', on: 'both', kinds: ['DynamoGraphDeployment'] },
    check: (subject) =>
      when((subject.spec.priorityClassName ?? '') !== '' && !isOnGrove(subject), () =>
        violation(
          { path: ['spec', 'priorityClassName'] },
          'a priority class is for Grove, and the graph does not run on it',
          'remove it',
        ),
      ),
  },
];

const RECREATE = 'delete and create the graph anew';

type PodModeOwner = { readonly mode: string } | undefined;

export function gmsPlace(component: Component): Place {
  return component.at(['gpuMemoryService'], ['experimental', 'gpuMemoryService']);
}

function clientViolations(body: JsonObject | undefined, path: FieldPath): readonly Violation[] {
  const isInterPod = body !== undefined && podMode(body) === 'inter-pod';
  return [
    ...when(isInterPod && itemsAt(body, 'extraClientContainers').length > 0, () =>
      violation(
        { path },
        'extraClientContainers are clients in the same pod, and the mode is inter-pod',
        'remove them, or use the intra-pod mode',
      ),
    ),
    ...when(itemsAt(body, 'extraClientPods').length > 0, () =>
      violation({ path }, 'extraClientPods is reserved and refused whenever it has an item', 'remove it'),
    ),
  ];
}

function failoverPlace(component: Component): Place {
  return component.at(['failover'], ['experimental', 'failover']);
}

function failoverViolations(component: Component): readonly Violation[] {
  const { failover, gpuMemoryService, type } = component;
  if (failover === undefined) return [];
  const place = failoverPlace(component);
  const isInterPod = failover.mode === 'inter-pod';
  return [
    ...when(gpuMemoryService === undefined, () =>
      violation(
        place,
        'failover needs the GPU memory service, and it is off',
        'turn gpuMemoryService on with the same mode',
      ),
    ),
    ...when(gpuMemoryService !== undefined && gpuMemoryService.mode !== failover.mode, () =>
      violation(
        under(place, ['mode']),
        `is ${failover.mode}, and the GPU memory service is ${gpuMemoryService?.mode ?? 'off'}`,
        'give both the same mode',
      ),
    ),
    ...when(isInterPod && limitedGpus(component) < 1, () =>
      violation(place, 'the main container has no GPU among its limits', 'set a limit of at least one nvidia.com/gpu'),
    ),
    ...when(isInterPod && ['epp', 'frontend', 'planner'].includes(type), () =>
      violation(place, `a component of type ${type} has no failover`, 'remove it'),
    ),
  ];
}

/** GPUs among the main container's limits; v1alpha1's `gpuType` counts as well. */
function limitedGpus(component: Component): number {
  const limit = gpuLimit(component);
  if (limit === undefined || !limit.place.path.includes('limits')) return 0;
  return quantityValue(limit.text) ?? 0;
}

/** As the operator looks for it: both flags anywhere in command and arguments, with a space or an equals sign. */
function asksForElasticRay(container: JsonObject): boolean {
  const words = ['command', 'args']
    .flatMap((field) => itemsAt(container, field))
    .flatMap((argument) => (typeof argument === 'string' ? argument.split(/\s+/) : []));
  const hasBackend = ['--data-parallel-backend', '-dpb'].some((name) =>
    words.some((word, index) => word === `${name}=ray` || (word === name && words[index + 1] === 'ray')),
  );
  return words.includes('--enable-elastic-ep') && hasBackend;
}
