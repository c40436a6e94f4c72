import { accepted, beta, OFF_GROVE, ON_GROVE, type RuleCase, refused, resource } from './case.ts';

const topologyConstraint = { topologyName: 'dc', pack: { required: 'rack' } };
const override = (value: Parameters<typeof beta>[0], more = {}) => ({
  apiVersion: 'grove.io/v1alpha1',
  value: value ?? {},
  ...more,
});
const rooted = (value: Parameters<typeof beta>[0], more = {}, metadata = {}) =>
  beta({}, { providerOverride: override(value, more) }, metadata);
const sound = { spec: { template: { topologyConstraint } } };

export const providerOverrideCases: readonly RuleCase[] = [
  refused('provider-override', 'spec.providerOverride', rooted(sound, {}, OFF_GROVE)),
  refused('provider-override', 'spec.providerOverride', rooted(sound), { old: beta() }),
  refused('provider-override', 'spec.providerOverride.apiVersion', rooted(sound, { apiVersion: 'grove.io/v1' })),
  refused('provider-override', 'spec.providerOverride.target', rooted(sound, { target: 'PodClique' })),
  refused(
    'provider-override',
    'spec.providerOverride.value.spec.replicas',
    rooted({ spec: { ...sound.spec, replicas: 2 } }),
  ),
  refused(
    'provider-override',
    'spec.providerOverride.value.spec.template.topologyConstraint',
    rooted({ spec: { template: {} } }),
  ),
  refused(
    'provider-override',
    'spec.providerOverride.value',
    rooted({ spec: { template: { topologyConstraint: { pack: 'rack' } } } }),
  ),
  refused(
    'provider-override',
    'spec.providerOverride',
    resource('DynamoComponentDeployment', 'v1alpha1', { providerOverride: override({}) }),
  ),
  accepted('provider-override', rooted(sound)),
  accepted(
    'provider-override',
    beta({ multinode: { leader: { providerOverride: override({ topologyConstraint }) } } }, {}, ON_GROVE),
  ),
  refused('provider-override-immutable', 'spec.providerOverride.target', rooted(sound, {}, ON_GROVE), {
    old: rooted(sound, { target: 'Other' }, ON_GROVE),
  }),
  accepted('provider-override-immutable', rooted(sound, { target: 'PodCliqueSet' }, ON_GROVE), {
    old: rooted(sound, {}, ON_GROVE),
  }),
];
