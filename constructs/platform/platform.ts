import { DEFAULT_OPERATOR_VERSION, isDnsLabel, type OperatorVersion, type Problem } from '../../api/index.ts';
import { Construct } from '../cdk8s.ts';
import { type ArgoCdCluster, clusterFindings, OWN_CLUSTER } from '../delivery/argo-cd-sync.ts';
import { checkProps, reportMistakes } from '../props/index.ts';
import { CHECK, type Checked, checkInAnyApp, findSettings, problemAt } from '../synthesis.ts';
import { addArgoCdApplications } from './argo-cd.ts';
import { CRD_CHART, chartVersionFinding, hasCrdChart, PLATFORM_CHART } from './charts.ts';
import { addFluxReleases } from './flux.ts';
import { PLATFORM } from './props.ts';
import { type PlatformValues, platformValues } from './values.ts';

export interface PlatformOptions extends PlatformValues {
  /**
   * Release of the operator, which decides which charts there are and what their values are called.
   *
   * @default - the App's; in an App of cdk8s itself, the newest release
   */
  readonly operatorVersion?: OperatorVersion;

  /**
   * Exact version of the platform's chart, where it is a patch of the release: `1.0.2`, `0.9.0-post1`.
   *
   * @default - the operator's version
   */
  readonly chartVersion?: string;

  /**
   * Exact version of the CRDs' chart. Only for operator 0.9.
   *
   * @default - the operator's version
   */
  readonly crdChartVersion?: string;

  /**
   * Kubernetes namespace of the operator, which is made where it is missing.
   *
   * @default 'dynamo-system'
   */
  readonly namespace?: string;
}

/** Who installs the platform. */
export type PlatformDelivery =
  | {
      readonly deliveredBy: 'argocd';
      /**
       * AppProject.
       *
       * @default 'default'
       */
      readonly project?: string;
      /**
       * Cluster to install it in.
       *
       * @default - the one that Argo CD runs in
       */
      readonly cluster?: ArgoCdCluster;
    }
  | { readonly deliveredBy: 'flux' };

export type PlatformProps = PlatformOptions & PlatformDelivery;

/** Names of the charts to install, with their versions and values, in order. */
export interface ChartRelease {
  readonly chart: string;
  readonly version: string;
  readonly namespace: string;
  readonly values: ReturnType<typeof platformValues>;
}

/**
 * Dynamo's operator, installed by Argo CD Applications or by Flux HelmReleases, with pinned charts.
 *
 * Operator 0.9 has its CRDs in a chart, which comes first; later ones apply them themselves when they start. It belongs into
 * an Environment whose namespace is that of Argo CD or of Flux. With Argo CD, `ArgoCdHealthChecks` makes the second
 * Application wait for the first; without, it is retried until the CRDs are there.
 *
 * @see test/constructs/examples/platform.ts
 */
export class Platform extends Construct implements Checked {
  /** Name of the Application or HelmRelease that graphs depend on. */
  readonly releaseName = PLATFORM_CHART;
  readonly #props: PlatformProps;
  readonly #operatorVersion: OperatorVersion;

  constructor(scope: Construct, id: string, given: PlatformProps) {
    super(scope, id);
    const { props, mistakes } = checkProps(PLATFORM, given, { deliveredBy: 'flux' });
    reportMistakes(this, mistakes);
    this.#props = props;
    this.#operatorVersion = props.operatorVersion ?? findSettings(this)?.operatorVersion ?? DEFAULT_OPERATOR_VERSION;
    const releases = this.#releases();
    switch (props.deliveredBy) {
      case 'argocd':
        addArgoCdApplications(this, releases, props.project ?? 'default', props.cluster ?? OWN_CLUSTER);
        break;
      case 'flux':
        addFluxReleases(this, releases);
        break;
    }
    checkInAnyApp(this);
  }

  [CHECK](): readonly Problem[] {
    const props = this.#props;
    const version = this.#operatorVersion;
    const findings = this.#releases().flatMap((release) =>
      chartVersionFinding(release.chart === CRD_CHART ? 'crdChartVersion' : 'chartVersion', release.version, version),
    );
    if (props.crdChartVersion !== undefined && !hasCrdChart(version)) {
      findings.push(`crdChartVersion: operator ${version} has no chart of CRDs; it applies them itself`);
    }
    if (props.upgradeCrds !== undefined && hasCrdChart(version)) {
      findings.push(`upgradeCrds: operator ${version} does not apply CRDs; they are a chart of their own`);
    }
    if (props.namespace !== undefined && !isDnsLabel(props.namespace)) {
      findings.push(`namespace "${props.namespace}" is not a lower-case DNS label`);
    }
    if (props.deliveredBy === 'argocd') findings.push(...clusterFindings(props.cluster ?? OWN_CLUSTER));
    return findings.map((message) => problemAt(this, message));
  }

  #releases(): readonly ChartRelease[] {
    const { namespace = 'dynamo-system', chartVersion, crdChartVersion } = this.#props;
    const version = this.#operatorVersion;
    return [
      ...(hasCrdChart(version)
        ? [{ chart: CRD_CHART, version: crdChartVersion ?? version, namespace, values: {} }]
        : []),
      {
        chart: PLATFORM_CHART,
        version: chartVersion ?? version,
        namespace,
        values: platformValues(this.#props, version),
      },
    ];
  }
}
