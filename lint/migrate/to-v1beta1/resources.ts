import { isMap, isScalar, type Pair } from 'yaml';
import { DEFAULT_GPU_RESOURCE, isGpuResource } from '../../../api/index.ts';
import { quantityValue } from '../../quantity.ts';
import { copyComments, Fields, keyOf, mapOf, unlessEmpty } from './fields.ts';

/** The service's resources as Kubernetes writes a container's, with what the main container itself says over them. */
export function resources(service: Fields, main: Fields | undefined): readonly Pair[] {
  const flat = service.take('resources');
  const native = main?.take('resources');
  if (flat === undefined) {
    if (native === undefined || main === undefined) return [];
    return [service.conversion.verbatim.carry(native, main.map)];
  }
  if (!isMap(flat.value)) return [];
  const own = new Fields(flat.value, `${service.path}.resources`, service.conversion);
  const over = isMap(native?.value)
    ? new Fields(native.value, `${main?.path ?? ''}.resources`, service.conversion)
    : undefined;
  const pairs = flat.value.items.flatMap((written): readonly Pair[] => {
    const name = keyOf(written);
    switch (name) {
      case 'limits':
      case 'requests':
        return amounts(own, name, over?.below(name));
      case 'claims':
        if (over?.has('claims') === true)
          own.refuse('claims', 'stands beside claims of mainContainer.resources', 'keep one of the lists');
        return own.carry('claims');
      default:
        return own.carry(name);
    }
  });
  const map = mapOf([...pairs, ...(over?.carryRest() ?? [])], flat.value);
  if (flat.value.commentBefore !== undefined && flat.value.commentBefore !== null)
    map.commentBefore = flat.value.commentBefore;
  const [made] = unlessEmpty('resources', map);
  if (made === undefined) return [];
  if (isScalar(flat.key) && isScalar(made.key)) copyComments(flat.key, made.key);
  return [made];
}

/** One list of amounts: `gpu` under the name of its resource, `custom` beside the others. */
function amounts(own: Fields, name: 'limits' | 'requests', over: Fields | undefined): readonly Pair[] {
  const written = own.take(name);
  if (written === undefined || !isMap(written.value)) return [];
  const list = new Fields(written.value, `${own.path}.${name}`, own.conversion);
  const type = list.value('gpuType');
  const gpuName = typeof type === 'string' && type !== '' ? type : DEFAULT_GPU_RESOURCE;
  for (const field of ['cpu', 'memory', 'gpu']) requireQuantity(list, field);
  const pairs = written.value.items.flatMap((entry): readonly Pair[] => {
    switch (keyOf(entry)) {
      case 'gpu':
        return list.carry('gpu', gpuName);
      case 'gpuType':
        list.take('gpuType');
        return [];
      case 'custom': {
        const custom = list.below('custom');
        for (const { key } of custom?.map.items ?? []) if (isScalar(key)) requireQuantity(custom, String(key.value));
        return custom?.carryRest() ?? [];
      }
      default:
        return list.carry(keyOf(entry));
    }
  });
  refuseTwice(own, name, pairs);
  const mine = pairs.filter((entry) => over?.has(keyOf(entry)) !== true);
  const others = over?.map.items.map(keyOf).filter(isGpuResource) ?? [];
  const gpus = new Set([...others, ...mine.map(keyOf).filter(isGpuResource)]);
  if (others.length > 0 && gpus.size > 1) {
    own.refuse(
      name,
      `asks for GPUs beside mainContainer, which asks for others (${[...gpus].join(', ')})`,
      'write the GPUs in one of the two',
    );
  }
  const map = mapOf([...mine, ...(over?.carryRest() ?? [])], written.value);
  written.value = map;
  return map.items.length === 0 ? [] : [written];
}

/** The operator's conversion drops what it cannot read, without a word. */
function requireQuantity(list: Fields | undefined, field: string): void {
  if (list?.has(field) !== true) return;
  const value = list.value(field);
  if (quantityValue(typeof value === 'string' || typeof value === 'number' ? value : undefined) !== undefined) return;
  list.refuse(
    field,
    `"${String(value)}" is no amount that Kubernetes reads; the operator's conversion would drop it`,
    'write an amount such as "500m", "4" or "64Gi"',
  );
}

function refuseTwice(own: Fields, name: string, pairs: readonly Pair[]): void {
  const seen = new Set<string>();
  for (const entry of pairs) {
    const key = keyOf(entry);
    if (seen.has(key)) own.refuse(name, `names the resource "${key}" twice, as gpu and in custom`, 'keep one of them');
    seen.add(key);
  }
}
