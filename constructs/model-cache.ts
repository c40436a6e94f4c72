import { isDnsSubdomain, type Problem } from '../api/index.ts';
import { Construct, loadCdk8sPlus, type Size } from './cdk8s.ts';
import { CHECK, type Checked, problemAt } from './synthesis.ts';

/**
 * How many pods may mount a claim: `ReadWriteMany` any, `ReadOnlyMany` any but none writes, `ReadWriteOnce` those of one
 * node.
 */
export type AccessMode = 'ReadWriteMany' | 'ReadOnlyMany' | 'ReadWriteOnce';

/** Where a model's files are kept between pods: a claim in the graph's namespace, and where its pods mount it. */
export interface IModelCache {
  readonly claimName: string;
  /** Folder in the pods; `HF_HOME` points to it. */
  readonly mountPath: string;
  /** Undefined for a claim that this app does not make, whose mode is not known here. */
  readonly accessMode: AccessMode | undefined;
}

export interface ModelCacheProps {
  /** Room for the models, in whole gibibytes: `Size.gibibytes(200)`. */
  readonly size: Size;

  /**
   * Storage class of the claim. It must offer the access mode; what a cluster has by default often is `ReadWriteOnce` only.
   *
   * @default - the cluster's default class
   */
  readonly storageClass?: string;

  /** @default 'ReadWriteMany' */
  readonly accessMode?: AccessMode;

  /** @default '/opt/models' */
  readonly mountPath?: string;
}

const DEFAULT_MOUNT_PATH = '/opt/models';

/**
 * A PersistentVolumeClaim for model files, shared by the pods of one or more graphs.
 *
 * The claim is an object of its own and not one of the graph's `pvcs` with `create: true`, since those are deleted, with
 * the model in them, when the graph is.
 *
 * A `ReadWriteOnce` claim is mounted by workers only, and at most one worker may be possible.
 */
export class ModelCache extends Construct implements IModelCache, Checked {
  /** A claim that exists already, made by somebody else. */
  static fromClaimName(claimName: string, options: { readonly mountPath?: string } = {}): IModelCache {
    return { claimName, mountPath: options.mountPath ?? DEFAULT_MOUNT_PATH, accessMode: undefined };
  }

  readonly claimName: string;
  readonly mountPath: string;
  readonly accessMode: AccessMode;
  readonly #size: Size;
  readonly #workers: (() => number)[] = [];

  constructor(scope: Construct, id: string, props: ModelCacheProps) {
    super(scope, id);
    this.claimName = id;
    this.mountPath = props.mountPath ?? DEFAULT_MOUNT_PATH;
    this.accessMode = props.accessMode ?? 'ReadWriteMany';
    this.#size = props.size;

    const { PersistentVolumeAccessMode, PersistentVolumeClaim } = loadCdk8sPlus();
    const accessModes = {
      ReadWriteMany: PersistentVolumeAccessMode.READ_WRITE_MANY,
      ReadOnlyMany: PersistentVolumeAccessMode.READ_ONLY_MANY,
      ReadWriteOnce: PersistentVolumeAccessMode.READ_WRITE_ONCE,
    };
    new PersistentVolumeClaim(this, 'Default', {
      metadata: { name: this.claimName },
      accessModes: [accessModes[this.accessMode]],
      storage: props.size,
      ...(props.storageClass === undefined ? {} : { storageClassName: props.storageClass }),
    });
  }

  /**
   * Tells the cache of a graph that mounts it; `maxWorkers` is asked when everything is declared.
   *
   * @internal
   */
  addGraph(maxWorkers: () => number): void {
    this.#workers.push(maxWorkers);
  }

  [CHECK](): readonly Problem[] {
    const problems: Problem[] = [];
    if (!isDnsSubdomain(this.claimName)) {
      problems.push(problemAt(this, `"${this.claimName}" is not a lower-case DNS name, which a claim's name must be`));
    }
    const lossy = lossOf(this.#size);
    if (lossy !== undefined) problems.push(problemAt(this, `size: ${lossy}`));
    const pods = this.#workers.reduce((sum, maxWorkers) => sum + maxWorkers(), 0);
    if (this.accessMode === 'ReadWriteOnce' && pods > 1) {
      problems.push(
        problemAt(
          this,
          `access mode ReadWriteOnce serves the pods of one node, but up to ${pods} workers mount it; use ReadWriteMany with a storage class that offers it`,
        ),
      );
    }
    return problems;
  }
}

/** Why a size cannot be written in whole gibibytes, as cdk8s-plus writes it. */
function lossOf(size: Size): string | undefined {
  try {
    size.toGibibytes();
    return undefined;
  } catch (cause) {
    return cause instanceof Error ? cause.message : String(cause);
  }
}
