import { type GpuCount, isGpuResource, knownGpus, parseGpuCount, unknownGpus } from './gpu-count.ts';
import { type JsonObject, objectAt, showJson, stringAt, valueAt } from './json.ts';

/** Key of an extended resource in a ResourceQuota; Kubernetes counts such resources by their requests only. */
export function quotaKey(resource: string): `requests.${string}` {
  return `requests.${resource}`;
}

/** Most GPUs that the pods of a namespace may ask for together. */
export interface GpuQuota {
  readonly name: string;
  /** Undefined where the manifest leaves it to whoever applies it. */
  readonly namespace: string | undefined;
  /** By extended resource, such as `nvidia.com/gpu`. Unknown where the limit is unreadable, or holds for some pods only. */
  readonly limits: ReadonlyMap<string, GpuCount>;
}

/** The GPU quota that a document is: a ResourceQuota with a limit on a GPU resource; undefined for all others. */
export function gpuQuotaOf(document: JsonObject): GpuQuota | undefined {
  const name = stringAt(document, 'metadata', 'name');
  if (document.apiVersion !== 'v1' || document.kind !== 'ResourceQuota' || name === undefined) return undefined;
  const isPartial =
    valueAt(document, 'spec', 'scopes') !== undefined || valueAt(document, 'spec', 'scopeSelector') !== undefined;
  const limits = new Map<string, GpuCount>();
  for (const [key, value] of Object.entries(objectAt(document, 'spec', 'hard') ?? {})) {
    const resource = key.startsWith('requests.') ? key.slice('requests.'.length) : '';
    if (!isGpuResource(resource)) continue;
    const source = `spec.hard.${key}`;
    const count = parseGpuCount(value);
    if (count === undefined) {
      limits.set(resource, unknownGpus(`${source} is ${showJson(value)}, which is not a whole number`));
    } else if (isPartial) {
      limits.set(resource, unknownGpus(`${source} is ${count}, but the quota's scopes leave pods out`));
    } else limits.set(resource, knownGpus(count, resource, source));
  }
  return limits.size === 0 ? undefined : { name, namespace: stringAt(document, 'metadata', 'namespace'), limits };
}
