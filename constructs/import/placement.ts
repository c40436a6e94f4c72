import { isDnsLabel, stringAt } from '../../api/index.ts';
import type { SourceObject } from './document.ts';
import { plainName } from './settle.ts';

/** Where an object stands in the app: below the environment, or below a chart of another namespace, and its id there. */
export interface Place {
  /** Namespace of the chart; undefined for one whose objects name none. */
  readonly namespace: string | undefined;
  readonly isMain: boolean;
  readonly id: string;
}

/** Kinds that no namespace holds and that stand beside graphs. */
const CLUSTER_KINDS = new Set([
  'ClusterRole',
  'ClusterRoleBinding',
  'ClusterTopology',
  'CustomResourceDefinition',
  'DeviceClass',
  'IngressClass',
  'Namespace',
  'PersistentVolume',
  'PriorityClass',
  'RuntimeClass',
  'StorageClass',
]);

/** The namespace of the environment that has none to take it from. */
const DEFAULT_NAMESPACE = 'default';

/** Gives every object of a file its place. */
export class Placement {
  /** Namespace of the environment. */
  readonly main: string;
  readonly #fallback: string | undefined;
  readonly #ids = new Set<string>();

  constructor(objects: readonly SourceObject[], fallback: string | undefined) {
    const named = objects.flatMap((object) => writtenNamespace(object) ?? []).find(isDnsLabel);
    this.main = fallback ?? named ?? DEFAULT_NAMESPACE;
    this.#fallback = fallback;
  }

  of(object: SourceObject): Place {
    const fallback = CLUSTER_KINDS.has(object.kind) ? undefined : this.#fallback;
    const namespace = writtenNamespace(object) ?? fallback;
    return { namespace, isMain: namespace === this.main, id: this.#idOf(object) };
  }

  /** Gives an id of its own to a construct whose id is the name of what it makes; false where it is taken. */
  claim(id: string): boolean {
    if (this.#ids.has(id)) return false;
    this.#ids.add(id);
    return true;
  }

  #idOf({ kind, value }: SourceObject): string {
    const name = plainName(stringAt(value, 'metadata', 'name') ?? '');
    const isNumber = /^\d+$/.test(name);
    const base = kind === 'DynamoGraphDeployment' && !isNumber ? name : `${plainName(kind)}-${name}`;
    let id = base;
    for (let number = 2; this.#ids.has(id); number += 1) id = `${base}-${number}`;
    this.#ids.add(id);
    return id;
  }
}

function writtenNamespace({ value }: SourceObject): string | undefined {
  return stringAt(value, 'metadata', 'namespace');
}
