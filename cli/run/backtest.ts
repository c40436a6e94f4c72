import { type Backtest, DEFAULT_CHANGES_PER_DAY, fail, type Problem, type Result, succeed } from '../../api/index.ts';
import { type Family, families } from '../../planner/backtest/choice/index.ts';
import type { LeadTime } from '../../planner/backtest/delivery/index.ts';
import {
  type ArrivalSettings,
  arrivalSettings,
  GIVE_UP_SECONDS,
  graphEngine,
  judgedMinutes,
  LEAST_MINUTES,
  plausibleHistory,
  requireSimulable,
} from '../../planner/backtest/graph/index.ts';
import { workloadOf } from '../../planner/backtest/workload/index.ts';
import {
  metricsInput,
  type PlaceableGraph,
  type PlanSetting,
  placeKey,
  type TrafficSeries,
} from '../../planner/index.ts';
import { backtestReport } from '../../report/index.ts';
import { backtestDocument } from '../backtest/backtest-document.ts';
import { chooseGraph } from '../backtest/choose-graph.ts';
import { choosePolicies } from '../backtest/choose-policies.ts';
import { requireKnownMinutes } from '../backtest/known-minutes.ts';
import { type LeadWords, leadOfCall, requireDurations, requireServed } from '../backtest/lead-of-call.ts';
import { readHistory } from '../backtest/read-history.ts';
import { replayedHorizon } from '../backtest/replayed-horizon.ts';
import { placeOfPage, savePage } from '../backtest/save-page.ts';
import { simulate } from '../backtest/simulate.ts';
import type { CommandRunner } from '../command.ts';
import type { CommandContext } from '../context.ts';
import { done, failed } from '../outcome.ts';
import { fittedModelFile } from '../plan/load-fitted-models.ts';
import { loadPlanInput, type PlanFiles } from '../plan/load-plan-input.ts';
import { placeOfDocument, savePlan } from '../plan/save-plan.ts';
import { durationHours } from '../record/duration.ts';

export interface BacktestCall extends LeadWords {
  readonly files: Pick<PlanFiles, 'metrics' | 'prometheus' | 'metricsFile' | 'at'>;
  /** Undefined for the only one. */
  readonly deployment: string | undefined;
  /** How far back a server is asked; of a file all counts where nobody says it. */
  readonly since: string | undefined;
  /** Most days that are judged. */
  readonly days: number;
  /** With commas between them, or `all`; undefined for the usual ones. */
  readonly policies: string | undefined;
  readonly seeds: number;
  readonly isWhatIf: boolean;
  readonly html: string | undefined;
  readonly out: string | undefined;
}

const DEFAULT_SINCE = '14d';

/** Replays policies over a graph's history, and shows what each would have cost and broken; writes only its reports. */
export const runBacktest: CommandRunner<BacktestCall> = async (call, context) => {
  const { html, out } = call;
  // A replay takes long: what cannot be written is said before it.
  const places = [
    out === undefined || out === '' ? succeed('') : await placeOfDocument(context.cwd, out, 'backtest'),
    html === undefined || html === '' ? succeed('') : await placeOfPage(context.cwd, html),
  ];
  const refused = places.flatMap((place) => (place.ok ? [] : place.error));
  if (refused.length > 0) return failed(refused);
  const backtest = await backtestOf(call, context);
  if (!backtest.ok) return failed(backtest.error);
  if (out !== undefined) {
    const saved = await savePlan(context.cwd, out, backtest.value);
    if (!saved.ok) return failed(saved.error);
  }
  if (html !== undefined) {
    // What draws charts takes longer to load than all the rest.
    const { backtestPage } = await import('../../report/backtest/page/index.ts');
    const saved = await savePage(context.cwd, html, await backtestPage(backtest.value));
    if (!saved.ok) return failed(saved.error);
  }
  return done(backtestReport(backtest.value, { savedAs: html }), 0);
};

