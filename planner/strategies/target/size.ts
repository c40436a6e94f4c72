import type {
  PlanReason,
  ServiceView,
  TargetMetric,
  TargetRule,
  TargetServiceSettings,
  TargetSettings,
} from '../../../api/index.ts';
import { cellAt, isoTime, type TrafficSeries } from '../../metrics/index.ts';
import { counted } from '../../quantity.ts';
import { currentReplicas } from '../current-replicas.ts';
import { bucketsIn, type EndedStretch, measuredSeries, wholeStretch } from '../measured-series.ts';
import { readyColumn } from '../ready-column.ts';
import { manifestGpus } from '../service-gpus.ts';
import { sizedOneByOne } from '../sized-one-by-one.ts';
import { hold, MOST_REPLICAS, type SizeGraph, type SizeService } from '../strategy.ts';
import { type PastRecommendations, policyLimit, policyWords, recentChange, stabilized } from './behavior.ts';
import { type MetricWish, metricWish } from './metric-wish.ts';

/** Sizes the named services as Kubernetes' autoscaler would, on what was recorded. */
export const sizeByTarget: SizeGraph<TargetSettings> = ({ services }, context) =>
  sizedOneByOne(new Map(Object.entries(services)), 'strategy.services', context, sizedByRule);

export const sizeServiceByTarget: SizeService<TargetServiceSettings> = (settings, service, context) =>
  sizedByRule(settings, service, context);

/**
 * The highest of what the metrics ask for, stabilised over past recommendations and within the policies. Recommendations
 * of the past are computed again from the series, since nobody wrote them down. Where a metric has no data, the number may
 * only rise, then and now.
 */
const sizedByRule: SizeService<TargetRule> = (rule, service, context) => {
  const measured = measuredSeries(context);
  if (measured.kind === 'held') return measured;
  const { series } = measured;
  const found = wholeStretch(series, rule.windowSeconds, context.atMs);
  if (found.kind === 'held') return found;
  const known = currentReplicas(service, context.owners.get(service.name));
  if (known.kind === 'unknown') return hold('unreadable-number', known.reason);
  const question: Question = { rule, series, service, current: known.value, ready: readyColumn(service, context.view) };

  const newest = recommendation(found.stretch, question);
  const speaks = newest.wishes.some(({ wish }) => wish.kind === 'wish');
  if (!speaks) {
    const silent = newest.wishes.flatMap(({ wish }) => (wish.kind === 'wish' ? [] : [wish]));
    const isIdle = silent.every(({ kind }) => kind === 'no-traffic');
    const window = `window of ${rule.windowSeconds} s to ${isoTime(found.stretch.endMs)}`;
    return hold(isIdle ? 'no-traffic' : 'no-data', `${window}: ${silent.map(({ reason }) => reason).join('; ')}`);
  }
  if (newest.wanted > MOST_REPLICAS) {
    const asked = newest.wishes.flatMap(({ wish }) => (wish.kind === 'wish' ? [wish.explanation] : []));
    return hold('no-decision', `${asked.join('; ')}, which is beyond anything plausible; check the target`);
  }
  const { behavior } = rule;
  const within = (seconds: number): readonly number[] => [
    newest.replicas,
    ...pastRecommendations(found.stretch, seconds, question),
  ];
  const past = {
    up: within(behavior.scaleUp.stabilizationWindowSeconds),
    down: within(behavior.scaleDown.stabilizationWindowSeconds),
  };
  const steady = stabilized(known.value, past);
  const direction = steady < known.value ? 'down' : 'up';
  const rules = direction === 'up' ? behavior.scaleUp : behavior.scaleDown;
  const place = { ...context.graph, service: service.name };
  const limit = policyLimit(rules, direction, known.value, (periodSeconds) =>
    recentChange(context.history, place, { atMs: context.atMs, periodSeconds }),
  );
  const limited = direction === 'up' ? Math.min(steady, limit) : Math.max(steady, limit);
  const raw = Math.min(limited, MOST_REPLICAS);
  const steps = [
    arithmetic(newest),
    ...(newest.replicas === newest.wanted ? [] : [`the number may only rise: ${newest.replicas}`]),
    ...(steady === newest.replicas ? [] : [stableWords(steady, newest.replicas, past)]),
    ...(raw === steady ? [] : [`policies allow ${raw} (${policyWords(rules)})`]),
  ];
  const reasons: readonly PlanReason[] = [
    ...newest.wishes.flatMap(({ metric, wish }) => wishReasons(metric, wish, found.stretch, series)),
    { stage: 'raw', name: 'replicas', value: raw, explanation: steps.join('; ') },
  ];
  return { kind: 'sized', service, raw, gpusPerReplica: manifestGpus(service), reasons };
};

