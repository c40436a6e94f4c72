import type { DynamoLoadSettings, PlanReason, ServiceView } from '../../../api/index.ts';
import { liveReadyReplicas } from '../../guardrails/index.ts';
import { isoTime, type TrafficSeries } from '../../metrics/index.ts';
import { counted, formatQuantity as q } from '../../quantity.ts';
import { currentReplicas } from '../current-replicas.ts';
import { bucketsIn, type EndedStretch, newestStretch } from '../measured-series.ts';
import { type Hold, hold, type StrategyContext } from '../strategy.ts';
import type { LoadRole } from './decide-load.ts';
import { type JudgedLoad, judgeLoad } from './load-signal.ts';
import { type RecordedLoad, recordedKvUsage, recordedQueue, recordedReady } from './recorded-load.ts';

/** What is asked of a graph's recorded load. */
export interface LoadQuestion {
  readonly settings: DynamoLoadSettings;
  readonly context: StrategyContext;
  readonly series: TrafficSeries;
  readonly stretch: EndedStretch;
}

/** One role with what its load says, before a decision. */
export interface MeasuredRole {
  readonly kind: 'role';
  readonly service: ServiceView;
  /** Replicas that Git asks for. */
  readonly current: number;
  readonly load: LoadRole;
  /** Why there is no report of it. */
  readonly missing: string | undefined;
  readonly reasons: readonly PlanReason[];
}

type Signal = 'queue' | 'kv';

/** What was recorded of one role, or why nothing can be said of it. */
export function measuredRole(
  service: ServiceView,
  column: 'prefillReady' | 'decodeReady',
  signals: readonly Signal[],
  question: LoadQuestion,
): MeasuredRole | Hold {
  const { settings, context, series, stretch } = question;
  const owner = context.owners.get(service.name);
  const known = currentReplicas(service, owner);
  if (known.kind === 'unknown') return hold('unreadable-number', known.reason);
  const current = known.value;
  const recorded = recordedReady(series, column, stretch);
  if (recorded === 'changing') {
    return hold('not-ready', `replicas of ${service.name} came or went in the interval to ${isoTime(stretch.endMs)}`);
  }
  const ready = recorded ?? liveReadyReplicas(context.status, context.graph, service.name) ?? current;
  // An autoscaler moves between its floor and ceiling without Git.
  if (ready < 1 || (owner?.kind !== 'autoscaler' && ready !== current)) {
    return hold(
      'not-ready',
      `${counted(ready, 'replica')} of ${service.name} ${ready === 1 ? 'is' : 'are'} ready, and Git asks for ${current}`,
    );
  }
  const queue = signals.includes('queue') ? recordedQueue(series, stretch, settings.prefill.unit) : undefined;
  const kv = signals.includes('kv') ? recordedKvUsage(series, stretch) : undefined;
  const missing = [queue, kv].flatMap((load) => (load?.kind === 'missing' ? [load.reason] : []));
  const judged = judgedLoad({ queue, kv, ready }, question, () => addedLately(service, column, question));
  return {
    ...{ kind: 'role', service, current },
    missing: missing.length > 0 ? missing.join('; ') : undefined,
    load: {
      ...{ ready, expected: ready, isScaling: false, gpusPerReplica: 1, minReplicas: 1, throughputBound: 0 },
      reports: missing.length > 0 ? undefined : judged.reports,
      signalOf: judged.signalOf,
    },
    reasons: [readyReason(ready, service, column, recorded !== undefined), ...judged.reasons],
  };
}

function judgedLoad(
  load: { readonly queue: RecordedLoad | undefined; readonly kv: RecordedLoad | undefined; readonly ready: number },
  { settings }: LoadQuestion,
  isNew: () => boolean,
): JudgedLoad & { readonly reasons: readonly PlanReason[] } {
  const { ready } = load;
  const { prefill, decode, queueTrendIntervals, graceIntervals } = settings;
  const queue = load.queue?.kind === 'measured' ? load.queue : undefined;
  const kv = load.kv?.kind === 'measured' ? load.kv : undefined;
  const isYoung = kv !== undefined && graceIntervals > 0 && isNew();
  const judged = judgeLoad({ ready, queue, kvUsage: kv?.mean, isYoung }, settings);
  const { isFading } = judged;
  const queued = queue === undefined ? 0 : queue.mean / ready;
  const kvUsage = kv?.mean ?? 0;
  return {
    ...judged,
    reasons: [
      ...(queue === undefined
        ? []
        : [
            observed(prefill.unit === 'requests' ? 'queueDepth' : 'queuedTokens', queue.mean, settings),
            demand(
              'queuePerReplica',
              queued,
              `${q(queued)} ${prefill.unit} wait for each replica (up above ${q(prefill.up)}, down below ${q(prefill.down)})${isFading ? `, and by the trend the queue is gone in ${queueTrendIntervals} intervals` : ''}`,
            ),
          ]),
      ...(kv === undefined
        ? []
        : [
            observed('kvUsage', kv.mean, settings),
            demand(
              'kvUsage',
              kvUsage,
              `${q(kvUsage * 100)} % of the KV cache in use (up above ${q(decode.up * 100)} %, down below ${q(decode.down * 100)} %)${isYoung ? `, and a replica that was added in the last ${graceIntervals} intervals is still filling` : ''}`,
            ),
          ]),
    ],
  };
}

/** A merge or a rising count within the grace says that a replica is new. */
function addedLately(
  service: ServiceView,
  column: 'prefillReady' | 'decodeReady',
  { settings, context, series, stretch }: LoadQuestion,
): boolean {
  const seconds = settings.graceIntervals * settings.intervalSeconds;
  const { graph, history, atMs } = context;
  const isMerged = (history?.changes ?? []).some(
    (change) =>
      change.deployment === graph.name &&
      change.namespace === graph.namespace &&
      change.environment === graph.environment &&
      change.service === service.name &&
      change.to > change.from &&
      Date.parse(change.at) > atMs - seconds * 1000,
  );
  const before = newestStretch(
    series,
    seconds + bucketsIn(settings.intervalSeconds, series) * series.bucketSeconds,
    atMs,
  );
  if (isMerged || before.kind === 'held') return isMerged;
  const counts = [...(series.columns[column]?.subarray(before.stretch.first, stretch.end) ?? [])].filter(
    (count) => count >= 0,
  );
  return counts.some((count, index) => index > 0 && count > (counts[index - 1] ?? count));
}

function readyReason(
  ready: number,
  service: ServiceView,
  column: 'prefillReady' | 'decodeReady',
  isRecorded: boolean,
): PlanReason {
  const source = isRecorded ? 'in the metrics' : 'by the status or Git, since the metrics do not say';
  const explanation = `${counted(ready, 'replica')} of ${service.name} ready, ${source}`;
  return { stage: 'observed', name: column, value: ready, explanation };
}

function observed(name: string, value: number, { intervalSeconds }: DynamoLoadSettings): PlanReason {
  return { stage: 'observed', name, value, explanation: `${name} ${q(value)} on average over ${intervalSeconds} s` };
}

function demand(name: string, value: number, explanation: string): PlanReason {
  return { stage: 'demand', name, value, explanation };
}
