import { stringAt } from '../../api/index.ts';
import { COMPONENTS, type Rule, violation, when } from '../rule.ts';
import type { DynamoKind } from '../schema/kinds.ts';

/** Kinds whose v1alpha1 is deprecated; the others have no other version. */
const MIGRATING: readonly DynamoKind[] = [
  'DynamoGraphDeployment',
  'DynamoComponentDeployment',
  'DynamoGraphDeploymentScalingAdapter',
  'DynamoGraphDeploymentRequest',
];

/** What is accepted and does nothing, or not for long. */
export const deprecationRules: readonly Rule[] = [
  {
    id: 'ignored-dynamo-namespace',
    title: 'dynamoNamespace is ignored',
    ...{ severity: 'warning', stage: 'webhook', on: 'both', kinds: COMPONENTS },
    check: ({ components, name, namespace }) =>
      components.flatMap((component) => {
        const written = stringAt(component.body, 'dynamoNamespace') ?? '';
        const used = component.body.globalDynamoNamespace === true ? 'dynamo' : `${namespace ?? '<namespace>'}-${name}`;
        return when(written !== '', () =>
          violation(
            { path: component.at(['dynamoNamespace']).path },
            `"${written}" is ignored; the operator uses "${used}"`,
            'remove it',
          ),
        );
      }),
  },
  {
    id: 'ignored-autoscaling',
    title: 'autoscaling of a service is ignored',
    ...{ severity: 'warning', stage: 'webhook', on: 'both', kinds: COMPONENTS },
    check: ({ components }) =>
      components.flatMap((component) =>
        when(component.body.autoscaling !== undefined, () =>
          violation(
            { path: component.at(['autoscaling']).path },
            'is ignored: no autoscaler comes of it',
            'turn the scaling adapter on and point an autoscaler at it',
          ),
        ),
      ),
  },
  {
    id: 'deprecated-v1alpha1',
    title: 'v1alpha1 is deprecated',
    ...{ severity: 'info', stage: 'schema', since: '1.5.0', on: 'both', kinds: MIGRATING },
    check: ({ apiVersion }) =>
      when(apiVersion === 'v1alpha1', () =>
        violation(
          { path: ['apiVersion'] },
          'v1alpha1 is served and deprecated; objects are stored as v1beta1',
          'plan the move to v1beta1',
        ),
      ),
  },
  {
    id: 'ignored-service-name',
    title: 'serviceName is ignored within a graph, where the key is the name',
    ...{ severity: 'warning', stage: 'reconcile', on: 'both', kinds: ['DynamoGraphDeployment'] },
    check: ({ components }) =>
      components.flatMap((component) => {
        const written = component.apiVersion === 'v1alpha1' ? stringAt(component.body, 'serviceName') : undefined;
        return when(written !== undefined && written !== component.name, () =>
          violation(
            { path: component.at(['serviceName']).path },
            `"${written ?? ''}" is ignored; the service is called "${component.name}"`,
            'remove it',
          ),
        );
      }),
  },
  {
    id: 'component-type-not-in-v1beta1',
    title: 'A componentType of v1alpha1 is one that v1beta1 has too',
    ...{ severity: 'info', stage: 'reconcile', since: '1.2.0', on: 'both', kinds: COMPONENTS },
    check: ({ components }) =>
      components.flatMap((component) => {
        const written = stringAt(component.body, 'componentType') ?? '';
        const isKnown = component.apiVersion === 'v1beta1' || ['', ...TYPES].includes(written);
        return when(!isKnown, () =>
          violation(
            { path: component.at(['componentType']).path },
            `"${written}" counts as no type in particular, and once the object is written as v1beta1 it is refused`,
            `write one of ${TYPES.join(', ')}, or leave it out`,
          ),
        );
      }),
  },
  {
    id: 'deprecated-checkpoint-identity',
    title: 'The identity of a checkpoint in a graph is deprecated',
    ...{ severity: 'info', stage: 'schema', since: '1.5.0', on: 'both', kinds: COMPONENTS },
    check: ({ components }) =>
      components.flatMap((component) =>
        when(component.checkpoint?.identity !== undefined, () =>
          violation(
            { path: component.at(['checkpoint', 'identity'], ['experimental', 'checkpoint', 'identity']).path },
            'is deprecated: the operator tells by itself what a checkpoint is of',
            'remove it, or name a checkpoint with checkpointRef',
          ),
        ),
      ),
  },
];

/** What v1beta1 knows as the type of a component. */
const TYPES: readonly string[] = ['frontend', 'worker', 'prefill', 'decode', 'planner', 'epp'];
