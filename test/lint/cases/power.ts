import { accepted, beta, ONE_GPU, pod, type RuleCase, refused } from './case.ts';

const LIMIT = 'spec.components[0].podTemplate.metadata.annotations[dynamo.nvidia.com/gpu-power-limit]';
const watts = (text: string, main = ONE_GPU) =>
  beta({ podTemplate: pod(main, {}, { annotations: { 'dynamo.nvidia.com/gpu-power-limit': text } }) });
const gpus = (count: number) => watts('300', { resources: { limits: { 'nvidia.com/gpu': count } } });

export const powerCases: readonly RuleCase[] = [
  refused('power-limit-value', LIMIT, watts('300W')),
  refused('power-limit-value', LIMIT, watts('0')),
  accepted('power-limit-value', watts('300')),
  refused(
    'power-limit-claims',
    'spec.components[0].podTemplate.spec.containers[0].resources.claims',
    watts('300', { resources: { claims: [{ name: 'gpu' }] } }),
  ),
  accepted('power-limit-claims', watts('300')),
  refused('power-limit-immutable', LIMIT, watts('250'), { old: watts('300') }),
  refused(
    'power-limit-immutable',
    'spec.components[0].podTemplate.spec.containers[0].resources.limits[nvidia.com/gpu]',
    gpus(2),
    { old: gpus(1) },
  ),
  accepted('power-limit-immutable', gpus(1), {
    old: watts('300', { resources: { limits: { 'nvidia.com/gpu': '1' } } }),
  }),
];
