import { isObject, type JsonObject, type JsonValue, objectAt, stringAt, valueAt } from '../../api/index.ts';
import { type Component, itemsAt, type Place, under } from '../component.ts';
import type { Violation } from '../finding.ts';
import { COMPONENTS, type OtherRule, type Rule, violation, when } from '../rule.ts';
import { holdsToken, isSecretName } from '../secret-text.ts';

/** Secrets that stand in a manifest as text. No message says what they are. */
export const plainSecretRules: readonly Rule[] = [
  {
    id: 'gitops-plain-secret',
    title: 'A secret is not written into a manifest',
    ...{ severity: 'warning', stage: 'gitops', on: 'create', kinds: COMPONENTS },
    check: ({ spec, components, kind }) => [
      ...(kind === 'DynamoGraphDeployment'
        ? ['envs', 'env'].flatMap((field) => ofVariables(itemsAt(spec, field), { path: ['spec', field] }))
        : []),
      ...components.flatMap((component) => [
        ...component.containers.flatMap((container) => [
          ...ofVariables(itemsAt(container.body, 'env'), under(container, ['env'])),
          ...['command', 'args'].flatMap((field) =>
            itemsAt(container.body, field).flatMap((word, index) =>
              when(typeof word === 'string' && holdsToken(word), () =>
                secret({ path: under(container, [field, index]).path }, 'holds what looks like a token', HELP),
              ),
            ),
          ),
        ]),
        ...alphaVariables(component),
      ]),
    ],
  },
];

/** A Secret that is committed as it is. */
export const secretRules: readonly OtherRule[] = [
  {
    id: 'gitops-secret-committed',
    title: 'A Secret is not committed as it is, whose values anybody can read',
    ...{ severity: 'warning', kind: 'Secret' },
    check: (object) => {
      // What SOPS has encrypted says so.
      if (object.apiVersion !== 'v1' || object.sops !== undefined || object.type === HELM_RELEASE) return [];
      return ['stringData', 'data'].flatMap((field) => {
        const entries = Object.entries(objectAt(object, field) ?? {});
        const isHarmless = isArgoCdConnection(object) ? (key: string) => CONNECTION.has(key) : () => false;
        return when(
          entries.some(([key, value]) => !isHarmless(key) && isWritten(value)),
          () =>
            secret(
              { path: [field] },
              field === 'data'
                ? 'base64 hides nothing, and Git keeps it for good'
                : 'the values are plain text, and Git keeps them for good',
              'commit a SealedSecret, an ExternalSecret or a file that SOPS encrypts; then replace the secret',
            ),
        );
      });
    },
  },
];

/** Argo CD has repositories and clusters in Secrets, also where nothing in them is one. */
function isArgoCdConnection(object: JsonObject): boolean {
  return stringAt(object, 'metadata', 'labels', 'argocd.argoproj.io/secret-type') !== undefined;
}

const CONNECTION: ReadonlySet<string> = new Set([
  ...['type', 'url', 'name', 'project', 'server', 'namespaces', 'clusterResources', 'shard', 'username', 'insecure'],
  ...['enableLfs', 'enableOCI', 'forceHttpBasicAuth', 'proxy', 'noProxy', 'githubAppID', 'githubAppInstallationID'],
]);

const HELM_RELEASE = 'helm.sh/release.v1';
const HELP = 'put it into a Secret and use valueFrom, or envFromSecret; then replace the secret';

/** v1alpha1 has variables of the service and of its sidecar besides those of containers. */
function alphaVariables(component: Component) {
  if (component.apiVersion === 'v1beta1') return [];
  return [
    ...ofVariables(itemsAt(component.body, 'envs'), component.at(['envs'])),
    ...ofVariables(itemsAt(component.body, 'frontendSidecar', 'envs'), component.at(['frontendSidecar', 'envs'])),
  ];
}

function ofVariables(variables: readonly JsonValue[], place: Place) {
  return variables.flatMap((variable, index) =>
    when(isObject(variable) && isPlainSecret(variable), () =>
      secret(
        { path: under(place, [index, 'value']).path },
        'looks like a secret in plain text, and Git keeps it for good',
        HELP,
      ),
    ),
  );
}

/** Named like a secret, long like one, and neither a path nor a placeholder; or a token by its own form. */
function isPlainSecret(variable: JsonObject): boolean {
  const name = stringAt(variable, 'name') ?? '';
  const value = stringAt(variable, 'value') ?? '';
  if (valueAt(variable, 'valueFrom') !== undefined) return false;
  const isNamed = isSecretName(name) && !ABOUT_ONE.test(name);
  return holdsToken(value) || (isNamed && value.length >= 8 && !PLACEHOLDER.test(value));
}

/** Names of what is said about a secret: AWS_ACCESS_KEY_ID, PASSWORD_FILE, SECRET_KEY_NAME. */
const ABOUT_ONE =
  /(^|_)(ids?|names?|files?|paths?|dir|ref|url|uri|type|length|size|ttl|expiry|header|enabled|required)$/i;
const PLACEHOLDER =
  /^[./~]|\$[({A-Z]|\{\{|^<.*>$|^(your|my|change|replace|example|dummy|placeholder|x{4,}|\*{4,})|^(true|false|disabled)$/i;

/** Neither empty nor a placeholder that something fills in. */
export function isWritten(value: JsonValue | undefined): boolean {
  return typeof value === 'string' && value !== '' && !PLACEHOLDER.test(value);
}

/** Where it stands may be said, and what it is may not be shown. */
export function secret(place: Place, message: string, help: string): Violation {
  return { ...violation(place, message, help), isSecret: true };
}
