import { fail, type Problem, type ReplicaBounds, type Result, type ServicePin, succeed } from '../../api/index.ts';
import { boundsOf, type Replicas } from '../graph/service.ts';
import type { PinsFile } from './read-pins.ts';

export interface PinnedGraph {
  readonly deployment: string;
  readonly environment: string;
  readonly services: readonly PinnedService[];
  /** Path of its pins from the repository's root. */
  readonly pinsFile: string;
}

export interface PinnedService {
  readonly name: string;
  /** Undefined where the scaling adapter decides. */
  readonly replicas: Replicas | undefined;
  /** What drives the adapter with numbers from the pins; undefined where no pin is meant for one. */
  readonly scaler: PinnedScaler | undefined;
}

/** An autoscaler, whose pin is its bounds, or a manifest of the adapter, whose pin is a count. */
export interface PinnedScaler {
  readonly kind: 'hpa' | 'keda' | 'adapter';
  readonly limits: ReplicaBounds;
}

/** The numbers that code and pins give a graph, by service name. */
export interface PinnedNumbers {
  /** Services whose count the graph itself decides. */
  readonly replicas: ReadonlyMap<string, number>;
  /** Services whose autoscaler takes its bounds from the pins. */
  readonly bounds: ReadonlyMap<string, ReplicaBounds>;
  /** Services whose scaling adapter has a manifest that takes its count from the pins. */
  readonly adapterReplicas: ReadonlyMap<string, number>;
}

/**
 * The replicas of every service: fixed ones from the code, the others from the pins. Synthesis invents no number, so a
 * pin that is missing is a problem that says what to write.
 */
export function pinnedReplicas(graph: PinnedGraph, file: PinsFile | undefined): Result<PinnedNumbers> {
  const open = graph.services.filter(isPinned);
  if (file === undefined && open.length > 0) return { ok: false, error: [missingFile(graph, open)] };

  const problems: Problem[] = file === undefined ? [] : identityProblems(graph, file);
  const counts = new Map<string, number>();
  const bounds = new Map<string, ReplicaBounds>();
  const adapterReplicas = new Map<string, number>();
  for (const { name, replicas, scaler } of graph.services) {
    if (typeof replicas === 'number') counts.set(name, replicas);
    else if (file !== undefined && replicas !== undefined) {
      const count = countOf(name, replicas, graph.pinsFile, file);
      if (count.ok) counts.set(name, count.value);
      else problems.push(...count.error);
    } else if (file !== undefined && scaler?.kind === 'adapter') {
      const count = countOf(name, scaler.limits, graph.pinsFile, file);
      if (count.ok) adapterReplicas.set(name, count.value);
      else problems.push(...count.error);
    } else if (file !== undefined && scaler !== undefined) {
      const pinned = boundsPin(name, scaler.limits, graph.pinsFile, file);
      if (pinned.ok) bounds.set(name, pinned.value);
      else problems.push(...pinned.error);
    }
  }
  return problems.length > 0 ? fail(...problems) : succeed({ replicas: counts, bounds, adapterReplicas });
}

/** A service one of whose numbers is in the pins. */
export function isPinned({ replicas, scaler }: PinnedService): boolean {
  return replicas === undefined ? scaler !== undefined : typeof replicas !== 'number';
}

type Place = Pick<Problem, 'file' | 'path' | 'line'>;

function placeIn(shown: string, file: PinsFile, path: string): Place {
  const line = file.lineOf(path);
  return { file: shown, path, ...(line === undefined ? {} : { line }) };
}

function countOf(name: string, limits: ReplicaBounds, shown: string, file: PinsFile): Result<number> {
  const pin = pinOf(name, file);
  if (pin === undefined) {
    const message = `no pin for "${name}"; add "${name}: {replicas: N}" with N from ${limits.min} to ${limits.max}`;
    return fail({ code: 'not-found', ...placeIn(shown, file, 'services'), message });
  }
  if (!('replicas' in pin)) {
    const message = `"${name}" has no autoscaler, so its pin is "replicas", not bounds`;
    return fail({ code: 'schema', ...placeIn(shown, file, `services.${name}`), message });
  }
  const outside = outsideOf(pin.replicas, limits);
  if (outside !== undefined) {
    return fail({ code: 'schema', ...placeIn(shown, file, `services.${name}.replicas`), message: outside });
  }
  return succeed(pin.replicas);
}

