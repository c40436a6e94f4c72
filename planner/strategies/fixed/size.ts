import type { FixedServiceSettings, FixedSettings } from '../../../api/index.ts';
import { manifestGpus } from '../service-gpus.ts';
import { sizedOneByOne } from '../sized-one-by-one.ts';
import type { SizeGraph, SizeService } from '../strategy.ts';

/** Gives each service the number that the config says. */
export const sizeFixed: SizeGraph<FixedSettings> = ({ replicas }, context) =>
  sizedOneByOne(new Map(Object.entries(replicas)), 'strategy.replicas', context, fixedNumber);

export const sizeServiceFixed: SizeService<FixedServiceSettings> = ({ replicas }, service, context) =>
  fixedNumber(replicas, service, context);

const fixedNumber: SizeService<number> = (replicas, service) => ({
  kind: 'sized',
  ...{ service, raw: replicas, gpusPerReplica: manifestGpus(service) },
  reasons: [
    { stage: 'raw', name: 'replicas', value: replicas, explanation: `${replicas}, as the config says (fixed)` },
  ],
});
