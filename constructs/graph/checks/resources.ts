import { isAtLeast } from '../../../api/index.ts';
import type { DeclaredGraph } from '../declared-graph.ts';
import type { ResourceAmounts } from '../fields/resources.ts';
import type { DeclaredService, ServiceOptions } from '../service.ts';
import type { Check } from './finding.ts';

/** Kubernetes' notation of amounts; what does not fit is dropped without a word by the conversion to v1beta1. */
const QUANTITY = /^[+-]?(\d+(\.\d*)?|\.\d+)([KMGTPE]i|[numkMGTPE]|[eE][+-]?\d+)?$/;

export const checkResources: Check = (graph) =>
  graph.services.flatMap((service) =>
    [...amounts(service.options), ...gpus(graph, service.options), ...group(service)].map((message) => ({
      service: service.name,
      message,
    })),
  );

function amounts(options: ServiceOptions): readonly string[] {
  const written = [
    ...quantities('limits', options.limits),
    ...quantities('requests', options.requests),
    ...(options.sharedMemory === undefined || options.sharedMemory === 'disabled'
      ? []
      : [['sharedMemory', options.sharedMemory] as const]),
  ];
  const messages = written.flatMap(([path, text]) =>
    QUANTITY.test(text) ? [] : [`${path} "${text}" is no amount of Kubernetes, such as "500m" or "64Gi"`],
  );
  const { sharedMemory } = options;
  if (sharedMemory !== undefined && QUANTITY.test(sharedMemory) && Number.parseFloat(sharedMemory) <= 0) {
    messages.push(`sharedMemory "${sharedMemory}" must be above 0; use 'disabled' for none`);
  }
  return messages;
}

function quantities(path: string, list: ResourceAmounts | undefined): readonly (readonly [string, string])[] {
  if (list === undefined) return [];
  const { cpu, memory, extra = {} } = list;
  return [
    ...(cpu === undefined ? [] : [[`${path}.cpu`, cpu] as const]),
    ...(memory === undefined ? [] : [[`${path}.memory`, memory] as const]),
    ...Object.entries(extra).map(([name, text]) => [`${path}.extra["${name}"]`, text] as const),
  ];
}

function gpus(
  { operatorVersion }: DeclaredGraph,
  { gpus: limit, limits, requests }: ServiceOptions,
): readonly string[] {
  const messages: string[] = [];
  const [declared, more, requested] = [limit?.perPod, limits?.gpus?.perPod, requests?.gpus?.perPod];
  if (declared !== undefined && more !== undefined && declared !== more) {
    messages.push(`gpus is ${declared} and limits.gpus is ${more}; give one`);
  }
  const limited = more ?? declared;
  if (requested !== undefined && limited !== undefined && requested !== limited) {
    messages.push(
      `requests.gpus is ${requested} and the limit ${limited}; Kubernetes shares no GPUs, so both are the same`,
    );
  }
  if (requested !== undefined && limited === undefined && !isAtLeast(operatorVersion, '1.1.0')) {
    messages.push(`operator ${operatorVersion} ignores requests.gpus; give "gpus", which is the limit`);
  }
  return messages;
}

function group({ options }: DeclaredService): readonly string[] {
  const { nodes, multinodeOverrides } = options;
  if (nodes === undefined) return multinodeOverrides === undefined ? [] : ['multinodeOverrides need "nodes"'];
  return Number.isSafeInteger(nodes) && nodes >= 2
    ? []
    : [`nodes ${nodes} must be a whole number of at least 2; leave it out for one pod a replica`];
}
