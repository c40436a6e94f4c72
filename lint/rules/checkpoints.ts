import { canonicalJson, isObject, type JsonObject, objectAt, showJson, stringAt, valueAt } from '../../api/index.ts';
import { type Component, itemsAt, type Place, under } from '../component.ts';
import type { FieldPath } from '../field-path.ts';
import type { Violation } from '../finding.ts';
import { COMPONENTS, type Rule, violation, when } from '../rule.ts';
import type { DynamoKind } from '../schema/kinds.ts';

const CHECKPOINTS: readonly DynamoKind[] = ['DynamoCheckpoint'];
const DISABLED = 'checkpoints are switched off in the configuration of the operator';
const ENABLE = 'switch them on in the platform chart first';

/** Checkpoints of components, and the DynamoCheckpoint itself. */
export const checkpointRules: readonly Rule[] = [
  {
    id: 'checkpoint-source',
    title: 'A checkpoint that is enabled says which: by name, or by model and backend',
    ...{ severity: 'error', stage: 'schema', until: '1.0.0', on: 'both', kinds: COMPONENTS },
    check: ({ components }) =>
      components.flatMap((component) => {
        const { checkpoint } = component;
        const isNamed = filled(checkpoint, 'checkpointRef');
        const isIdentified =
          filled(objectAt(checkpoint, 'identity'), 'model') &&
          filled(objectAt(checkpoint, 'identity'), 'backendFramework');
        return when(checkpoint?.enabled === true && !isNamed && !isIdentified, () =>
          violation(
            checkpointPlace(component),
            'is enabled, and says neither which checkpoint nor of what',
            'set checkpointRef, or identity with model and backendFramework',
          ),
        );
      }),
  },
  {
    id: 'checkpoint-job-with-ref',
    title: 'A checkpoint that is named is not also made by a job',
    ...{ severity: 'error', stage: 'schema', since: '1.1.0', on: 'both', kinds: COMPONENTS },
    check: ({ components }) =>
      components.flatMap((component) => {
        const { checkpoint } = component;
        return when(checkpoint?.job !== undefined && filled(checkpoint, 'checkpointRef'), () =>
          violation(
            { path: checkpointPlace(component).path },
            'has a job beside checkpointRef, and a checkpoint that exists is not made',
            'keep one of them',
          ),
        );
      }),
  },
  {
    id: 'checkpoint-disabled',
    title: 'Checkpoints are used only where the operator has them switched on',
    ...{ severity: 'error', stage: 'webhook', since: '1.1.0', on: 'both', kinds: [...COMPONENTS, ...CHECKPOINTS] },
    check: ({ kind, cluster, components }) => {
      if (cluster.checkpoint !== false) return [];
      if (kind === 'DynamoCheckpoint') return [violation({ path: ['spec'] }, DISABLED, ENABLE)];
      return components.flatMap((component) =>
        when(component.checkpoint?.enabled === true, () => violation(checkpointPlace(component), DISABLED, ENABLE)),
      );
    },
  },
  {
    id: 'checkpoint-gms-clients',
    title: 'Clients of the GPU memory service in a checkpoint job need an intra-pod service',
    ...{ severity: 'error', stage: 'webhook', since: '1.1.0', on: 'both', kinds: COMPONENTS },
    check: ({ components }) =>
      components.flatMap((component) => {
        if (itemsAt(component.checkpoint, 'job', 'gmsClientContainers').length === 0) return [];
        const mode = component.gpuMemoryService?.mode;
        return when(mode !== 'intra-pod', () =>
          violation(
            under(checkpointPlace(component), ['job', 'gmsClientContainers']),
            mode === undefined
              ? 'the GPU memory service that they are clients of is off'
              : 'works with the intra-pod mode only',
            'remove them, or turn on gpuMemoryService in the intra-pod mode',
          ),
        );
      }),
  },
  {
    id: 'checkpoint-identity-immutable',
    title: 'The identity of a DynamoCheckpoint does not change',
    ...{ severity: 'error', stage: 'schema', on: 'update', kinds: CHECKPOINTS },
    check: ({ spec, old }) =>
      when(canonicalJson(spec.identity ?? null) !== canonicalJson(old?.spec.identity ?? null), () =>
        violation(
          { path: ['spec', 'identity'] },
          'changes what the checkpoint is of, and that is immutable',
          'create a checkpoint with another name',
        ),
      ),
  },
  {
    id: 'checkpoint-inter-pod',
    title: 'A DynamoCheckpoint is made with an intra-pod GPU memory service',
    ...{ severity: 'error', stage: 'webhook', since: '1.1.0', on: 'both', kinds: CHECKPOINTS },
    check: ({ spec }) =>
      when(
        valueAt(spec, 'gpuMemoryService', 'enabled') === true &&
          valueAt(spec, 'gpuMemoryService', 'mode') === 'interPod',
        () =>
          violation(
            { path: ['spec', 'gpuMemoryService', 'mode'] },
            'the inter-pod mode is not implemented for checkpoints',
            'use intraPod',
          ),
      ),
  },
  {
    id: 'checkpoint-pod-wiring',
    title: 'The pod of a checkpoint job is prepared for the GPU memory service',
    ...{ severity: 'error', stage: 'webhook', since: '1.1.0', on: 'both', kinds: CHECKPOINTS },
    check: ({ spec }) => wiringViolations(spec),
  },
];

