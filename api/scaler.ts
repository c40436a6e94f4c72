import type { DocumentPath } from './graph-view.ts';
import { type JsonObject, objectAt, stringAt, valueAt } from './json.ts';
import {
  DYNAMO_API_VERSIONS,
  DYNAMO_GROUP,
  type DynamoApiVersion,
  dynamoApiVersionOf,
  GRAPH_DEPLOYMENT_KIND,
  SCALING_ADAPTER_KIND,
} from './names.ts';
import type { Problem } from './problem.ts';

/** Something in the same repository that scales a service: an autoscaler, or a committed scaling adapter. */
export type Scaler =
  | {
      readonly kind: 'hpa' | 'keda';
      readonly name: string;
      readonly namespace: string | undefined;
      /** The scaling adapter it writes to. */
      readonly adapterName: string;
      readonly min: number | undefined;
      readonly max: number | undefined;
      readonly minPath: DocumentPath;
      readonly maxPath: DocumentPath;
      /** Floors that hold at some hours only; left out where there are none. */
      readonly crons?: readonly CronFloor[];
    }
  | {
      readonly kind: 'adapter';
      readonly name: string;
      readonly namespace: string | undefined;
      readonly graph: string;
      readonly service: string;
      readonly replicas: number | undefined;
      readonly replicasPath: DocumentPath;
    };

/** A cron trigger of KEDA: while it is on, the service has at least so many replicas. */
export interface CronFloor {
  readonly timeZone: string;
  /** Cron expressions of five fields, as they are written. */
  readonly start: string;
  readonly end: string;
  readonly replicas: number;
  readonly path: DocumentPath;
}

/** The cron trigger whose count is the number that is looked at; undefined where that is the floor of all hours. */
export function cronFloorOf({
  minPath,
  crons,
}: Extract<Scaler, { readonly kind: 'hpa' | 'keda' }>): CronFloor | undefined {
  return crons?.find(({ path }) => path === minPath);
}

/** The scaler that a HorizontalPodAutoscaler, ScaledObject or scaling adapter document describes, if it is one. */
export function scalerOf(document: JsonObject): Scaler | undefined {
  return readScaler(document).scaler;
}

/** What is wrong with a document that is meant to scale a service; empty for sound ones and for all other documents. */
export function scalerProblems(document: JsonObject): readonly Problem[] {
  return readScaler(document).problems;
}

interface ReadScaler {
  readonly scaler: Scaler | undefined;
  readonly problems: readonly Problem[];
}

const NO_SCALER: ReadScaler = { scaler: undefined, problems: [] };

function readScaler(document: JsonObject): ReadScaler {
  const apiVersion = dynamoApiVersionOf(document.apiVersion);
  if (document.kind === SCALING_ADAPTER_KIND && apiVersion !== undefined) return readAdapter(document, apiVersion);
  const bounds = AUTOSCALERS.find((autoscaler) => autoscaler.documentKind === document.kind);
  const target = objectAt(document, 'spec', 'scaleTargetRef');
  if (bounds === undefined || target === undefined) return NO_SCALER;
  if (target.kind === GRAPH_DEPLOYMENT_KIND) {
    return broken(
      'spec.scaleTargetRef.kind',
      'a graph cannot be scaled as a whole; name a scaling adapter of one of its services',
    );
  }
  return target.kind === SCALING_ADAPTER_KIND ? readAutoscaler(document, target, bounds) : NO_SCALER;
}

function readAdapter(document: JsonObject, apiVersion: DynamoApiVersion): ReadScaler {
  const serviceField = apiVersion === 'v1alpha1' ? 'serviceName' : 'componentName';
  const name = textAt(document, 'metadata', 'name');
  const graph = textAt(document, 'spec', 'dgdRef', 'name');
  const service = textAt(document, 'spec', 'dgdRef', serviceField);
  if (name === undefined) return broken('metadata.name', 'a scaling adapter needs a name');
  if (graph === undefined) return broken('spec.dgdRef.name', 'must name the graph');
  if (service === undefined) return broken(`spec.dgdRef.${serviceField}`, `${apiVersion} names the service here`);
  const replicas = countAt(document, 'spec', 'replicas');
  return {
    scaler: {
      ...{ kind: 'adapter', name, namespace: textAt(document, 'metadata', 'namespace'), graph, service },
      replicas,
      replicasPath: ['spec', 'replicas'],
    },
    problems: replicas === undefined ? [schemaProblem('spec.replicas', 'a scaling adapter needs a count')] : [],
  };
}

