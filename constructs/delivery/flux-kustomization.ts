import { isDnsSubdomain, type Problem } from '../../api/index.ts';
import { ApiObject, type Construct, Duration, Lazy } from '../cdk8s.ts';
import type { Environment } from '../environment.ts';
import { checkProps, reportMistakes } from '../props/index.ts';
import { CHECK, type Checked, checkInAnyApp, problemAt } from '../synthesis.ts';
import type { FluxSource } from './flux-git-repository.ts';
import { durationFinding, goDuration } from './go-duration.ts';
import { GRAPH_HEALTH_CEL } from './graph-health.ts';
import { FLUX_KUSTOMIZATION } from './props.ts';
import { deliveryName, folderFindings, NO_FOLDER, type RenderedFolder, renderedFolderOf } from './rendered-folder.ts';

export interface FluxKustomizationProps {
  /** What to deliver: an environment of this app, or a folder that another one rendered. */
  readonly folder: Environment | RenderedFolder;

  /** Repository that the folder is in: a `FluxGitRepository`, or the name of one that exists. */
  readonly source: FluxSource;

  /**
   * Name of the Kustomization.
   *
   * @default - `<app>-<environment>`; for a folder, the construct's id
   */
  readonly name?: string;

  /**
   * How often Flux puts back what was changed in the cluster.
   *
   * @default - 10 minutes
   */
  readonly interval?: Duration;

  /**
   * How long after a failure Flux tries again.
   *
   * @default - 2 minutes
   */
  readonly retryInterval?: Duration;

  /**
   * How long Flux waits until the graphs serve: loading a large model takes many minutes. While it waits, newer commits do
   * too, unless Flux runs with the feature gate `CancelHealthCheckOnNewRevision`.
   *
   * @default - 30 minutes
   */
  readonly timeout?: Duration;

  /**
   * Whether what left the repository is removed from the cluster.
   *
   * @default true
   */
  readonly prune?: boolean;

  /**
   * Whether the Kustomization is ready only when the graphs serve.
   *
   * @default true
   */
  readonly wait?: boolean;

  /**
   * Kustomizations that must be ready first, such as that of the operator.
   *
   * @default - none
   */
  readonly dependsOn?: readonly FluxSource[];

  /**
   * ServiceAccount that Flux applies with, so that the folder may hold no more than it may.
   *
   * @default - Flux's own rights
   */
  readonly serviceAccount?: string;
}

/**
 * A Flux Kustomization that delivers a rendered folder, and is ready when its graphs serve.
 *
 * Flux applies server-side and leaves fields that a manifest does not name, so that replicas which a scaling adapter sets
 * need no exception. It never forces: what cannot be changed in place is an error to be seen, not an object to be deleted.
 *
 * It belongs into an Environment of its own, whose namespace is Flux's. Needs Flux 2.5.
 *
 * @see test/constructs/examples/flux.ts
 */
export class FluxKustomization extends ApiObject implements Checked, FluxSource {
  readonly #props: FluxKustomizationProps;

  constructor(scope: Construct, id: string, props: FluxKustomizationProps) {
    const checked = checkProps(FLUX_KUSTOMIZATION, props, { folder: NO_FOLDER, source: { name: '' } });
    const { name, folder } = checked.props;
    super(scope, id, {
      apiVersion: 'kustomize.toolkit.fluxcd.io/v1',
      kind: 'Kustomization',
      metadata: { name: name ?? deliveryName(folder) ?? id },
      spec: Lazy.any({ produce: () => kustomizationSpec(checked.props) }),
    });
    reportMistakes(this, checked.mistakes);
    this.#props = checked.props;
    checkInAnyApp(this);
  }

  get namespace(): string | undefined {
    return this.metadata.namespace;
  }

  [CHECK](): readonly Problem[] {
    const { folder, interval, retryInterval, timeout, source, serviceAccount, dependsOn = [] } = this.#props;
    const references = [
      ...[source, ...dependsOn].map(({ name }) => name),
      ...(serviceAccount === undefined ? [] : [serviceAccount]),
    ];
    return [
      ...[this.name, ...references].flatMap((name) =>
        isDnsSubdomain(name) ? [] : [`"${name}" is not a lower-case DNS name`],
      ),
      ...folderFindings(this, folder),
      ...durationFinding('interval', interval),
      ...durationFinding('retryInterval', retryInterval),
      ...durationFinding('timeout', timeout),
    ].map((message) => problemAt(this, message));
  }
}

function kustomizationSpec(props: FluxKustomizationProps): object {
  const { path } = renderedFolderOf(props.folder);
  const { dependsOn = [], serviceAccount } = props;
  return {
    sourceRef: { kind: 'GitRepository', ...reference(props.source) },
    path: `./${path}`,
    interval: goDuration(props.interval ?? Duration.minutes(10)),
    retryInterval: goDuration(props.retryInterval ?? Duration.minutes(2)),
    timeout: goDuration(props.timeout ?? Duration.minutes(30)),
    prune: props.prune ?? true,
    wait: props.wait ?? true,
    healthCheckExprs: [GRAPH_HEALTH_CEL],
    ...(dependsOn.length === 0 ? {} : { dependsOn: dependsOn.map(reference) }),
    ...(serviceAccount === undefined ? {} : { serviceAccountName: serviceAccount }),
  };
}

function reference({ name, namespace }: FluxSource): { readonly name: string; readonly namespace?: string } {
  return { name, ...(namespace === undefined ? {} : { namespace }) };
}
