import { join } from 'node:path';
import {
  type Backend,
  DYNAMO_GROUP,
  fail,
  GRAPH_DEPLOYMENT_KIND,
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
import { Gpu } from '../gpu.ts';
import { mountProblem } from '../model-cache/claim.ts';
import { type IModelCache, ModelCache } from '../model-cache/index.ts';
import { isPinned, type PinnedNumbers, type PinnedService, pinnedReplicas } from '../pins/pinned-replicas.ts';
import { type PinsFile, readPins } from '../pins/read-pins.ts';
import { checkProps, type Mistake, mistakesOf, reportMistakes, type Shape } from '../props/index.ts';
import {
  type AppSettings,
  CHECK,
  type Checked,
  PINS_FILE,
  problemAt,
  SynthError,
  settingsOf,
  WARN,
  type Warning,
} from '../synthesis.ts';
import { checkGraph } from './checks/index.ts';
import { declareCustom, declareEpp, declareFrontend, declarePlanner, declareWorker } from './declare-service.ts';
import type { DeclaredGraph } from './declared-graph.ts';
import type { GraphOptions } from './fields/graph.ts';
import { applyPatches, type ManifestPatch } from './hatch/hatch.ts';
import type { Patched, PatchOperation } from './hatch/json-patch.ts';
import { GRAPH as GRAPH_PROPS } from './props/graph.ts';
import { patchMistakes } from './props/patches.ts';
import { CUSTOM, EPP, FRONTEND, PLANNER, WORKER } from './props/services.ts';
import { mountsCache, renderGraph } from './render-graph.ts';
import {
  boundsOf,
  type CustomProps,
  type DeclaredService,
  type EppProps,
  type FrontendProps,
  type PlannerProps,
  type WorkerProps,
} from './service.ts';
import { Service } from './service-handle.ts';
import { toV1Alpha1 } from './v1alpha1.ts';
import { toV1Beta1 } from './v1beta1.ts';

export interface GraphDeploymentProps extends GraphOptions {
  /**
   * Name of the graph. Changing it later means deleting and making the graph again.
   *
   * @default - the construct's id
   */
  readonly name?: string;

  /**
   * The engine that the workers run. It cannot be changed in place.
   *
   * @default - none: every service says its own command
   */
  readonly backend?: Backend;

  /**
   * What the engine loads: a Hugging Face name, or a folder in the model cache.
   *
   * @default - none: every service says its own command
   */
  readonly model?: string;

  /**
   * Name by which clients ask for the model.
   *
   * @default - the model
   */
  readonly servedModelName?: string;

  /**
   * Image of every service that has none of its own. From operator 1.4 on its tag must be a version, which also decides
   * what the engine's flags are called; with an older operator and another tag, the flags are those of the operator's own
   * release.
   *
   * @default - none: every service has its own
   */
  readonly image?: string;

  /**
   * Latency targets. They are written to the graph as an annotation, for the planner to size it by.
   *
   * @default - none; the planner takes them from its configuration
   */
  readonly sla?: Sla;

  /**
   * Whether the graph carries the annotation that tells the planner of the limits and targets that are declared here.
   * Without it the planner leaves the graph alone.
   *
   * @default true
   */
  readonly policy?: boolean;

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
 * Which version of Dynamo's API it is written in is the App's to say; a field that the version or the operator lacks is an
 * error at synthesis. What no option says, `patch` and `mergePatch` do.
 *
 * @see test/constructs/examples/aggregated.ts, multinode.ts and planner-epp-multimodal.ts, and what they render to in
 * test/constructs/golden
 */
export class GraphDeployment extends ApiObject implements Checked, Warning {
  /** Inherited from ApiObject it would hold for every object. */
  static override [Symbol.hasInstance](value: unknown): value is GraphDeployment {
    return typeof value === 'object' && value !== null && GRAPH in value;
  }

  readonly #settings: AppSettings;
  readonly #props: GraphDeploymentProps;
  readonly #services: DeclaredService[] = [];
  readonly #handles: Service[] = [];
  readonly #patches: ManifestPatch[] = [];
  #pins: Result<PinsFile | undefined> | undefined;

  constructor(scope: Construct, id: string, props: GraphDeploymentProps) {
    const settings = settingsOf(scope);
    const checked = checkProps(GRAPH_PROPS, props, {});
    const { name = id, modelCache } = checked.props;
    super(scope, id, {
      apiVersion: `${DYNAMO_GROUP}/${settings.apiVersion}`,
      kind: GRAPH_DEPLOYMENT_KIND,
      metadata: { name },
    });
    reportMistakes(this, checked.mistakes);
    this.#settings = settings;
    this.#props = checked.props;
    if (modelCache instanceof ModelCache) {
      this.addDependency(modelCache);
      modelCache.addGraph(() => this.#maxCachePods());
    }
    Object.defineProperty(this, GRAPH, { value: true });
  }

  /** The service that takes requests and routes them to workers. */
  addFrontend<const Min extends number, const Max extends number>(props?: FrontendProps<Min, Max>): Service;
  addFrontend(props: FrontendProps = {}): Service {
    return this.#declare(FRONTEND, props, {}, declareFrontend);
  }

  /** Workers that do both phases of a request. */
  addWorker<const Min extends number, const Max extends number>(props: WorkerProps<Min, Max>): Service;
  addWorker(props: WorkerProps): Service {
    return this.#declareWorker('worker', props);
  }

  /** Workers that read prompts; what bounds the time to first token. Needs `addDecode` beside it. */
  addPrefill<const Min extends number, const Max extends number>(props: WorkerProps<Min, Max>): Service;
  addPrefill(props: WorkerProps): Service {
    return this.#declareWorker('prefill', props);
  }

  /** Workers that write answers; what bounds the time between tokens. Needs `addPrefill` beside it. */
  addDecode<const Min extends number, const Max extends number>(props: WorkerProps<Min, Max>): Service;
  addDecode(props: WorkerProps): Service {
    return this.#declareWorker('decode', props);
  }

  /** Dynamo's own planner, which scales the services in the cluster. It is told what to do in `args`. */
  addPlanner(props: PlannerProps = {}): Service {
    return this.#declare(PLANNER, props, {}, declarePlanner);
  }

  /** The endpoint picker of the Gateway API inference extension, which the cluster must have. One a graph. */
  addEpp(props: EppProps): Service {
    return this.#declare(EPP, props, { eppConfig: { config: { plugins: [], schedulingProfiles: [] } } }, declareEpp);
  }

  /** A service of any type, such as a router or an encoder: nothing follows from the graph but the image. */
  addService<const Min extends number, const Max extends number>(props: CustomProps<Min, Max>): Service;
  addService(props: CustomProps): Service {
    return this.#declare(CUSTOM, props, { name: 'addService' }, declareCustom);
  }

  /**
   * Changes the finished manifest by a JSON Patch (RFC 6902), for what no option says. It is applied as it is: neither
   * filtered nor checked, but an operation that finds nothing is an error. Items of lists may be named:
   * `{ op: 'add', path: '/spec/components/[name=decode]/podTemplate/spec/hostIPC', value: true }`.
   */
  patch(...operations: readonly PatchOperation[]): this {
    return this.#patch({ kind: 'json', operations });
  }

  /** Changes the finished manifest by a JSON Merge Patch (RFC 7386): `null` removes, lists are replaced as a whole. */
  mergePatch(patch: JsonObject): this {
    return this.#patch({ kind: 'merge', patch });
  }

  /** Path, from the repository's root, of the file that this graph's replicas come from; undefined if all are fixed. */
  get [PINS_FILE](): string | undefined {
    return this.#pinnedServices().some(isPinned)
      ? pinsPath(this.#settings.appName, this.#environmentName, this.name)
      : undefined;
  }

  [CHECK](): readonly Problem[] {
    const numbers = this.#numbers();
    const problems = [
      ...checkGraph(this.#declaredGraph()).map(({ message, service }) => problemAt(this, message, service)),
      ...this.#cacheProblems(),
      ...(numbers.ok ? [] : numbers.error),
    ];
    if (problems.length > 0 || !numbers.ok || this.#patches.length === 0) return problems;
    const patched = this.#manifest(numbers.value);
    return patched.ok ? [] : [problemAt(this, patched.message)];
  }

  [WARN](): readonly Problem[] {
    const created = (this.#props.pvcs ?? []).filter(({ create }) => create === true);
    return created.map(({ name }) => {
      const message = `pvcs: "${name}" is created by the graph, and deleted with it and all that is in it; a ModelCache, or a claim of its own, stays`;
      return problemAt(this, message);
    });
  }

  /** @throws SynthError with everything that is wrong, where the graph was not checked before. */
  override toJson(): JsonObject {
    const mistakes = mistakesOf(this);
    if (mistakes.length > 0) throw new SynthError(mistakes);
    const numbers = this.#numbers();
    const manifest = numbers.ok ? this.#manifest(numbers.value) : undefined;
    if (manifest?.ok !== true) throw new SynthError(this[CHECK]());
    return manifest.value;
  }

  #manifest({ replicas }: PinnedNumbers): Patched {
    const graph = renderGraph(this.#declaredGraph(), replicas, this.metadata.toJson() as JsonObject);
    const manifest = this.#settings.apiVersion === 'v1alpha1' ? toV1Alpha1(graph) : toV1Beta1(graph);
    return applyPatches(manifest as unknown as JsonObject, this.#patches);
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

  /**
   * Count that the pins give the scaling adapter of a service, where its manifest is rendered; else as `pinnedBounds`.
   *
   * @internal
   */
  pinnedAdapterReplicas(service: string): number | undefined {
    const numbers = this.#numbers();
    return numbers.ok ? numbers.value.adapterReplicas.get(service) : undefined;
  }

  /** Name by which clients ask for the model, which is the `model` label of the frontend's metrics. */
  get servedModelName(): string | undefined {
    return this.#props.servedModelName ?? this.#props.model;
  }

  get backend(): Backend | undefined {
    return this.#props.backend;
  }

  #declareWorker(role: 'worker' | 'prefill' | 'decode', props: WorkerProps): Service {
    return this.#declare(WORKER, props, { gpus: Gpu.count(1), replicas: 1 }, (checked) => declareWorker(role, checked));
  }

  #declare<P extends object>(
    shape: Shape<P>,
    props: P,
    fallback: P,
    declare: (checked: P) => DeclaredService,
  ): Service {
    const checked = checkProps(shape, props, fallback);
    const service = declare(checked.props);
    reportMistakes(this, checked.mistakes, service.name);
    return this.#add(service);
  }

  #patch(patch: ManifestPatch): this {
    const mistakes: readonly Mistake[] = patchMistakes(patch);
    reportMistakes(this, mistakes);
    if (mistakes.length === 0) this.#patches.push(patch);
    return this;
  }

  #add(service: DeclaredService): Service {
    const handle = new Service(this, service.name, service.role, service.replicas === undefined ? 'adapter' : 'count');
    this.#services.push(service);
    this.#handles.push(handle);
    return handle;
  }

  get #environmentName(): string {
    return environmentOf(this)?.environmentName ?? '';
  }

  /** Most pods that may mount the model cache at once; infinite where nothing bounds a service that its adapter scales. */
  #maxCachePods(): number {
    const graph = this.#declaredGraph();
    return graph.services.reduce((sum, service, index) => {
      if (!mountsCache(graph, service)) return sum;
      const { replicas, options } = service;
      const max = replicas === undefined ? this.#handles[index]?.maxReplicas : boundsOf(replicas).max;
      return sum + (max ?? Number.POSITIVE_INFINITY) * (options.nodes ?? 1);
    }, 0);
  }

  #declaredGraph(): DeclaredGraph {
    const { backend, model, servedModelName = model, image, environmentSecret, sla, policy, modelCache } = this.#props;
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
      hasPolicy: policy ?? true,
      isOffGrove: () => this.metadata.toJson().annotations?.['nvidia.com/enable-grove']?.toLowerCase() === 'false',
      modelCache,
      options: this.#props,
      services: this.#services.map((service, index) => ({
        ...service,
        scalerLimits: this.#handles[index]?.scalers[0]?.limits,
      })),
    };
  }

  #cacheProblems(): readonly Problem[] {
    const { modelCache } = this.#props;
    if (modelCache === undefined) return [];
    if (!(modelCache instanceof ModelCache)) {
      const crowded = mountProblem(modelCache.accessMode, this.#maxCachePods());
      return crowded === undefined ? [] : [problemAt(this, `model cache "${modelCache.claimName}": ${crowded}`)];
    }
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
      scaler: this.#handles[index]?.scalers.find((scaler) => scaler.isPinned),
    }));
  }
}
