import { DYNAMO_GROUP, showJson, stringAt } from '../../api/index.ts';
import { type Component, itemsAt, under } from '../component.ts';
import { COMPONENTS, GRAPHS, type OtherRule, type Rule, violation, when } from '../rule.ts';
import { DYNAMO_KINDS } from '../schema/kinds.ts';
import { type ObjectState, WORKLOAD_PROVIDER } from '../subject.ts';
import { annotationPath } from './annotations.ts';
import { isSingleWriter, mountedClaims } from './claims.ts';

export const REPLICAS_BESIDE_ADAPTER = 'gitops-replicas-beside-adapter';

/** What nobody refuses, and what goes wrong once a controller applies it from Git again and again. */
export const gitopsRules: readonly Rule[] = [
  {
    id: REPLICAS_BESIDE_ADAPTER,
    title: 'A count is not committed beside a scaling adapter, which owns it',
    edit: 'the count is taken out, where it is 1, or was absent at the base: one that is absent counts as 1',
    ...{ severity: 'error', stage: 'gitops', on: 'create', kinds: GRAPHS },
    check: ({ components, old }) =>
      components.flatMap((component) =>
        when(component.hasAdapter && component.replicas !== undefined && !isTurnedOn(component, old), () =>
          violation(
            { path: component.at(['replicas']).path },
            `"${component.name}" has its scaling adapter on: the first sync works, and once anything has scaled it, the webhook refuses every sync that says ${component.replicas}`,
            'apply on the server side, and remove replicas once the operator has written the count itself; removed before, it counts as 1',
            ...(mayGo(component, old) ? [{ kind: 'remove', path: component.at(['replicas']).path } as const] : []),
          ),
        ),
      ),
  },
  {
    id: 'gitops-scale-to-zero',
    title: 'A worker is not scaled to zero: its model disappears from the frontend',
    ...{
      severity: 'warning',
      stage: 'gitops',
      on: 'create',
      kinds: [...GRAPHS, 'DynamoGraphDeploymentScalingAdapter'],
    },
    check: ({ kind, spec, components }) => [
      ...when(kind === 'DynamoGraphDeploymentScalingAdapter' && spec.replicas === 0, () =>
        violation(
          { path: ['spec', 'replicas'] },
          'is 0: where the service is a worker, the frontend forgets the model and answers 404',
          'keep at least 1',
        ),
      ),
      ...components.flatMap((component) =>
        when(component.replicas === 0 && SERVES.includes(component.type), () =>
          violation(
            { path: component.at(['replicas']).path },
            `"${component.name}" has no replica: the frontend forgets the model and answers 404, and no request can bring it back`,
            'keep at least 1',
          ),
        ),
      ),
    ],
  },
  {
    id: 'gitops-operator-annotation',
    title: 'What the operator writes on an object is not committed',
    edit: 'the annotation is taken out',
    ...{ severity: 'warning', stage: 'gitops', on: 'create', kinds: DYNAMO_KINDS },
    check: ({ annotations }) =>
      Object.keys(annotations)
        .filter(isOperatorOwned)
        .map((key) =>
          violation(
            { path: annotationPath(key) },
            'is written by the operator; from Git it fights with what is live, or carries the state of another cluster along',
            'remove it',
            {
              kind: 'remove',
              // An empty map of annotations says nothing.
              path: Object.keys(annotations).every(isOperatorOwned) ? ['metadata', 'annotations'] : annotationPath(key),
            },
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
    id: 'gitops-request-applies',
    title: 'A request leaves its graph to Git',
    ...{ severity: 'info', stage: 'gitops', on: 'create', kinds: ['DynamoGraphDeploymentRequest'] },
    // Absent is false in v1alpha1 and true in v1beta1, which the schema has filled in.
    check: ({ spec }) =>
      when(spec.autoApply === true, () =>
        violation(
          { path: ['spec', 'autoApply'] },
          'the operator creates the graph itself, and Git never has it',
          'set autoApply: false, and commit the graph that the request finds',
        ),
      ),
  },
  {
    id: 'gitops-single-writer-claim',
    title: 'A claim for one node is not shared by several pods',
    ...{ severity: 'warning', stage: 'gitops', on: 'create', kinds: GRAPHS },
    check: ({ spec, components }) =>
      itemsAt(spec, 'pvcs').flatMap((claim, index) => {
        const mode = stringAt(claim, 'volumeAccessMode') ?? '';
        const name = stringAt(claim, 'name');
        const users = components.filter((component) => name !== undefined && mountedClaims(component).has(name));
        const pods = users.reduce((sum, { replicas, nodeCount }) => sum + (replicas ?? 1) * nodeCount, 0);
        return when(isSingleWriter(mode) && pods > 1, () =>
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
    ...{ severity: 'warning', stage: 'gitops', on: 'create', kinds: [...COMPONENTS, 'DynamoGraphDeploymentRequest'] },
    check: ({ spec, components }) =>
      [
        { image: spec.image, path: ['spec', 'image'] },
        {
          image: stringAt(spec, 'profilingConfig', 'profilerImage'),
          path: ['spec', 'profilingConfig', 'profilerImage'],
        },
        ...components.flatMap((component) => [
          ...component.containers.map((container) => ({
            image: container.body.image,
            path: under(container, ['image']).path,
          })),
          {
            image: stringAt(component.body, 'frontendSidecar', 'image'),
            path: component.at(['frontendSidecar', 'image']).path,
          },
        ]),
      ].flatMap(({ image, path }) =>
        when(typeof image === 'string' && isUnpinned(image), () =>
          violation(
            { path },
            `${showJson(image)} is another image tomorrow, and Git does not show the change`,
            'name a version, or a digest',
          ),
        ),
      ),
  },
  {
    id: 'gitops-exported-object',
    title: 'An object is committed as it was written, not as a cluster gave it back',
    ...{ severity: 'warning', stage: 'gitops', on: 'create', kinds: DYNAMO_KINDS },
    check: ({ metadata, annotations, status }) => [
      ...EXPORTED.filter(({ field, only }) =>
        only === undefined ? metadata[field] !== undefined : itemsAt(metadata, field).includes(only),
      ).map(({ field, effect }) => violation({ path: ['metadata', field] }, effect, 'remove it')),
      ...when(annotations[LAST_APPLIED] !== undefined, () =>
        violation(
          { path: annotationPath(LAST_APPLIED) },
          'is what kubectl applied once: a client that merges takes it for the last state, and removes or puts back fields by it',
          'remove it, and apply on the server side',
        ),
      ),
      ...when(status !== undefined, () =>
        violation({ path: ['status'] }, 'is of the cluster that it was read from, and is never applied', 'remove it'),
      ),
    ],
  },
];

/** What the pods of a graph write, and nobody else. */
export const generatedRules: readonly OtherRule[] = [
  {
    id: 'gitops-worker-metadata',
    title: 'What workers write to be found is not committed',
    ...{ severity: 'warning', kind: 'DynamoWorkerMetadata' },
    check: ({ apiVersion }) =>
      when(typeof apiVersion === 'string' && apiVersion.startsWith(`${DYNAMO_GROUP}/`), () =>
        violation(
          { path: ['kind'] },
          'each pod writes its own, and one from Git leads requests to a worker that is not there',
          'remove it, and leave the kind out of what is pruned',
        ),
      ),
  },
];

/**
 * The commit that turns the adapter on keeps the count, from which the operator makes the adapter; that it is the same is
 * what replicas-under-adapter asks for.
 */
function isTurnedOn({ name }: Component, old: ObjectState | undefined): boolean {
  const before = old?.components.find((component) => component.name === name);
  return before?.hasAdapter === false;
}

const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';

const EXPORTED: readonly { readonly field: string; readonly effect: string; readonly only?: string }[] = [
  { field: 'resourceVersion', effect: 'once anything has changed the object, every apply is refused as a conflict' },
  { field: 'uid', effect: 'is that of one object in one cluster, and an apply to another is refused' },
  { field: 'managedFields', effect: 'says who wrote what in one cluster; an apply on the server side refuses it' },
  {
    field: 'ownerReferences',
    effect: 'ties the object to one that another cluster does not have, which then deletes it',
  },
  {
    field: 'finalizers',
    only: 'nvidia.com/finalizer',
    effect: "is the operator's own: a sync that has it keeps the object from being deleted",
  },
  { field: 'creationTimestamp', effect: 'is written by the cluster' },
  { field: 'generation', effect: 'is written by the cluster' },
];

/** A count can go where nothing changes by it: an absent one is 1, and was absent before where it has just come in. */
function mayGo({ name, replicas }: Component, old: ObjectState | undefined): boolean {
  const before = old?.components.find((component) => component.name === name);
  return replicas === 1 || (before?.hasAdapter === true && before.replicas === undefined);
}

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

function isUnpinned(image: string): boolean {
  if (image === '' || image.includes('@') || /[{$<]/.test(image)) return false;
  const tag = /:([^/:]+)$/.exec(image)?.[1];
  return tag === undefined || tag === 'latest';
}
