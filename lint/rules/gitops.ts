import { isObject, type JsonObject, objectAt, stringAt } from '../../api/index.ts';
import { type Component, itemsAt, under } from '../component.ts';
import { COMPONENTS, GRAPHS, type Rule, violation, when } from '../rule.ts';
import { DYNAMO_KINDS } from '../schema/kinds.ts';
import { WORKLOAD_PROVIDER } from '../subject.ts';
import { annotationPath } from './annotations.ts';
import { mainContainer } from './images.ts';

/** What nobody refuses, and what goes wrong once a controller applies it from Git again and again. */
export const gitopsRules: readonly Rule[] = [
  {
    id: 'gitops-replicas-beside-adapter',
    title: 'A count is not committed beside a scaling adapter, which owns it',
    ...{ severity: 'error', stage: 'gitops', on: 'create', kinds: GRAPHS },
    check: ({ components }) =>
      components.flatMap((component) =>
        when(component.hasAdapter && component.replicas !== undefined, () =>
          violation(
            { path: component.at(['replicas']).path },
            `"${component.name}" has its scaling adapter on: the first sync works, and once anything has scaled it, the webhook refuses every sync that says ${component.replicas}`,
            'remove replicas and apply on the server side, which leaves the live count alone',
          ),
        ),
      ),
  },
  {
    id: 'gitops-scale-to-zero',
    title: 'A worker is not scaled to zero: its model disappears from the frontend',
    ...{ severity: 'warning', stage: 'gitops', on: 'create', kinds: GRAPHS },
    check: ({ components }) =>
      components.flatMap((component) =>
        when(component.replicas === 0 && SERVES.includes(component.type), () =>
          violation(
            { path: component.at(['replicas']).path },
            `"${component.name}" has no replica: the frontend forgets the model and answers 404, and no request can bring it back`,
            'keep at least 1',
          ),
        ),
      ),
  },
  {
    id: 'gitops-operator-annotation',
    title: 'What the operator writes on an object is not committed',
    ...{ severity: 'warning', stage: 'gitops', on: 'create', kinds: DYNAMO_KINDS },
    check: ({ annotations }) =>
      Object.keys(annotations)
        .filter(isOperatorOwned)
        .map((key) =>
          violation(
            { path: annotationPath(key) },
            'is written by the operator; from Git it fights with what is live, or carries the state of another cluster along',
            'remove it',
          ),
        ),
  },
  {
    id: 'gitops-generated-object',
    title: 'Objects that the operator generates are not committed',
    ...{ severity: 'warning', stage: 'gitops', on: 'create', kinds: ['DynamoComponentDeployment'] },
    check: () => [
      violation(
        { path: ['kind'] },
        'the operator makes one for each service of a graph, and would fight over this one',
        'commit the graph instead',
      ),
    ],
  },
  {
    id: 'gitops-single-writer-claim',
    title: 'A claim for one node is not shared by several pods',
    ...{ severity: 'warning', stage: 'gitops', on: 'create', kinds: GRAPHS },
    check: ({ spec, components }) =>
      itemsAt(spec, 'pvcs').flatMap((claim, index) => {
        const mode = stringAt(claim, 'volumeAccessMode') ?? '';
        const name = stringAt(claim, 'name');
        const users = components.filter((component) => mounts(component).includes(name));
        const pods = users.reduce((sum, { replicas, nodeCount }) => sum + (replicas ?? 1) * nodeCount, 0);
        return when(['ReadWriteOnce', 'ReadWriteOncePod'].includes(mode) && pods > 1, () =>
          violation(
            { path: ['spec', 'pvcs', index, 'volumeAccessMode'] },
            `${pods} pods mount "${name ?? ''}", which attaches to one ${mode === 'ReadWriteOnce' ? 'node' : 'pod'}: the others wait in Pending`,
            'use ReadWriteMany',
          ),
        );
      }),
  },
  {
    id: 'gitops-unpinned-image',
    title: 'An image has a tag that stays what it is',
    ...{ severity: 'warning', stage: 'gitops', on: 'create', kinds: COMPONENTS },
    check: ({ components }) =>
      components.flatMap((component) =>
        component.containers.flatMap((container) => {
          const image = stringAt(container.body, 'image') ?? '';
          return when(isUnpinned(image), () =>
            violation(
              { path: under(container, ['image']).path },
              `"${image}" is another image tomorrow, and Git does not show the change`,
              'name a version, or a digest',
            ),
          );
        }),
      ),
  },
  {
    id: 'gitops-plain-secret',
    title: 'A secret is not written into a manifest',
    ...{ severity: 'warning', stage: 'gitops', on: 'create', kinds: COMPONENTS },
    check: ({ components }) =>
      components.flatMap((component) => {
        const main = mainContainer(component);
        const lists = [
          ...component.containers.map((container) => ({
            env: itemsAt(container.body, 'env'),
            place: under(container, ['env']),
          })),
          ...(main === undefined && component.apiVersion === 'v1beta1'
            ? []
            : [{ env: itemsAt(component.body, 'envs'), place: component.at(['envs']) }]),
        ];
        return lists.flatMap(({ env, place }) =>
          env.flatMap((variable, index) =>
            when(isObject(variable) && isPlainSecret(variable), () =>
              violation(
                { path: under(place, [index, 'value']).path },
                'looks like a secret in plain text, and Git keeps it for good',
                'put it into a Secret and use valueFrom, or envFromSecret; then replace the secret',
              ),
            ),
          ),
        );
      }),
  },
];

const SERVES: readonly string[] = ['worker', 'prefill', 'decode'];

const OWNED_ANNOTATIONS: readonly string[] = [
  WORKLOAD_PROVIDER,
  'nvidia.com/dynamo-operator-origin-version',
  'nvidia.com/current-worker-hash',
  'nvidia.com/current-worker-hash-v2',
  'nvidia.com/last-applied-hash',
  'nvidia.com/last-applied-generation',
  'crd-migration.nvidia.com/observed-generation',
];

function isOperatorOwned(key: string): boolean {
  return OWNED_ANNOTATIONS.includes(key) || /^nvidia\.com\/(dgd|dcd|dgdr)-(spec|status)/.test(key);
}

function mounts({ body }: Component): readonly (string | undefined)[] {
  return itemsAt(body, 'volumeMounts').map((mount) => stringAt(mount, 'name'));
}

function isUnpinned(image: string): boolean {
  if (image === '' || image.includes('@') || /[{$<]/.test(image)) return false;
  const tag = /:([^/:]+)$/.exec(image)?.[1];
  return tag === undefined || tag === 'latest';
}

/** Named like a secret, long like one, and neither a path nor a placeholder. */
function isPlainSecret(variable: JsonObject): boolean {
  const name = stringAt(variable, 'name') ?? '';
  const value = stringAt(variable, 'value') ?? '';
  return (
    /(^|_)(TOKEN|SECRET|PASSWORD|PASSWD|API_?KEY|ACCESS_?KEY|PRIVATE_?KEY)$/i.test(name) &&
    value.length >= 8 &&
    !/^[./~]|\$[({]|\{\{|^<.*>$/.test(value) &&
    objectAt(variable, 'valueFrom') === undefined
  );
}
