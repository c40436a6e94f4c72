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
];