async function backtestOf(call: BacktestCall, context: CommandContext): Promise<Result<Backtest>> {
  const hours = durationHours('--since', call.since ?? DEFAULT_SINCE);
  // A history may be long: what no history makes right is said before it is read.
  const policies = choosePolicies(
    families({ changesPerDay: DEFAULT_CHANGES_PER_DAY, latePrice: undefined }),
    call.policies,
  );
  const wrong = [hours, requireDurations(call), policies].flatMap((part) => (part.ok ? [] : part.error));
  const refused = [...unnamedFiles(call), ...wrong];
  if (refused.length > 0 || !hours.ok) return fail(...refused);
  const loaded = await loadPlanInput({ ...call.files, status: undefined, history: undefined }, context);
  if (!loaded.ok) return loaded;
  const { setting, source } = loaded.value;
  const graph = chooseGraph(setting, call.deployment);
  if (!graph.ok) return graph;
  const { strategy } = graph.value.deployment;
  const lead = leadOfCall(call, strategy);
  if (!lead.ok) return lead;
  const series = await readHistory(source, graph.value, {
    ...{ setting, files: call.files },
    ...{ hours: call.since === undefined ? undefined : hours.value, serverHours: hours.value },
  });
  if (!series.ok) return series;
  const metrics = metricsInput([source.evidence()]);
  if (!metrics.ok) return metrics;
  const history = plausibleHistory(series.value, setting.config.metrics.minCoverage);
  const arrivals = arrivalSettings(history.series, strategy);
  const known = { graph: graph.value, series: history.series, setting, arrivals, lead: lead.value };
  const question = questionOf(call, known);
  if (!question.ok) return question;
  const { judged, horizon } = question.value;
  context.log(`replaying ${Math.round((judged.to - judged.from) / 60)} hours of ${graph.value.name} …`);
  const simulated = simulate(question.value, context);
  const { profiles, fitted = [], config } = setting.inputs;
  const file = fittedModelFile(graph.value);
  return succeed(
    backtestDocument({
      ...{ graph: graph.value, ...question.value, ...simulated, giveUpSeconds: GIVE_UP_SECONDS },
      inputs: {
        metrics: metrics.value,
        config,
        profiles,
        fitted: horizon.isFitted ? fitted.filter((input) => input.file === file) : [],
      },
      gpusPerReplica: question.value.engine.gpusPerReplica,
      proposalsPerDay: horizon.changesPerDay,
      parameters: horizon.words,
      notes: [...history.notes, arrivals.words],
    }),
  );
}

interface GraphHistory {
  readonly graph: PlaceableGraph;
  readonly series: TrafficSeries;
  readonly setting: PlanSetting;
  readonly arrivals: ArrivalSettings;
  readonly lead: LeadTime;
}

function questionOf(call: BacktestCall, { graph, series, setting, arrivals, lead }: GraphHistory) {
  const minutes = Math.floor((series.length * series.bucketSeconds) / 60);
  if (minutes < LEAST_MINUTES) {
    const message = `the history of ${graph.name} is ${minutes} ${minutes === 1 ? 'minute' : 'minutes'} long, and a backtest takes at least ${LEAST_MINUTES}`;
    return fail({ code: 'unavailable', message, hint: 'record longer, or ask for more with --since' });
  }
  const judged = judgedMinutes(minutes, call.days);
  const served = requireServed(lead, judged);
  if (!served.ok) return served;
  const known = requireKnownMinutes(workloadOf(series, { ...arrivals.settings, seed: 1 }), series, judged);
  if (!known.ok) return known;
  const end = Math.floor((judged.from * 60) / series.bucketSeconds);
  const engine = graphEngine(graph, setting.profiles, { series, end });
  if (!engine.ok) return engine;
  const simulable = requireSimulable(graph, series, engine.value.engine);
  if (!simulable.ok) return simulable;
  const horizon = replayedHorizon({
    ...{ strategy: graph.deployment.strategy, fitted: setting.fitted?.get(placeKey(graph)), sla: engine.value.sla },
    leadSeconds: lead.reviewSeconds + lead.startUpSeconds,
    judgedMs: series.startMs + judged.from * 60_000,
  });
  const policies = choosePolicies(families(horizon), call.policies);
  if (!policies.ok) return policies;
  const whatIf = call.isWhatIf ? subjectOf(policies.value) : succeed(undefined);
  if (!whatIf.ok) return whatIf;
  return succeed({
    ...{ ...engine.value, horizon, series, judged, lead, families: policies.value, whatIf: whatIf.value },
    arrivals: arrivals.settings,
    seeds: seedsOf(call.seeds),
  });
}

/** Other settings are tried with ours, or with the only one that is compared, unless it heeds none of them. */
function subjectOf(policies: readonly Family[]): Result<string> {
  const [only, second] = policies;
  const subject = policies.find(({ name }) => name === 'sla') ?? (second === undefined ? only : undefined);
  const hint = 'name sla in --policies';
  if (subject === undefined) {
    const message =
      '--what-if tries other budgets, targets and start-up times with one policy, and --policies names several without sla';
    return fail({ code: 'usage', message, hint });
  }
  if (subject.settings[0].policy.channel !== 'static') return succeed(subject.name);
  const message = `--what-if has nothing to try with ${subject.name}: its number is the same whatever targets and start-up times are`;
  return fail({ code: 'usage', message, hint });
}

function seedsOf(count: number): readonly [number, ...number[]] {
  return [1, ...Array.from({ length: count - 1 }, (_, index) => index + 2)];
}

/** `--html "$REPORT"` where nobody set the variable. */
function unnamedFiles({ files, html, out }: BacktestCall): readonly Problem[] {
  if (html !== undefined && html !== '' && html === out) {
    return [{ code: 'usage', message: '--html and --out name the same file' }];
  }
  return Object.entries({ metrics: files.metrics, html, out }).flatMap(([option, file]): readonly Problem[] =>
    file === '' ? [{ code: 'usage', message: `--${option} needs a file name` }] : [],
  );
}
