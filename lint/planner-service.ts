import { isObject, objectAt, stringAt } from '../api/index.ts';
import { type Component, itemsAt } from './component.ts';
import type { FleetGraph, FleetObject } from './fleet.ts';

/** A planner of Dynamo's among a graph's services, which scales the others. */
export interface PlannerService {
  readonly component: Component;
  /** `unknown` where its configuration is a file that is not here. */
  readonly scales: 'yes' | 'unknown';
  /** Services that it scales. */
  readonly services: readonly Component[];
}

/** The planner of a graph that acts; one that only advises is none. `objects` may hold its configuration. */
export function plannerOf(graph: FleetGraph, objects: readonly FleetObject[]): PlannerService | undefined {
  if (!mayHavePlanner(graph)) return undefined;
  const component = graph.components.find(({ type }) => type === 'planner');
  if (component === undefined) return undefined;
  const words = component.containers.flatMap(({ role, body }) =>
    role === 'main' ? ['command', 'args'].flatMap((field) => itemsAt(body, field)) : [],
  );
  const given = words.filter((word) => typeof word === 'string').join(' ');
  const files = configFiles(component, graph.of, objects);
  const text = [given, ...files].join(' ');
  if (OBSERVES.test(text)) return undefined;
  const isFile = /--config[= ]+["']?[^\s"'{]/.test(given) && files.length === 0;
  const roles = rolesOf(text);
  const services = graph.components.filter(({ type }) => roles.includes(type));
  return { component, scales: isFile ? 'unknown' : 'yes', services };
}

/** Told without reading the services. */
function mayHavePlanner({ of: { object } }: FleetGraph): boolean {
  const services = [
    ...Object.values(objectAt(object, 'spec', 'services') ?? {}),
    ...itemsAt(object, 'spec', 'components'),
  ];
  return services.some((one) => isObject(one) && (one.componentType === 'planner' || one.type === 'planner'));
}

/** `--no-operation` until 1.0; `advisory` in the configuration later. */
const OBSERVES = /--no-operation\b|["']?\badvisory\b["']?\s*:\s*true/i;

/** Services by the planner's mode; its default is prefill and decode. */
function rolesOf(text: string): readonly string[] {
  switch (/(?:--mode[= ]+|["']?\bmode["']?\s*:\s*["']?)(disagg|prefill|decode|agg)\b/.exec(text)?.[1]) {
    case 'prefill':
      return ['prefill'];
    case 'decode':
      return ['decode'];
    default:
      return ['prefill', 'decode', 'worker'];
  }
}

/** Texts of the ConfigMaps that the planner's pod mounts, as far as they stand beside the graph. */
function configFiles(component: Component, of: FleetObject, objects: readonly FleetObject[]): readonly string[] {
  const pod = component.apiVersion === 'v1beta1' ? ['podTemplate', 'spec', 'volumes'] : ['extraPodSpec', 'volumes'];
  const names = itemsAt(component.body, ...pod).flatMap((volume) => stringAt(volume, 'configMap', 'name') ?? []);
  if (names.length === 0) return [];
  return objects
    .filter(({ object, folder }) => folder === of.folder && object.kind === 'ConfigMap')
    .filter(({ object }) => names.includes(stringAt(object, 'metadata', 'name') ?? ''))
    .flatMap(({ object }) =>
      isObject(object.data) ? Object.values(object.data).filter((text) => typeof text === 'string') : [],
    );
}