function boundsPin(name: string, limits: ReplicaBounds, shown: string, file: PinsFile): Result<ReplicaBounds> {
  const pin = pinOf(name, file);
  if (pin === undefined) {
    const message = `no pin for "${name}"; add "${name}: {minReplicas: N, maxReplicas: M}" with both from ${limits.min} to ${limits.max}`;
    return fail({ code: 'not-found', ...placeIn(shown, file, 'services'), message });
  }
  if ('replicas' in pin) {
    const message = `the scaling adapter of "${name}" is on, so its pin is "minReplicas" and "maxReplicas" of its autoscaler`;
    return fail({ code: 'schema', ...placeIn(shown, file, `services.${name}`), message });
  }
  const problems = (['minReplicas', 'maxReplicas'] as const).flatMap((field): readonly Problem[] => {
    const message = outsideOf(pin[field], limits);
    if (message === undefined) return [];
    return [{ code: 'schema', ...placeIn(shown, file, `services.${name}.${field}`), message }];
  });
  return problems.length > 0 ? fail(...problems) : succeed({ min: pin.minReplicas, max: pin.maxReplicas });
}

function pinOf(name: string, { pins }: PinsFile): ServicePin | undefined {
  return Object.hasOwn(pins.services, name) ? pins.services[name] : undefined;
}

function outsideOf(count: number, { min, max }: ReplicaBounds): string | undefined {
  return count < min || count > max ? `${count} is outside ${min} to ${max}, which the code allows` : undefined;
}

/** The file must say that it is of this graph, and hold nothing that reaches no number. */
function identityProblems(graph: PinnedGraph, file: PinsFile): Problem[] {
  const { pins } = file;
  const problems: Problem[] = [];
  const add = (path: string, message: string): void => {
    problems.push({ code: 'schema', ...placeIn(graph.pinsFile, file, path), message });
  };
  if (pins.deployment !== graph.deployment) add('deployment', `is "${pins.deployment}", not "${graph.deployment}"`);
  if (pins.environment !== graph.environment)
    add('environment', `is "${pins.environment}", not "${graph.environment}"`);
  for (const name of Object.keys(pins.services)) {
    const service = graph.services.find((declared) => declared.name === name);
    if (service === undefined) {
      const names = graph.services.map((declared) => `"${declared.name}"`).join(', ');
      add(`services.${name}`, `the graph has no service "${name}"; it has ${names}`);
    } else if (!isPinned(service)) {
      const reason =
        service.replicas === undefined
          ? 'is scaled by its adapter and has no autoscaler with pinned bounds'
          : `is fixed at ${boundsOf(service.replicas).min} in the code`;
      add(`services.${name}`, `"${name}" ${reason}, so this pin reaches no number; remove it`);
    }
  }
  return problems;
}

function missingFile(graph: PinnedGraph, open: PinnedGraph['services']): Problem {
  const services = open.map(({ name, replicas, scaler }) => {
    const { min, max } = replicas === undefined ? (scaler?.limits ?? { min: 1, max: 1 }) : boundsOf(replicas);
    return `${name}: {${replicas === undefined && scaler?.kind !== 'adapter' ? `minReplicas: ${min}, maxReplicas: ${max}` : `replicas: ${min}`}}`;
  });
  const content = `{schemaVersion: 1, deployment: ${graph.deployment}, environment: ${graph.environment}, services: {${services.join(', ')}}}`;
  return {
    code: 'not-found',
    file: graph.pinsFile,
    message: 'does not exist, and synth invents no replica counts',
    hint: `to start at the least, write this line to it: ${content}`,
  };
}
