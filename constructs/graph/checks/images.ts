import { imageVersion, isAtLeast } from '../../../api/index.ts';
import type { DeclaredGraph } from '../declared-graph.ts';
import type { DeclaredService } from '../service.ts';
import type { Check, Finding } from './finding.ts';
import { isWord } from './graph.ts';

/** `MAJOR.MINOR.PATCH`, each 0 to 9999 without leading zeros. */
const RUNTIME_VERSION = /^(0|[1-9]\d{0,3})\.(0|[1-9]\d{0,3})\.(0|[1-9]\d{0,3})$/;

export const checkImages: Check = (graph) => {
  const findings: Finding[] = [];
  // The graph's image is named once, however many services run it.
  const inheriting = graph.services.filter((service) => ownImage(service) === undefined);
  const isJudged = inheriting.some(({ options }) => options.runtimeVersionOverride === undefined);
  if (graph.image !== undefined && isWord(graph.image) && isJudged) {
    findings.push(...unversioned(graph, graph.image).map((message) => ({ message })));
  }
  for (const service of graph.services) {
    const messages = [...overrideOf(service), ...imageOf(graph, service)];
    findings.push(...messages.map((message) => ({ service: service.name, message })));
  }
  return findings;
};

function ownImage({ options }: DeclaredService): string | undefined {
  return options.container?.image ?? options.image;
}

function overrideOf({ options: { runtimeVersionOverride: version } }: DeclaredService): readonly string[] {
  return version === undefined || RUNTIME_VERSION.test(version)
    ? []
    : [`runtimeVersionOverride "${version}" must be three numbers from 0 to 9999, such as "1.4.0"`];
}

function imageOf(graph: DeclaredGraph, service: DeclaredService): readonly string[] {
  const image = ownImage(service);
  if (image === undefined) {
    const isMissing = graph.image === undefined && isAtLeast(graph.operatorVersion, '1.4.0');
    return isMissing ? ['has no image; give it one, or give the graph one'] : [];
  }
  if (!isWord(image)) return [`image "${image}" must name a container image`];
  return service.options.runtimeVersionOverride === undefined ? unversioned(graph, image) : [];
}

function unversioned({ operatorVersion }: DeclaredGraph, image: string): readonly string[] {
  if (!isAtLeast(operatorVersion, '1.4.0') || imageVersion(image) !== undefined) return [];
  return [
    `image "${image}" has no version tag such as ":1.4.0", without which operator ${operatorVersion} refuses the graph`,
  ];
}
