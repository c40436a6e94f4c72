import { isDnsSubdomain, type JsonObject, type Problem } from '../../api/index.ts';
import { ApiObject, Construct, JsonPatch, loadCdk8sPlus, Size } from '../cdk8s.ts';
import { checkProps, refuseMistakes, reportMistakes } from '../props/index.ts';
import { CHECK, type Checked, checkInAnyApp, problemAt } from '../synthesis.ts';
import { type AccessPodProps, accessPodSpec, REPLACE_ANNOTATIONS } from './access-pod.ts';
import { type AccessMode, type IModelCache, mountProblem, ONE_NODE_REMEDY } from './claim.ts';
import { downloadJobName, downloadProblems, downloadSpec, type ModelDownloadProps } from './model-download.ts';
import { EXISTING_CLAIM, MODEL_CACHE_PROPS } from './props.ts';

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

  /**
   * Models that a Job downloads. Argo CD runs it a sync wave before the graph and waits for its end; Flux starts both
   * together, unless the graph's Kustomization depends on the cache's.
   *
   * @default - none: the first worker downloads what it misses
   */
  readonly download?: ModelDownloadProps;

  /**
   * Adds a pod with the claim mounted, for looking inside: `kubectl exec -it <cache>-access -- sh`. `true` is the pod with
   * its defaults.
   *
   * @default false
   */
  readonly accessPod?: boolean | AccessPodProps;

  /**
   * Whether the claim stays when it leaves the manifests, or when the Application that owns it is deleted: it takes hours
   * to fill. Removing it is then a task for `kubectl delete pvc`.
   *
   * @default true
   */
  readonly isProtected?: boolean;
}

export interface ExistingClaimOptions {
  /** @default '/opt/models' */
  readonly mountPath?: string;

  /**
   * Mode that the claim has, for the graphs that mount it to be checked against.
   *
   * @default - not known, and not checked
   */
  readonly accessMode?: AccessMode;
}

const MODEL_CACHE = Symbol.for('dynamo-gitops.ModelCache');

const DEFAULT_MOUNT_PATH = '/opt/models';

/** Neither a removed file nor a deleted Application takes the claim with it. */
const PROTECTION = {
  'argocd.argoproj.io/sync-options': 'Prune=false,Delete=false',
  'kustomize.toolkit.fluxcd.io/prune': 'disabled',
};

/**
 * Before the graph, which is in wave 0. The claim and the Job share the wave: a claim of a storage class that waits for its
 * first pod is not healthy before the Job runs, and Argo CD would wait for it for ever.
 */
const BEFORE_THE_GRAPH = { 'argocd.argoproj.io/sync-wave': '-1' };

/**
 * A PersistentVolumeClaim for model files, shared by the workers of one or more graphs, with a Job that fills it.
 *
 * The claim is an object of its own and not one of the graph's `pvcs` with `create: true`, since those are deleted, with
 * the model in them, when the graph is.
 *
 * A `ReadWriteOnce` claim is mounted by workers only, and at most one pod of them may be possible.
 *
 * @example
 * const models = new ModelCache(prod, 'models', {
 *   size: Size.gibibytes(200),
 *   storageClass: 'shared-nfs',
 *   download: { models: ['Qwen/Qwen3-32B'], image: RUNTIME_IMAGE, environmentSecret: 'hf-token-secret' },
 * });
 * new GraphDeployment(prod, 'chat', { …, modelCache: models });
 * @see test/constructs/examples/model-cache.ts
 */
export class ModelCache extends Construct implements IModelCache, Checked {
  /** Inherited from Construct it would hold for every construct. */
  static override [Symbol.hasInstance](value: unknown): value is ModelCache {
    return typeof value === 'object' && value !== null && MODEL_CACHE in value;
  }

  /**
   * A claim that exists already, made by somebody else.
   *
   * @throws SynthError for options that are wrong, since what is returned has no place in the app
   */
  static fromClaimName(claimName: string, options: ExistingClaimOptions = {}): IModelCache {
    refuseMistakes('ModelCache.fromClaimName', EXISTING_CLAIM, { claimName, ...options });
    const { mountPath, accessMode } = options;
    return { claimName, mountPath: mountPath ?? DEFAULT_MOUNT_PATH, accessMode };
  }

  readonly claimName: string;
  readonly mountPath: string;
  readonly accessMode: AccessMode;
  /** Name of the Job that downloads the models; undefined where none does. */
  readonly downloadJobName: string | undefined;
  readonly #props: ModelCacheProps;
  readonly #graphs: (() => number)[] = [];

