import { type Result, type ServiceView, succeed } from '../../../api/index.ts';
import { arrivingWork, requestsAtOnce } from '../../queueing/index.ts';
import { currentReplicas } from '../current-replicas.ts';
import { hold, type SizedGraph, type SizedService } from '../strategy.ts';
import type { SlaDecision } from './decision.ts';
import { fitGpus } from './fit-gpus.ts';
import { decodeReasons, prefillReasons, workerReasons } from './reasons.ts';
import type { SlaWorkers } from './sla-workers.ts';

/** The number of each service that a decision leads to, within the graph's own budget, with its reasons. */
export function sizedServices(decision: SlaDecision): Result<SizedGraph> {
  const { workers } = decision;
  return workers.kind === 'aggregated' ? sizedWorker(decision, workers) : sizedPair(decision, workers);
}

function sizedWorker(decision: SlaDecision, workers: SlaWorkers & { readonly kind: 'aggregated' }): Result<SizedGraph> {
  const { settings, needed, sizing } = decision;
  const { worker, gpusPerReplica } = workers;
  const wanted = Math.max(needed.prefill, needed.decode);
  const affordable = settings.maxGpus === undefined ? wanted : Math.floor(settings.maxGpus / gpusPerReplica);
  if (affordable < 1)
    return succeed(hold('over-budget', budgetWords(settings.maxGpus, `${gpusPerReplica} for one worker`)));
  const raw = atLeastCurrent(decision, worker, Math.min(wanted, affordable));
  const { prefill, decode } = demandReplicas(decision);
  const reasons = workerReasons(decision, { raw, wanted, current: currentOf(decision, worker) });
  return succeed({
    kind: 'sized',
    services: [
      {
        ...{ service: worker, raw, gpusPerReplica, reasons, demandReplicas: Math.max(prefill, decode) },
        ...atWorst(decision, (one) => Math.max(one.prefill, one.decode)),
        tokensPerReplica: tokensPerReplica(decision, prefill >= decode ? 'prefill' : 'decode'),
        expects: {
          percentile: settings.percentile,
          ttftMs: sizing.prefill.latencyMs,
          itlMs: sizing.decode.latencyMs,
        },
      },
    ],
  });
}

function sizedPair(
  decision: SlaDecision,
  workers: SlaWorkers & { readonly kind: 'disaggregated' },
): Result<SizedGraph> {
  const { settings, needed, sizing } = decision;
  const { prefill, decode, gpusPerReplica } = workers;
  const wanted = needed.prefill * gpusPerReplica.prefill + needed.decode * gpusPerReplica.decode;
  const isBound = settings.maxGpus !== undefined && wanted > settings.maxGpus;
  const chosen = isBound ? fitGpus({ needed, sizing, gpusPerReplica, maxGpus: settings.maxGpus ?? 0 }) : needed;
  if (chosen === undefined) {
    const each = `${gpusPerReplica.prefill} for one prefill and ${gpusPerReplica.decode} for one decode worker`;
    return succeed(hold('over-budget', budgetWords(settings.maxGpus, each)));
  }
  const pair = {
    prefill: atLeastCurrent(decision, prefill, chosen.prefill),
    decode: atLeastCurrent(decision, decode, chosen.decode),
  };
  const busy = demandReplicas(decision);
  const service = (one: ServiceView, role: 'prefill' | 'decode'): SizedService => {
    const number = { raw: pair[role], wanted: needed[role], current: currentOf(decision, one) };
    const reasons = role === 'prefill' ? prefillReasons(decision, number) : decodeReasons(decision, number);
    const { latencyMs } = sizing[role];
    return {
      ...{ service: one, raw: pair[role], gpusPerReplica: gpusPerReplica[role], reasons, demandReplicas: busy[role] },
      ...atWorst(decision, (one) => one[role]),
      tokensPerReplica: tokensPerReplica(decision, role),
      expects: {
        percentile: settings.percentile,
        ...(role === 'prefill' ? { ttftMs: latencyMs } : { itlMs: latencyMs }),
      },
    };
  };
  return succeed({ kind: 'sized', services: [service(prefill, 'prefill'), service(decode, 'decode')] });
}

/** Replicas that the demand keeps busy without a pause: what is forecast, or what was measured where that is more. */
function demandReplicas({ loads, sizing, recent, demand }: SlaDecision): { prefill: number; decode: number } {
  const { requestsPerSecond, meanServiceMs } = arrivingWork(loads.prefill);
  const { limit } = sizing.decode;
  const measured = { rate: recent.requestsPerSecond, tokens: recent.requestsPerSecond * demand.oslTokens };
  const tokens = Math.max(loads.decode.outputTokensPerSecond, measured.tokens);
  return {
    prefill: (Math.max(requestsPerSecond, measured.rate) * meanServiceMs) / 1000,
    decode: requestsAtOnce({ ...loads.decode, outputTokensPerSecond: tokens }, limit.itlMs) / limit.batch,
  };
}

/** The number that the worst case takes, with the replicas that it would keep busy. */
function atWorst(
  decision: SlaDecision,
  ofRoles: (numbers: SlaDecision['needed']) => number,
): Pick<SizedService, 'atWorst'> {
  const { worstCase } = decision;
  if (worstCase === undefined) return {};
  const busy = demandReplicas({ ...decision, ...worstCase });
  return { atWorst: { raw: ofRoles(worstCase.needed), demandReplicas: ofRoles(busy) } };
}

function tokensPerReplica(
  { loads, sizing, demand }: SlaDecision,
  role: 'prefill' | 'decode',
): NonNullable<SizedService['tokensPerReplica']> {
  if (role === 'decode') {
    const { batch, itlMs } = sizing.decode.limit;
    return { column: 'oslTokens', perSecond: (batch * 1000) / itlMs };
  }
  const { meanServiceMs } = arrivingWork(loads.prefill);
  return { column: 'islTokens', perSecond: (demand.islTokens * 1000) / meanServiceMs };
}

function atLeastCurrent(decision: SlaDecision, service: ServiceView, chosen: number): number {
  return decision.isSaturated ? Math.max(chosen, currentOf(decision, service) ?? chosen) : chosen;
}

function currentOf({ owners }: SlaDecision, service: ServiceView): number | undefined {
  const current = currentReplicas(service, owners.get(service.name));
  return current.kind === 'known' ? current.value : undefined;
}

function budgetWords(maxGpus: number | undefined, each: string): string {
  return `maxGpus is ${maxGpus}, and the graph takes at least ${each}`;
}
