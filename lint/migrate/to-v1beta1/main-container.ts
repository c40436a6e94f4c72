import { isMap, isNode, isScalar, type Node, Pair } from 'yaml';
import { canonicalJson } from '../../../api/index.ts';
import { carryItem, copyComments, Fields, keyOf, listOf, mapOf, pair } from './fields.ts';
import { resources } from './resources.ts';

/**
 * The main container's fields but its name. Where the service and its `mainContainer` say the same thing differently, the
 * operator's own conversion takes the container's word for single values and variables; where it would drop a part of a
 * list, the document is refused.
 */
export function mainContainer(service: Fields, main: Fields | undefined, mounts: readonly Node[]): readonly Pair[] {
  if (main?.has('name')) {
    if (main.value('name') === 'main') main.take('name');
    else main.drop('name', 'is left out: the main container is always called "main"', 'nothing changes');
  }
  const own = (main?.map.items ?? []).flatMap((written): readonly Pair[] => {
    const name = keyOf(written);
    if (main === undefined || !main.has(name)) return [];
    switch (name) {
      case 'env':
        return service.has('envs') ? variables(service, main) : main.carry('env');
      case 'resources':
        return resources(service, main);
      case 'envFrom':
        return sources(service, main);
      case 'volumeMounts':
        return volumeMounts(service, main, mounts);
      case 'livenessProbe':
      case 'readinessProbe':
        refuseUnlessEqual(service, main, name);
        return main.carry(name);
      default:
        return main.carry(name);
    }
  });
  const flat = service.map.items.flatMap((written): readonly Pair[] => {
    const name = keyOf(written);
    switch (name) {
      case 'envs':
        return service.carry('envs', 'env');
      case 'envFromSecret':
        return envFromSecret(service);
      case 'resources':
        return resources(service, main);
      case 'livenessProbe':
      case 'readinessProbe':
        return service.carry(name);
      case 'volumeMounts':
        return mounts.length === 0 || main?.map.has('volumeMounts') === true
          ? []
          : [pair('volumeMounts', listOf(mounts.map((one) => mount(one, service))))];
      default:
        return [];
    }
  });
  return [...own, ...flat];
}

/** Variables of the container replace those of the service with the same names, and follow the others. */
function variables(service: Fields, main: Fields): readonly Pair[] {
  const common = service.take('envs');
  const later = main.items('env');
  const replaced = new Set(later.map(nameOf));
  const { conversion } = service;
  const earlier = common !== undefined && isNode(common.value) ? itemsOf(common) : [];
  const kept = earlier.filter((item) => !replaced.has(nameOf(item)));
  return [pair('env', listOf([...kept, ...later].map((item) => carryItem(item, conversion))))];
}

function itemsOf({ value }: Pair): readonly Node[] {
  return typeof value === 'object' && value !== null && 'items' in value ? (value.items as Node[]) : [];
}

function nameOf(item: Node): string {
  return isMap(item) ? String(item.get('name')) : '';
}

export function envFromSecret(fields: Fields): readonly Pair[] {
  const written = fields.take('envFromSecret');
  if (written === undefined || !isScalar(written.value) || written.value.value === '') return [];
  if (isScalar(written.key)) written.key.value = 'envFrom';
  const source = mapOf([pair('secretRef', mapOf([pair('name', written.value)]))]);
  return [new Pair(written.key, listOf([source]))];
}

/** A mount of a claim as Kubernetes writes it: the volume has the claim's name. */
function mount(written: Node, service: Fields): Node {
  if (!isMap(written)) return written;
  const fields = new Fields(written, `${service.path}.volumeMounts`, service.conversion);
  const moved = mapOf([...fields.carry('name'), ...fields.carry('mountPoint', 'mountPath')], written);
  copyComments(written, moved);
  return moved;
}

/** The service's secret, then the sources of the container. */
function sources(service: Fields, main: Fields): readonly Pair[] {
  const [secret] = envFromSecret(service);
  if (secret === undefined) return main.carry('envFrom');
  noteBoth(main, 'envFrom', 'envFromSecret');
  const items = main.items('envFrom').map((item) => carryItem(item, service.conversion));
  secret.value = listOf([...itemsOf(secret), ...items]);
  return [secret];
}

/** The service's claims, then the mounts of the container. */
function volumeMounts(service: Fields, main: Fields, mounts: readonly Node[]): readonly Pair[] {
  if (mounts.length === 0) return main.carry('volumeMounts');
  noteBoth(main, 'volumeMounts', 'volumeMounts');
  const own = main.items('volumeMounts');
  const paths = new Set(own.map((one) => (isMap(one) ? one.get('mountPath') : undefined)));
  for (const one of mounts) {
    const path = isMap(one) ? one.get('mountPoint') : undefined;
    if (paths.has(path))
      service.refuse('extraPodSpec', `mounts ${String(path)}, as volumeMounts of the service does`, 'keep one of them');
  }
  const items = own.map((item) => carryItem(item, service.conversion));
  return [pair('volumeMounts', listOf([...mounts.map((one) => mount(one, service)), ...items]))];
}

/** The conversion of operator 1.5 takes the container's list for the whole; the fields mean both. */
function noteBoth(main: Fields, name: string, ofService: string): void {
  main.note(
    name,
    `stands beside ${ofService} of the service: both are kept`,
    'an operator that converted the v1alpha1 object itself may have kept the ones of mainContainer only',
  );
}

function refuseUnlessEqual(service: Fields, main: Fields, name: string): void {
  const other = service.take(name);
  if (other === undefined) return;
  const mine = main.map.get(name, true);
  const [first, second] = [other.value, mine].map((node) => (isNode(node) ? canonicalJson(node.toJSON()) : ''));
  if (first === second) return;
  main.refuse(name, 'differs from the one of the service', 'keep one of them');
}
