import { isDnsSubdomain, type Problem } from '../../api/index.ts';
import { ApiObject, type Construct, Duration } from '../cdk8s.ts';
import { checkProps, reportMistakes } from '../props/index.ts';
import { CHECK, type Checked, checkInAnyApp, problemAt } from '../synthesis.ts';
import { gitUrlFinding, revisionFinding } from './git-url.ts';
import { durationFinding, goDuration } from './go-duration.ts';
import { FLUX_GIT_REPOSITORY } from './props.ts';

export interface FluxGitRepositoryProps {
  /** `https://git.example/team/models.git`, or `ssh://git@git.example/team/models.git`. */
  readonly url: string;

  /**
   * Branch to follow.
   *
   * @default 'main'
   */
  readonly branch?: string;

  /**
   * How often Flux looks for a new commit.
   *
   * @default - 1 minute
   */
  readonly interval?: Duration;

  /**
   * Secret in the same namespace with the credentials of the repository.
   *
   * @default - none: the repository is public
   */
  readonly credentialsSecret?: string;
}

/** A source of manifests that lives outside this app, as a Kustomization refers to it. */
export interface FluxSource {
  readonly name: string;
  /** Undefined for the namespace of whoever refers to it. */
  readonly namespace?: string | undefined;
}

/**
 * A Flux GitRepository: the branch that Kustomizations take rendered folders from.
 *
 * @see test/constructs/examples/flux.ts
 */
export class FluxGitRepository extends ApiObject implements Checked, FluxSource {
  readonly #props: FluxGitRepositoryProps;

  constructor(scope: Construct, id: string, props: FluxGitRepositoryProps) {
    const checked = checkProps(FLUX_GIT_REPOSITORY, props, { url: '' });
    const { url, branch = 'main', interval = Duration.minutes(1), credentialsSecret } = checked.props;
    super(scope, id, {
      apiVersion: 'source.toolkit.fluxcd.io/v1',
      kind: 'GitRepository',
      metadata: { name: id },
      spec: {
        url,
        ref: { branch },
        interval: goDuration(interval),
        ...(credentialsSecret === undefined ? {} : { secretRef: { name: credentialsSecret } }),
      },
    });
    reportMistakes(this, checked.mistakes);
    this.#props = checked.props;
    checkInAnyApp(this);
  }

  get namespace(): string | undefined {
    return this.metadata.namespace;
  }

  [CHECK](): readonly Problem[] {
    const { url, branch, interval, credentialsSecret } = this.#props;
    return [
      ...(isDnsSubdomain(this.name) ? [] : [`"${this.name}" is not a lower-case DNS name`]),
      ...gitUrlFinding('url', url),
      // The short form of ssh is Git's own; Flux wants the long one.
      ...(/^[^/]*@[^/]*:/.test(url) ? [`url "${url}": write it as ssh://git@host/path, the form that Flux reads`] : []),
      ...(branch === undefined ? [] : revisionFinding('branch', branch)),
      ...durationFinding('interval', interval),
      ...(credentialsSecret === undefined || isDnsSubdomain(credentialsSecret)
        ? []
        : [`credentialsSecret "${credentialsSecret}" is not a lower-case DNS name`]),
    ].map((message) => problemAt(this, message));
  }
}
