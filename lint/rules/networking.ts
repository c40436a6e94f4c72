import { isAtLeast, isObject, objectAt, stringAt } from '../../api/index.ts';
import { type Component, itemsAt } from '../component.ts';
import { COMPONENTS, type Rule, violation, when } from '../rule.ts';
import type { Subject } from '../subject.ts';

/** Ingress, the endpoint picker, and the frontend that runs beside a worker. */
export const networkingRules: readonly Rule[] = [
  {
    id: 'ingress-host',
    title: 'An ingress that is enabled has a host',
    ...{ severity: 'error', stage: 'webhook', on: 'both', kinds: COMPONENTS },
    check: ({ components }) =>
      components.flatMap((component) => {
        const ingress = objectAt(component.body, 'ingress');
        return when(ingress?.enabled === true && (stringAt(ingress, 'host') ?? '') === '', () =>
          violation(
            { path: component.at(['ingress', 'host']).path },
            'ingress is enabled without a host',
            'set the host',
          ),
        );
      }),
  },
  {
    id: 'epp-single',
    title: 'An endpoint picker is one replica on one node',
    ...{ severity: 'error', stage: 'webhook', on: 'both', kinds: COMPONENTS },
    check: (subject) =>
      pickers(subject).flatMap((component) => {
        const isHead = isAtLeast(subject.operator, '1.5.0');
        return [
          ...when(component.nodeCount > 1, () =>
            violation(
              isHead ? component.at(['multinode']) : component.place,
              'an endpoint picker cannot span nodes',
              'remove multinode',
            ),
          ),
          ...when(component.replicas !== undefined && component.replicas !== 1, () =>
            violation(
              isHead ? component.at(['replicas']) : component.place,
              `an endpoint picker has exactly one replica, not ${component.replicas}`,
              'set replicas to 1',
            ),
          ),
        ];
      }),
  },
  {
    id: 'epp-inference-pool',
    title: 'An endpoint picker needs the InferencePool API in the cluster',
    ...{ severity: 'error', stage: 'webhook', on: 'both', kinds: ['DynamoGraphDeployment'] },
    check: (subject) =>
      pickers(subject).flatMap((component) =>
        when(subject.cluster.inferencePool === false, () =>
          violation(
            isAtLeast(subject.operator, '1.5.0') ? component.at(['componentType'], ['type']) : component.place,
            'the cluster has no InferencePool API, which an endpoint picker works for',
            'install the Gateway API Inference Extension first',
          ),
        ),
      ),
  },
  {
    id: 'epp-config',
    title: 'An endpoint picker has its configuration from exactly one source',
    ...{ severity: 'error', stage: 'webhook', on: 'both', kinds: COMPONENTS },
    check: (subject) =>
      // Until 1.4 a configuration on another type is not looked at.
      (isAtLeast(subject.operator, '1.5.0') ? subject.components : pickers(subject)).flatMap((component) => {
        const config = objectAt(component.body, 'eppConfig');
        const place = component.at(['eppConfig']);
        if (config === undefined) {
          return when(component.type === 'epp', () =>
            violation(place, 'an endpoint picker without a configuration does not start', 'set eppConfig'),
          );
        }
        const reference = objectAt(config, 'configMapRef');
        const hasOne = (reference === undefined) !== (config.config === undefined);
        return [
          ...when(!hasOne, () =>
            violation(
              { path: place.path },
              `has ${reference === undefined ? 'neither' : 'both'} configMapRef ${reference === undefined ? 'nor' : 'and'} config; exactly one is wanted`,
              'keep one of them',
            ),
          ),
          ...when(reference !== undefined && (stringAt(reference, 'name') ?? '') === '', () =>
            violation(component.at(['eppConfig', 'configMapRef', 'name']), 'the ConfigMap has no name', 'name it'),
          ),
        ];
      }),
  },
  {
    id: 'epp-config-type',
    title: 'Only a component of type epp has an endpoint picker configuration',
    ...{ severity: 'error', stage: 'schema', since: '1.2.0', on: 'both', kinds: COMPONENTS },
    check: ({ apiVersion, components }) =>
      components.flatMap((component) =>
        when(apiVersion === 'v1beta1' && component.body.eppConfig !== undefined && component.type !== 'epp', () =>
          violation(
            component.place,
            'eppConfig is set on a component whose type is not epp',
            'set type: epp, or remove eppConfig',
          ),
        ),
      ),
  },
  {
    id: 'frontend-sidecar',
    title: 'The frontend beside a worker is one of the containers, and its name is free',
    ...{ severity: 'error', stage: 'webhook', since: '1.1.0', on: 'both', kinds: COMPONENTS },
    check: ({ components }) => components.flatMap(sidecarViolations),
  },
];

const SIDECAR_NAME = 'sidecar-frontend';

function sidecarViolations(component: Component) {
  const { apiVersion, body } = component;
  if (apiVersion === 'v1alpha1') {
    const clash = itemsAt(body, 'extraPodSpec', 'containers').some((one) => isObject(one) && one.name === SIDECAR_NAME);
    return when(body.frontendSidecar !== undefined && clash, () =>
      violation(
        { path: component.at(['frontendSidecar']).path },
        `a container of extraPodSpec is called "${SIDECAR_NAME}" already, the name that the sidecar gets`,
        'rename that container',
      ),
    );
  }
  const name = stringAt(body, 'frontendSidecar');
  if (name === undefined) return [];
  if (body.podTemplate === undefined) {
    const place = component.at([], ['podTemplate', 'spec', 'containers']);
    return [
      violation(
        place,
        `frontendSidecar names the container "${name}", and there is no podTemplate`,
        'add the container',
      ),
    ];
  }
  const place = component.at(['frontendSidecar']);
  if (name === '') return [violation(place, 'is empty', 'name a container, or remove it')];
  const isThere = component.containers.some((one) => one.role !== 'init' && one.name === name);
  return when(!isThere, () =>
    violation(place, `"${name}" is no container of the pod template`, 'name one of its containers'),
  );
}

function pickers({ components }: Subject): readonly Component[] {
  return components.filter(({ type }) => type === 'epp');
}
