import { type JsonValue, stringAt } from '../../api/index.ts';
import { type Component, itemsAt } from '../component.ts';
import {
  type Fleet,
  type FleetGraph,
  type FleetObject,
  type FleetRule,
  mayShareNamespace,
  shownObject,
} from '../fleet.ts';
import { violation } from '../rule.ts';

/** Claims that stand beside the graphs whose pods mount them. */
export const claimRules: readonly FleetRule[] = [
  {
    id: 'gitops-single-writer-volume',
    title: 'A PersistentVolumeClaim for one node is not mounted by several pods',
    ...{ severity: 'warning', about: 'claims' },
    check: (fleet) =>
      fleet.objects.flatMap((of) => {
        const name = stringAt(of.object, 'metadata', 'name');
        if (of.object.kind !== 'PersistentVolumeClaim' || name === undefined) return [];
        const modes = itemsAt(of.object, 'spec', 'accessModes');
        if (modes.length === 0 || !modes.every((mode) => isSingleWriter(mode))) return [];
        const users = usersOf(fleet, of, name);
        const pods = users.reduce((sum, { component }) => sum + (component.replicas ?? 1) * component.nodeCount, 0);
        const [first] = users;
        if (first === undefined || pods <= 1) return [];
        const names = users.map(({ component }) => `"${component.name}"`).join(', ');
        const message = `${pods} pods of ${names} in ${shownObject(first.graph.of)} mount "${name}", which attaches to one ${modes.includes('ReadWriteOnce') ? 'node' : 'pod'}: those elsewhere wait in Pending`;
        return [{ of, ...violation({ path: ['spec', 'accessModes', 0] }, message, 'use ReadWriteMany') }];
      }),
  },
];

/** Modes with which a volume attaches to one node, or to one pod. */
export function isSingleWriter(mode: JsonValue | undefined): boolean {
  return mode === 'ReadWriteOnce' || mode === 'ReadWriteOncePod';
}

function usersOf(
  { graphsIn }: Fleet,
  { object, folder }: FleetObject,
  claim: string,
): readonly { readonly graph: FleetGraph; readonly component: Component }[] {
  const namespace = stringAt(object, 'metadata', 'namespace');
  return (graphsIn.get(folder) ?? [])
    .filter((graph) => mayShareNamespace(graph.namespace, namespace))
    .flatMap((graph) =>
      graph.components
        .filter((component) => mountedClaims(component).has(claim))
        .map((component) => ({ graph, component })),
    );
}

/** Asked for each claim of a graph. */
const MOUNTED: WeakMap<Component, ReadonlySet<string>> = new WeakMap();

/** Claims that the pods of a component mount, by whichever field says so. */
export function mountedClaims(component: Component): ReadonlySet<string> {
  let mounted = MOUNTED.get(component);
  if (mounted === undefined) {
    mounted = new Set(namedClaims(component));
    MOUNTED.set(component, mounted);
  }
  return mounted;
}

function namedClaims({ apiVersion, body }: Component): readonly string[] {
  const pod = apiVersion === 'v1beta1' ? ['podTemplate', 'spec'] : ['extraPodSpec'];
  const ofVolumes = itemsAt(body, ...pod, 'volumes').map((volume) =>
    stringAt(volume, 'persistentVolumeClaim', 'claimName'),
  );
  const own =
    apiVersion === 'v1beta1'
      ? [stringAt(body, 'compilationCache', 'pvcName')]
      : itemsAt(body, 'volumeMounts').map((mount) => stringAt(mount, 'name'));
  return [...ofVolumes, ...own].flatMap((name) => name ?? []);
}
