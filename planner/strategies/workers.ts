import { type HeldItem, type ServiceView, serviceName, validateDeployment } from '../../api/index.ts';
import type { StrategyContext } from './strategy.ts';
import { workerGpus } from './worker-gpus.ts';

/** The two workers of a disaggregated graph, with what is needed to size them. */
export interface DisaggregatedWorkers {
  readonly prefill: ServiceView;
  readonly decode: ServiceView;
  readonly modelName: string;
  readonly gpusPerReplica: { readonly prefill: number; readonly decode: number };
}

export type FoundWorkers =
  | { readonly kind: 'found'; readonly workers: DisaggregatedWorkers }
  | { readonly kind: 'held'; readonly code: HeldItem['code']; readonly reason: string };

/** Finds prefill and decode in a graph that has one of each, or says why they cannot be sized by `strategy`. */
export function disaggregatedWorkers(
  strategy: string,
  context: Pick<StrategyContext, 'view' | 'deployment' | 'parentGraph'>,
): FoundWorkers {
  const { view, deployment, parentGraph } = context;
  const roles = view.services.map((service) => service.role);
  if (roles.includes('worker') && !roles.includes('prefill') && !roles.includes('decode')) {
    return held('unsupported', `${strategy} sizes prefill and decode, and the workers of this graph do both at once`);
  }
  const validated = validateDeployment(view, {
    requirePrefill: true,
    requireDecode: true,
    ...(deployment.model === undefined ? {} : { modelName: deployment.model }),
    ...(parentGraph === undefined ? {} : { parentGraph }),
  });
  if (!validated.ok) return held('invalid-deployment', validated.error.map((problem) => problem.message).join('; '));
  const { prefill, decode, modelName } = validated.value;
  if (prefill === undefined || decode === undefined) return held('invalid-deployment', 'prefill or decode is missing');
  const misnamed = [prefill, decode].find((service) => !serviceName.safeParse(service.name).success);
  if (misnamed !== undefined) {
    return held('invalid-deployment', `${JSON.stringify(misnamed.name)} is not a name that Kubernetes accepts`);
  }
  const gpus = { prefill: workerGpus(prefill), decode: workerGpus(decode) };
  if (gpus.prefill.kind === 'unknown' || gpus.decode.kind === 'unknown') {
    const unknown = [prefill, decode].flatMap((service) => {
      const count = workerGpus(service);
      return count.kind === 'unknown' ? [`${service.name}: ${count.reason}`] : [];
    });
    return held('unknown-gpus', unknown.join('; '));
  }
  const gpusPerReplica = { prefill: gpus.prefill.count, decode: gpus.decode.count };
  return { kind: 'found', workers: { prefill, decode, modelName, gpusPerReplica } };
}

function held(code: HeldItem['code'], reason: string): FoundWorkers {
  return { kind: 'held', code, reason };
}
