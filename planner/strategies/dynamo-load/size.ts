import { type DynamoLoadSettings, type PlanReason, type ServiceView, succeed } from '../../../api/index.ts';
import { liveReadyReplicas } from '../../guardrails/index.ts';
import { isoTime, type TrafficSeries } from '../../metrics/index.ts';
import { counted, formatQuantity as q } from '../../quantity.ts';
import { currentReplicas } from '../current-replicas.ts';
import { bucketsIn, type EndedStretch, measuredSeries, newestStretch, wholeStretch } from '../measured-series.ts';
import { manifestGpus } from '../service-gpus.ts';
import {
  type HeldService,
  type Hold,
  hold,
  type SizedAlone,
  type SizedService,
  type SizeGraph,
  type StrategyContext,
} from '../strategy.ts';
import {
  decidePairLoad,
  decideRoleLoad,
  type LoadReason,
  type LoadRole,
  type RoleLoadDecision,
} from './decide-load.ts';
import { type JudgedLoad, judgeLoad } from './load-signal.ts';
import { type LoadWorkers, loadWorkers } from './load-workers.ts';
import { type RecordedLoad, recordedKvUsage, recordedQueue, recordedReady } from './recorded-load.ts';

/** GPUs are the budgets' business, which look at the whole fleet. */
const NO_BAND = { minGpus: -1, maxGpus: -1 };

/**
 * Adds and takes away a replica at a time where a queue or the KV cache passes a threshold, as Dynamo's planners do with
 * what workers report; here with what was recorded of the graph as a whole.
 */
export const sizeByLoad: SizeGraph<DynamoLoadSettings> = (settings, context) => {
  const workers = loadWorkers(context.view);
  if (workers.kind === 'held') return succeed(workers);
  const measured = measuredSeries(context);
  if (measured.kind === 'held') return succeed(measured);
  const found = wholeStretch(measured.series, settings.intervalSeconds, context.atMs);
  if (found.kind === 'held') return succeed(found);
  const question: Question = { settings, context, series: measured.series, stretch: found.stretch };
  const roles = rolesOf(workers, question);
  const unsettled = roles.find((role): role is Hold => role.kind === 'held');
  if (unsettled !== undefined) return succeed(unsettled);
  const settled = roles.flatMap((role) => (role.kind === 'role' ? [role] : []));
  const services: SizedService[] = [];
  const held: HeldService[] = [];
  for (const [role, decision] of decisionsOf(settled)) {
    const sized = sizedRole(role, decision);
    if (sized.kind === 'sized') services.push(sized);
    else held.push({ ...sized, service: role.service.name });
  }
  return succeed({ kind: 'sized', services, held });
};

interface Question {
  readonly settings: DynamoLoadSettings;
  readonly context: StrategyContext;
  readonly series: TrafficSeries;
  readonly stretch: EndedStretch;
}

/** One role with what its load says, before a decision. */
interface MeasuredRole {
  readonly kind: 'role';
  readonly service: ServiceView;
  /** Replicas that Git asks for. */
  readonly current: number;
  readonly load: LoadRole;
  /** Why there is no report of it. */
  readonly missing: string | undefined;
  readonly reasons: readonly PlanReason[];
}

function rolesOf(workers: LoadWorkers, question: Question): readonly (MeasuredRole | Hold)[] {
  switch (workers.kind) {
    case 'pair':
      return [
        measuredRole(workers.prefill, 'prefillReady', ['queue'], question),
        measuredRole(workers.decode, 'decodeReady', ['kv'], question),
      ];
    case 'aggregated':
      return [measuredRole(workers.worker, 'decodeReady', ['queue', 'kv'], question)];
  }
}

function decisionsOf(
  roles: readonly MeasuredRole[],
): readonly (readonly [MeasuredRole, RoleLoadDecision | undefined])[] {
  const [first, second] = roles;
  if (first === undefined) return [];
  if (second === undefined) {
    const decision = decideRoleLoad(first.load, NO_BAND);
    return [[first, decision.kind === 'held' ? undefined : decision.role]];
  }
  const decision = decidePairLoad(first.load, second.load, NO_BAND);
  const isHeld = decision.kind === 'held';
  return [
    [first, isHeld ? undefined : decision.prefill],
    [second, isHeld ? undefined : decision.decode],
  ];
}

/** Without reports the decision is to stay, which is not the same as to know that nothing has to change. */
function sizedRole(role: MeasuredRole, decision: RoleLoadDecision | undefined): SizedAlone {
  const { service, current, load, missing, reasons } = role;
  if (missing !== undefined) return hold('no-data', missing);
  if (decision === undefined) return hold('no-data', `nothing was measured of ${service.name}`);
  const raw = current + decision.replicas - load.ready;
  const outcome: PlanReason = {
    ...{ stage: 'raw', name: 'replicas', value: raw },
    explanation: `${REASONS[decision.reason]}: ${current === raw ? `${raw}` : `${current} → ${raw}`}; ${loadWords(reasons)}`,
  };
  return {
    kind: 'sized',
    service,
    raw,
    gpusPerReplica: manifestGpus(service),
    isRelative: true,
    reasons: [...reasons, outcome],
  };
}

const REASONS: { readonly [reason in LoadReason]: string } = {
  'scale-up': 'one more',
  'scale-down': 'one less',
  'no-change': 'no change',
  'capped-by-throughput': 'no change',
  missing: 'no change',
  refused: 'no change',
};

function loadWords(reasons: readonly PlanReason[]): string {
  return reasons.flatMap(({ stage, explanation }) => (stage === 'demand' ? [explanation] : [])).join('; ');
}

type Signal = 'queue' | 'kv';

function measuredRole(
  service: ServiceView,
  column: 'prefillReady' | 'decodeReady',
  signals: readonly Signal[],
  question: Question,
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
  { settings }: Question,
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
  { settings, context, series, stretch }: Question,
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
