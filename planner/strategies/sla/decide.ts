import { type DemandQuantity, type Result, type Sla, type SlaSettings, succeed } from '../../../api/index.ts';
import { forecastDemand } from '../../forecast/index.ts';
import { formatQuantity as q } from '../../quantity.ts';
import { type Hold, hold, MOST_REPLICAS, type StrategyContext } from '../strategy.ts';
import type { ArrivingTraffic } from './arrivals.ts';
import { capacityOfGraph } from './capacity-of-graph.ts';
import { compareModel, type ModelComparison, UNCOMPARED, WORST_FACTOR } from './correct-model.ts';
import type { SlaDecision } from './decision.ts';
import { isMissed, meanOver, type RecentTraffic } from './recent-traffic.ts';
import type { SizedDemand } from './role-loads.ts';
import { sizeDemand } from './size-demand.ts';
import type { SlaWorkers } from './sla-workers.ts';
import { arrivalVariation, islVariation, oslVariation } from './variation.ts';
import { weighHorizon } from './weigh-horizon.ts';
import { worstCase } from './worst-case.ts';

export interface SlaQuestion {
  readonly settings: SlaSettings;
  readonly context: StrategyContext;
  readonly sla: Sla;
  readonly workers: SlaWorkers;
  readonly arriving: ArrivingTraffic;
  readonly recent: RecentTraffic;
  /** Length of the newest stretch, which the forecast starts from. */
  readonly decidingSeconds: number;
}

type Decided = { readonly kind: 'decided'; readonly decision: SlaDecision } | Hold;

/** What traffic will ask for, what an engine can do, and how many keep the SLA. Pure. */
export function decideSla(question: SlaQuestion): Result<Decided> {
  const { settings, context, sla, workers, arriving, recent, decidingSeconds } = question;
  const { series, evidence } = arriving;
  if (!(recent.islTokens > 0 && recent.oslTokens > 0)) {
    return held('no-data', `no bucket of the last ${settings.recentSeconds} s has both prompt and output lengths`);
  }
  const variation = {
    arrivals: arrivalVariation(series, recent, settings.arrivalVariation),
    lengths: islVariation(series, recent, settings.islVariation),
    outputs: oslVariation(series, recent),
  };
  const capacity = capacityOfGraph(settings, context, workers, {
    series,
    recent,
    oslVariation: variation.outputs.value,
  });
  if (!capacity.ok) return capacity;
  if (capacity.value.kind === 'held') return held(capacity.value.code, capacity.value.reason);
  const { model, words, isLearned } = capacity.value;

  const setting = settings.forecast;
  const forecastOf = (quantity: DemandQuantity) =>
    forecastDemand(series, { quantity, setting, fitted: context.fitted, atMs: context.atMs });
  const forecasts = { prefill: forecastOf('prefillTokensPerSecond'), decode: forecastOf('decodeTokensPerSecond') };
  const { prefill, decode } = forecasts;
  if (prefill.kind === 'none') return held('no-data', `no demand can be forecast: ${prefill.reason}`);
  if (decode.kind === 'none') return held('no-data', `no demand can be forecast: ${decode.reason}`);

  const demand: SizedDemand = {
    ...{ prefillTokensPerSecond: prefill.upper, decodeTokensPerSecond: decode.upper },
    ...{ islTokens: recent.islTokens, oslTokens: recent.oslTokens },
    ...{ islVariation: variation.lengths.value, oslVariation: variation.outputs.value },
    arrivalVariation: variation.arrivals.value,
  };
  const isCompared = settings.correction && !isLearned;
  const comparison: ModelComparison = { series, recent, ...demand, interference: workers.kind === 'aggregated' };
  const compared = isCompared ? compareModel(model, comparison) : UNCOMPARED;
  if (compared.itl !== undefined && compared.itl.ratio > WORST_FACTOR) {
    const times = `ITL over the last ${settings.recentSeconds} s was ${q(compared.itl.ratio)} times what ${words.decode} says at that load`;
    return held('profile-mismatch', `${times}; more than ${WORST_FACTOR} times is another engine: profile it again`);
  }
  const { correction } = compared;
  const { loads, sizing } = sizeDemand({ settings, sla, workers, model, correction }, demand);
  const needed = { prefill: sizing.prefill.needed, decode: sizing.decode.needed };
  if (needed.prefill === undefined || needed.decode === undefined) {
    const role = needed.prefill === undefined ? 'prefill' : 'decode';
    const reason = `sla asks for more than ${MOST_REPLICAS} replicas for ${role}, which is beyond anything plausible; check the profile and the SLA`;
    return held('no-decision', reason);
  }
  // An overload that began a few minutes ago hardly shows in the mean of an hour.
  const newest = { first: recent.end - Math.ceil(decidingSeconds / series.bucketSeconds), end: recent.end };
  const ttftMs = [newest, recent].map((stretch) => meanOver(series, 'ttftMs', stretch));
  const measuredTtftMs = ttftMs.some((one) => one === undefined)
    ? undefined
    : Math.max(...ttftMs.map((one) => one ?? 0));
  const quantile: Omit<SlaDecision, 'worstCase' | 'horizon'> = {
    ...{ settings, sla, workers, owners: context.owners, series, recent, evidence, variation },
    ...{ model, words, compared, isCompared, demand, loads, sizing },
    forecasts: { prefill, decode },
    needed: { prefill: needed.prefill, decode: needed.decode },
    // Completions show no more than the workers serve, so unless TTFT is known to be kept they must not take any away.
    isSaturated: evidence === 'completed' && isMissed(measuredTtftMs, sla.ttftMs),
    measuredTtftMs,
  };
  const horizon = weighHorizon(quantile, context);
  const chosen = horizon?.decision.kind === 'decided' ? horizon.decision.pair : quantile.needed;
  const decision = { ...quantile, horizon, needed: chosen };
  const worst = worstCase(decision, context, arriving.mayBeCompleted);
  return succeed({ kind: 'decided', decision: { ...decision, worstCase: worst } });
}

function held(...why: Parameters<typeof hold>): Result<Decided> {
  return succeed(hold(...why));
}
