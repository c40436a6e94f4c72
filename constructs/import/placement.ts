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

  /** Keeps an id for a construct that must have just this one; false where it cannot. */
  reserve(id: string): boolean {
    if (this.#isTaken(id) || isNumber(id)) return false;
    this.#ids.add(id);
    return true;
  }

  #idOf({ kind, value }: SourceObject): string {
    const name = plainName(stringAt(value, 'metadata', 'name') ?? '');
    const base = kind === 'DynamoGraphDeployment' && !isNumber(name) ? name : `${plainName(kind)}-${name}`;
    let id = base;
    for (let number = 2; this.#isTaken(id); number += 1) id = `${base}-${number}`;
    this.#ids.add(id);
    return id;
  }

  #isTaken(id: string): boolean {
    return this.#ids.has(id) || CHART_ID.test(id);
  }
}

/** Charts of other namespaces stand beside what is in the environment's own. */
const CHART_ID = /^(unplaced|elsewhere\d*)$/;

/** Synthesis takes no number for an id. */
function isNumber(id: string): boolean {
  return /^\d+$/.test(id);
}

function writtenNamespace({ value }: SourceObject): string | undefined {
  return stringAt(value, 'metadata', 'namespace');
}
