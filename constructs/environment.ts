import type { IConstruct } from 'constructs';
import { isDnsLabel, type Problem } from '../api/index.ts';
import { Chart, type Construct } from './cdk8s.ts';
import { KubernetesNamespace } from './namespaces.ts';
import { checkProps, either, made, mapOf, reportMistakes, required, shape, text } from './props/index.ts';
import { CHECK, type Checked, problemAt } from './synthesis.ts';

export interface EnvironmentProps {
  /**
   * Kubernetes namespace of everything in this environment. The Dynamo namespace, which labels the metrics of a graph,
   * follows from it and the graph's name.
   */
  readonly namespace: string | KubernetesNamespace;

  /**
   * Labels of every object in this environment. They do not reach the pods of a graph.
   *
   * @default - none
   */
  readonly labels?: { readonly [key: string]: string };
}

const PROPS = shape<EnvironmentProps>('an object', {
  namespace: required(
    either(
      text,
      made<KubernetesNamespace>(
        'a KubernetesNamespace',
        ({ name, frontendLabel }) => typeof name === 'string' && frontendLabel === undefined,
      ),
    ),
  ),
  labels: mapOf(text),
});

const ENVIRONMENT = Symbol.for('dynamo-gitops.Environment');

/**
 * One environment of an app, such as `staging` or `prod`: renders to the folder `dist/<environment>/<app>`, which is what
 * one Argo CD Application or one Flux Kustomization syncs.
 */
export class Environment extends Chart implements Checked {
  /** Inherited from Chart it would hold for every chart. */
  static override [Symbol.hasInstance](value: unknown): value is Environment {
    return typeof value === 'object' && value !== null && ENVIRONMENT in value;
  }

  /** The environment's name, which is its id. */
  readonly environmentName: string;
  /** The namespace as a value that cannot be taken for one of Dynamo's. */
  readonly kubernetesNamespace: KubernetesNamespace;

  constructor(scope: Construct, id: string, props: EnvironmentProps) {
    const checked = checkProps(PROPS, props, { namespace: 'default' });
    const { namespace, labels } = checked.props;
    const kubernetesNamespace = typeof namespace === 'string' ? new KubernetesNamespace(namespace) : namespace;
    // Names stay as written: a hash of the construct's path would rename, and so recreate, what is moved in the code.
    super(scope, id, {
      namespace: kubernetesNamespace.name,
      disableResourceNameHashes: true,
      ...(labels === undefined ? {} : { labels: { ...labels } }),
    });
    reportMistakes(this, checked.mistakes);
    this.environmentName = id;
    this.kubernetesNamespace = kubernetesNamespace;
    Object.defineProperty(this, ENVIRONMENT, { value: true });
  }

  [CHECK](): readonly Problem[] {
    return [
      ...(isDnsLabel(this.environmentName)
        ? []
        : [
            problemAt(
              this,
              `"${this.environmentName}" is not a lower-case DNS label, which an environment's name must be`,
            ),
          ]),
      ...(isDnsLabel(this.kubernetesNamespace.name)
        ? []
        : [problemAt(this, `namespace "${this.kubernetesNamespace.name}" is not a lower-case DNS label`)]),
    ];
  }
}

/** The environment that a construct is in; undefined outside one. */
export function environmentOf(construct: IConstruct): Environment | undefined {
  return construct.node.scopes.findLast((scope) => scope instanceof Environment);
}
