import { isMap, isScalar, isSeq, type Node, type Pair, type YAMLMap } from 'yaml';
import { MAIN_CONTAINER } from '../../../api/index.ts';
import { isCache } from './component.ts';
import { carryItem, copyComments, Fields, keyOf, listOf, mapOf, pair, unlessEmpty } from './fields.ts';
import { envFromSecret, mainContainer } from './main-container.ts';

/** The name that the operator gives the container that `frontendSidecar` makes. */
const SIDECAR_CONTAINER = 'sidecar-frontend';

/** What v1alpha1 says of pods in fields of the service, as a pod template. */
export function podTemplatePairs(service: Fields): readonly Pair[] {
  const written = service.take('extraPodSpec');
  const podSpec =
    written !== undefined && isMap(written.value)
      ? new Fields(written.value, `${service.path}.extraPodSpec`, service.conversion)
      : undefined;
  const metadata = podMetadata(service);
  const template = mapOf([...unlessEmpty('metadata', metadata), ...podSpecPairs(service, podSpec)]);
  const [made] = unlessEmpty('podTemplate', template);
  if (made === undefined) return [];
  if (written !== undefined && isScalar(written.key) && isScalar(made.key)) copyComments(written.key, made.key);
  return [made];
}

/** Annotations that the operator reads on a service and on its pods alike. */
const READ_ON_PODS: ReadonlySet<string> = new Set(['nvidia.com/deployment-strategy']);

/** Labels and annotations of the service and of its pods stand in one place now. */
function podMetadata(service: Fields): YAMLMap {
  const pods = service.below('extraPodMetadata');
  const parts = (['annotations', 'labels'] as const).flatMap((name): readonly Pair[] => {
    const own = service.map.get(name);
    if (!service.has(name) || !isMap(own)) return pods?.carry(name) ?? [];
    if (name === 'annotations') refuseSettings(service, own);
    service.note(
      name,
      'goes to the pods alone now: v1beta1 has no place for those of the objects around them',
      'what selects Deployments or Services by it needs another way',
    );
    const fields = service.below(name);
    const more = pods?.below(name);
    if (more === undefined) return fields === undefined ? [] : unlessEmpty(name, mapOf(fields.carryRest(), own));
    for (const { key } of more.map.items) {
      const twice = isScalar(key) ? String(key.value) : '';
      if (fields?.has(twice) !== true) continue;
      if (fields.value(twice) !== more.value(twice))
        fields.refuse(twice, 'differs from the one in extraPodMetadata', 'keep one of them');
      fields.take(twice);
    }
    return unlessEmpty(name, mapOf([...(fields?.carryRest() ?? []), ...more.carryRest()], more.map));
  });
  return mapOf(parts, pods?.map);
}

function refuseSettings(service: Fields, annotations: YAMLMap): void {
  for (const { key } of annotations.items) {
    const name = isScalar(key) ? String(key.value) : '';
    if (!name.startsWith('nvidia.com/') || READ_ON_PODS.has(name)) continue;
    service.refuse(
      'annotations',
      `${name} is a setting that the operator reads from the service, and v1beta1 has no place for it there`,
      'set it in metadata.annotations of the graph if it may hold for all, and remove it here',
    );
  }
}

function podSpecPairs(service: Fields, podSpec: Fields | undefined): readonly Pair[] {
  const flatMounts = service.items('volumeMounts').filter((mount) => !isCache(mount));
  const volumes = new Map<string, Node>();
  for (const mount of flatMounts) {
    const claim = isMap(mount) ? String(mount.get('name')) : '';
    volumes.set(claim, mapOf([pair('name', claim), pair('persistentVolumeClaim', mapOf([pair('claimName', claim)]))]));
  }
  const mainWritten = podSpec?.take('mainContainer');
  const main =
    podSpec !== undefined && mainWritten !== undefined && isMap(mainWritten.value)
      ? new Fields(mainWritten.value, `${podSpec.path}.mainContainer`, service.conversion)
      : undefined;
  const mainPairs = mainContainer(service, main, flatMounts);
  const sidecar = frontendSidecar(service);
  const written = podSpec?.items('containers') ?? [];
  if (podSpec !== undefined) refuseContainers(podSpec, written, sidecar !== undefined);
  const rest = (podSpec?.map.items ?? []).flatMap((one): readonly Pair[] => {
    const name = keyOf(one);
    return name === 'volumes' ? volumesPairs(podSpec, volumes) : (podSpec?.carry(name) ?? []);
  });
  const made = unlessEmpty('volumes', listOf([...volumes.values()]));
  if (mainPairs.length === 0 && written.length === 0 && sidecar === undefined && rest.length + made.length === 0)
    return [];
  const mainItem = mapOf([pair('name', MAIN_CONTAINER), ...mainPairs], undefined);
  if (main !== undefined) mainItem.comment = main.map.comment ?? null;
  if (mainWritten !== undefined && isScalar(mainWritten.key)) copyComments(mainWritten.key, mainItem);
  const containers = listOf([
    mainItem,
    ...written.map((item) => carryItem(item, service.conversion)),
    ...(sidecar === undefined ? [] : [sidecar]),
  ]);
  containers.comment = closingComment(podSpec, 'containers');
  return [pair('spec', mapOf([pair('containers', containers), ...rest, ...made], podSpec?.map))];
}

/** The author's volumes, and one for each claim that they do not list. */
function volumesPairs(podSpec: Fields | undefined, made: Map<string, Node>): readonly Pair[] {
  if (podSpec === undefined) return [];
  const missing = new Map(made);
  for (const volume of new Fields(podSpec.map, podSpec.path, podSpec.conversion).items('volumes')) {
    const name = isMap(volume) ? String(volume.get('name')) : '';
    if (!missing.has(name)) continue;
    const claim = isMap(volume) ? volume.getIn(['persistentVolumeClaim', 'claimName']) : undefined;
    if (claim !== name) {
      podSpec.refuse(
        'volumes',
        `"${name}" is a volume here and the claim of a mount in volumeMounts`,
        'give the volume another name',
      );
    }
    missing.delete(name);
  }
  made.clear();
  if (missing.size === 0) return podSpec.carry('volumes');
  const items = podSpec.items('volumes').map((item) => carryItem(item, podSpec.conversion));
  const volumes = listOf([...items, ...missing.values()]);
  volumes.comment = closingComment(podSpec, 'volumes');
  return [pair('volumes', volumes)];
}

/** What stands below the last item of a list. */
function closingComment(podSpec: Fields | undefined, name: string): string | null {
  const list: unknown = podSpec?.map.get(name, true);
  return isSeq(list) ? (list.comment ?? null) : null;
}

function refuseContainers(podSpec: Fields, containers: readonly Node[], hasSidecar: boolean): void {
  for (const container of containers) {
    const name = isMap(container) ? container.get('name') : undefined;
    if (name === MAIN_CONTAINER || (name === SIDECAR_CONTAINER && hasSidecar)) {
      podSpec.refuse(
        'containers',
        `has a container named "${String(name)}", which is the name of the operator's own`,
        'rename it; the main container is written in mainContainer',
      );
    }
  }
}

function frontendSidecar(service: Fields): Node | undefined {
  const sidecar = service.below('frontendSidecar');
  if (sidecar === undefined) return undefined;
  return mapOf(
    [
      pair('name', SIDECAR_CONTAINER),
      ...sidecar.carry('image'),
      ...sidecar.carry('args'),
      ...sidecar.carry('envs', 'env'),
      ...envFromSecret(sidecar),
    ],
    undefined,
  );
}
