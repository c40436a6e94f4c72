import type { IConstruct } from 'constructs';
import {
  DYNAMO_GROUP,
  graphViewOf,
  type JsonObject,
  type ReplicaBounds,
  SCALING_ADAPTER_KIND,
} from '../../api/index.ts';
import { environmentOf } from '../environment.ts';
import type { Service } from '../graph/index.ts';
import { DynamoNamespace } from '../namespaces.ts';
import { SynthError, settingsOf } from '../synthesis.ts';
import type { MetricSubject } from './promql.ts';

/** `spec.scaleTargetRef` of an autoscaler: the scaling adapter, in the API version of the graph. */
export function scaleTargetRef(service: Service): JsonObject {
  const { apiVersion } = settingsOf(service.graph);
  return { apiVersion: `${DYNAMO_GROUP}/${apiVersion}`, kind: SCALING_ADAPTER_KIND, name: service.adapterName };
}

/** By what the metrics of a service are found, read from the graph as it is rendered. */
export function metricSubject(service: Service): MetricSubject {
  const { graph, role } = service;
  const view = graphViewOf(graph.toJson());
  if (!view.ok) throw new SynthError(view.error);
  const { operatorVersion } = settingsOf(graph);
  const own = DynamoNamespace.of(environmentOf(graph)?.kubernetesNamespace ?? unplaced(graph), graph.name);
  const isGlobal = view.value.metricsNamespace === DynamoNamespace.GLOBAL.frontendLabel;
  return {
    namespace: isGlobal ? DynamoNamespace.GLOBAL : own,
    model: isGlobal ? graph.servedModelName : undefined,
    role,
    operatorVersion,
  };
}

/** Computes when first asked, and once. */
export function once<T extends object>(compute: () => T): () => T {
  let value: T | undefined;
  return () => {
    value ??= compute();
    return value;
  };
}

/** Why a scaler cannot drive a service's adapter, whatever kind it is. */
export function driveProblems(scaler: IConstruct, service: Service): readonly string[] {
  const messages: string[] = [];
  if (service.scalesBy === 'count') {
    messages.push(
      `the scaling adapter of "${service.path}" is off, so nothing would carry out what is decided here; declare the service with "scalingAdapter: true" instead of "replicas"`,
    );
  }
  const [first] = service.scalers;
  if (first !== undefined && first.construct !== scaler) {
    messages.push(
      `"${service.path}" is scaled by "${first.construct.node.path}" already, and two would fight over one number; keep one`,
    );
  }
  const [own, other] = [environmentOf(scaler)?.namespace, environmentOf(service.graph)?.namespace];
  if (own !== undefined && other !== undefined && own !== other) {
    messages.push(
      `is in namespace "${own}", but the scaling adapter of "${service.path}" is in "${other}", and scalers reach their own namespace only`,
    );
  }
  return messages;
}

/** The numbers that the pins give a scaler, once the graph's own check has found nothing wrong with them. */
export function boundsOrThrow(service: Service, bounds: ReplicaBounds | undefined): ReplicaBounds {
  const found = bounds ?? service.graph.pinnedBounds(service.name);
  if (found === undefined) throw unpinned(service);
  return found;
}

export function unpinned(service: Service): Error {
  return new Error(`"${service.path}" has no pinned numbers, which its graph's check reports`);
}

function unplaced(construct: IConstruct): never {
  throw new Error(`[${construct.node.path}] is outside an Environment, which the structure's check reports`);
}
