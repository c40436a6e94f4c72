import { join } from 'node:path';
import {
  type Backend,
  DYNAMO_GROUP,
  fail,
  GRAPH_DEPLOYMENT_KIND,
  type GraphDeploymentV1Alpha1,
  type GraphDeploymentV1Beta1,
  isDnsLabel,
  isDnsSubdomain,
  type JsonObject,
  type Problem,
  pinsPath,
  type ReplicaBounds,
  type Result,
  type Sla,
} from '../../api/index.ts';
import { ApiObject, type Construct } from '../cdk8s.ts';
import { environmentOf } from '../environment.ts';
import { type IModelCache, ModelCache } from '../model-cache.ts';
import { isPinned, type PinnedNumbers, type PinnedService, pinnedReplicas } from '../pins/pinned-replicas.ts';
import { type PinsFile, readPins } from '../pins/read-pins.ts';
import { type AppSettings, CHECK, type Checked, PINS_FILE, problemAt, SynthError, settingsOf } from '../synthesis.ts';
import { checkGraph } from './checks.ts';
import type { DeclaredGraph } from './declared-graph.ts';
import { renderGraph } from './render-graph.ts';
import { boundsOf, type DeclaredRole, type DeclaredService, type FrontendProps, type WorkerProps } from './service.ts';
import { Service } from './service-handle.ts';
import { toV1Alpha1 } from './v1alpha1.ts';
import { toV1Beta1 } from './v1beta1.ts';

export interface GraphDeploymentProps {
  /**
   * Name of the graph. Changing it later means deleting and making the graph again.
   *
   * @default - the construct's id
   */
  readonly name?: string;

  /** The engine that the workers run. It cannot be changed in place. */
  readonly backend: Backend;

  /** What the engine loads: a Hugging Face name, or a folder in the model cache. */
  readonly model: string;

  /**
   * Name by which clients ask for the model.
   *
   * @default - the model
   */
  readonly servedModelName?: string;

  /**
   * Image of every service. From operator 1.4 on its tag must be a version, which also decides what the engine's flags
   * are called; with an older operator and another tag, the flags are those of the operator's own release.
   */
  readonly image: string;

  /**
   * Latency targets. They are written to the graph as an annotation, for the planner to size it by.
   *
   * @default - none; the planner takes them from its configuration
   */
  readonly sla?: Sla;

  /**
   * Where the model's files are kept between pods.
   *
   * @default - nowhere: every pod downloads the model
   */
  readonly modelCache?: IModelCache;

  /**
   * Secret in the graph's namespace whose keys become environment variables of every service, such as `HF_TOKEN` for a
   * model that is not public.
   *
   * @default - none
   */
  readonly environmentSecret?: string;
}

const GRAPH = Symbol.for('dynamo-gitops.GraphDeployment');

/**
 * A DynamoGraphDeployment: a model behind a frontend, served by workers that do both phases (`addWorker`), or by prefill
 * and decode workers that are scaled apart (`addPrefill` and `addDecode`).
 *
 * Which version of Dynamo's API it is written in is the App's to say.
 */
export class GraphDeployment extends ApiObject implements Checked {
  /** Inherited from ApiObject it would hold for every object. */
  static override [Symbol.hasInstance](value: unknown): value is GraphDeployment {
    return typeof value === 'object' && value !== null && GRAPH in value;
  }

  readonly #settings: AppSettings;
  readonly #props: GraphDeploymentProps;
  readonly #services: DeclaredService[] = [];
  readonly #handles: Service[] = [];
  #pins: Result<PinsFile | undefined> | undefined;

