import { isRepositoryPath, type JsonObject, type Problem } from '../../api/index.ts';
import { revisionFinding } from '../delivery/git-url.ts';
import { refuseMistakes } from '../props/index.ts';
import { emitYaml } from '../render/emit.ts';
import { SynthError } from '../synthesis.ts';
import { type PlannerForge, PROPOSAL_BRANCHES, RECORD_REFS } from './forge.ts';
import { PLANNER_WORKFLOW } from './props.ts';
import { scheduleFinding } from './schedule.ts';
import { CREDENTIAL_HELPER, PROPOSE_SCRIPT } from './scripts.ts';

/** An action at one commit: `actions/checkout@` and 40 hexadecimal digits. A tag can be moved. */
export type PinnedAction = `${string}/${string}@${string}`;

export interface PlannerWorkflowProps {
  /** Actions that the workflow uses, each pinned by its commit. */
  readonly actions: {
    /** actions/checkout */
    readonly checkout: PinnedAction;
    /** actions/setup-node */
    readonly setupNode: PinnedAction;
    /** actions/upload-artifact */
    readonly uploadArtifact: PinnedAction;
    /** actions/download-artifact, of a version that goes with the other */
    readonly downloadArtifact: PinnedAction;
  };

  /** When to plan, in five fields, in UTC: `17 * * * *`. GitHub runs it at most every 5 minutes, and late at full hours. */
  readonly schedule: string;

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
   * Recording to plan from, a path from the repository's root.
   *
   * @default - `metrics.recording` of the configuration
   */
  readonly recording?: string;

  /**
   * Secrets of the repository that `plan` reads metrics with, as environment variables of the same names. The job that
   * proposes has none of them.
   *
   * @default - none
   */
  readonly metricsSecrets?: readonly string[];

  /**
   * Secret of the repository with a token that may write contents, and pull requests for the forge `github`. GitHub starts no workflows, and so no checks, for what
   * its own token pushes.
   *
   * @default - GitHub's own token
   */
  readonly writeTokenSecret?: string;

  /** @default '22' */
  readonly nodeVersion?: string;
}

/**
 * A GitHub Actions workflow that plans and proposes: two jobs, so that what reads metrics cannot write, and what writes
 * reads none. The plan goes from one to the other as an artifact.
 *
 * It expects `dynamo-gitops` among the repository's dependencies. Write the text to `.github/workflows/planner.yaml`.
 *
 * @see test/constructs/examples/planner-workflow.ts
 * @throws SynthError with everything that is wrong
 */
export function plannerWorkflow(props: PlannerWorkflowProps): string {
  refuseMistakes('plannerWorkflow', PLANNER_WORKFLOW, props);
  const problems = findingsOf(props).map((message): Problem => ({ code: 'refused', path: 'plannerWorkflow', message }));
  if (problems.length > 0) throw new SynthError(problems);

  const { actions, baseBranch = 'main', recording, metricsSecrets = [], nodeVersion = '22' } = props;
  const install = [
    { uses: actions.setupNode, with: { 'node-version': nodeVersion } },
    // What dependencies would run on installation has no business beside a token.
    { run: 'npm ci --ignore-scripts --no-audit --no-fund' },
  ];
  const plan = [
    'npx --no-install dynamo-gitops plan',
    ...(recording === undefined ? [] : ['--metrics "$RECORDING"']),
    '--out "$RUNNER_TEMP/plan.json"',
  ].join(' ');
  const planEnvironment = {
    ...(recording === undefined ? {} : { RECORDING: recording }),
    ...Object.fromEntries(metricsSecrets.map((name) => [name, secret(name)])),
  };
  const checkout = { ref: baseBranch, 'persist-credentials': false };
  const workflow: JsonObject = {
    name: 'planner',
    on: { schedule: [{ cron: props.schedule }], workflow_dispatch: {} },
    permissions: {},
    concurrency: { group: 'dynamo-gitops-planner', 'cancel-in-progress': false },
    jobs: {
      plan: {
        'runs-on': 'ubuntu-24.04',
        'timeout-minutes': 15,
        permissions: { contents: 'read' },
        steps: [
          { uses: actions.checkout, with: checkout },
          ...install,
          {
            name: 'plan',
            ...(Object.keys(planEnvironment).length === 0 ? {} : { env: planEnvironment }),
            run: plan,
          },
          {
            uses: actions.uploadArtifact,
            with: {
              name: 'plan',
              path: `${expression('runner.temp')}/plan.json`,
              'if-no-files-found': 'error',
              'retention-days': 7,
            },
          },
        ],
      },
      propose: {
        needs: 'plan',
        'runs-on': 'ubuntu-24.04',
        'timeout-minutes': 15,
        ...proposeJob(props, checkout, install),
      },
    },
  };
  return `# Generated by plannerWorkflow of dynamo-gitops. Do not edit.\n${emitYaml(workflow)}`;
}

