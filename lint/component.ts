import {
  type DynamoApiVersion,
  isAtLeast,
  isObject,
  type JsonObject,
  type JsonValue,
  MAIN_CONTAINER,
  type OperatorVersion,
  objectAt,
  stringAt,
  valueAt,
} from '../api/index.ts';
import type { FieldPath, FieldStep } from './field-path.ts';

/** Where something stands, in the author's terms and in the operator's. */
export interface Place {
  readonly path: FieldPath;
  readonly operatorPath?: FieldPath;
}

export type ContainerRole = 'main' | 'sidecar' | 'init';

export interface ComponentContainer extends Place {
  readonly role: ContainerRole;
  readonly name: string | undefined;
  readonly body: JsonObject;
}

/** A mode of v1alpha1's spelling or of v1beta1's, in one. */
export type PodMode = 'intra-pod' | 'inter-pod';

/** A service (v1alpha1) or component (v1beta1) as the operator's rules see it, whichever version wrote it. */
export interface Component {
  readonly apiVersion: DynamoApiVersion;
  readonly name: string;
  readonly body: JsonObject;
  readonly place: Place;
  /** Free text in v1alpha1; `worker` with a sub-component type counts as that type. */
  readonly type: string;
  /** As written; absent counts as 1. */
  readonly replicas: number | undefined;
  readonly nodeCount: number;
  readonly hasAdapter: boolean;
  readonly containers: readonly ComponentContainer[];
  readonly podAnnotations: JsonObject | undefined;
  readonly gpuMemoryService: { readonly mode: PodMode; readonly body: JsonObject } | undefined;
  readonly failover: { readonly mode: PodMode; readonly body: JsonObject } | undefined;
  readonly checkpoint: JsonObject | undefined;
  /** Path steps under the component, by what they lead to. */
  at(alpha: readonly FieldStep[], beta?: readonly FieldStep[]): Place;
}

/** The components of an admitted graph, in the order of the document. */
export function graphComponents(
  apiVersion: DynamoApiVersion,
  spec: JsonObject,
  operator: OperatorVersion,
): readonly Component[] {
  if (apiVersion === 'v1beta1') {
    const components = valueAt(spec, 'components');
    return (Array.isArray(components) ? (components as readonly JsonValue[]) : []).flatMap((body, index) =>
      isObject(body)
        ? [componentOf(apiVersion, stringAt(body, 'name') ?? '', body, ['spec', 'components', index], undefined)]
        : [],
    );
  }
  const services = Object.entries(objectAt(spec, 'services') ?? {});
  const order = new Map(
    services
      .map(([name]) => name)
      .sort(compareBytes)
      .map((name, index) => [name, index]),
  );
  return services.flatMap(([name, body]) => {
    const operatorPath = isAtLeast(operator, '1.5.0') ? ['spec', 'components', order.get(name) ?? 0] : undefined;
    return isObject(body)
      ? [componentOf(apiVersion, name, body, ['spec', 'services', { key: name }], operatorPath)]
      : [];
  });
}

/** The one component of a DynamoComponentDeployment. */
export function standaloneComponent(
  apiVersion: DynamoApiVersion,
  metadata: JsonObject | undefined,
  spec: JsonObject,
  operator: OperatorVersion,
): Component {
  const name = stringAt(spec, apiVersion === 'v1beta1' ? 'name' : 'serviceName') ?? stringAt(metadata, 'name') ?? '';
  const operatorPath = apiVersion === 'v1alpha1' && isAtLeast(operator, '1.5.0') ? ['spec'] : undefined;
  return componentOf(apiVersion, name, spec, ['spec'], operatorPath);
}

function componentOf(
  apiVersion: DynamoApiVersion,
  name: string,
  body: JsonObject,
  path: FieldPath,
  operatorPath: FieldPath | undefined,
): Component {
  const isBeta = apiVersion === 'v1beta1';
  const at: Component['at'] = (alpha, beta = alpha) => ({
    path: [...path, ...(isBeta ? beta : alpha)],
    ...(operatorPath === undefined ? {} : { operatorPath: [...operatorPath, ...beta] }),
  });
  const experimental = isBeta ? objectAt(body, 'experimental') : body;
  const template = isBeta ? objectAt(body, 'podTemplate') : undefined;
  const nodeCount = valueAt(body, 'multinode', 'nodeCount');
  const replicas = body.replicas;
  return {
    apiVersion,
    name,
    body,
    place: at([]),
    type: typeOf(body, isBeta),
    replicas: typeof replicas === 'number' ? replicas : undefined,
    nodeCount: typeof nodeCount === 'number' ? nodeCount : 1,
    hasAdapter: isBeta ? isObject(body.scalingAdapter) : valueAt(body, 'scalingAdapter', 'enabled') === true,
    containers: isBeta ? betaContainers(template, at) : alphaContainers(body, at),
    podAnnotations: isBeta
      ? objectAt(template, 'metadata', 'annotations')
      : objectAt(body, 'extraPodMetadata', 'annotations'),
    gpuMemoryService: moded(objectAt(experimental, 'gpuMemoryService'), isBeta),
    failover: moded(objectAt(experimental, 'failover'), isBeta),
    checkpoint: objectAt(experimental, 'checkpoint'),
    at,
  };
}

