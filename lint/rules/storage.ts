import { isAtLeast, isObject, type JsonValue, objectAt, showJson } from '../../api/index.ts';
import { itemsAt } from '../component.ts';
import { quantityValue } from '../quantity.ts';
import { COMPONENTS, GRAPHS, type Rule, violation, when } from '../rule.ts';

/** Claims, mounts and shared memory. */
export const storageRules: readonly Rule[] = [
  {
    id: 'pvc-name',
    title: 'A claim has a name',
    ...{ severity: 'error', stage: 'webhook', on: 'both', kinds: GRAPHS },
    check: ({ spec }) =>
      itemsAt(spec, 'pvcs').flatMap((claim, index) =>
        when(isObject(claim) && claim.name === '', () =>
          violation({ path: ['spec', 'pvcs', index, 'name'] }, 'a claim without a name is refused', 'name it'),
        ),
      ),
  },
  {
    id: 'pvc-create-incomplete',
    title: 'A claim that is to be created has size, storage class and access mode',
    ...{ severity: 'error', stage: 'schema', on: 'both', kinds: GRAPHS },
    check: ({ spec, operator }) =>
      itemsAt(spec, 'pvcs').flatMap((claim, index) => {
        if (!isObject(claim) || claim.create !== true) return [];
        const missing = ['size', 'storageClass', 'volumeAccessMode'].filter((field) => isMissing(claim[field]));
        // Until 1.4 the webhook counts an amount of nothing as none.
        if (!missing.includes('size') && !isAtLeast(operator, '1.5.0') && quantityValue(claim.size) === 0)
          missing.push('size');
        return when(missing.length > 0, () =>
          violation(
            { path: ['spec', 'pvcs', index] },
            `"create" is true without ${missing.join(', ')}, so the claim could not be made`,
            `set ${missing.join(', ')}, or create the claim on its own and leave "create" out`,
          ),
        );
      }),
  },
  {
    id: 'mount-point',
    title: 'A mount says where, unless it is the compilation cache',
    ...{ severity: 'error', stage: 'webhook', on: 'both', kinds: COMPONENTS },
    check: ({ components }) =>
      components.flatMap((component) =>
        alphaMounts(component.body).flatMap(({ mount, index }) =>
          when(isMissing(mount.mountPoint) && mount.useAsCompilationCache !== true, () =>
            violation(
              component.at(['volumeMounts', index, 'mountPoint']),
              `mounts ${mount.name === undefined ? 'a claim' : showJson(mount.name)} without saying where`,
              'set mountPoint, or useAsCompilationCache for vLLM',
            ),
          ),
        ),
      ),
  },
  {
    id: 'compilation-cache-name',
    title: 'The compilation cache names its claim',
    ...{ severity: 'error', stage: 'schema', since: '1.5.0', on: 'both', kinds: COMPONENTS },
    check: ({ components }) =>
      components.flatMap((component) =>
        alphaMounts(component.body).flatMap(({ mount, index }) =>
          when(mount.name === '' && mount.useAsCompilationCache === true, () =>
            violation(
              component.at(['volumeMounts', index, 'name'], ['compilationCache', 'pvcName']),
              'the name is the claim of the compilation cache, and it is empty',
              'name the claim',
            ),
          ),
        ),
      ),
  },
  {
    id: 'shared-memory-size',
    title: 'Shared memory has a size above 0, or is disabled',
    ...{ severity: 'error', stage: 'schema', on: 'both', kinds: COMPONENTS },
    check: ({ components, operator }) =>
      components.flatMap((component) => {
        const memory = objectAt(component.body, 'sharedMemory');
        if (memory === undefined || memory.disabled === true || !isUnsized(memory.size, isAtLeast(operator, '1.5.0')))
          return [];
        const place = {
          path: [...component.place.path, 'sharedMemory', ...(isAtLeast(operator, '1.5.0') ? [] : ['size'])],
        };
        return [violation(place, 'shared memory is asked for without a size above 0', 'set size, or disabled: true')];
      }),
  },
  {
    id: 'shared-memory-negative',
    title: 'The size of shared memory is not negative',
    ...{ severity: 'error', stage: 'webhook', since: '1.2.0', on: 'both', kinds: COMPONENTS },
    check: ({ components }) =>
      components.flatMap((component) =>
        when((quantityValue(component.body.sharedMemorySize) ?? 0) < 0, () =>
          violation(component.at(['sharedMemorySize']), 'the size is negative', 'write "0" for none'),
        ),
      ),
  },
];

function alphaMounts(body: unknown): readonly { readonly mount: Mount; readonly index: number }[] {
  return itemsAt(body, 'volumeMounts').flatMap((mount, index) => (isObject(mount) ? [{ mount, index }] : []));
}

type Mount = { readonly [field: string]: JsonValue | undefined };

function isMissing(value: JsonValue | undefined): boolean {
  return value === undefined || value === '';
}

/** The webhook takes any size but none; the definition's own rule since 1.5 wants it above nothing. */
function isUnsized(size: JsonValue | undefined, mustBePositive: boolean): boolean {
  const amount = quantityValue(size);
  return size === undefined || amount === 0 || (mustBePositive && amount !== undefined && amount < 0);
}