  constructor(scope: Construct, id: string, props: ModelCacheProps) {
    super(scope, id);
    const checked = checkProps(MODEL_CACHE_PROPS, props, { size: Size.gibibytes(1) });
    reportMistakes(this, checked.mistakes);
    const { mountPath = DEFAULT_MOUNT_PATH, accessMode = 'ReadWriteMany', download, accessPod = false } = checked.props;
    this.claimName = id;
    this.mountPath = mountPath;
    this.accessMode = accessMode;
    this.#props = checked.props;
    Object.defineProperty(this, MODEL_CACHE, { value: true });
    checkInAnyApp(this);

    this.#addClaim();
    this.downloadJobName = download === undefined ? undefined : this.#addDownload(download);
    if (accessPod !== false) this.#addAccessPod(accessPod === true ? {} : accessPod);
  }

  /**
   * Tells the cache of a graph that mounts it; `maxPods`, the most of its pods that may, is asked when everything is
   * declared.
   *
   * @internal
   */
  addGraph(maxPods: () => number): void {
    this.#graphs.push(maxPods);
  }

  [CHECK](): readonly Problem[] {
    const { download } = this.#props;
    const messages: string[] = [];
    if (!isDnsSubdomain(this.claimName)) {
      messages.push(`"${this.claimName}" is not a lower-case DNS name, which a claim's name must be`);
    }
    if (!this.mountPath.startsWith('/')) messages.push(`mountPath "${this.mountPath}" must start with "/"`);
    const lossy = lossOf(this.#props.size);
    if (lossy !== undefined) messages.push(`size: ${lossy}`);
    messages.push(...this.#accessProblems());
    if (download !== undefined) messages.push(...downloadProblems(download, this.downloadJobName ?? ''));
    return messages.map((message) => problemAt(this, message));
  }

  #accessProblems(): readonly string[] {
    const { accessMode } = this;
    const { download, accessPod = false } = this.#props;
    switch (accessMode) {
      case 'ReadWriteMany':
        return [];
      case 'ReadOnlyMany':
        return download === undefined
          ? []
          : ['access mode ReadOnlyMany lets no pod write, so nothing can be downloaded; use ReadWriteMany'];
      case 'ReadWriteOnce': {
        const pods = this.#graphs.reduce((sum, maxPods) => sum + maxPods(), 0);
        const crowded = mountProblem(accessMode, pods);
        const messages = crowded === undefined ? [] : [crowded];
        if (accessPod !== false && pods > 0) {
          messages.push(
            `access mode ReadWriteOnce serves the pods of one node, and the access pod would hold it while others wait; ${ONE_NODE_REMEDY}`,
          );
        }
        return messages;
      }
    }
  }

  #addClaim(): void {
    const { size, storageClass, download, isProtected = true } = this.#props;
    const { PersistentVolumeAccessMode, PersistentVolumeClaim } = loadCdk8sPlus();
    const accessModes = {
      ReadWriteMany: PersistentVolumeAccessMode.READ_WRITE_MANY,
      ReadOnlyMany: PersistentVolumeAccessMode.READ_ONLY_MANY,
      ReadWriteOnce: PersistentVolumeAccessMode.READ_WRITE_ONCE,
    };
    const annotations = { ...(isProtected ? PROTECTION : {}), ...(download === undefined ? {} : BEFORE_THE_GRAPH) };
    const claim = new PersistentVolumeClaim(this, 'Default', {
      metadata: { name: this.claimName, annotations },
      accessModes: [accessModes[this.accessMode]],
      storage: size,
      ...(storageClass === undefined ? {} : { storageClassName: storageClass }),
    });
    // What the API server fills in anyway is left out, as nearly all claims in people's repositories leave it out.
    ApiObject.of(claim).addJsonPatch(JsonPatch.remove('/spec/volumeMode'));
  }

  #addDownload(download: ModelDownloadProps): string {
    const spec = downloadSpec(download, this);
    const name = downloadJobName(this.claimName, spec);
    this.#addObject('Download', 'batch/v1', 'Job', { name, annotations: BEFORE_THE_GRAPH }, spec);
    return name;
  }

  #addAccessPod(accessPod: AccessPodProps): void {
    const metadata = { name: `${this.claimName}-access`, annotations: REPLACE_ANNOTATIONS };
    this.#addObject('Access', 'v1', 'Pod', metadata, accessPodSpec(accessPod, this));
  }

  #addObject(
    id: string,
    apiVersion: string,
    kind: string,
    metadata: { readonly name: string; readonly annotations: { readonly [key: string]: string } },
    spec: JsonObject,
  ): void {
    const { name, annotations } = metadata;
    const object = new ApiObject(this, id, {
      apiVersion,
      kind,
      metadata: { name, annotations: { ...annotations } },
      spec,
    });
    const claim = this.node.defaultChild;
    if (claim !== undefined) object.node.addDependency(claim);
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
