import { isAtLeast, isDnsSubdomain } from '../../../api/index.ts';
import type { DeclaredGraph } from '../declared-graph.ts';
import type { Check } from './finding.ts';

/** Most services that either API version takes. */
const MAX_SERVICES = 25;

/** Most claims that v1alpha1 takes. */
const MAX_CLAIMS = 100;

export const checkGraphFields: Check = (graph) => [
  ...identity(graph).map((message) => ({ message })),
  ...restart(graph).map((message) => ({ message })),
  ...claims(graph).map((message) => ({ message })),
];

function identity(graph: DeclaredGraph): readonly string[] {
  const { name, model, servedModelName, environmentSecret, sla, services } = graph;
  const messages: string[] = [];
  if (!isDnsSubdomain(name)) messages.push(`"${name}" is not a lower-case DNS name, which a graph's name must be`);
  if (model !== undefined && !isWord(model)) messages.push(`model "${model}" must be a name without blanks`);
  if (servedModelName !== undefined && servedModelName !== model && !isWord(servedModelName)) {
    messages.push(`servedModelName "${servedModelName}" must be a name without blanks`);
  }
  if (graph.image !== undefined && !isWord(graph.image)) {
    messages.push(`image "${graph.image}" must name a container image`);
  }
  if (environmentSecret !== undefined && !isDnsSubdomain(environmentSecret)) {
    messages.push(`environmentSecret "${environmentSecret}" is not a lower-case DNS name`);
  }
  for (const [property, milliseconds] of Object.entries(sla ?? {})) {
    if (!Number.isFinite(milliseconds) || milliseconds <= 0) {
      messages.push(`sla.${property} is ${milliseconds}; a latency target is a positive number of milliseconds`);
    }
  }
  if (services.length === 0) messages.push('has no service; add a frontend and a worker, or prefill and decode');
  if (services.length > MAX_SERVICES) {
    messages.push(`has ${services.length} services; a graph takes at most ${MAX_SERVICES}`);
  }
  return messages;
}

/** A name without blanks, which is all that is asked of model names and images. */
export function isWord(text: string): boolean {
  return /^\S+$/.test(text);
}

function restart({ options, operatorVersion, services }: DeclaredGraph): readonly string[] {
  if (options.restart === undefined) return [];
  const { id, strategy } = options.restart;
  const messages: string[] = [];
  if (isAtLeast(operatorVersion, '1.3.0')) {
    messages.push(
      `restart: operator ${operatorVersion} refuses to create a graph that has it, so it cannot stay in Git; restart with kubectl patch`,
    );
  }
  if (id === '') messages.push('restart.id is empty');
  const { order } = strategy ?? {};
  if (order === undefined || order.length === 0) return messages;
  if ((strategy?.type as string | undefined) === 'Parallel')
    messages.push('restart.strategy.order has no meaning with Parallel');
  const names = new Set(services.map(({ name }) => name));
  const listed = new Set(order);
  if (listed.size < order.length) messages.push('restart.strategy.order names a service twice');
  for (const name of listed) {
    if (!names.has(name)) messages.push(`restart.strategy.order names "${name}", which is no service of this graph`);
  }
  const missing = [...names].filter((name) => !listed.has(name)).map((name) => `"${name}"`);
  if (missing.length > 0)
    messages.push(`restart.strategy.order leaves out ${missing.join(', ')}; it names every service`);
  return messages;
}

function claims({ options: { pvcs = [] } }: DeclaredGraph): readonly string[] {
  const messages: string[] = [];
  if (pvcs.length > MAX_CLAIMS) messages.push(`has ${pvcs.length} pvcs; a graph takes at most ${MAX_CLAIMS}`);
  const seen = new Set<string>();
  for (const { name } of pvcs) {
    if (!isDnsSubdomain(name)) messages.push(`pvcs: "${name}" is not a lower-case DNS name`);
    if (seen.has(name)) messages.push(`pvcs: "${name}" is listed twice`);
    seen.add(name);
  }
  return messages;
}
