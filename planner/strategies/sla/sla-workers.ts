import { type HeldItem, type ServiceView, serviceName, validateDeployment } from '../../../api/index.ts';
import type { StrategyContext } from '../strategy.ts';
import { workerGpus } from '../worker-gpus.ts';
import { disaggregatedWorkers } from '../workers.ts';

/** The workers of a graph: prefill and decode apart, or one service that does both. */
export type SlaWorkers =
  | {
      readonly kind: 'disaggregated';
      readonly modelName: string;
      readonly prefill: ServiceView;
      readonly decode: ServiceView;
      readonly gpusPerReplica: { readonly prefill: number; readonly decode: number };
    }
  | {
      readonly kind: 'aggregated';
      readonly modelName: string;
      readonly worker: ServiceView;
      readonly gpusPerReplica: number;
    };

export type FoundSlaWorkers =
  | { readonly kind: 'found'; readonly workers: SlaWorkers }
  | { readonly kind: 'held'; readonly code: HeldItem['code']; readonly reason: string };

/** Finds what there is to size in a graph, or says why it cannot be. */
export function slaWorkers(context: StrategyContext): FoundSlaWorkers {
  const roles = context.view.services.map(({ role }) => role);
  if (roles.includes('prefill') || roles.includes('decode') || !roles.includes('worker')) {
    const found = disaggregatedWorkers('sla', context);
    if (found.kind === 'held') return found;
    return { kind: 'found', workers: { kind: 'disaggregated', ...found.workers } };
  }
  return aggregatedWorker(context);
}

function aggregatedWorker({ view, deployment, parentGraph }: StrategyContext): FoundSlaWorkers {
  const [worker, second] = view.services.filter(({ role }) => role === 'worker');
  if (worker === undefined || second !== undefined) {
    const names = view.services.filter(({ role }) => role === 'worker').map(({ name }) => JSON.stringify(name));
    return held('unsupported', `${names.join(' and ')} are all workers; sla sizes a graph with one kind of worker`);
  }
  if (!serviceName.safeParse(worker.name).success) {
    return held('invalid-deployment', `${JSON.stringify(worker.name)} is not a name that Kubernetes accepts`);
  }
  const { model } = deployment;
  if (model !== undefined && worker.modelName !== undefined && model !== worker.modelName) {
    return held('invalid-deployment', `the graph serves "${worker.modelName}", not "${model}"`);
  }
  const modelName = model ?? worker.modelName;
  const validated = validateDeployment(view, {
    ...{ requirePrefill: false, requireDecode: false },
    ...(modelName === undefined ? {} : { modelName }),
    ...(parentGraph === undefined ? {} : { parentGraph }),
  });
  if (!validated.ok) return held('invalid-deployment', validated.error.map(({ message }) => message).join('; '));
  const gpus = workerGpus(worker);
  if (gpus.kind === 'unknown') return held('unknown-gpus', `${worker.name}: ${gpus.reason}`);
  const found = { worker, modelName: validated.value.modelName, gpusPerReplica: gpus.count };
  return { kind: 'found', workers: { kind: 'aggregated', ...found } };
}

function held(code: HeldItem['code'], reason: string): FoundSlaWorkers {
  return { kind: 'held', code, reason };
}
