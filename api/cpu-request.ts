import type { RawService } from './raw-service.ts';

/**
 * CPU cores that the main container of a service's pod requests; its limit where only that is written, as Kubernetes has
 * it. Undefined where neither is written, or not as an amount of CPU.
 */
export function cpuRequestCores({ gpuLists }: RawService): number | undefined {
  for (const kind of ['.requests', '.limits']) {
    const list = gpuLists.find(({ path, list: { cpu } }) => path.endsWith(kind) && cpu !== undefined);
    if (list !== undefined) return coresOf(list.list.cpu);
  }
  return undefined;
}

/** `2`, `"0.5"`, `"500m"`. */
function coresOf(quantity: unknown): number | undefined {
  const text = typeof quantity === 'number' || typeof quantity === 'string' ? String(quantity) : '';
  const [, amount, milli] = /^(\d{1,9}(?:\.\d{1,9})?)(m?)$/.exec(text.trim()) ?? [];
  const cores = Number(amount) / (milli === 'm' ? 1000 : 1);
  return cores > 0 ? cores : undefined;
}
