import { basename, dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  DEFAULT_OPERATOR_VERSION,
  DYNAMO_API_VERSIONS,
  type DynamoApiVersion,
  isAtLeast,
  OPERATOR_VERSIONS,
  type OperatorVersion,
  type Problem,
} from '../api/index.ts';
import { CdkApp } from './cdk8s.ts';
import { type Kind, oneOf, refuseMistakes, required, shape, text } from './props/index.ts';
import { planOutput } from './render/output-plan.ts';
import { renderApp } from './render/render-app.ts';
import { renderSink } from './render/sink.ts';
import { writeOutput } from './render/write-output.ts';
import { CHECK, type Checked, formatAtConstruct, problemAt, provideSettings, SynthError } from './synthesis.ts';

export interface AppProps {
  /**
   * `import.meta.url` of the app's main module, `apps/<app>/main.ts`: its folder names the app, and its pins are below
   * it.
   */
  readonly module: string;

  /**
   * Version of Dynamo's API that graphs are written in. `v1beta1` needs operator 1.2.
   *
   * @default 'v1alpha1'
   */
  readonly apiVersion?: DynamoApiVersion;

  /**
   * Release of the operator that will take the manifests; what it would refuse is an error here.
   *
   * @default '1.4.0', the newest release
   */
  readonly operatorVersion?: OperatorVersion;

  /**
   * Folder that `synth` writes to where no command collects the files.
   *
   * @default - the environment variable CDK8S_OUTDIR, else `dist`
   */
  readonly outdir?: string;
}

const MODULE: Kind<string> = {
  expected: "import.meta.url of the app's main module",
  fits: (value) => typeof value === 'string' && value.startsWith('file://'),
};

const PROPS = shape<AppProps>('an object', {
  module: required(MODULE),
  apiVersion: oneOf(...DYNAMO_API_VERSIONS),
  operatorVersion: oneOf(...OPERATOR_VERSIONS),
  outdir: text,
});

/**
 * A cdk8s app that renders to the folders Argo CD or Flux sync. Everything in it is in an `Environment`.
 *
 * It runs under `dynamo-gitops synth`, under `cdk8s synth`, and by itself, with the same files as result.
 *
 * @example
 * const app = new App({ module: import.meta.url });
 * const prod = new Environment(app, 'prod', { namespace: 'llm-prod' });
 * const graph = new GraphDeployment(prod, 'chat', { backend: 'vllm', model: 'Qwen/Qwen3-32B', image: '…:1.3.0' });
 * graph.addFrontend();
 * graph.addWorker({ gpus: Gpu.count(2), replicas: { min: 1, max: 4 } });
 * app.synth();
 */
export class App extends CdkApp implements Checked {
  readonly appName: string;
  readonly apiVersion: DynamoApiVersion;
  readonly operatorVersion: OperatorVersion;

  /** @throws SynthError for props that are wrong: everything in an app is judged by what they say. */
  constructor(props: AppProps) {
    refuseMistakes('App', PROPS, props);
    super(props.outdir === undefined ? {} : { outdir: props.outdir });
    const directory = dirname(fileURLToPath(props.module));
    this.appName = basename(directory);
    this.apiVersion = props.apiVersion ?? 'v1alpha1';
    this.operatorVersion = props.operatorVersion ?? DEFAULT_OPERATOR_VERSION;
    const { appName, apiVersion, operatorVersion } = this;
    provideSettings(this, { appName, apiVersion, operatorVersion, directory });
  }

  [CHECK](): readonly Problem[] {
    if (this.apiVersion !== 'v1beta1' || isAtLeast(this.operatorVersion, '1.2.0')) return [];
    const message = `v1beta1 is served from operator 1.2.0 on, and operatorVersion is "${this.operatorVersion}"; use v1alpha1`;
    return [problemAt(this, message)];
  }

  /**
   * Renders everything, then writes what changed; an app with a problem leaves the folder as it was.
   *
   * @throws SynthError with everything that is wrong
   */
  override synth(): void {
    const rendered = renderApp(this);
    const sink = renderSink();
    if (sink !== undefined) {
      sink(rendered);
      return;
    }
    const plan = planOutput({ path: resolve(this.outdir), shown: this.outdir }, [rendered], false);
    if (!plan.ok) throw new SynthError(plan.error);
    writeOutput(plan.value);
    for (const warning of rendered.warnings ?? []) process.stderr.write(`warning: ${formatAtConstruct(warning)}\n`);
  }
}
