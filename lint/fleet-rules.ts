import {
  dynamoApiVersionOf,
  GRAPH_DEPLOYMENT_KIND,
  isAtLeast,
  isObject,
  type JsonObject,
  type OperatorVersion,
  type Scaler,
  scalerOf,
  stringAt,
} from '../api/index.ts';
import { graphComponents } from './component.ts';
import type { FieldPath } from './field-path.ts';
import type { Finding, Severity } from './finding.ts';

/** One object of everything that is checked together. */
export interface FleetObject {
  readonly object: JsonObject;
  /** Folder of its file. Objects of one name in several folders are of several clusters, as far as anybody can tell. */
  readonly folder: string;
  /** Where it is to be read, for a message about another: `dist/prod/chat.yaml:12`. */
  readonly shown: string;
}

/** Rules about objects that stand in each other's way. */
export const FLEET_RULES = [
  { id: 'gitops-two-autoscalers', severity: 'error', title: 'One autoscaler drives a scaling adapter' },
  {
    id: 'gitops-adapter-off',
    severity: 'error',
    title:
      'A scaling adapter is committed only where the service has its adapter on: the operator deletes it otherwise',
  },
  {
    id: 'gitops-adapter-overwritten',
    severity: 'warning',
    title: 'A committed scaling adapter keeps its count only from operator 1.4 on',
  },
] as const satisfies readonly { readonly id: string; readonly severity: Severity; readonly title: string }[];

/** What is wrong with an object beside the others; the list is in their order. */
export function fleetFindings<Entry extends FleetObject>(
  objects: readonly Entry[],
  operator: OperatorVersion,
): readonly { readonly of: Entry; readonly finding: Finding }[] {
  const scalers = objects.flatMap((of) => {
    const scaler = scalerOf(of.object);
    return scaler === undefined ? [] : [{ of, scaler }];
  });
  const adapters = adaptersOff(objects, operator);
  const drivers = new Map<string, { readonly of: Entry; readonly scaler: Scaler }>();
  return scalers.flatMap(({ of, scaler }) => {
    if (scaler.kind === 'adapter')
      return adapterFindings(of, scaler, adapters, operator).map((finding) => ({ of, finding }));
    const key = `${of.folder}:${scaler.namespace ?? ''}/${scaler.adapterName}`;
    const other = drivers.get(key);
    if (other === undefined) {
      drivers.set(key, { of, scaler });
      return [];
    }
    const message = `"${scaler.adapterName}" is driven by ${other.scaler.kind} "${other.scaler.name}" as well (${other.of.shown}): the two undo each other`;
    return [{ of, finding: found('gitops-two-autoscalers', ['spec', 'scaleTargetRef', 'name'], message, 'keep one') }];
  });
}

/** Services of the graphs that are there whose adapter is off, as `folder:namespace/graph/service`. */
function adaptersOff(objects: readonly FleetObject[], operator: OperatorVersion): ReadonlyMap<string, string> {
  const off = new Map<string, string>();
  for (const { object, shown, folder } of objects) {
    const apiVersion = dynamoApiVersionOf(object.apiVersion);
    if (object.kind !== GRAPH_DEPLOYMENT_KIND || apiVersion === undefined || !isObject(object.spec)) continue;
    const graph = `${folder}:${stringAt(object, 'metadata', 'namespace') ?? ''}/${stringAt(object, 'metadata', 'name') ?? ''}`;
    for (const component of graphComponents(apiVersion, object.spec, operator)) {
      if (!component.hasAdapter) off.set(`${graph}/${component.name}`, shown);
    }
  }
  return off;
}

function adapterFindings(
  { object, folder }: FleetObject,
  scaler: Scaler & { readonly kind: 'adapter' },
  off: ReadonlyMap<string, string>,
  operator: OperatorVersion,
): readonly Finding[] {
  const graph = off.get(`${folder}:${scaler.namespace ?? ''}/${scaler.graph}/${scaler.service}`);
  if (graph !== undefined) {
    const message = `"${scaler.service}" has its adapter off (${graph}): the operator deletes this object, and Git brings it back, forever`;
    return [
      found(
        'gitops-adapter-off',
        ['metadata', 'name'],
        message,
        'turn the adapter on in the graph, or remove this object',
      ),
    ];
  }
  if (object.spec === undefined || isAtLeast(operator, '1.4.0')) return [];
  const message = `operator ${operator} writes the graph's count over this one`;
  return [
    found(
      'gitops-adapter-overwritten',
      ['spec', 'replicas'],
      message,
      'scale by an autoscaler, or move to operator 1.4',
    ),
  ];
}

function found(id: (typeof FLEET_RULES)[number]['id'], path: FieldPath, message: string, help: string): Finding {
  const severity = FLEET_RULES.find((rule) => rule.id === id)?.severity ?? 'error';
  return { rule: id, severity, path, message, help };
}
