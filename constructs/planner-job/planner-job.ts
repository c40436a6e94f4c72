import { isDnsLabel, isDnsSubdomain, isRepositoryPath, type Problem } from '../../api/index.ts';
import { ApiObject, Construct } from '../cdk8s.ts';
import { gitUrlFinding, revisionFinding } from '../delivery/git-url.ts';
import { checkProps, reportMistakes } from '../props/index.ts';
import { CHECK, type Checked, checkInAnyApp, problemAt } from '../synthesis.ts';
import { isTimeZone } from '../time-zone.ts';
import { type Container, containersOf, WORKSPACE } from './containers.ts';
import type { PlannerForge } from './forge.ts';
import { type DigestPinnedImage, imageFinding } from './image.ts';
import { PLANNER_JOB } from './props.ts';
import { scheduleFinding } from './schedule.ts';

export interface PlannerJobProps {
  /** Image with `dynamo-gitops`, Git, `kubectl` and a POSIX shell, pinned by its digest. */
  readonly image: DigestPinnedImage;

  /** When to plan, in five fields: `17 * * * *`. Plans are for hours, not for bursts: a pull request takes its time. */
  readonly schedule: string;

  /**
   * Time zone of the schedule.
   *
   * @default 'Etc/UTC'
   */
  readonly timeZone?: string;

  /** Git repository with the manifests and `dynamo-gitops.yaml`: `https://git.example/team/models.git`. */
  readonly repositoryUrl: string;

  /**
   * Branch that proposals are made for; `proposals.base` of the configuration says the same.
   *
   * @default 'main'
   */
  readonly baseBranch?: string;

  /**
   * Where merge requests live; see `PLANNER_FORGES` for what each does.
   *
   * @default 'local'
   */
  readonly forge?: PlannerForge;

  /**
   * Secret with the keys `username` and `token` to read the repository with.
   *
   * @default - none: the repository is public
   */
  readonly readSecret?: string;

  /**
   * Secret whose keys become environment variables of `plan`, to read metrics with; no other step has them.
   *
   * @default - none: metrics are a recording in the repository
   */
  readonly metricsSecret?: string;

  /**
   * Secret with the keys `username` and `token` to write the repository with; only `propose` has them. For the forge
   * `github` the token must be allowed to write contents and pull requests, and `username` is not read.
   */
  readonly writeSecret: string;

  /**
   * Recording to plan from, a path from the repository's root.
   *
   * @default - `metrics.recording` of the configuration
   */
  readonly recording?: string;

  /**
   * Kubernetes namespace of the graphs. The job may read them, and what scales them, there and nowhere else.
   *
   * @default - the job's own
   */
  readonly graphNamespace?: string;
}

/** In place of what is missing or wrong. */
const NO_PROPS: PlannerJobProps = { image: '@sha256:', schedule: '', repositoryUrl: '', writeSecret: '' };

const LABELS = { 'app.kubernetes.io/name': 'dynamo-gitops-planner' };

/**
 * A CronJob that plans and proposes: it clones the repository, reads the live objects, plans, and proposes, a step a
 * container, each with the one secret that it needs.
 *
 * Its ServiceAccount may get, list and watch graphs, their scaling adapters and autoscalers, in one namespace. It may read no
 * secret and write nothing, and only the step that reads the cluster is given its token. Changes reach the cluster as every
 * change does: by a merge.
 *
 * @see test/constructs/examples/planner-job.ts
 */
export class PlannerJob extends Construct implements Checked {
  readonly #name: string;
  readonly #props: PlannerJobProps;