function filled(value: JsonObject | undefined, field: string): boolean {
  return (stringAt(value, field) ?? '') !== '';
}

function checkpointPlace(component: Component): Place {
  return component.at(['checkpoint'], ['experimental', 'checkpoint']);
}

const SHARED = 'gms-intrapod-control';
const SOCKET_FOLDER = `/${SHARED}`;
const CLAIM = 'intrapod-shared-gpu';
const SERVER = 'gms-server';
const POD: FieldPath = ['spec', 'job', 'podTemplateSpec', 'spec'];

/** What the operator's own preparation of a pod leaves behind, and looks for (operator 1.5). */
function wiringViolations(spec: JsonObject): readonly Violation[] {
  const service = objectAt(spec, 'gpuMemoryService');
  if (service?.enabled !== true || service.mode === 'interPod') return [];
  const pod = objectAt(spec, 'job', 'podTemplateSpec', 'spec');
  const containers = objectsAt(pod, 'containers');
  const servers = objectsAt(pod, 'initContainers');
  const given = stringAt(spec, 'job', 'targetContainerName');
  const target = given === undefined || given === '' ? 'main' : given;
  const extra = itemsAt(service, 'extraClientContainers');
  const server = servers.find(({ body }) => body.name === SERVER);
  const lacks = (path: FieldPath, what: string) =>
    violation(
      { path: [...POD, ...path] },
      `lacks ${what}, which the GPU memory service needs`,
      'prepare the pod as the operator does, or turn the service off',
    );
  return [
    ...extra.flatMap((name, index) =>
      when(!containers.some(({ body }) => body.name === name), () =>
        violation(
          { path: ['spec', 'gpuMemoryService', 'extraClientContainers', index] },
          `${showJson(name)} is no container of the job's pod`,
          'name one of its containers',
        ),
      ),
    ),
    ...when(!named(pod, 'volumes', SHARED), () => lacks(['volumes'], `the volume "${SHARED}"`)),
    ...(server === undefined
      ? [lacks(['initContainers'], `the init container "${SERVER}"`)]
      : clientViolations(server.body, ['initContainers', server.index], lacks)),
    ...containers
      .filter(({ body }) => body.name === target || extra.includes(body.name ?? null))
      .flatMap(({ body, index }) => clientViolations(body, ['containers', index], lacks)),
    ...when(!named(pod, 'resourceClaims', CLAIM), () => lacks(['resourceClaims'], `the claim "${CLAIM}"`)),
    ...when(!containers.some(({ body }) => body.name === target), () =>
      given === undefined || given === ''
        ? lacks(['containers'], `the container "${target}"`)
        : violation(
            { path: ['spec', 'job', 'targetContainerName'] },
            `"${target}" is no container of the job's pod`,
            'name one of its containers',
          ),
    ),
  ];
}

function clientViolations(
  body: JsonObject,
  path: FieldPath,
  lacks: (path: FieldPath, what: string) => Violation,
): readonly Violation[] {
  const hasFolder = itemsAt(body, 'env').some(
    (one) => isObject(one) && one.name === 'GMS_SOCKET_DIR' && one.value === SOCKET_FOLDER,
  );
  const hasMount = itemsAt(body, 'volumeMounts').some(
    (one) => isObject(one) && one.name === SHARED && one.mountPath === SOCKET_FOLDER,
  );
  return [
    ...when(!hasFolder, () => lacks([...path, 'env'], `GMS_SOCKET_DIR=${SOCKET_FOLDER}`)),
    ...when(!named(objectAt(body, 'resources'), 'claims', CLAIM), () =>
      lacks([...path, 'resources', 'claims'], `the claim "${CLAIM}"`),
    ),
    ...when(!hasMount, () => lacks([...path, 'volumeMounts'], `the mount of "${SHARED}" at ${SOCKET_FOLDER}`)),
  ];
}

function named(value: JsonObject | undefined, field: string, name: string): boolean {
  return itemsAt(value, field).some((item) => isObject(item) && item.name === name);
}

function objectsAt(
  value: JsonObject | undefined,
  field: string,
): readonly { readonly body: JsonObject; readonly index: number }[] {
  return itemsAt(value, field).flatMap((body, index) => (isObject(body) ? [{ body, index }] : []));
}
