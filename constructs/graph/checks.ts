import { imageVersion, isAtLeast, isDnsSubdomain, isServiceName, overlongServiceNames } from '../../api/index.ts';
import type { DeclaredGraph } from './declared-graph.ts';
import { boundsOf, type DeclaredService } from './service.ts';

/** Something that admission would refuse, or that would not serve. */
export interface Finding {
  /** Undefined for the graph itself. */
  readonly service?: string;
  readonly message: string;
}

/** Most services that either API version takes. */
const MAX_SERVICES = 25;

/** Most replicas that pins, plans and policies speak of. */
const MAX_REPLICAS = 10_000;

export function checkGraph(graph: DeclaredGraph): readonly Finding[] {
  return [
    ...graphFindings(graph),
    ...roleFindings(graph.services),
    ...nameFindings(graph),
    ...graph.services.flatMap(({ name, replicas }) =>
      replicas === undefined ? [] : boundsFindings(boundsOf(replicas)).map((message) => ({ service: name, message })),
    ),
    ...adapterFindings(graph),
  ];
}

function graphFindings(graph: DeclaredGraph): readonly Finding[] {
  const messages: string[] = [];
  if (!isDnsSubdomain(graph.name))
    messages.push(`"${graph.name}" is not a lower-case DNS name, which a graph's name must be`);
  if (!isWord(graph.model)) messages.push(`model "${graph.model}" must be a name without blanks`);
  if (!isWord(graph.servedModelName) && graph.servedModelName !== graph.model) {
    messages.push(`servedModelName "${graph.servedModelName}" must be a name without blanks`);
  }
  if (!isWord(graph.image)) {
    messages.push(`image "${graph.image}" must name a container image`);
  } else if (isAtLeast(graph.operatorVersion, '1.4.0') && imageVersion(graph.image) === undefined) {
    messages.push(
      `image "${graph.image}" has no version tag such as ":1.4.0", without which operator ${graph.operatorVersion} refuses the graph`,
    );
  }
  if (graph.environmentSecret !== undefined && !isDnsSubdomain(graph.environmentSecret)) {
    messages.push(`environmentSecret "${graph.environmentSecret}" is not a lower-case DNS name`);
  }
  for (const [property, milliseconds] of Object.entries(graph.sla ?? {})) {
    if (!Number.isFinite(milliseconds) || milliseconds <= 0) {
      messages.push(`sla.${property} is ${milliseconds}; a latency target is a positive number of milliseconds`);
    }
  }
  if (graph.services.length === 0) messages.push('has no service; add a frontend and a worker, or prefill and decode');
  if (graph.services.length > MAX_SERVICES) {
    messages.push(`has ${graph.services.length} services; a graph takes at most ${MAX_SERVICES}`);
  }
  return messages.map((message) => ({ message }));
}

/** Up to operator 1.0 an absent count stops the operator in v1alpha1, and a count that Argo CD or Flux keeps is refused. */
function adapterFindings({ apiVersion, operatorVersion, services }: DeclaredGraph): readonly Finding[] {
  if (apiVersion !== 'v1alpha1' || isAtLeast(operatorVersion, '1.1.0')) return [];
  const message = `scalingAdapter needs operator 1.1.0 in v1alpha1, and operatorVersion is "${operatorVersion}", which stops at a service without replicas`;
  return services.flatMap(({ name, replicas }) => (replicas === undefined ? [{ service: name, message }] : []));
}

function isWord(text: string): boolean {
  return /^\S+$/.test(text);
}

function roleFindings(services: readonly DeclaredService[]): readonly Finding[] {
  const names = (role: string): readonly string[] =>
    services.filter((service) => service.role === role).map((service) => service.name);
  const [prefill, decode] = [names('prefill'), names('decode')];
  const findings: Finding[] = [];
  for (const [role, found] of [
    ['prefill', prefill],
    ['decode', decode],
  ] as const) {
    if (found.length > 1) {
      const message = `${found.map((name) => `"${name}"`).join(' and ')} are both ${role}; the planner can size one of each`;
      findings.push({ message });
    }
  }
  if (prefill.length > 0 && decode.length === 0)
    findings.push({ message: 'has prefill but no decode; call addDecode' });
  if (decode.length > 0 && prefill.length === 0) {
    findings.push({ message: 'has decode but no prefill; call addPrefill, or addWorker for workers that do both' });
  }
  return findings;
}

function nameFindings(graph: DeclaredGraph): readonly Finding[] {
  const findings: Finding[] = [];
  const seen = new Map<string, string>();
  for (const { name } of graph.services) {
    if (!isServiceName(name)) {
      const message = `"${name}" is not a service's name: at most 63 letters, digits and dashes, with a letter or digit at both ends`;
      findings.push({ service: name, message });
    }
    // Pods, adapters and Services are named by the lower-case name, so two that differ in case only are one.
    const earlier = seen.get(name.toLowerCase());
    if (earlier === undefined) seen.set(name.toLowerCase(), name);
    else if (earlier === name)
      findings.push({ service: name, message: `there are two services "${name}"; give one a name` });
    else findings.push({ service: name, message: `differs from service "${earlier}" in case only` });
  }
  const lengths = graph.services.map(({ name }) => ({ name, nodeCount: 1 }));
  for (const { name, excess } of overlongServiceNames(graph.name, lengths, graph.operatorVersion)) {
    const message = `is ${excess} ${excess === 1 ? 'character' : 'characters'} too long beside the graph's name "${graph.name}" for operator ${graph.operatorVersion}, which makes pod names of both`;
    findings.push({ service: name, message });
  }
  return findings;
}

function boundsFindings({ min, max }: { readonly min: number; readonly max: number }): readonly string[] {
  const isCount = (count: number): boolean => Number.isSafeInteger(count) && count >= 0 && count <= MAX_REPLICAS;
  const wrong = [...new Set([min, max])].filter((count) => !isCount(count));
  if (wrong.length > 0) return [`replicas ${wrong.join(' and ')} must be whole, from 0 to ${MAX_REPLICAS}`];
  return min > max ? [`replicas: min ${min} is above max ${max}`] : [];
}
