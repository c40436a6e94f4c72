import { GRAPH_DEPLOYMENT_KIND, type JsonValue, type OperatorVersion } from '../../api/index.ts';
import type { ManifestFile } from '../../manifests/index.ts';
import { formatFieldPath } from '../field-path.ts';
import { type LedgerOptions, ledgerServices } from '../ledger/index.ts';
import { type GpuChange, type GpuDelta, gpuChanges, gpuDeltaOf } from './gpu-changes.ts';
import { lossesOf } from './losses.ts';
import { objectChanges } from './object-changes.ts';
import { type DiffObject, objectsIn, pairsOf } from './objects.ts';
import { type Refusal, refusalsOf } from './refusals.ts';
import { type Restart, restartsBetween } from './restarts.ts';
import { withoutSecrets } from './secrets.ts';

/** A field before and after, with what that does. Secrets are taken out of the values. */
export interface FieldChange {
  /** `spec.services[decode].replicas`. */
  readonly path: string;
  readonly before: JsonValue | undefined;
  readonly after: JsonValue | undefined;
  /** What the side that is absent counts as, where that is a default. */
  readonly absentAs?: JsonValue;
  /** Services whose pods are replaced because of it; undefined where nobody can say. */
  readonly restarts: readonly string[] | undefined;
}

interface ComparedObject {
  readonly kind: string;
  readonly namespace: string | undefined;
  readonly name: string;
  readonly file: string;
  /** GPUs that it asks for, or lets be asked for, where these are others than before. */
  readonly gpus: GpuDelta | undefined;
}

export interface AddedObject extends ComparedObject {
  readonly change: 'added';
  readonly refusals: readonly Refusal[];
}

export interface RemovedObject extends ComparedObject {
  readonly change: 'removed';
  /** What is gone for good with it. */
  readonly losses: readonly string[];
}

export interface ChangedObject extends ComparedObject {
  readonly change: 'changed';
  readonly fields: readonly FieldChange[];
  /** Undefined where nobody can say, since the graph cannot be read. */
  readonly restarts: readonly Restart[] | undefined;
  readonly refusals: readonly Refusal[];
}

export type ObjectDiff = AddedObject | RemovedObject | ChangedObject;

export interface ManifestDiff {
  /** In the order of the files of now, then what is gone. */
  readonly objects: readonly ObjectDiff[];
  readonly gpus: readonly GpuChange[];
  /** Objects that mean the same as before. */
  readonly unchanged: number;
}

export type DiffOptions = LedgerOptions;

/**
 * What changes in the cluster when one set of manifests takes the place of another: objects and fields, and for each
 * whether pods restart, more GPUs are needed, and admission takes it. Two sets that mean the same have no differences.
 */
export function diffManifests(
  before: readonly ManifestFile[],
  after: readonly ManifestFile[],
  options: DiffOptions,
): ManifestDiff {
  const gpus = gpuChanges(ledgerServices(before, [], options), ledgerServices(after, [], options));
  const pairs = pairsOf(objectsIn(before), objectsIn(after));
  const objects = pairs.flatMap((pair): readonly ObjectDiff[] => {
    if (pair.after === undefined) return [removed(pair.before, gpus)];
    if (pair.before === undefined) return [added(pair.after, gpus, options.operator)];
    const changed = changedObject(pair.before, pair.after, gpus, options.operator);
    return changed === undefined ? [] : [changed];
  });
  return { objects, gpus, unchanged: pairs.length - objects.length };
}

function added(now: DiffObject, gpus: readonly GpuChange[], operator: OperatorVersion): AddedObject {
  const refusals = now.isPatch ? [] : refusalsOf(now.object, undefined, operator);
  return { change: 'added', ...named(now, gpus), refusals };
}

function removed(old: DiffObject, gpus: readonly GpuChange[]): RemovedObject {
  return { change: 'removed', ...named(old, gpus), losses: old.isPatch ? [] : lossesOf(old.object) };
}

function changedObject(
  old: DiffObject,
  now: DiffObject,
  gpus: readonly GpuChange[],
  operator: OperatorVersion,
): ChangedObject | undefined {
  const changes = objectChanges(old.object, now.object, operator);
  if (changes.length === 0) return undefined;
  const isGraph = now.kind === GRAPH_DEPLOYMENT_KIND;
  const restarts = isGraph ? restartsBetween(old.object, now.object, operator) : () => [];
  return {
    change: 'changed',
    ...named(now, gpus),
    fields: changes.map((change) => {
      const { path, ...values } = withoutSecrets(now.kind, change);
      const services = restarts([change])?.map(({ service }) => service);
      return { path: formatFieldPath(path), ...values, restarts: services };
    }),
    restarts: restarts(changes),
    refusals: now.isPatch ? [] : refusalsOf(now.object, old.object, operator),
  };
}

function named({ kind, namespace, name, file }: DiffObject, gpus: readonly GpuChange[]): ComparedObject {
  const place = { kind, namespace, name, file };
  return { ...place, gpus: gpuDeltaOf(place, gpus) };
}
