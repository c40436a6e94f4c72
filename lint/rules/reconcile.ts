import { isObject, objectAt, stringAt, valueAt } from '../../api/index.ts';
import { itemsAt } from '../component.ts';
import { quantityValue } from '../quantity.ts';
import { COMPONENTS, GRAPHS, type Rule, violation, when } from '../rule.ts';
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
    ...{ severity: 'info', stage: 'reconcile', on: 'both', kinds: GRAPHS },
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
];