  constructor(scope: Construct, id: string, props: GraphDeploymentProps) {
    const settings = settingsOf(scope);
    super(scope, id, {
      apiVersion: `${DYNAMO_GROUP}/${settings.apiVersion}`,
      kind: GRAPH_DEPLOYMENT_KIND,
      metadata: { name: props.name ?? id },
    });
    this.#settings = settings;
    this.#props = props;
    if (props.modelCache instanceof ModelCache) {
      this.addDependency(props.modelCache);
      props.modelCache.addGraph(() => this.#maxWorkers());
    }
    Object.defineProperty(this, GRAPH, { value: true });
  }

  /** The service that takes requests and routes them to workers. */
  addFrontend(props: FrontendProps = {}): Service {
    return this.#add({
      name: props.name ?? 'Frontend',
      role: 'frontend',
      replicas: props.scalingAdapter === true ? undefined : (props.replicas ?? 1),
      gpusPerPod: undefined,
      args: [],
    });
  }

  /** Workers that do both phases of a request. */
  addWorker(props: WorkerProps): Service {
    return this.#addEngine('worker', props);
  }

  /** Workers that read prompts; what bounds the time to first token. Needs `addDecode` beside it. */
  addPrefill(props: WorkerProps): Service {
    return this.#addEngine('prefill', props);
  }

  /** Workers that write answers; what bounds the time between tokens. Needs `addPrefill` beside it. */
  addDecode(props: WorkerProps): Service {
    return this.#addEngine('decode', props);
  }

  /** Path, from the repository's root, of the file that this graph's replicas come from; undefined if all are fixed. */
  get [PINS_FILE](): string | undefined {
    return this.#pinnedServices().some(isPinned)
      ? pinsPath(this.#settings.appName, this.#environmentName, this.name)
      : undefined;
  }

  [CHECK](): readonly Problem[] {
    const numbers = this.#numbers();
    return [
      ...checkGraph(this.#declaredGraph()).map(({ message, service }) => problemAt(this, message, service)),
      ...this.#cacheProblems(),
      ...(numbers.ok ? [] : numbers.error),
    ];
  }

  /** @throws SynthError with everything that is wrong, where the graph was not checked before. */
  override toJson(): GraphDeploymentV1Alpha1 | GraphDeploymentV1Beta1 {
    const numbers = this.#numbers();
    if (!numbers.ok) throw new SynthError(this[CHECK]());
    const graph = renderGraph(this.#declaredGraph(), numbers.value.replicas, this.metadata.toJson() as JsonObject);
    switch (this.#settings.apiVersion) {
      case 'v1alpha1':
        return toV1Alpha1(graph);
      case 'v1beta1':
        return toV1Beta1(graph);
    }
  }

  /** The services in the order they were added. */
  get services(): readonly Service[] {
    return [...this.#handles];
  }

  /**
   * Bounds that the pins give the autoscaler of a service; undefined while there is a problem with them, which the graph
   * reports itself.
   *
   * @internal
   */
  pinnedBounds(service: string): ReplicaBounds | undefined {
    const numbers = this.#numbers();
    return numbers.ok ? numbers.value.bounds.get(service) : undefined;
  }

  /** Name by which clients ask for the model, which is the `model` label of the frontend's metrics. */
  get servedModelName(): string {
    return this.#props.servedModelName ?? this.#props.model;
  }

  get backend(): Backend {
    return this.#props.backend;
  }

  #add(service: DeclaredService): Service {
    const handle = new Service(this, service.name, service.role, service.replicas === undefined ? 'adapter' : 'count');
    this.#services.push(service);
    this.#handles.push(handle);
    return handle;
  }

  #addEngine(role: Exclude<DeclaredRole, 'frontend'>, props: WorkerProps): Service {
    return this.#add({
      name: props.name ?? role,
      role,
      replicas: props.replicas,
      gpusPerPod: props.gpus.perPod,
      args: [...(props.args ?? [])],
    });
  }

  get #environmentName(): string {
    return environmentOf(this)?.environmentName ?? '';
  }

  #maxWorkers(): number {
    return this.#services.reduce((sum, { role, replicas }, index) => {
      if (role === 'frontend') return sum;
      const max = replicas === undefined ? this.#handles[index]?.maxReplicas : boundsOf(replicas).max;
      return sum + (max ?? Number.POSITIVE_INFINITY);
    }, 0);
  }

  #declaredGraph(): DeclaredGraph {
    const { backend, model, servedModelName = model, image, environmentSecret, sla, modelCache } = this.#props;
    const { appName: app, apiVersion, operatorVersion } = this.#settings;
    return {
      app,
      environment: this.#environmentName,
      name: this.name,
      apiVersion,
      operatorVersion,
      backend,
      model,
      servedModelName,
      image,
      environmentSecret,
      sla,
      modelCache,
      services: this.#services.map((service, index) => ({
        ...service,
        scalerLimits: this.#handles[index]?.scalers[0]?.limits,
      })),
    };
  }

  #cacheProblems(): readonly Problem[] {
    const { modelCache } = this.#props;
    if (!(modelCache instanceof ModelCache)) return [];
    const [own, other] = [environmentOf(this), environmentOf(modelCache)];
    if (own === undefined || other === undefined || own.namespace === other.namespace) return [];
    const message = `model cache "${modelCache.node.path}" is in namespace "${other.namespace}", but a pod mounts claims of its own namespace only, which is "${own.namespace}"`;
    return [problemAt(this, message)];
  }

  #numbers(): Result<PinnedNumbers> {
    const environment = this.#environmentName;
    // Names that are wrong are reported as such; no file is looked for by them.
    if (!isDnsSubdomain(this.name) || !isDnsLabel(environment)) return fail();
    const pinsFile = pinsPath(this.#settings.appName, environment, this.name);
    this.#pins ??= readPins(join(this.#settings.directory, 'pins', environment, `${this.name}.yaml`), pinsFile);
    if (!this.#pins.ok) return this.#pins;
    const services = this.#pinnedServices();
    return pinnedReplicas({ deployment: this.name, environment, services, pinsFile }, this.#pins.value);
  }

  #pinnedServices(): readonly PinnedService[] {
    return this.#services.map(({ name, replicas }, index) => ({
      name,
      replicas,
      scalerLimits: this.#handles[index]?.scalers.find((scaler) => scaler.isPinned)?.limits,
    }));
  }
}
