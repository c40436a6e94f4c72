import { isDnsSubdomain, MAIN_CONTAINER } from '../../../api/index.ts';
import type { DeclaredGraph } from '../declared-graph.ts';
import type { DeclaredService } from '../service.ts';
import type { Check } from './finding.ts';

export const checkStorage: Check = (graph) =>
  graph.services.flatMap((service) =>
    [...mounts(service), ...cache(graph, service), ...pod(service), ...ingress(service)].map((message) => ({
      service: service.name,
      message,
    })),
  );

function mounts({ options }: DeclaredService): readonly string[] {
  return (options.volumeMounts ?? []).flatMap(({ claim, mountPath }) => [
    ...(isDnsSubdomain(claim) ? [] : [`volumeMounts: claim "${claim}" is not a lower-case DNS name`]),
    ...(mountPath === '' ? [`volumeMounts: claim "${claim}" has no mountPath`] : []),
  ]);
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
  const { containers = [], mainContainer } = options.podTemplate?.spec ?? {};
  if (mainContainer !== undefined || containers.some(({ name }) => name === MAIN_CONTAINER)) {
    return ['podTemplate.spec lists the main container; give its fields as "container"'];
  }
  return [];
}

function ingress({ options: { ingress } }: DeclaredService): readonly string[] {
  return ingress?.enabled === true && (ingress.host ?? '') === '' ? ['ingress.host is needed where it is enabled'] : [];
}
