import type { Problem, ReplicaBounds, Result } from '../../api/index.ts';
import { boundsOf, type Replicas } from '../graph/service.ts';
import type { PinsFile } from './read-pins.ts';

export interface PinnedGraph {
  readonly deployment: string;
  readonly environment: string;
  readonly services: readonly { readonly name: string; readonly replicas: Replicas }[];
  /** Path of its pins from the repository's root. */
  readonly pinsFile: string;
}

/**
 * The replicas of every service: fixed ones from the code, the others from the pins. Synthesis invents no number, so a
 * pin that is missing is a problem that says what to write.
 */
export function pinnedReplicas(graph: PinnedGraph, file: PinsFile | undefined): Result<ReadonlyMap<string, number>> {
  const open = graph.services.filter((service) => typeof service.replicas !== 'number');
  if (file === undefined && open.length > 0) return { ok: false, error: [missingFile(graph, open)] };

  const problems: Problem[] = file === undefined ? [] : identityProblems(graph, file);
  const counts = new Map<string, number>();
  for (const { name, replicas } of graph.services) {
    if (typeof replicas === 'number') counts.set(name, replicas);
    else if (file !== undefined) {
      const count = pinOf(name, replicas, graph.pinsFile, file);
      if (count.ok) counts.set(name, count.value);
      else problems.push(...count.error);
    }
  }
  return problems.length > 0 ? { ok: false, error: problems } : { ok: true, value: counts };
}

function pinOf(name: string, bounds: ReplicaBounds, shown: string, file: PinsFile): Result<number> {
  const { services } = file.pins;
  const pin = Object.hasOwn(services, name) ? services[name] : undefined;
  const at = (path: string): Pick<Problem, 'file' | 'path' | 'line'> => {
    const line = file.lineOf(path);
    return { file: shown, path, ...(line === undefined ? {} : { line }) };
  };
  if (pin === undefined) {
    const message = `no pin for "${name}"; add "${name}: {replicas: N}" with N from ${bounds.min} to ${bounds.max}`;
    return { ok: false, error: [{ code: 'not-found', ...at('services'), message }] };
  }
  if (!('replicas' in pin)) {
    const message = `"${name}" has no autoscaler, so its pin is "replicas", not bounds`;
    return { ok: false, error: [{ code: 'schema', ...at(`services.${name}`), message }] };
  }
  if (pin.replicas < bounds.min || pin.replicas > bounds.max) {
    const message = `${pin.replicas} is outside ${bounds.min} to ${bounds.max}, which the code allows`;
    return { ok: false, error: [{ code: 'schema', ...at(`services.${name}.replicas`), message }] };
  }
  return { ok: true, value: pin.replicas };
}

/** The file must say that it is of this graph, and hold nothing that reaches no number. */
function identityProblems(graph: PinnedGraph, { pins, lineOf }: PinsFile): Problem[] {
  const problems: Problem[] = [];
  const add = (path: string, message: string): void => {
    const line = lineOf(path);
    problems.push({ code: 'schema', file: graph.pinsFile, ...(line === undefined ? {} : { line }), path, message });
  };
  if (pins.deployment !== graph.deployment) add('deployment', `is "${pins.deployment}", not "${graph.deployment}"`);
  if (pins.environment !== graph.environment)
    add('environment', `is "${pins.environment}", not "${graph.environment}"`);
  for (const name of Object.keys(pins.services)) {
    const service = graph.services.find((declared) => declared.name === name);
    if (service === undefined) {
      const names = graph.services.map((declared) => `"${declared.name}"`).join(', ');
      add(`services.${name}`, `the graph has no service "${name}"; it has ${names}`);
    } else if (typeof service.replicas === 'number') {
      add(
        `services.${name}`,
        `"${name}" is fixed at ${service.replicas} in the code, so this pin reaches no number; remove it`,
      );
    }
  }
  return problems;
}

function missingFile(graph: PinnedGraph, open: PinnedGraph['services']): Problem {
  const services = open.map(({ name, replicas }) => `${name}: {replicas: ${boundsOf(replicas).min}}`).join(', ');
  const content = `{schemaVersion: 1, deployment: ${graph.deployment}, environment: ${graph.environment}, services: {${services}}}`;
  return {
    code: 'not-found',
    file: graph.pinsFile,
    message: 'does not exist, and synth invents no replica counts',
    hint: `to start at the least, write this line to it: ${content}`,
  };
}