/** The job that proposes, with the least that its forge needs. */
function proposeJob(props: PlannerWorkflowProps, checkout: JsonObject, install: readonly JsonObject[]): JsonObject {
  const { actions, forge = 'local', writeTokenSecret } = props;
  const token = writeTokenSecret === undefined ? expression('github.token') : secret(writeTokenSecret);
  const artifact = {
    uses: actions.downloadArtifact,
    with: { name: 'plan', path: `${expression('runner.temp')}/artifact` },
  };
  switch (forge) {
    case 'local':
      return {
        permissions: { contents: 'write' },
        steps: [
          { uses: actions.checkout, with: { ...checkout, 'fetch-depth': 0 } },
          ...install,
          artifact,
          {
            name: 'propose',
            env: {
              FORGE: forge,
              GIT_USERNAME: 'x-access-token',
              GIT_TOKEN: token,
              GIT_CONFIG_COUNT: '1',
              GIT_CONFIG_KEY_0: 'credential.helper',
              GIT_CONFIG_VALUE_0: CREDENTIAL_HELPER,
            },
            run: PROPOSE_STEP,
          },
        ],
      };
    case 'github':
      return {
        permissions: { contents: 'write', 'pull-requests': 'write' },
        steps: [
          { uses: actions.checkout, with: checkout },
          ...install,
          artifact,
          {
            name: 'propose',
            env: { GITHUB_TOKEN: token },
            run: 'npx --no-install dynamo-gitops propose "$RUNNER_TEMP/artifact/plan.json" --forge github',
          },
        ],
      };
  }
}

/** The job's script, with the runner's folders in place of the job's. */
const PROPOSE_STEP = `export WORKSPACE="$RUNNER_TEMP/workspace" PATH="$GITHUB_WORKSPACE/node_modules/.bin:$PATH"
mkdir -p "$WORKSPACE"
ln -s "$GITHUB_WORKSPACE" "$WORKSPACE/repository"
cp "$RUNNER_TEMP/artifact/plan.json" "$WORKSPACE/plan.json"
git fetch --quiet origin '+${PROPOSAL_BRANCHES}' '+${RECORD_REFS}'
${PROPOSE_SCRIPT}`;

/** What GitHub puts a value in place of. */
function expression(name: string): string {
  return `\${{ ${name} }}`;
}

function secret(name: string): string {
  return expression(`secrets.${name}`);
}

function findingsOf(props: PlannerWorkflowProps): readonly string[] {
  const { actions, schedule, baseBranch, recording, metricsSecrets = [], writeTokenSecret, nodeVersion } = props;
  const findings = [
    ...Object.entries(actions).flatMap(([name, action]) =>
      /^[A-Za-z0-9_.-]+(\/[A-Za-z0-9_.-]+)+@[0-9a-f]{40}$/.test(action)
        ? []
        : [`actions.${name} "${action}" is not pinned by a commit: owner/name@ and 40 hexadecimal digits`],
    ),
    ...scheduleFinding(schedule),
    ...(baseBranch === undefined ? [] : revisionFinding('baseBranch', baseBranch)),
    ...(recording === undefined || isRepositoryPath(recording)
      ? []
      : [`recording "${recording}" is not a path from the repository's root`]),
    ...[...metricsSecrets, ...(writeTokenSecret === undefined ? [] : [writeTokenSecret])].flatMap((name) =>
      /^[A-Z_][A-Z0-9_]*$/.test(name) ? [] : [`secret "${name}" is not a name of capitals, digits and underscores`],
    ),
    ...(nodeVersion === undefined || /^\d+(\.\d+){0,2}$/.test(nodeVersion)
      ? []
      : [`nodeVersion "${nodeVersion}" is not a version of Node.js`]),
  ];
  if (writeTokenSecret !== undefined && metricsSecrets.includes(writeTokenSecret)) {
    findings.push(`secret "${writeTokenSecret}" would reach the job that plans, which must not be able to write`);
  }
  return findings;
}
