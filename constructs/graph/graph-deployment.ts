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
  type Result,
  type Sla,
} from '../../api/index.ts';
import { ApiObject, type Construct } from '../cdk8s.ts';
import { environmentOf } from '../environment.ts';
import { type IModelCache, ModelCache } from '../model-cache.ts';
import { pinnedReplicas } from '../pins/pinned-replicas.ts';
import { type PinsFile, readPins } from '../pins/read-pins.ts';
import { type AppSettings, CHECK, type Checked, PINS_FILE, problemAt, SynthError, settingsOf } from '../synthesis.ts';
import { checkGraph } from './checks.ts';
import type { DeclaredGraph } from './declared-graph.ts';
import { renderGraph } from './render-graph.ts';
import { boundsOf, type DeclaredRole, type DeclaredService, type FrontendProps, type WorkerProps } from './service.ts';
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
  addFrontend(props: FrontendProps = {}): void {
    this.#services.push({
      name: props.name ?? 'Frontend',
      role: 'frontend',
      replicas: props.replicas ?? 1,
      gpusPerPod: undefined,
      args: [],
    });
  }

  /** Workers that do both phases of a request. */
  addWorker(props: WorkerProps): void {
    this.#addEngine('worker', props);
  }

  /** Workers that read prompts; what bounds the time to first token. Needs `addDecode` beside it. */
  addPrefill(props: WorkerProps): void {
    this.#addEngine('prefill', props);
  }

  /** Workers that write answers; what bounds the time between tokens. Needs `addPrefill` beside it. */
  addDecode(props: WorkerProps): void {
    this.#addEngine('decode', props);
  }

  /** Path, from the repository's root, of the file that this graph's replicas come from; undefined if all are fixed. */
  get [PINS_FILE](): string | undefined {
    const isPinned = this.#services.some((service) => typeof service.replicas !== 'number');
    return isPinned ? pinsPath(this.#settings.appName, this.#environmentName, this.name) : undefined;
  }

  [CHECK](): readonly Problem[] {
    const replicas = this.#replicas();
    return [
      ...checkGraph(this.#declaredGraph()).map(({ message, service }) => problemAt(this, message, service)),
      ...this.#cacheProblems(),
      ...(replicas.ok ? [] : replicas.error),
    ];
  }

  /** @throws SynthError with everything that is wrong, where the graph was not checked before. */
  override toJson(): GraphDeploymentV1Alpha1 | GraphDeploymentV1Beta1 {
    const replicas = this.#replicas();
    if (!replicas.ok) throw new SynthError(this[CHECK]());
    const graph = renderGraph(this.#declaredGraph(), replicas.value, this.metadata.toJson() as JsonObject);
    switch (this.#settings.apiVersion) {
      case 'v1alpha1':
        return toV1Alpha1(graph);
      case 'v1beta1':
        return toV1Beta1(graph);
    }
  }

  #addEngine(role: Exclude<DeclaredRole, 'frontend'>, props: WorkerProps): void {
    this.#services.push({
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
    return this.#services
      .filter((service) => service.role !== 'frontend')
      .reduce((sum, service) => sum + boundsOf(service.replicas).max, 0);
  }

  #declaredGraph(): DeclaredGraph {
    const { backend, model, servedModelName = model, image, environmentSecret, sla, modelCache } = this.#props;
    const { appName: app, operatorVersion } = this.#settings;
    return {
      app,
      environment: this.#environmentName,
      name: this.name,
      operatorVersion,
      backend,
      model,
      servedModelName,
      image,
      environmentSecret,
      sla,
      modelCache,
      services: this.#services,
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

  #replicas(): Result<ReadonlyMap<string, number>> {
    const environment = this.#environmentName;
    // Names that are wrong are reported as such; no file is looked for by them.
    if (!isDnsSubdomain(this.name) || !isDnsLabel(environment)) return fail();
    const pinsFile = pinsPath(this.#settings.appName, environment, this.name);
    this.#pins ??= readPins(join(this.#settings.directory, 'pins', environment, `${this.name}.yaml`), pinsFile);
    if (!this.#pins.ok) return this.#pins;
    return pinnedReplicas({ deployment: this.name, environment, services: this.#services, pinsFile }, this.#pins.value);
  }
}
