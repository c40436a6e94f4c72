import type { ServiceView } from '../../../api/index.ts';
import { arrivingWork } from '../../queueing/index.ts';
import type { StrategyContext } from '../strategy.ts';
import { lostArrivals } from './arrivals.ts';
import type { SlaDecision } from './decision.ts';
import { isMissed } from './recent-traffic.ts';
import { sizeDemand } from './size-demand.ts';
import { type WorstDemand, worstDemand } from './worst-demand.ts';

/** What a decision would be, had the lost buckets been the worst that they can have been. */
export interface WorstCase extends Pick<SlaDecision, 'loads' | 'sizing' | 'needed'> {
  readonly worst: WorstDemand;
}

/**
 * Undefined where it cannot be told, so that no number is lowered: where a budget shares out what there is, more for one role
 * is less for the other; and while TTFT is missed, completions do not show what arrived.
 */
export function worstCase(
  decision: Omit<SlaDecision, 'worstCase'>,
  context: Pick<StrategyContext, 'lost' | 'ceilings' | 'fitted' | 'atMs'>,
  mayBeCompleted: boolean,
): WorstCase | undefined {
  const { settings, sla, workers, model, compared, series, demand, measuredTtftMs } = decision;
  if (context.lost === undefined || (mayBeCompleted && isMissed(measuredTtftMs, sla.ttftMs))) return undefined;
  const lost = lostArrivals(series, context.lost);
  const carried = carriedBy(decision, context.ceilings);
  const worst = worstDemand({ series, lost, carried, forecast: settings.forecast, context });
  if (worst === undefined) return undefined;
  const sized = sizeDemand(
    { settings, sla, workers, model, correction: compared.correction },
    {
      ...demand,
      prefillTokensPerSecond: Math.max(demand.prefillTokensPerSecond, worst.prefillTokensPerSecond),
      decodeTokensPerSecond: Math.max(demand.decodeTokensPerSecond, worst.decodeTokensPerSecond),
    },
  );
  const { needed: prefill } = sized.sizing.prefill;
  const { needed: decode } = sized.sizing.decode;
  if (prefill === undefined || decode === undefined) return undefined;
  if (gpusOf(decision, { prefill, decode }) > (settings.maxGpus ?? Number.POSITIVE_INFINITY)) return undefined;
  return { ...sized, needed: { prefill, decode }, worst };
}

function gpusOf({ workers }: Pick<SlaDecision, 'workers'>, { prefill, decode }: SlaDecision['needed']): number {
  return workers.kind === 'aggregated'
    ? Math.max(prefill, decode) * workers.gpusPerReplica
    : prefill * workers.gpusPerReplica.prefill + decode * workers.gpusPerReplica.decode;
}

/** Tokens per second that all replicas carry that limits and budget allow; 0 where there are none. */
function carriedBy(
  { loads, sizing, demand, workers, settings }: Omit<SlaDecision, 'worstCase'>,
  ceilings: StrategyContext['ceilings'],
): { readonly prefill: number; readonly decode: number } {
  const most = (service: ServiceView, gpusPerReplica: number): number => {
    const budget = settings.maxGpus === undefined ? undefined : Math.floor(settings.maxGpus / gpusPerReplica);
    const replicas = Math.min(ceilings?.get(service.name) ?? Infinity, budget ?? Infinity);
    return Number.isFinite(replicas) ? replicas : 0;
  };
  const replicas =
    workers.kind === 'aggregated'
      ? { prefill: most(workers.worker, workers.gpusPerReplica), decode: most(workers.worker, workers.gpusPerReplica) }
      : {
          prefill: most(workers.prefill, workers.gpusPerReplica.prefill),
          decode: most(workers.decode, workers.gpusPerReplica.decode),
        };
  const { batch, itlMs } = sizing.decode.limit;
  return {
    prefill: (replicas.prefill * demand.islTokens * 1000) / arrivingWork(loads.prefill).meanServiceMs,
    decode: (replicas.decode * batch * 1000) / itlMs,
  };
}
