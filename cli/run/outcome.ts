import {
  DEFAULT_FORECAST,
  fail,
  forecastOf,
  type History,
  type Outcome,
  type Plan,
  type PlanTarget,
  type Problem,
  type Result,
  succeed,
} from '../../api/index.ts';
import {
  arrivalSettings,
  GIVE_UP_SECONDS,
  type GraphEngine,
  graphEngine,
  plausibleHistory,
} from '../../planner/backtest/graph/index.ts';
import { isMeasuredSince, outcomeOf } from '../../planner/backtest/outcome/index.ts';
import {
  isoTime,
  type MetricsSource,
  type PlaceableGraph,
  type PlanSetting,
  type TrafficSeries,
} from '../../planner/index.ts';
import { outcomeReport } from '../../report/index.ts';
import { chooseGraph } from '../backtest/choose-graph.ts';
import { readHistory } from '../backtest/read-history.ts';
import type { CommandRunner } from '../command.ts';
import { loadPlan } from '../load-plan.ts';
import { done, failed } from '../outcome.ts';
import { recordOutcomes } from '../outcomes/outcome-record.ts';
import { loadPlanInput, type PlanFiles } from '../plan/load-plan-input.ts';
import { planTime } from '../plan/plan-time.ts';

export interface OutcomeCall {
  readonly plan: string;
  readonly files: Pick<PlanFiles, 'metrics' | 'prometheus' | 'metricsFile' | 'history' | 'at'>;
  /** When it was merged, where no history says it. */
  readonly merged: string | undefined;
  readonly refused: boolean;
  readonly record: string | undefined;
}

/** A plan's numbers answer for no longer than this. */
const MOST_MS = 24 * 3_600_000;
/** Hours of metrics before the plan, from which engines may be learned. */
const BEFORE_HOURS = 7 * 24;

/** Compares what a plan predicted with what came since; the only file it writes is the record. */
export const runOutcome: CommandRunner<OutcomeCall> = async (call, context) => {
  const { files, merged, refused, record } = call;
  const unclear = unclearCall(call);
  if (unclear !== undefined) return failed([unclear]);
  const mergedAt = merged === undefined ? undefined : mergeTime(merged, context.now());
  const [plan, loaded] = await Promise.all([
    loadPlan(context.cwd, call.plan),
    loadPlanInput({ ...files, status: undefined }, context),
  ]);
  if (!plan.ok || !loaded.ok || mergedAt?.ok === false) {
    const parts = [plan, loaded, ...(mergedAt === undefined ? [] : [mergedAt])];
    return failed(parts.flatMap((part) => (part.ok ? [] : part.error)));
  }
  if (mergedAt !== undefined && mergedAt.value.getTime() < Date.parse(plan.value.createdAt)) {
    const message = `--merged ${merged} is before the plan was made, at ${isoTime(Date.parse(plan.value.createdAt))}`;
    return failed([{ code: 'usage', message, hint: 'give the time of the merge' }]);
  }
  const changes = changesByGraph(plan.value);
  if (changes.size === 0) {
    return failed([{ code: 'not-found', file: call.plan, message: 'changes nothing, so nothing can have come of it' }]);
  }
  const { setting, source } = loaded.value;
  const said = refused ? null : mergedAt?.value.toISOString();
  const outcomes: Outcome[] = [];
  for (const [name, targets] of changes) {
    const outcome = await outcomeOfGraph(name, targets, {
      ...{ plan: plan.value, setting, source, said, files },
    });
    if (!outcome.ok) return failed(outcome.error);
    outcomes.push(outcome.value);
  }
  if (record === undefined) return done(outcomeReport(outcomes, undefined), 0);
  const recorded = await recordOutcomes(context.cwd, record, outcomes);
  return recorded.ok
    ? done(outcomeReport(outcomes, { file: record, outcomes: recorded.value }), 0)
    : failed(recorded.error);
};

function unclearCall({ files, merged, refused, record }: OutcomeCall): Problem | undefined {
  if (record === '') return { code: 'usage', message: '--record needs a file name' };
  const said = [files.history !== undefined, merged !== undefined, refused].filter(Boolean).length;
  if (said === 1) return undefined;
  const message =
    said === 0
      ? 'nothing says what became of the plan'
      : '--history, --merged and --refused say the same; keep one of them';
  return { code: 'usage', message, hint: 'pass --history history.json, or --merged <time>, or --refused' };
}

function mergeTime(merged: string, now: Date): Result<Date> {
  const time = planTime(merged, now);
  // What reads times speaks of the option that most commands have.
  return time.ok
    ? time
    : fail(...time.error.map((problem) => ({ ...problem, message: problem.message.replace(/^--at /, '--merged ') })));
}

