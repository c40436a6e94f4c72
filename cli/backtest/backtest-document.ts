import { type Backtest, type BacktestPolicy, type ChosenSettings, SCHEMA_VERSION, type Sla } from '../../api/index.ts';
import type { DailyChoices, Family } from '../../planner/backtest/choice/index.ts';
import type { LeadTime } from '../../planner/backtest/delivery/index.ts';
import type { PolicyResult, ReplayResult } from '../../planner/backtest/replay/index.ts';
import type { Workload } from '../../planner/backtest/workload/index.ts';
import { isoTime, type PlaceableGraph } from '../../planner/index.ts';

export interface BacktestParts {
  readonly graph: PlaceableGraph;
  readonly inputs: Backtest['inputs'];
  readonly workload: Pick<Workload, 'startMs' | 'minutes' | 'gaps'>;
  readonly judged: { readonly from: number; readonly to: number };
  readonly sla: Sla;
  readonly lead: LeadTime;
  readonly giveUpSeconds: number;
  readonly gpusPerReplica: Backtest['setting']['gpusPerReplica'];
  readonly proposalsPerDay: number;
  readonly seeds: readonly number[];
  readonly families: readonly Family[];
  readonly choices: DailyChoices;
  readonly result: ReplayResult;
  readonly whatIf: Backtest['whatIf'] | undefined;
  readonly parameters: string;
  readonly notes: readonly string[];
}

const DAY_MINUTES = 1440;

/** What was replayed, as a document. Same parts, same bytes. */
export function backtestDocument(parts: BacktestParts): Backtest {
  const { graph, inputs, workload, judged, sla, lead, result, whatIf } = parts;
  const timeOf = (minute: number): string => isoTime(workload.startMs + minute * 60_000);
  const { missing, implausible } = workload.gaps;
  const { beyondMost: beyond } = result;
  return {
    ...{ schemaVersion: SCHEMA_VERSION, kind: 'backtest' },
    ...{ deployment: graph.name, namespace: graph.namespace, environment: graph.environment, inputs },
    training: { start: timeOf(0), end: timeOf(judged.from) },
    judged: { start: timeOf(judged.from), end: timeOf(judged.to) },
    minutes: { all: workload.minutes, missing, implausible },
    notes: [...parts.notes],
    setting: {
      sla: { ttftMs: sla.ttftMs, itlMs: sla.itlMs },
      lead: { reviewSeconds: lead.reviewSeconds, startUpSeconds: lead.startUpSeconds },
      giveUpSeconds: parts.giveUpSeconds,
      gpusPerReplica: parts.gpusPerReplica,
      most: result.most,
      proposalsPerDay: parts.proposalsPerDay,
      seeds: [...parts.seeds],
    },
    parameters: parts.parameters,
    chosen: chosenSettings(parts, timeOf),
    policies: result.policies.map(policyOf),
    frontier: result.frontier.map(({ changesPerDay, gpuHours }) => ({
      ...{ changesPerDay: rounded(changesPerDay), gpuHours: rounded(gpuHours) },
    })),
    ...(beyond === undefined ? {} : { beyondMost: { minutes: beyond.minutes, worst: beyond.worst ?? null } }),
    ...(whatIf === undefined ? {} : { whatIf }),
  };
}

/** Families with one setting have nothing to choose. */
function chosenSettings(
  { families, choices, judged }: Pick<BacktestParts, 'families' | 'choices' | 'judged'>,
  timeOf: (minute: number) => string,
): ChosenSettings[] {
  return families.flatMap(({ name, label, settings }) => {
    const places = choices.get(name);
    if (places === undefined) return [];
    const days = places.map((place, day) => ({
      start: timeOf(judged.from + day * DAY_MINUTES),
      setting: settings[place]?.words ?? settings[0].words,
    }));
    return [{ policy: name, label, tried: settings.map(({ words }) => words), days }];
  });
}

function policyOf({ outcome, worstWindow, hourlyGpus, ...rest }: PolicyResult): BacktestPolicy {
  const { requests, attained, ttftMisses, itlMisses, abandoned, hopeless } = outcome;
  return {
    ...{ name: rest.name, label: rest.label, channel: rest.channel },
    ...{ requests: rounded(requests), attained: rounded(attained), ttftMisses: rounded(ttftMisses) },
    ...{ itlMisses: rounded(itlMisses), abandoned: rounded(abandoned), hopeless: rounded(hopeless) },
    ...{ attainment: rest.attainment, ttftAttainment: rest.ttftAttainment, itlAttainment: rest.itlAttainment },
    gpuHours: rounded(rest.gpuHours),
    timesOracle: known(rest.timesOracle),
    timesLimitedOracle: known(rest.timesLimitedOracle),
    ...{ proposalsPerDay: rounded(rest.proposalsPerDay), changesPerDay: rounded(rest.changesPerDay) },
    poorWindows: rest.poorWindows,
    worstWindow:
      worstWindow === undefined ? null : { start: isoTime(worstWindow.startMs), attainment: worstWindow.attainment },
    maxGpus: rest.maxGpus,
    hourlyGpus: [...hourlyGpus],
  };
}

/** Nothing ran, so nothing can be compared. */
function known(ratio: number): number | null {
  return Number.isFinite(ratio) ? rounded(ratio) : null;
}

/** Sums of a million steps end in digits that mean nothing. */
function rounded(value: number): number {
  return Math.round(value * 1e6) / 1e6;
}