interface Question {
  readonly rule: TargetRule;
  readonly series: TrafficSeries;
  readonly service: ServiceView;
  /** Replicas that Git asks for. */
  readonly current: number;
  /** Column that counts the service's ready replicas; undefined where none does. */
  readonly ready: ReturnType<typeof readyColumn>;
}

interface Recommendation {
  readonly wishes: readonly { readonly metric: TargetMetric; readonly wish: MetricWish }[];
  /** The highest wish. */
  readonly wanted: number;
  /** The same, not below the current number where a metric has gaps or says nothing. */
  readonly replicas: number;
}

function recommendation(stretch: EndedStretch, { rule, series, service, current, ready }: Question): Recommendation {
  const { scaleUp, scaleDown } = rule.behavior;
  const measured = ready === undefined ? null : cellAt(series.columns[ready], stretch.end - 1);
  const isCount = measured !== null && Number.isSafeInteger(measured) && measured > 0;
  const replicas = isCount ? measured : current;
  const tolerance = { up: scaleUp.tolerance, down: scaleDown.tolerance };
  const wishes = rule.metrics.map((metric) => ({
    metric,
    wish: metricWish(metric, stretch, { series, service, replicas, tolerance }),
  }));
  const wanted = wishes.flatMap(({ wish }) => (wish.kind === 'wish' ? [wish.replicas] : []));
  const highest = wanted.length === 0 ? current : Math.max(...wanted);
  const isWhole = wanted.length > 0 && wishes.every(({ wish }) => isSound(wish));
  return { wishes, wanted: highest, replicas: isWhole ? highest : Math.max(highest, current) };
}

/** A metric without traffic has no say; one without data might have said more. */
function isSound(wish: MetricWish): boolean {
  switch (wish.kind) {
    case 'wish':
      return wish.gap === undefined;
    case 'no-traffic':
      return true;
    case 'missing':
      return false;
  }
}

/** Recommendations of the buckets of so many seconds before the newest; the current number where a window is not there. */
function pastRecommendations({ end, endMs }: EndedStretch, seconds: number, question: Question): readonly number[] {
  const { series, rule, current } = question;
  const { bucketSeconds } = series;
  const width = bucketsIn(rule.windowSeconds, series);
  return Array.from({ length: Math.floor(seconds / bucketSeconds) }, (_, index) => {
    const before = index + 1;
    const first = end - before - width;
    if (first < 0) return current;
    const stretch = { first, end: end - before, endMs: endMs - before * bucketSeconds * 1000 };
    const { replicas, wanted } = recommendation(stretch, question);
    return wanted > MOST_REPLICAS ? current : replicas;
  });
}

/** Of several metrics, the one that asks for most. */
function arithmetic({ wishes, wanted }: Recommendation): string {
  const deciding = wishes.find(({ wish }) => wish.kind === 'wish' && wish.replicas === wanted);
  if (deciding?.wish.kind !== 'wish') return `${wanted}`;
  const note = wishes.length === 1 ? '' : ` (the most of ${counted(wishes.length, 'metric')})`;
  return `${deciding.wish.explanation}${note}`;
}

function stableWords(steady: number, wanted: number, { up, down }: PastRecommendations): string {
  return steady > wanted
    ? `${steady}, since recommendations of the stabilization window reach ${Math.max(...down)}`
    : `${steady}, since recommendations of the stabilization window are as low as ${Math.min(...up)}`;
}

function wishReasons(
  { column }: TargetMetric,
  wish: MetricWish,
  stretch: EndedStretch,
  series: TrafficSeries,
): readonly PlanReason[] {
  const seconds = (stretch.end - stretch.first) * series.bucketSeconds;
  const window = `in the ${seconds} s to ${isoTime(stretch.endMs)}`;
  switch (wish.kind) {
    case 'wish':
      return [
        {
          ...{ stage: 'observed', name: column, value: wish.value },
          explanation: `${column} ${window}${wish.gap === undefined ? '' : `; ${wish.gap}, so the number may only rise`}`,
        },
        { stage: 'demand', name: `${column}Replicas`, value: wish.replicas, explanation: wish.explanation },
      ];
    case 'no-traffic':
      return [
        { stage: 'observed', name: column, value: null, explanation: `${wish.reason} ${window}, so it has no say` },
      ];
    case 'missing':
      return [
        {
          ...{ stage: 'observed', name: column, value: null },
          explanation: `${wish.reason} ${window}, so the number may only rise`,
        },
      ];
  }
}
