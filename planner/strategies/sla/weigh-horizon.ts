import type { HorizonSetting } from '../../../api/index.ts';
import type { ReplicaPair } from '../../budget/shrink-pair.ts';
import { defaultMethod, forecastBucketSeconds } from '../../forecast/index.ts';
import { type TrafficSeries, wholeColumn } from '../../metrics/index.ts';
import { lengthVariation } from '../../queueing/index.ts';
import { currentReplicas } from '../current-replicas.ts';
import type { StrategyContext } from '../strategy.ts';
import type { SlaDecision } from './decision.ts';
import { type HorizonDecision, HorizonPlanner, type RepeatingDay } from './horizon/index.ts';
import { type LatePrice, latePriceOf } from './late-price.ts';

const DAY_SECONDS = 86_400;

/** What the numbers that cost least over the time ahead are, and what runs and was changed when they were chosen. */
export interface WeighedHorizon {
  readonly setting: Pick<HorizonSetting, 'changesPerDay'>;
  readonly price: LatePrice;
  readonly decision: HorizonDecision;
  readonly current: ReplicaPair | undefined;
  /** Merged changes of the graph within the last day. */
  readonly changes: number;
  /** What the hours of a day usually take, where the day repeats. */
  readonly day: RepeatingDay | undefined;
}

/** Weighs the time ahead of a graph, where its settings ask for it. */
export function weighHorizon(
  decision: Omit<SlaDecision, 'worstCase' | 'horizon'>,
  context: StrategyContext,
): WeighedHorizon | undefined {
  const { settings, sla, workers, model, series, recent, compared } = decision;
  const { horizon: setting, forecast } = settings;
  if (setting === undefined) return undefined;
  const isAggregated = workers.kind === 'aggregated';
  const gpusPerReplica = isAggregated
    ? { prefill: workers.gpusPerReplica, decode: workers.gpusPerReplica }
    : workers.gpusPerReplica;
  const { fitted } = context;
  const price = latePriceOf(setting, fitted, { leadSeconds: forecast.leadSeconds, sla });
  const bucketSeconds = fitted?.bucketSeconds ?? forecastBucketSeconds(series.bucketSeconds, settings.forecast);
  const usual = defaultMethod(bucketSeconds);
  const planner = new HorizonPlanner({
    engine: { model, sla, isAggregated, gpusPerReplica, maxBatch: settings.maxBatch },
    sampleSeconds: series.bucketSeconds,
    ...{ bucketSeconds, leadSeconds: settings.forecast.leadSeconds },
    methods: {
      prefill: fitted?.quantities.prefillTokensPerSecond ?? usual,
      decode: fitted?.quantities.decodeTokensPerSecond ?? usual,
    },
    ...{ latePrice: price.latePrice, changesPerDay: setting.changesPerDay },
    arrivalVariation: settings.arrivalVariation,
  });
  const width = bucketSeconds / series.bucketSeconds;
  observeAll(planner, series, { end: recent.end, width, ...settings });
  const startMs = series.startMs + (recent.end % width) * series.bucketSeconds * 1000;
  const current = currentPair(decision);
  const changeAgesSeconds = changesInDay(context);
  return {
    ...{ setting, price, current, changes: changeAgesSeconds.length },
    day: isAggregated ? undefined : planner.repeatingDay(startMs, compared.correction, settings.percentile),
    decision: planner.decide({
      ...{ current, changeAgesSeconds, maxGpus: settings.maxGpus, correction: compared.correction },
      most: undefined,
    }),
  };
}

/** Buckets are counted back from the end, so that the newest one is whole. */
function observeAll(
  planner: HorizonPlanner,
  series: TrafficSeries,
  {
    end,
    width,
    islVariation,
  }: { readonly end: number; readonly width: number; readonly islVariation?: number | undefined },
): void {
  const columns = ['requestCount', 'islTokens', 'oslTokens', 'islP95Tokens', 'oslP95Tokens'] as const;
  const [requests, isl, osl, islP95, oslP95] = columns.map((column) => wholeColumn(series, column));
  for (let index = end % width; index < end; index += 1) {
    const islTokens = isl?.[index] ?? Number.NaN;
    const oslTokens = osl?.[index] ?? Number.NaN;
    planner.observe({
      requests: requests?.[index] ?? Number.NaN,
      ...{ islTokens, oslTokens },
      islVariation: islVariation ?? lengthVariation(islTokens, islP95?.[index] ?? Number.NaN),
      oslVariation: lengthVariation(oslTokens, oslP95?.[index] ?? Number.NaN),
    });
  }
}

function currentPair({ workers, owners }: Pick<SlaDecision, 'workers' | 'owners'>): ReplicaPair | undefined {
  const services = workers.kind === 'aggregated' ? [workers.worker, workers.worker] : [workers.prefill, workers.decode];
  const [prefill, decode] = services.map((service) => currentReplicas(service, owners.get(service.name)));
  if (prefill?.kind !== 'known' || decode?.kind !== 'known') return undefined;
  return { prefill: Math.max(1, prefill.value), decode: Math.max(1, decode.value) };
}

/** How long ago each change of the last day was made, seconds; a commit that changes both roles is one change. */
function changesInDay({ history, graph, atMs }: StrategyContext): readonly number[] {
  const ages = (history?.changes ?? [])
    .filter(
      ({ deployment, namespace, environment }) =>
        deployment === graph.name && namespace === graph.namespace && environment === graph.environment,
    )
    .map(({ commit, at }) => [commit, (atMs - Date.parse(at)) / 1000] as const)
    .filter(([, age]) => age < DAY_SECONDS);
  return [...new Map(ages).values()];
}
