import {
  isDnsLabel,
  isDnsSubdomain,
  isObject,
  type JsonObject,
  type JsonValue,
  MAIN_CONTAINER,
} from '../../api/index.ts';
import { compact, unlessNone } from '../graph/compact.ts';
import type { Expressions } from './declaration.ts';
import { openFields, pick, pickList, pickObject, pickText } from './pick.ts';
import { CONTAINER_FIELDS, POD_SPEC_FIELDS, POD_SPEC_OPTIONS, volumeMount } from './pod-shapes.ts';

/** What the main container mounts. */
export interface Mounts {
  /** As `volumeMounts` takes them. */
  readonly mounts: readonly Expressions[];
  /** How many of the pod's volumes, from the first on, are those of these claims. */
  readonly volumes: number;
  /** Mounts that come after, which stay in `container`. */
  readonly rest: JsonValue | undefined;
}

/**
 * Mounts of the main container, up to the first that no option says. Where the pod's volumes begin with those of claims in
 * the order of their mounts, as rendering writes them, the mount names the claim and the volume is not listed.
 *
 * @param namesClaims whether a claim whose volume has its name is said without the name: v1alpha1 has a field of its own for
 * those
 */
export function readMounts(
  main: JsonObject | undefined,
  podSpec: JsonObject | undefined,
  namesClaims: boolean,
): Mounts {
  const written = pickList(main, 'volumeMounts') ?? [];
  const volumes = pickList(podSpec, 'volumes') ?? [];
  const claims = new Map<string, string>();
  const mounts: Expressions[] = [];
  for (const mount of written) {
    if (!isObject(mount) || !volumeMount(mount)) break;
    const { name, mountPath, ...details } = mount;
    const volume = String(name);
    const claim = claims.get(volume) ?? claimOf(volumes[claims.size], volume);
    if (claim === undefined) mounts.push(compact({ volume, mountPath, ...details }));
    else {
      claims.set(volume, claim);
      const isPlain = namesClaims && claim === volume && isDnsLabel(claim);
      mounts.push(compact({ claim, mountPath, volume: isPlain ? undefined : volume, ...details }));
    }
  }
  const rest = unlessNone(written.slice(mounts.length));
  return {
    mounts,
    volumes: claims.size,
    rest: rest === undefined || !CONTAINER_FIELDS.volumeMounts?.(rest) ? undefined : rest,
  };
}

/** The claim of a volume of this name that says nothing else. */
function claimOf(volume: JsonValue | undefined, name: string): string | undefined {
  if (!isObject(volume) || volume.name !== name || Object.keys(volume).length !== 2) return undefined;
  const source = pickObject(volume, 'persistentVolumeClaim');
  const claim = pickText(source, 'claimName');
  if (source === undefined || Object.keys(source).length !== 1) return undefined;
  return claim !== undefined && isDnsSubdomain(claim) ? claim : undefined;
}

/** The pod around the main container, by the options of a service. */
export function podSpecOptions(spec: JsonObject | undefined, { volumes }: Mounts): Expressions {
  // A list of nothing is said as such, but not one of which nothing is left.
  const listed = (list: 'containers' | 'volumes', isLeft: (item: JsonValue, index: number) => boolean) => {
    const written = pickList(spec, list);
    const left = written?.filter(isLeft) ?? [];
    if (written === undefined || (left.length === 0 && written.length > 0)) return undefined;
    return pick({ [list]: left }, list, POD_SPEC_FIELDS[list]);
  };
  const secrets = pick(spec, 'imagePullSecrets', POD_SPEC_FIELDS.imagePullSecrets);
  const more = openFields(spec, POD_SPEC_FIELDS, [...Object.keys(POD_SPEC_FIELDS), 'mainContainer']);
  return compact({
    volumes: listed('volumes', (_, index) => index >= volumes),
    sidecars: listed('containers', (item) => !isObject(item) || item.name !== MAIN_CONTAINER),
    ...Object.fromEntries(Object.entries(POD_SPEC_OPTIONS).map(([field, fits]) => [field, pick(spec, field, fits)])),
    imagePullSecrets: Array.isArray(secrets) ? secrets.map((one) => pickText(one, 'name') ?? '') : undefined,
    podSecurityContext: pick(spec, 'securityContext', POD_SPEC_FIELDS.securityContext),
    podTemplate: more === undefined ? undefined : { spec: more },
  });
}
