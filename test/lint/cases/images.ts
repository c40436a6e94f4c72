import { accepted, alpha, beta, pod, type RuleCase, refused, resource } from './case.ts';

const image = (text: string) => ({ extraPodSpec: { mainContainer: { image: text } } });
/** As envsubst reads it. */
const variable = (name: string) => `\${${name}}`;
const component = (spec: Parameters<typeof resource>[2]) => resource('DynamoComponentDeployment', 'v1beta1', spec);

export const imageCases: readonly RuleCase[] = [
  refused('image-required', 'spec.services[decode].extraPodSpec.mainContainer.image', alpha({ extraPodSpec: {} }), {
    operator: '1.4.0',
  }),
  refused('image-required', 'spec.components[0].podTemplate.spec.containers', beta({ podTemplate: null })),
  refused(
    'image-required',
    'spec.components[0].podTemplate.spec.containers[0].image',
    beta({ podTemplate: pod({ image: '' }) }),
  ),
  accepted('image-required', alpha({ extraPodSpec: {} }), { operator: '1.3.0' }),
  refused('image-removed', 'spec.services[decode].extraPodSpec.mainContainer.image', alpha({ extraPodSpec: {} }), {
    old: alpha(),
  }),
  accepted('image-removed', alpha({ extraPodSpec: {} }), { old: alpha({ extraPodSpec: null }) }),
  refused('image-version', 'spec.services[decode].runtimeVersionOverride', alpha(image('repo:5000/vllm:latest'))),
  refused('image-version', 'spec.services[decode].runtimeVersionOverride', alpha(image('repo:5000/vllm'))),
  accepted('image-version', alpha({ ...image('repo/vllm:latest'), runtimeVersionOverride: '1.4.0' })),
  accepted('image-version', alpha(image('repo:5000/vllm:v1.4.0-rc.1@sha256:00'))),
  accepted('image-version', alpha(image('repo/vllm:my-tag'))),
  refused(
    'image-placeholder',
    'spec.services[decode].extraPodSpec.mainContainer.image',
    alpha(image('repo/vllm:my-tag')),
  ),
  accepted('image-placeholder', alpha(image('repo/vllm:1.4.0'))),
  accepted('image-version', alpha(image('repo/vllm:latest')), { operator: '1.3.0' }),
  refused(
    'image-version',
    'spec.services[decode].extraPodSpec.mainContainer.image',
    alpha(image(`registry.example/vllm-runtime:${variable('TAG')}`)),
  ),
  refused('image-version-update', 'spec.services[decode].runtimeVersionOverride', alpha(image('repo/vllm:b')), {
    old: alpha(image('repo/vllm:a')),
  }),
  accepted('image-version-update', alpha({ ...image('repo/vllm:a'), replicas: 3 }), {
    old: alpha(image('repo/vllm:a')),
  }),
  refused(
    'sidecar-image',
    'spec.components[0].podTemplate.spec.initContainers[0]',
    beta({ podTemplate: pod({}, { initContainers: [{ name: 'fetch' }] }) }),
  ),
  accepted('sidecar-image', alpha({ extraPodSpec: { initContainers: [{ name: 'fetch' }] } })),
  accepted(
    'sidecar-image',
    component({ type: 'worker', podTemplate: pod({}, { initContainers: [{ name: 'fetch', image: 'busybox:1.36' }] }) }),
  ),
];
