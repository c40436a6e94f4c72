import { isDnsLabel } from '../../../api/index.ts';
import type { DeclaredGraph } from '../declared-graph.ts';
import { sidecarsOf } from '../pod-spec.ts';
import { SIDECAR_CONTAINER } from '../pod-template.ts';
import type { DeclaredService } from '../service.ts';
import type { Check } from './finding.ts';

export const checkExperimental: Check = (graph) =>
  graph.services.flatMap((service) =>
    [
      ...memory(graph, service),
      ...failover(graph, service),
      ...checkpoint(service),
      ...sidecar(service),
      ...override(graph, service),
    ].map((message) => ({ service: service.name, message })),
  );

function isWorker({ role }: DeclaredService): boolean {
  return role === 'worker' || role === 'prefill' || role === 'decode';
}

function memory({ backend, isOffGrove }: DeclaredGraph, service: DeclaredService): readonly string[] {
  const { gpuMemoryService: memory } = service.options;
  if (memory === undefined) return [];
  const messages: string[] = [];
  if (!isWorker(service)) messages.push('gpuMemoryService is for worker, prefill and decode only');
  if (!hasGpu(service)) messages.push('gpuMemoryService needs a GPU');
  if (memory.mode === 'interPod') {
    if (memory.extraClientContainers !== undefined)
      messages.push('gpuMemoryService.extraClientContainers go with intraPod');
    if (backend !== 'vllm') messages.push('gpuMemoryService between pods needs backend vllm');
    if (isOffGrove()) messages.push('gpuMemoryService between pods needs Grove, which this graph turns off');
  } else {
    const known = new Set(sidecarsOf(service.options).map(({ name }) => name));
    const extra = memory.extraClientContainers ?? [];
    if (new Set(extra).size < extra.length) messages.push('gpuMemoryService.extraClientContainers names one twice');
    for (const name of extra) {
      if (!known.has(name)) messages.push(`gpuMemoryService.extraClientContainers: no container "${name}" in sidecars`);
    }
  }
  return messages;
}

function hasGpu({ options: { gpus, limits, container } }: DeclaredService): boolean {
  return (
    (gpus ?? limits?.gpus) !== undefined ||
    Object.keys(container?.resources?.limits ?? {}).some((name) => name.includes('gpu'))
  );
}

function failover({ apiVersion }: DeclaredGraph, { options }: DeclaredService): readonly string[] {
  const { failover: wanted, gpuMemoryService: memory } = options;
  if (wanted === undefined) return [];
  if (memory === undefined) return ['failover needs gpuMemoryService'];
  const [mode, shadows] = [wanted.mode ?? 'intraPod', wanted.numShadows];
  const messages: string[] = [];
  if (mode !== (memory.mode ?? 'intraPod')) messages.push(`failover is ${mode}, and gpuMemoryService is not`);
  if (shadows !== undefined && (!Number.isSafeInteger(shadows) || shadows < 1)) {
    messages.push(`failover.numShadows ${shadows} must be a whole number of at least 1`);
  } else if (shadows !== undefined && shadows > 1 && (apiVersion === 'v1beta1' || mode === 'intraPod')) {
    messages.push(`failover.numShadows ${shadows}: ${apiVersion} takes 1${mode === 'intraPod' ? ' within a pod' : ''}`);
  }
  return messages;
}

function checkpoint({ options }: DeclaredService): readonly string[] {
  const { checkpoint: wanted, gpuMemoryService: memory } = options;
  if (wanted === undefined) return [];
  const messages: string[] = [];
  if (wanted.job !== undefined && (wanted.checkpointRef ?? '') !== '') {
    messages.push('checkpoint.job makes a checkpoint, and checkpointRef names one; give one of them');
  }
  if ((wanted.job?.gmsClientContainers ?? []).length > 0 && (memory === undefined || memory.mode === 'interPod')) {
    messages.push('checkpoint.job.gmsClientContainers need gpuMemoryService within the pod');
  }
  if (wanted.targetContainerName !== undefined && !isDnsLabel(wanted.targetContainerName)) {
    messages.push(`checkpoint.targetContainerName "${wanted.targetContainerName}" is not a lower-case DNS label`);
  }
  for (const field of ['tensorParallelSize', 'pipelineParallelSize', 'maxModelLen'] as const) {
    const size = wanted.identity?.[field];
    if (size !== undefined && (!Number.isSafeInteger(size) || size < 1)) {
      messages.push(`checkpoint.identity.${field} ${size} must be a whole number of at least 1`);
    }
  }
  return messages;
}

function sidecar({ options }: DeclaredService): readonly string[] {
  const { frontendSidecar: wanted } = options;
  if (wanted === undefined) return [];
  const names = sidecarsOf(options).map(({ name }) => name);
  if (typeof wanted === 'string') {
    return names.includes(wanted) ? [] : [`frontendSidecar: no container "${wanted}" in sidecars`];
  }
  return names.includes(SIDECAR_CONTAINER)
    ? [`frontendSidecar makes a container "${SIDECAR_CONTAINER}", and sidecars have one of that name`]
    : [];
}

/** The operator wants to be told of Grove before it lets anybody into Grove's objects. */
function override({ isOffGrove, options: graph }: DeclaredGraph, { options }: DeclaredService): readonly string[] {
  const own = options.providerOverride ?? options.multinodeOverrides;
  if (own === undefined) return [];
  const messages: string[] = [];
  if (isOffGrove()) messages.push('providerOverride needs Grove, which this graph turns off');
  if (options.topologyConstraint !== undefined || graph.topologyConstraint !== undefined) {
    messages.push('providerOverride cannot stand beside topologyConstraint; use one of them');
  }
  return messages;
}