/** Where each autoscaler writes its bounds, and what it takes where they are absent (autoscaling/v2; KEDA 2). */
const AUTOSCALERS: readonly AutoscalerFields[] = [
  {
    documentKind: 'HorizontalPodAutoscaler',
    kind: 'hpa',
    min: 'minReplicas',
    defaultMin: 1,
    max: 'maxReplicas',
    defaultMax: undefined,
  },
  {
    documentKind: 'ScaledObject',
    kind: 'keda',
    min: 'minReplicaCount',
    defaultMin: 0,
    max: 'maxReplicaCount',
    defaultMax: 100,
  },
];

interface AutoscalerFields {
  readonly documentKind: string;
  readonly kind: 'hpa' | 'keda';
  readonly min: string;
  readonly defaultMin: number;
  readonly max: string;
  readonly defaultMax: number | undefined;
}

function readAutoscaler(document: JsonObject, target: JsonObject, bounds: AutoscalerFields): ReadScaler {
  const name = textAt(document, 'metadata', 'name');
  const adapterName = textAt(target, 'name');
  if (name === undefined) return broken('metadata.name', 'an autoscaler needs a name');
  if (adapterName === undefined) return broken('spec.scaleTargetRef.name', 'must name the scaling adapter');
  const min = boundAt(document, bounds.min, bounds.defaultMin);
  const max = boundAt(document, bounds.max, bounds.defaultMax);
  const problems: Problem[] = [];
  if (dynamoApiVersionOf(target.apiVersion) === undefined) {
    const message = `must be ${DYNAMO_API_VERSIONS.map((version) => `"${DYNAMO_GROUP}/${version}"`).join(' or ')}`;
    problems.push(schemaProblem('spec.scaleTargetRef.apiVersion', message));
  }
  if (min === undefined) problems.push(schemaProblem(`spec.${bounds.min}`, 'must be a whole number'));
  if (max === undefined) problems.push(schemaProblem(`spec.${bounds.max}`, 'must be a whole number'));
  if (min !== undefined && max !== undefined && min > max) {
    problems.push(schemaProblem(`spec.${bounds.min}`, `is ${min}, above ${bounds.max}, which is ${max}`));
  }
  return {
    scaler: {
      ...{ kind: bounds.kind, name, namespace: textAt(document, 'metadata', 'namespace'), adapterName, min, max },
      minPath: ['spec', bounds.min],
      maxPath: ['spec', bounds.max],
      ...cronFloors(document, bounds.kind),
    },
    problems,
  };
}

function cronFloors(document: JsonObject, kind: 'hpa' | 'keda'): { readonly crons?: readonly CronFloor[] } {
  const triggers = kind === 'keda' ? valueAt(document, 'spec', 'triggers') : undefined;
  if (!Array.isArray(triggers)) return {};
  const crons = triggers.flatMap((trigger, index): readonly CronFloor[] => {
    const metadata = objectAt(trigger, 'metadata');
    if (valueAt(trigger, 'type') !== 'cron' || metadata === undefined) return [];
    const { timezone: timeZone, start, end, desiredReplicas } = metadata;
    // All metadata of a trigger is text.
    const replicas =
      typeof desiredReplicas === 'string' && /^\d{1,9}$/.test(desiredReplicas) ? Number(desiredReplicas) : undefined;
    if (typeof timeZone !== 'string' || typeof start !== 'string' || typeof end !== 'string') return [];
    const path = ['spec', 'triggers', String(index), 'metadata', 'desiredReplicas'];
    return replicas === undefined ? [] : [{ timeZone, start, end, replicas, path }];
  });
  return crons.length === 0 ? {} : { crons };
}

/** A bound as written; its default where absent; undefined where something other than a count stands there. */
function boundAt(document: JsonObject, field: string, absent: number | undefined): number | undefined {
  const written = valueAt(document, 'spec', field);
  return written === undefined || written === null ? absent : countAt(document, 'spec', field);
}

function broken(path: string, message: string): ReadScaler {
  return { scaler: undefined, problems: [schemaProblem(path, message)] };
}

function schemaProblem(path: string, message: string): Problem {
  return { code: 'schema', path, message };
}

function textAt(value: unknown, ...keys: readonly string[]): string | undefined {
  const found = stringAt(value, ...keys);
  return found === '' ? undefined : found;
}

function countAt(value: unknown, ...keys: readonly string[]): number | undefined {
  const found = valueAt(value, ...keys);
  return typeof found === 'number' && Number.isSafeInteger(found) && found >= 0 ? found : undefined;
}