function typeOf(body: JsonObject, isBeta: boolean): string {
  if (isBeta) return stringAt(body, 'type') ?? '';
  const type = stringAt(body, 'componentType') ?? '';
  const sub = stringAt(body, 'subComponentType');
  return type === 'worker' && (sub === 'prefill' || sub === 'decode') ? sub : type;
}

/** v1beta1 turns these on by their presence, v1alpha1 by a switch. */
function moded(
  body: JsonObject | undefined,
  isBeta: boolean,
): { readonly mode: PodMode; readonly body: JsonObject } | undefined {
  if (body === undefined || (!isBeta && body.enabled !== true)) return undefined;
  return { mode: podMode(body), body };
}

export function podMode(body: JsonObject): PodMode {
  return stringAt(body, 'mode')?.toLowerCase() === 'interpod' ? 'inter-pod' : 'intra-pod';
}

function betaContainers(template: JsonObject | undefined, at: Component['at']): readonly ComponentContainer[] {
  const spec = objectAt(template, 'spec');
  return [
    ...containerList(
      spec,
      'containers',
      (index) => at([], ['podTemplate', 'spec', 'containers', index]),
      (name) => (name === MAIN_CONTAINER ? 'main' : 'sidecar'),
    ),
    ...containerList(
      spec,
      'initContainers',
      (index) => at([], ['podTemplate', 'spec', 'initContainers', index]),
      () => 'init',
    ),
  ];
}

function alphaContainers(body: JsonObject, at: Component['at']): readonly ComponentContainer[] {
  const spec = objectAt(body, 'extraPodSpec');
  const main = objectAt(spec, 'mainContainer');
  return [
    ...(main === undefined
      ? []
      : [
          {
            ...at(['extraPodSpec', 'mainContainer'], ['podTemplate', 'spec', 'containers', 0]),
            role: 'main' as const,
            name: MAIN_CONTAINER,
            body: main,
          },
        ]),
    ...containerList(
      spec,
      'containers',
      (index) => at(['extraPodSpec', 'containers', index], ['podTemplate', 'spec', 'containers', index + 1]),
      () => 'sidecar',
    ),
    ...containerList(
      spec,
      'initContainers',
      (index) => at(['extraPodSpec', 'initContainers', index], ['podTemplate', 'spec', 'initContainers', index]),
      () => 'init',
    ),
  ];
}

function containerList(
  spec: JsonObject | undefined,
  field: string,
  placeOf: (index: number) => Place,
  roleOf: (name: string | undefined) => ContainerRole,
): readonly ComponentContainer[] {
  return itemsAt(spec, field).flatMap((body, index) => {
    if (!isObject(body)) return [];
    const name = stringAt(body, 'name');
    return [{ ...placeOf(index), role: roleOf(name), name, body }];
  });
}

/** The items of a list, none where there is no list. */
export function itemsAt(value: unknown, ...keys: readonly string[]): readonly JsonValue[] {
  const found = valueAt(value, ...keys);
  return Array.isArray(found) ? (found as readonly JsonValue[]) : [];
}

/** GPUs of the main container as the operator reads them: a resource list of the container, or v1alpha1's own. */
export function gpuLimit(component: Component): { readonly text: string; readonly place: Place } | undefined {
  for (const kind of ['limits', 'requests'] as const) {
    for (const container of component.containers.filter(({ role }) => role === 'main')) {
      const amount = valueAt(container.body, 'resources', kind, 'nvidia.com/gpu');
      if (amount === undefined) continue;
      const steps = ['resources', kind, { key: 'nvidia.com/gpu' }] as const;
      return { text: amountText(amount), place: under(container, steps) };
    }
    const amount = component.apiVersion === 'v1alpha1' ? valueAt(component.body, 'resources', kind, 'gpu') : undefined;
    if (amount !== undefined) {
      const beta = ['podTemplate', 'spec', 'containers', 0, 'resources', kind, { key: 'nvidia.com/gpu' }] as const;
      return { text: amountText(amount), place: component.at(['resources', kind, 'gpu'], beta) };
    }
  }
  return undefined;
}

/** What is no amount at all is not told apart; the schema says what is wrong with it. */
function amountText(amount: JsonValue): string {
  return typeof amount === 'string' ? amount : JSON.stringify(amount);
}

export function under(place: Place, steps: readonly FieldStep[]): Place {
  return {
    path: [...place.path, ...steps],
    ...(place.operatorPath === undefined ? {} : { operatorPath: [...place.operatorPath, ...steps] }),
  };
}

/** Go sorts text by its bytes in UTF-8. */
function compareBytes(first: string, second: string): number {
  return Buffer.compare(Buffer.from(first), Buffer.from(second));
}
