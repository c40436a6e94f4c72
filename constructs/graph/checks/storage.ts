import { isDnsSubdomain, MAIN_CONTAINER } from '../../../api/index.ts';
import { compact } from '../compact.ts';
import type { DeclaredGraph } from '../declared-graph.ts';
import { sidecarsOf, volumesOf } from '../pod-spec.ts';
import { CACHE_VOLUME, mountsCache } from '../render-graph.ts';
import type { DeclaredService } from '../service.ts';
import type { Check } from './finding.ts';

export const checkStorage: Check = (graph) =>
  graph.services.flatMap((service) =>
    [
      ...mounts(service),
      ...cache(graph, service),
      ...volumes(graph, service),
      ...pod(service),
      ...ingress(service),
    ].map((message) => ({
      service: service.name,
      message,
    })),
  );

function mounts({ options }: DeclaredService): readonly string[] {
  return (options.volumeMounts ?? []).flatMap(({ claim, volume, mountPath }) => {
    const shown = claim === undefined ? `volume "${volume}"` : `claim "${claim}"`;
    return [
      ...(claim === undefined || isDnsSubdomain(claim) ? [] : [`volumeMounts: ${shown} is not a lower-case DNS name`]),
      ...(mountPath === '' ? [`volumeMounts: ${shown} has no mountPath`] : []),
    ];
  });
}

/** What Kubernetes would refuse when the pod is made, long after the graph was taken. */
function volumes(graph: DeclaredGraph, service: DeclaredService): readonly string[] {
  const { options } = service;
  const { volumeMounts = [], compilationCache } = options;
  const messages: string[] = [];
  const known = new Set<string>();
  for (const { name, ...sources } of volumesOf(options)) {
    if (known.has(name)) messages.push(`volumes: "${name}" is listed twice`);
    known.add(name);
    const named = Object.keys(compact(sources));
    if (named.length > 1) messages.push(`volumes: "${name}" has ${named.join(' and ')}; a volume has one source`);
  }
  for (const { claim, volume } of volumeMounts) if (claim !== undefined) known.add(volume ?? claim);
  if (compilationCache !== undefined) known.add(compilationCache.claim);
  if (graph.modelCache !== undefined && mountsCache(graph, service)) {
    known.add(graph.apiVersion === 'v1alpha1' ? graph.modelCache.claimName : CACHE_VOLUME);
  }
  for (const { claim, volume } of volumeMounts) {
    if (claim === undefined && !known.has(volume)) messages.push(`volumeMounts: no volume "${volume}" in volumes`);
  }
  return messages;
}

function cache(
  { backend }: DeclaredGraph,
  { options: { compilationCache: cache } }: DeclaredService,
): readonly string[] {
  if (cache === undefined) return [];
  const messages: string[] = [];
  if (!isDnsSubdomain(cache.claim)) {
    messages.push(`compilationCache: claim "${cache.claim}" is not a lower-case DNS name`);
  }
  if ((cache.mountPath ?? '') === '' && backend !== 'vllm') {
    messages.push('compilationCache needs mountPath: only vLLM has a default');
  }
  return messages;
}

/** The main container has its own options: a second one of its name would make a pod that Kubernetes refuses. */
function pod({ options }: DeclaredService): readonly string[] {
  const messages: string[] = [];
  if (options.podTemplate?.spec?.mainContainer !== undefined) {
    messages.push('podTemplate.spec has a mainContainer; give its fields as "container"');
  }
  const seen = new Set<string | undefined>();
  for (const { name } of [...sidecarsOf(options), ...(options.initContainers ?? [])]) {
    if (name === MAIN_CONTAINER) messages.push('sidecars list the main container; give its fields as "container"');
    else if (name === undefined) messages.push('sidecars and initContainers need names');
    else if (seen.has(name)) messages.push(`there are two containers "${name}"`);
    seen.add(name);
  }
  return messages;
}

function ingress({ options: { ingress } }: DeclaredService): readonly string[] {
  return ingress?.enabled === true && (ingress.host ?? '') === '' ? ['ingress.host is needed where it is enabled'] : [];
}