  constructor(scope: Construct, id: string, given: PlannerJobProps) {
    super(scope, id);
    const { props, mistakes } = checkProps(PLANNER_JOB, given, NO_PROPS);
    reportMistakes(this, mistakes);
    this.#name = id;
    this.#props = props;
    const namespace = props.graphNamespace === undefined ? {} : { namespace: props.graphNamespace };
    const metadata = { name: id, labels: LABELS };

    const account = new ApiObject(this, 'account', {
      apiVersion: 'v1',
      kind: 'ServiceAccount',
      metadata,
      automountServiceAccountToken: false,
    });
    const role = new ApiObject(this, 'role', {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'Role',
      metadata: { ...metadata, ...namespace },
      rules: READ_ONLY_RULES,
    });
    const binding = new ApiObject(this, 'binding', {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'RoleBinding',
      metadata: { ...metadata, ...namespace },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: id },
      subjects: [
        {
          kind: 'ServiceAccount',
          name: id,
          ...(account.metadata.namespace === undefined ? {} : { namespace: account.metadata.namespace }),
        },
      ],
    });
    binding.addDependency(account, role);
    const job = new ApiObject(this, 'job', {
      apiVersion: 'batch/v1',
      kind: 'CronJob',
      metadata,
      spec: cronJobSpec(id, props),
    });
    job.addDependency(binding);
    checkInAnyApp(this);
  }

  [CHECK](): readonly Problem[] {
    const { image, schedule, repositoryUrl, baseBranch, recording, graphNamespace, timeZone } = this.#props;
    const { readSecret, metricsSecret, writeSecret } = this.#props;
    const secrets = Object.entries({ readSecret, metricsSecret, writeSecret }).flatMap(([property, secret]) =>
      secret === undefined || isDnsSubdomain(secret) ? [] : [`${property} "${secret}" is not a lower-case DNS name`],
    );
    const findings = [
      ...(isDnsLabel(this.#name) && this.#name.length <= MAX_NAME
        ? []
        : [
            `"${this.#name}" is not a lower-case DNS label of at most ${MAX_NAME} characters, which a CronJob's name must be`,
          ]),
      ...imageFinding('image', image),
      ...scheduleFinding(schedule),
      ...gitUrlFinding('repositoryUrl', repositoryUrl),
      ...(/^https?:/.test(repositoryUrl)
        ? []
        : [`repositoryUrl "${repositoryUrl}": secrets hold a name and a token, so use https://…`]),
      ...(baseBranch === undefined ? [] : revisionFinding('baseBranch', baseBranch)),
      ...secrets,
      ...(recording === undefined || isRepositoryPath(recording)
        ? []
        : [`recording "${recording}" is not a path from the repository's root`]),
      ...(graphNamespace === undefined || isDnsLabel(graphNamespace)
        ? []
        : [`graphNamespace "${graphNamespace}" is not a lower-case DNS label`]),
      ...(timeZone === undefined || isTimeZone(timeZone)
        ? []
        : [`timeZone "${timeZone}" is not an IANA time zone, such as "Europe/Berlin"`]),
    ];
    if (writeSecret === readSecret) {
      findings.push(`writeSecret and readSecret are both "${writeSecret}"; only "propose" may hold what writes`);
    }
    if (writeSecret === metricsSecret) {
      findings.push(
        `writeSecret and metricsSecret are both "${writeSecret}"; the step that plans must not be able to write`,
      );
    }
    return findings.map((message) => problemAt(this, message));
  }
}

/** Kubernetes adds 11 characters for the name of a job. */
const MAX_NAME = 52;

const READ_ONLY_RULES = [
  ['nvidia.com', 'dynamographdeployments', 'dynamographdeploymentscalingadapters'],
  ['autoscaling', 'horizontalpodautoscalers'],
  ['keda.sh', 'scaledobjects'],
].map(([apiGroup, ...resources]) => ({ apiGroups: [apiGroup], resources, verbs: ['get', 'list', 'watch'] }));

/** Any numeric user but root: a name in the image is not enough for Kubernetes to know that it is not root. */
const USER = 65532;

const CA_CONFIG_MAP = 'kube-root-ca.crt';

function cronJobSpec(name: string, props: PlannerJobProps): object {
  const containers: readonly Container[] = containersOf(props);
  return {
    schedule: props.schedule,
    timeZone: props.timeZone ?? 'Etc/UTC',
    // A plan that overtakes another would propose against a branch that moves.
    concurrencyPolicy: 'Forbid',
    startingDeadlineSeconds: 300,
    successfulJobsHistoryLimit: 1,
    failedJobsHistoryLimit: 3,
    jobTemplate: {
      spec: {
        // The next run is the retry.
        backoffLimit: 0,
        activeDeadlineSeconds: 1800,
        template: {
          metadata: { labels: LABELS },
          spec: {
            serviceAccountName: name,
            automountServiceAccountToken: false,
            restartPolicy: 'Never',
            enableServiceLinks: false,
            securityContext: {
              runAsNonRoot: true,
              runAsUser: USER,
              runAsGroup: USER,
              fsGroup: USER,
              seccompProfile: { type: 'RuntimeDefault' },
            },
            initContainers: containers.slice(0, -1),
            containers: containers.slice(-1),
            volumes: [
              { name: WORKSPACE.volume, emptyDir: { sizeLimit: '1Gi' } },
              {
                name: WORKSPACE.token,
                projected: {
                  sources: [
                    { serviceAccountToken: { path: 'token', expirationSeconds: 3600 } },
                    { configMap: { name: CA_CONFIG_MAP, items: [{ key: 'ca.crt', path: 'ca.crt' }] } },
                    {
                      downwardAPI: { items: [{ path: 'namespace', fieldRef: { fieldPath: 'metadata.namespace' } }] },
                    },
                  ],
                },
              },
            ],
          },
        },
      },
    },
  };
}
