import { type GpuCount, gpusPerPod, type NodeCount, parseGpuCount, unknownGpus } from './gpu-count.ts';
import { isObject, type JsonObject, objectAt, showJson, stringAt, valueAt } from './json.ts';
import { hasItems, type RawService, resourceList } from './raw-service.ts';

/** GPUs of the main container; a second container that asks for some makes the sum of the pod unknown. */
export function podGpus(service: RawService): GpuCount {
  const others = ['containers', 'initContainers'].flatMap((field) => {
    const containers = valueAt(service.podSpec, field);
    return Array.isArray(containers) ? containers.filter((one) => isObject(one) && one !== service.mainContainer) : [];
  });
  const other = others.find((container) => {
    const gpus = gpusPerPod({
      lists: (['limits', 'requests'] as const).flatMap((kind) =>
        resourceList('resources', objectAt(container, 'resources'), kind),
      ),
      hasClaims: hasItems(container, 'resources', 'claims'),
    });
    return gpus.kind === 'unknown' || gpus.count > 0;
  });
  if (other === undefined) return gpusPerPod({ lists: service.gpuLists, hasClaims: service.hasClaims });
  return unknownGpus(`its container ${showJson(stringAt(other, 'name'))} asks for GPUs beside the main one`);
}

/** `multinode: {}` is two nodes in both versions. */
export function nodeCountOf(body: JsonObject): NodeCount {
  const multinode = body.multinode;
  if (multinode === undefined || multinode === null) return { kind: 'known', count: 1 };
  const written = valueAt(multinode, 'nodeCount');
  if (isObject(multinode) && (written === undefined || written === null)) return { kind: 'known', count: 2 };
  const count = typeof written === 'number' ? parseGpuCount(written) : undefined;
  return count !== undefined && count >= 2
    ? { kind: 'known', count }
    : { kind: 'unknown', reason: `multinode.nodeCount is ${showJson(written)}, which is not a number of nodes` };
}
