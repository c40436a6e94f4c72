import {
  type GraphView,
  graphViewOf,
  isGraphDeployment,
  isObject,
  type JsonObject,
  type JsonValue,
  type OperatorVersion,
  objectAt,
  stringAt,
} from '../../../api/index.ts';
import { formatFieldPath } from '../../field-path.ts';
import type { Finding } from '../../finding.ts';
import { lintObject } from '../../lint-object.ts';
import { admit } from '../../schema/check.ts';
import { type DynamoKind, specSchema } from '../../schema/kinds.ts';
import { firstDifference } from './difference.ts';
import { graphEffect, standaloneEffect } from './effect.ts';
import { membersOf, objectsOf } from './members.ts';
import { graphToV1Alpha1, standaloneToV1Alpha1 } from './to-v1alpha1.ts';

/** Kinds that are migrated. */
export type MigratingKind = Extract<
  DynamoKind,
  'DynamoGraphDeployment' | 'DynamoComponentDeployment' | 'DynamoGraphDeploymentScalingAdapter'
>;

/** Why a migrated object is not good enough. */
export type Disproof =
  /** It says something else, or cannot be shown not to. */
  | { readonly kind: 'different'; readonly reason: string }
  /** The operator would refuse it, and did not refuse what was there. */
  | { readonly kind: 'refused'; readonly reason: string; readonly help: string };

/**
 * Proves that the operator sees the same in both objects: what v1beta1 says, converted back, has the effect of what was
 * there; the read model of the graph is the same; and nothing is refused that was not refused before, be it made anew or
 * put in the place of what was there.
 * @returns why it is not proven, or undefined.
 */
export function disproof(
  kind: MigratingKind,
  before: JsonObject,
  after: JsonObject,
  operator: OperatorVersion,
): Disproof | undefined {
  const reason =
    differentEffect(kind, before, after, operator) ?? differentOrder(before, after) ?? differentView(before, after);
  return reason === undefined ? newError(before, after, operator) : { kind: 'different', reason };
}

function differentEffect(
  kind: MigratingKind,
  before: JsonObject,
  after: JsonObject,
  operator: OperatorVersion,
): string | undefined {
  const { spec: _, apiVersion: __, ...around } = before;
  const { spec: ___, apiVersion: ____, ...aroundAfter } = after;
  const outside = firstDifference(around, aroundAfter);
  if (outside !== undefined) return outside;
  const alpha = specSchema(kind, 'v1alpha1', operator);
  const beta = specSchema(kind, 'v1beta1', operator);
  if (alpha === undefined || beta === undefined) return `operator ${operator} does not serve both versions`;
  const admitted = (object: JsonObject): JsonObject =>
    asObject(admit(object.spec ?? {}, alpha, ['spec'], operator).value);
  const back = asObject(admit(after.spec ?? {}, beta, ['spec'], operator).value);
  const name = stringAt(before, 'metadata', 'name') ?? '';
  switch (kind) {
    case 'DynamoGraphDeployment':
      return firstDifference(
        graphEffect(admitted(before)),
        graphEffect(admitted({ spec: graphToV1Alpha1(back) })),
        'spec',
      );
    case 'DynamoComponentDeployment':
      return firstDifference(
        standaloneEffect(admitted(before), name),
        standaloneEffect(admitted({ spec: standaloneToV1Alpha1(back) }), name),
        'spec',
      );
    case 'DynamoGraphDeploymentScalingAdapter': {
      const { dgdRef, ...rest } = back;
      const { componentName, ...target } = membersOf(dgdRef);
      return firstDifference(
        admitted(before),
        admitted({ spec: { ...rest, dgdRef: { ...target, serviceName: componentName } } }),
        'spec',
      );
    }
  }
}

function differentOrder(before: JsonObject, after: JsonObject): string | undefined {
  const services = Object.entries(objectAt(before, 'spec', 'services') ?? {}).flatMap(([name, body]) =>
    body === null ? [] : [name],
  );
  const components = objectsOf(objectAt(after, 'spec')?.components).map(({ name }) => name ?? null);
  return firstDifference(services, components, 'the order of services');
}

function differentView(before: JsonObject, after: JsonObject): string | undefined {
  if (!isGraphDeployment(before)) return undefined;
  const [first, second] = [graphViewOf(before), graphViewOf(after)];
  if (!first.ok || !second.ok) {
    const [problem] = [first, second].flatMap((view) => (view.ok ? [] : view.error));
    return first.ok === second.ok ? undefined : `${problem?.path ?? ''} ${problem?.message ?? ''}`.trim();
  }
  return firstDifference(viewed(first.value), viewed(second.value), 'graph');
}

/** What the view says of the graph, apart from where it was read. */
function viewed({ apiVersion: _, services, ...graph }: GraphView): JsonObject {
  const known = (count: { readonly kind: string; readonly count?: number; readonly resource?: string }): JsonValue => [
    count.kind,
    count.count ?? null,
    count.resource ?? null,
  ];
  return {
    ...graph,
    services: services.map(({ name, role, replicas, gpusPerPod, nodeCount, gpusPerReplica, ...service }) => ({
      name,
      role,
      replicas: { ...replicas },
      gpusPerPod: known(gpusPerPod),
      nodeCount: known(nodeCount),
      gpusPerReplica: known(gpusPerReplica),
      scalingAdapter: service.scalingAdapter,
      modelName: service.modelName,
    })),
  };
}

/** An error of a rule that did not speak as often before: when the object is made, and when it replaces the one before. */
function newError(before: JsonObject, after: JsonObject, operator: OperatorVersion): Disproof | undefined {
  for (const old of [undefined, before]) {
    const known = new Map<string, number>();
    for (const { rule } of errors(lintObject({ object: before, old, operator })))
      known.set(rule, (known.get(rule) ?? 0) + 1);
    for (const { rule, path, message, help } of errors(lintObject({ object: after, old, operator }))) {
      const left = known.get(rule) ?? 0;
      if (left === 0) return { kind: 'refused', reason: `${formatFieldPath(path)} ${message} [${rule}]`, help };
      known.set(rule, left - 1);
    }
  }
  return undefined;
}

function errors(findings: readonly Finding[]): readonly Finding[] {
  return findings.filter(({ severity }) => severity === 'error');
}

function asObject(value: JsonValue): JsonObject {
  return isObject(value) ? value : {};
}
