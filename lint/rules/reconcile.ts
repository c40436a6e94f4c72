import { canonicalJson, isAtLeast, isObject, type JsonObject, objectAt, stringAt, valueAt } from '../../api/index.ts';
import { itemsAt, under } from '../component.ts';
import { quantityValue } from '../quantity.ts';
import { COMPONENTS, GRAPHS, type Rule, violation, when } from '../rule.ts';
import { ENABLE_GROVE } from '../subject.ts';
import { annotationPath } from './annotations.ts';
import { mainContainer } from './images.ts';
import { isOnGrove } from './replicas.ts';

/** What is accepted and then fails, or is quietly left out, when the operator works on it. */
export const reconcileRules: readonly Rule[] = [
  {
    id: 'replicas-absent-on-grove',
    title: 'An operator up to 1.0 stops at a service without a count on Grove',
    ...{ severity: 'warning', stage: 'reconcile', until: '1.0.0', on: 'both', kinds: GRAPHS },
    check: (subject) =>
      isOnGrove(subject)
        ? subject.components.flatMap((component) =>
            when(component.replicas === undefined, () =>
              violation(
                component.at(['replicas']),
                `"${component.name}" has no replicas: on Grove this operator crashes on it, and with it every graph waits`,
                'write the count out',
              ),
            ),
          )
        : [],
  },
  {
    id: 'gpu-request-ignored',
    title: 'An operator before 1.1 takes GPUs from limits only',
    ...{ severity: 'warning', stage: 'reconcile', until: '1.0.0', on: 'both', kinds: COMPONENTS },
    check: ({ components }) =>
      components.flatMap((component) => {
        const hasRequest = valueAt(component.body, 'resources', 'requests', 'gpu') !== undefined;
        const hasLimit = valueAt(component.body, 'resources', 'limits', 'gpu') !== undefined;
        return when(hasRequest && !hasLimit, () =>
          violation(
            component.at(['resources', 'requests', 'gpu']),
            'is dropped: the pods get no GPU',
            'write the GPUs under limits',
          ),
        );
      }),
  },
  {
    id: 'quantity-unreadable',
    title: 'An amount that Kubernetes cannot read is dropped, or stops the graph',
    ...{ severity: 'warning', stage: 'reconcile', on: 'both', kinds: COMPONENTS },
    check: ({ components }) =>
      components.flatMap((component) =>
        (['limits', 'requests'] as const).flatMap((list) =>
          ['cpu', 'memory', 'gpu'].flatMap((field) => {
            const amount = stringAt(component.body, 'resources', list, field);
            return when(amount !== undefined && quantityValue(amount) === undefined, () =>
              violation(
                component.at(['resources', list, field]),
                `"${amount}" is no amount that Kubernetes reads: until 1.4 the graph fails, later the value is dropped`,
                'write it as "500m", "4" or "64Gi"',
              ),
            );
          }),
        ),
      ),
  },
  {
    id: 'compilation-cache-path',
    title: 'A compilation cache has a default path with vLLM only',
    ...{ severity: 'warning', stage: 'reconcile', on: 'both', kinds: COMPONENTS },
    check: ({ components, spec }) =>
      components.flatMap((component) =>
        itemsAt(component.body, 'volumeMounts').flatMap((mount, index) => {
          const backend = stringAt(spec, 'backendFramework');
          const isOpen =
            isObject(mount) && mount.useAsCompilationCache === true && (stringAt(mount, 'mountPoint') ?? '') === '';
          return when(isOpen && backend !== undefined && backend !== 'vllm', () =>
            violation(
              component.at(['volumeMounts', index]),
              `${backend} has no default path for the cache, so the graph fails after it was accepted`,
              'set mountPoint',
            ),
          );
        }),
      ),
  },
  {
    id: 'pvc-deleted-with-graph',
    title: 'A claim that the graph creates is deleted with it',
    ...{ severity: 'warning', stage: 'reconcile', on: 'both', kinds: GRAPHS },
    check: ({ spec }) =>
      itemsAt(spec, 'pvcs').flatMap((claim, index) =>
        when(objectAt({ claim }, 'claim')?.create === true, () =>
          violation(
            { path: ['spec', 'pvcs', index, 'create'] },
            'the claim, and the model in it, goes when the graph is deleted or created anew; later changes of its size do nothing',
            'write the PersistentVolumeClaim as a manifest of its own',
          ),
        ),
      ),
  },
  {
    id: 'pvc-change-ignored',
    title: 'A claim that exists is not changed by what a graph says about it',
    ...{ severity: 'warning', stage: 'reconcile', on: 'update', kinds: GRAPHS },
    check: ({ spec, old }) => {
      const before = new Map(itemsAt(old?.spec, 'pvcs').map((claim) => [stringAt(claim, 'name'), claim]));
      return itemsAt(spec, 'pvcs').flatMap((claim, index) => {
        const was = before.get(stringAt(claim, 'name'));
        if (was === undefined || valueAt(claim, 'create') !== true) return [];
        return ['size', 'storageClass', 'volumeAccessMode'].flatMap((field) =>
          when(canonicalJson(valueAt(was, field) ?? null) !== canonicalJson(valueAt(claim, field) ?? null), () =>
            violation(
              { path: ['spec', 'pvcs', index, field] },
              'is taken when the claim is made, and changes nothing afterwards',
              'change the PersistentVolumeClaim itself, where its storage class allows it',
            ),
          ),
        );
      });
    },
  },
  {
    id: 'grove-switch-ignored',
    title: 'Whether a graph runs on Grove is settled when it is created',
    ...{ severity: 'warning', stage: 'reconcile', since: '1.5.0', on: 'update', kinds: GRAPHS },
    check: ({ annotations, old }) => {
      const isOff = (all: JsonObject | undefined) => stringAt(all, ENABLE_GROVE)?.toLowerCase() === 'false';
      return when(isOff(annotations) !== isOff(old?.annotations), () =>
        violation(
          { path: annotationPath(ENABLE_GROVE) },
          'is read at creation only, so the graph stays where it runs',
          'create a graph with another name',
        ),
      );
    },
  },
  {
    id: 'backend-contradicts-command',
    title: 'The command of a worker starts the backend that the graph names',
    ...{ severity: 'warning', stage: 'reconcile', on: 'both', kinds: COMPONENTS },
    check: ({ spec, components }) =>
      components.flatMap((component) => {
        const backend = stringAt(spec, 'backendFramework');
        const main = mainContainer(component);
        if (backend === undefined || main === undefined || !WORKERS.includes(component.type)) return [];
        return ['command', 'args'].flatMap((field) => {
          const words = itemsAt(main.body, field).filter((word) => typeof word === 'string');
          const started = /(?:^|\s)-m\s+dynamo\.(vllm|sglang|trtllm)(?=[\s.]|$)/.exec(words.join(' '))?.[1];
          return when(started !== undefined && started !== backend, () =>
            violation(
              under(main, [field]),
              `starts ${started ?? ''}, and backendFramework is ${backend}: the graph fails after it was accepted`,
              `start dynamo.${backend}, or name ${started ?? ''} as the backend`,
            ),
          );
        });
      }),
  },
  {
    id: 'multinode-off-grove',
    title: 'A multinode service off Grove needs LeaderWorkerSet in the cluster',
    ...{ severity: 'warning', stage: 'reconcile', on: 'both', kinds: GRAPHS },
    check: (subject) =>
      isOnGrove(subject)
        ? []
        : subject.components.flatMap((component) =>
            when(component.nodeCount > 1, () =>
              violation(
                component.at(['multinode']),
                `"${component.name}" has ${component.nodeCount} nodes and the graph does not run on Grove: without LeaderWorkerSet${isAtLeast(subject.operator, '1.1.0') ? '' : ' and Volcano'} the graph fails after it was accepted`,
                'install it, or run the graph on Grove',
              ),
            ),
          ),
  },
  {
    id: 'service-names-collide',
    title: 'Names of services differ in more than case, since what is made of them is in lower case',
    ...{ severity: 'warning', stage: 'reconcile', on: 'both', kinds: GRAPHS },
    check: ({ apiVersion, components }) => {
      if (apiVersion === 'v1beta1') return [];
      const seen = new Map<string, string>();
      return components.flatMap((component) => {
        const twin = seen.get(component.name.toLowerCase());
        seen.set(component.name.toLowerCase(), component.name);
        return when(twin !== undefined, () =>
          violation(
            component.place,
            `"${twin ?? ''}" and "${component.name}" get objects of one name, and v1beta1 refuses the two`,
            'rename one of them',
          ),
        );
      });
    },
  },
];

const WORKERS: readonly string[] = ['worker', 'prefill', 'decode'];
