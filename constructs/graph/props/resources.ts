import type { ClaimUse } from '../../../api/index.ts';
import type { Gpu } from '../../gpu.ts';
import { anyText, listOf, made, mapOf, number, type Properties, required, shape, text } from '../../props/index.ts';
import type { ResourceAmounts, ResourceOptions } from '../fields/resources.ts';

/** By what is asked of it, so that one of another copy of this package is one too. */
export const GPU = made<Gpu>('a value of Gpu.count, such as Gpu.count(2)', ({ perPod }) => typeof perPod === 'number');

const AMOUNTS = shape<ResourceAmounts>('an object', { cpu: text, memory: text, gpus: GPU, extra: mapOf(text) });

export const RESOURCES: Properties<ResourceOptions> = {
  gpus: GPU,
  gpuType: text,
  requests: AMOUNTS,
  limits: AMOUNTS,
  claims: listOf(shape<ClaimUse>('an object', { name: required(text), request: text })),
  nodes: number,
  sharedMemory: anyText(),
};
