import { type DemandQuantity, type Result, type ServiceView, type SlaSettings, succeed } from '../../../api/index.ts';
import { forecastBucketSeconds, forecastDemand } from '../../forecast/index.ts';
import { isoTime } from '../../metrics/index.ts';
import { formatQuantity as q } from '../../quantity.ts';
import { arrivingWork, requestsAtOnce } from '../../queueing/index.ts';
import { currentReplicas } from '../current-replicas.ts';
import { hold, MOST_REPLICAS, type SizedGraph, type SizedService, type SizeGraph } from '../strategy.ts';
import { arrivingTraffic } from './arrivals.ts';
import { capacityOfGraph } from './capacity-of-graph.ts';
import { compareModel, UNCOMPARED, WORST_FACTOR } from './correct-model.ts';
import { fitGpus } from './fit-gpus.ts';
import { type RoleTarget, sizeDecode, sizePrefill } from './needed-replicas.ts';
import { decodeReasons, idleReasons, prefillReasons, type SlaDecision, workerReasons } from './reasons.ts';
import { arrivalVariation, meanOver, trafficState } from './recent-traffic.ts';
import { aggregatedLoads, decodeLoad, prefillLoad, type SizedDemand } from './role-loads.ts';
import { type SlaWorkers, slaWorkers } from './sla-workers.ts';

/**
 * Sizes the workers of a graph so that TTFT and ITL stay within the SLA at a percentile, with what is forecast from the
 * time that a change can serve until it is changed again. docs/sizing.md has the formulas.
 */
export const sizeWithSla: SizeGraph<SlaSettings> = (settings, context) => {
  const found = slaWorkers(context);
  if (found.kind === 'held') return held(found.code, found.reason);
  const { workers } = found;
  if (!context.sla.ok) return context.sla;
  if (context.metrics.kind === 'unavailable') return held('no-data', context.metrics.reason);
  const measured = context.metrics.series;
  if (measured.model.toLowerCase() !== workers.modelName.toLowerCase()) {
    return held(
      'no-data',
      `the metrics are of the model "${measured.model}", and the graph serves "${workers.modelName}"`,
    );
  }
  const { series, evidence } = arrivingTraffic(measured);
  const decidingSeconds = forecastBucketSeconds(series.bucketSeconds, settings.forecast);
  const state = trafficState(series, {
    decidingSeconds,
    recentSeconds: settings.recentSeconds,
    atMs: context.atMs,
  });
  if (state.kind === 'no-data') return held('no-data', state.reason);
  if (state.kind === 'idle') return sizeIdle(workers, settings, state);

  const { recent } = state;
  if (!(recent.islTokens > 0 && recent.oslTokens > 0)) {
    return held('no-data', `no bucket of the last ${settings.recentSeconds} s has both prompt and output lengths`);
  }
  const capacity = capacityOfGraph(settings, context, workers, { series, recent });
  if (!capacity.ok) return capacity;
  if (capacity.value.kind === 'held') return held(capacity.value.code, capacity.value.reason);
  const { model } = capacity.value;

  const forecastOf = (quantity: DemandQuantity) =>
    forecastDemand(series, {
      ...{ quantity, setting: settings.forecast, fitted: context.fitted, atMs: context.atMs },
    });
  const [prefillTokens, decodeTokens] = [forecastOf('prefillTokensPerSecond'), forecastOf('decodeTokensPerSecond')];
  if (prefillTokens.kind === 'none') return held('no-data', `no demand can be forecast: ${prefillTokens.reason}`);
  if (decodeTokens.kind === 'none') return held('no-data', `no demand can be forecast: ${decodeTokens.reason}`);

  const isAggregated = workers.kind === 'aggregated';
  const variation = arrivalVariation(series, recent, settings.arrivalVariation);
  const demand: SizedDemand = {
    prefillTokensPerSecond: prefillTokens.upper,
    decodeTokensPerSecond: decodeTokens.upper,
    ...{ islTokens: recent.islTokens, oslTokens: recent.oslTokens },
    ...{ islVariation: settings.islVariation, arrivalVariation: variation.value },
  };
  const isCompared = settings.correction && !capacity.value.isLearned;
  const compared =
    settings.correction && !capacity.value.isLearned
      ? compareModel(model, series, recent, demand, isAggregated)
      : UNCOMPARED;
  if (compared.itl !== undefined && compared.itl.ratio > WORST_FACTOR) {
    const times = `ITL over the last ${settings.recentSeconds} s was ${q(compared.itl.ratio)} times what ${capacity.value.words.decode} says at that load`;
    return held('profile-mismatch', `${times}; more than ${WORST_FACTOR} times is another engine: profile it again`);
  }
  const { correction } = compared;
  const sla = context.sla.value;
  const loads = isAggregated
    ? aggregatedLoads(model, demand, correction, { maxBatch: settings.maxBatch, itlMs: sla.itlMs })
    : {
        prefill: prefillLoad(model, demand, correction),
        decode: decodeLoad(model, demand, correction, settings.maxBatch),
      };
  const target = (targetMs: number): RoleTarget => ({ targetMs, percentile: settings.percentile });
  const sizing = {
    prefill: sizePrefill(loads.prefill, target(sla.ttftMs), correction.overheadMs),
    decode: sizeDecode(loads.decode, target(sla.itlMs)),
  };
  const needed = { prefill: sizing.prefill.needed, decode: sizing.decode.needed };
  if (needed.prefill === undefined || needed.decode === undefined) {
    const role = needed.prefill === undefined ? 'prefill' : 'decode';
    const reason = `sla asks for more than ${MOST_REPLICAS} replicas for ${role}, which is beyond anything plausible; check the profile and the SLA`;
    return held('no-decision', reason);
  }
  // An overload that began a few minutes ago hardly shows in the mean of an hour.
  const newest = { first: recent.end - Math.ceil(decidingSeconds / series.bucketSeconds), end: recent.end };
  const ttftMs = [newest, recent].map((stretch) => meanOver(series, 'ttftMs', stretch) ?? 0);
  const measuredTtftMs = Math.max(...ttftMs);
  const decision: SlaDecision = {
    ...{
      settings,
      sla,
      series,
      recent,
      evidence,
      variation,
      model,
      compared,
      isCompared,
      demand,
      loads,
      sizing,
      workers,
    },
    owners: context.owners,
    words: capacity.value.words,
    forecasts: { prefill: prefillTokens, decode: decodeTokens },
    needed: { prefill: needed.prefill, decode: needed.decode },
    // Completions show no more than the workers serve, so while TTFT is missed they must not take any away.
    isSaturated: evidence === 'completed' && measuredTtftMs > sla.ttftMs,
    measuredTtftMs,
  };
  return isAggregated ? sizedWorker(decision, workers) : sizedPair(decision, workers);
};

