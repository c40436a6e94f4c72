import type { JsonObject } from '../../api/index.ts';
import type { PlannerJobProps } from './planner-job.ts';
import {
  CHECKOUT_SCRIPT,
  CREDENTIAL_HELPER,
  PROPOSE_AT_GITHUB_SCRIPT,
  PROPOSE_SCRIPT,
  STATUS_SCRIPT,
} from './scripts.ts';

export type Container = JsonObject & { readonly name: string };

/** Where the containers of the job hand files on. Everything else of their file systems is read-only. */
export const WORKSPACE = {
  volume: 'workspace',
  path: '/workspace',
  token: 'service-account-token',
} as const;

/** Where `kubectl` looks for the ServiceAccount. */
const TOKEN_PATH = '/var/run/secrets/kubernetes.io/serviceaccount';

/** The steps of the job, in order; each runs when the one before has succeeded. */
export function containersOf(props: PlannerJobProps): readonly Container[] {
  const { image, repositoryUrl, baseBranch = 'main', recording, metricsSecret } = props;
  const { path } = WORKSPACE;
  const plan = [
    ...['dynamo-gitops', '-C', `${path}/repository`, 'plan', '--status', `${path}/status.json`],
    ...(recording === undefined ? [] : ['--metrics', recording]),
    ...['--out', `${path}/plan.json`],
  ];
  return [
    {
      ...step('checkout', image, ['sh', '-c', CHECKOUT_SCRIPT]),
      env: [
        ...baseEnvironment(),
        ...plain({ REPOSITORY_URL: repositoryUrl, BASE_BRANCH: baseBranch }),
        ...(props.readSecret === undefined ? [] : credentials(props.readSecret)),
      ],
    },
    {
      ...step('status', image, ['sh', '-c', STATUS_SCRIPT]),
      env: [...baseEnvironment(), graphNamespace(props.graphNamespace)],
      volumeMounts: [...MOUNTS, { name: WORKSPACE.token, mountPath: TOKEN_PATH, readOnly: true }],
    },
    {
      ...step('plan', image, plan),
      env: baseEnvironment(),
      ...(metricsSecret === undefined ? {} : { envFrom: [{ secretRef: { name: metricsSecret } }] }),
    },
    proposeStep(props),
  ];
}

function proposeStep({ image, forge = 'local', repositoryUrl, writeSecret }: PlannerJobProps): Container {
  switch (forge) {
    case 'local':
      return {
        ...step('propose', image, ['sh', '-c', PROPOSE_SCRIPT]),
        env: [...baseEnvironment(), ...plain({ FORGE: forge }), ...credentials(writeSecret)],
      };
    case 'github':
      return {
        ...step('propose', image, ['sh', '-c', PROPOSE_AT_GITHUB_SCRIPT]),
        env: [
          ...baseEnvironment(),
          ...plain({ GITHUB_API_URL: githubApiUrl(repositoryUrl) }),
          { name: 'GITHUB_TOKEN', valueFrom: { secretKeyRef: { name: writeSecret, key: 'token' } } },
        ],
      };
  }
}

/** The API of the host that the repository is cloned from: GitHub's own, or the one of a GitHub Enterprise. */
function githubApiUrl(repositoryUrl: string): string {
  const host = /^https?:\/\/([^/]+)\//.exec(repositoryUrl)?.[1] ?? '';
  if (host === 'github.com') return 'https://api.github.com';
  return host.endsWith('.ghe.com') ? `https://api.${host}` : `https://${host}/api/v3`;
}

const MOUNTS = [
  { name: WORKSPACE.volume, mountPath: WORKSPACE.path, subPath: 'files' },
  { name: WORKSPACE.volume, mountPath: '/tmp', subPath: 'tmp' },
];

function step(name: string, image: string, command: readonly string[]): Container {
  return {
    name,
    image,
    command,
    volumeMounts: MOUNTS,
    resources: {
      requests: { cpu: '100m', memory: '256Mi' },
      limits: { cpu: '1', memory: '1Gi' },
    },
    securityContext: {
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    },
  };
}

/** Git and kubectl write below the home folder, which the image's own cannot be. */
function baseEnvironment(): readonly JsonObject[] {
  return plain({ WORKSPACE: WORKSPACE.path, HOME: '/tmp', GIT_TERMINAL_PROMPT: '0' });
}

function plain(variables: { readonly [name: string]: string }): readonly JsonObject[] {
  return Object.entries(variables).map(([name, value]) => ({ name, value }));
}

function credentials(secret: string): readonly JsonObject[] {
  const fromKey = (name: string, key: string): JsonObject => ({
    name,
    valueFrom: { secretKeyRef: { name: secret, key } },
  });
  return [
    fromKey('GIT_USERNAME', 'username'),
    fromKey('GIT_TOKEN', 'token'),
    // Kubernetes expands $(NAME) only, so that the shell of the helper gets its variables.
    ...plain({ GIT_CONFIG_COUNT: '1', GIT_CONFIG_KEY_0: 'credential.helper', GIT_CONFIG_VALUE_0: CREDENTIAL_HELPER }),
  ];
}

function graphNamespace(namespace: string | undefined): JsonObject {
  return namespace === undefined
    ? { name: 'GRAPH_NAMESPACE', valueFrom: { fieldRef: { fieldPath: 'metadata.namespace' } } }
    : { name: 'GRAPH_NAMESPACE', value: namespace };
}