/** All targets of the graphs in which any number changes, by environment/namespace/name. */
function changesByGraph({ targets }: Plan): ReadonlyMap<string, readonly PlanTarget[]> {
  const byGraph = new Map<string, PlanTarget[]>();
  for (const target of targets) {
    const name = `${target.environment}/${target.namespace}/${target.deployment}`;
    const group = byGraph.get(name);
    if (group === undefined) byGraph.set(name, [target]);
    else group.push(target);
  }
  return new Map([...byGraph].filter(([, all]) => all.some(({ current, target }) => current !== target)));
}

interface OutcomeSetting {
  readonly plan: Plan;
  readonly setting: PlanSetting;
  readonly source: MetricsSource;
  /** When it was merged, null where it was refused; undefined where the history says it. */
  readonly said: string | null | undefined;
  readonly files: OutcomeCall['files'];
}

async function outcomeOfGraph(
  name: string,
  targets: readonly PlanTarget[],
  { plan, setting, source, said, files }: OutcomeSetting,
): Promise<Result<Outcome>> {
  const graph = chooseGraph(setting, name);
  if (!graph.ok) return graph;
  const { namespace, environment, deployment } = graph.value;
  const series = await readHistory(source, graph.value, {
    setting,
    files,
    hours: undefined,
    serverHours: BEFORE_HOURS,
  });
  if (!series.ok) return series;
  const history = plausibleHistory(series.value, setting.config.metrics.minCoverage);
  const mergedAt = said === undefined ? mergedIn(setting.history, plan, graph.value) : said;
  const leads = targets.flatMap(({ leadSeconds }) => (leadSeconds === undefined ? [] : [leadSeconds]));
  const leadSeconds = Math.max((forecastOf(deployment.strategy) ?? DEFAULT_FORECAST).leadSeconds, ...leads);
  const startMs = Date.parse(mergedAt ?? plan.createdAt) + leadSeconds * 1000;
  const endMs = Math.min(
    endOf(series.value),
    nextChangeMs(setting.history, graph.value, plan, startMs),
    startMs + MOST_MS,
  );
  if (endMs - startMs < 60_000) {
    const message = `${name}: the metrics end at ${isoTime(endOf(series.value))}, before the plan's numbers served (${isoTime(startMs)})`;
    return fail({ code: 'unavailable', message, hint: 'wait, or record anew' });
  }
  if (!isMeasuredSince(history.series, startMs, endMs)) {
    const message = `${name}: no bucket of the metrics between ${isoTime(startMs)} and ${isoTime(endMs)} says what came`;
    return fail({ code: 'unavailable', message, hint: 'no data is not zero; record anew, or in shorter buckets' });
  }
  return succeed(
    outcomeOf({
      ...{ plan, deployment: graph.value.name, namespace, environment, targets, mergedAt },
      ...{ startMs, endMs, series: history.series, giveUpSeconds: GIVE_UP_SECONDS },
      arrivals: arrivalSettings(history.series, deployment.strategy).settings,
      engine: engineOf(graph.value, setting, history.series, startMs),
    }),
  );
}

/** When a commit carried the plan's numbers; null where none did. */
function mergedIn(history: History | undefined, { digest }: Plan, graph: PlaceableGraph): string | null {
  return history?.changes.find((change) => change.planId === digest && isOf(change, graph))?.at ?? null;
}

/** The next change of the graph's numbers, after which they answer for nothing. */
function nextChangeMs(history: History | undefined, graph: PlaceableGraph, { digest }: Plan, afterMs: number): number {
  const later = (history?.changes ?? [])
    .filter((change) => isOf(change, graph) && change.planId !== digest)
    .map(({ at }) => Date.parse(at))
    .filter((ms) => ms > afterMs);
  return Math.min(...later);
}

function isOf(change: History['changes'][number], { name, namespace, environment }: PlaceableGraph): boolean {
  return change.deployment === name && change.namespace === namespace && change.environment === environment;
}

function endOf({ startMs, length, bucketSeconds }: TrafficSeries): number {
  return startMs + length * bucketSeconds * 1000;
}

/** A graph that is not simulated has an outcome all the same: what was measured. */
function engineOf(
  graph: PlaceableGraph,
  { profiles }: PlanSetting,
  series: TrafficSeries,
  startMs: number,
): GraphEngine | { readonly why: string } {
  const end = Math.max(0, Math.floor((startMs - series.startMs) / (series.bucketSeconds * 1000)));
  const engine = graphEngine(graph, profiles, { series, end });
  return engine.ok ? engine.value : { why: engine.error.map(({ message }) => message).join('; ') };
}