function sizedWorker(decision: SlaDecision, workers: SlaWorkers & { readonly kind: 'aggregated' }): Result<SizedGraph> {
  const { settings, needed } = decision;
  const { worker, gpusPerReplica } = workers;
  const wanted = Math.max(needed.prefill, needed.decode);
  const affordable = settings.maxGpus === undefined ? wanted : Math.floor(settings.maxGpus / gpusPerReplica);
  if (affordable < 1) return held('over-budget', budgetWords(settings.maxGpus, `${gpusPerReplica} for one worker`));
  const raw = atLeastCurrent(decision, worker, Math.min(wanted, affordable));
  const { prefill, decode } = demandReplicas(decision);
  const reasons = workerReasons(decision, { raw, wanted, current: currentOf(decision, worker) });
  return succeed({
    kind: 'sized',
    services: [{ service: worker, raw, gpusPerReplica, reasons, demandReplicas: Math.max(prefill, decode) }],
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
    return held('over-budget', budgetWords(settings.maxGpus, each));
  }
  const pair = {
    prefill: atLeastCurrent(decision, prefill, chosen.prefill),
    decode: atLeastCurrent(decision, decode, chosen.decode),
  };
  const busy = demandReplicas(decision);
  const service = (one: ServiceView, role: 'prefill' | 'decode'): SizedService => {
    const number = { raw: pair[role], wanted: needed[role], current: currentOf(decision, one) };
    const reasons = role === 'prefill' ? prefillReasons(decision, number) : decodeReasons(decision, number);
    return { service: one, raw: pair[role], gpusPerReplica: gpusPerReplica[role], reasons, demandReplicas: busy[role] };
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

/** Down to one each, once nobody has asked for long enough and all of that time was measured. */
function sizeIdle(
  workers: SlaWorkers,
  { idleSeconds }: SlaSettings,
  state: { readonly sinceMs: number; readonly seconds: number; readonly inFlight: number },
): Result<SizedGraph> {
  const since = `no request since ${isoTime(state.sinceMs)}, ${q(state.seconds)} s`;
  if (state.inFlight > 0) {
    return held('no-traffic', `${since}, but ${q(state.inFlight)} are in flight; numbers stay`);
  }
  if (state.seconds < idleSeconds) {
    return held(
      'no-traffic',
      `${since}; numbers stay until it is ${idleSeconds} s (idleSeconds), all of them measured`,
    );
  }
  const reasons = idleReasons(`${since}, all of them measured, and at least ${idleSeconds} s (idleSeconds)`);
  const services: readonly SizedService[] =
    workers.kind === 'aggregated'
      ? [{ service: workers.worker, raw: 1, gpusPerReplica: workers.gpusPerReplica, reasons }]
      : (['prefill', 'decode'] as const).map((role) => ({
          ...{ service: workers[role], raw: 1, gpusPerReplica: workers.gpusPerReplica[role], reasons },
        }));
  return succeed({ kind: 'sized', services });
}

function held(...why: Parameters<typeof hold>): Result<SizedGraph> {
  return succeed(hold(...why));
}
