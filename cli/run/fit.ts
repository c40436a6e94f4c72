import { fail, type Result, succeed } from '../../api/index.ts';
import { asksForLatePrice, fitLatePrice } from '../../planner/fit/fit-late-price.ts';
import {
  type FleetFit,
  fitFleet,
  type PlaceableGraph,
  type PriceFit,
  type TrafficSeries,
} from '../../planner/index.ts';
import { runSteps } from '../backtest/backtest-progress.ts';
import type { CommandRunner } from '../command.ts';
import { fitReport } from '../fit/fit-report.ts';
import { type FitOutcome, outcomeOf } from '../fit/outcome.ts';
import { loadConfig } from '../load-config.ts';
import { type MetricsChoice, openMetricsSource } from '../metrics/open-source.ts';
import { done, failed } from '../outcome.ts';
import { loadFleet } from '../plan/load-fleet.ts';
import { readProfiles } from '../plan/load-plan-input.ts';
import { planProgress } from '../plan/plan-progress.ts';
import { planTime } from '../plan/plan-time.ts';

export interface FitCall {
  readonly metrics: MetricsChoice;
  readonly at: string | undefined;
  readonly isDryRun: boolean;
  readonly hasDetailedExitCode: boolean;
}

/** Fits every graph of the config and writes each one's file as soon as it is known, so that an interrupt costs one graph. */
export const runFit: CommandRunner<FitCall> = async ({ metrics, at, isDryRun, hasDetailedExitCode }, context) => {
  if (metrics.recording === '') return failed([{ code: 'usage', message: '--metrics needs a file name' }]);
  const { cwd } = context;
  const time = planTime(at, context.now());
  const loaded = await loadConfig(cwd);
  if (!time.ok || !loaded.ok) return failed([time, loaded].flatMap((part) => (part.ok ? [] : part.error)));
  const { config } = loaded.value;
  const [fleet, source, read] = await Promise.all([
    loadFleet(cwd, config),
    openMetricsSource(metrics, config, context),
    readProfiles(cwd, config, asksForLatePrice),
  ]);
  if (!fleet.ok || !source.ok || !read.ok) {
    return failed([source, read, fleet].flatMap((part) => (part.ok ? [] : part.error)));
  }
  const profiles = new Map(read.value.map(({ input, value }) => [input.file, value]));
  const { minCoverage } = config.metrics;
  const priceOf = (graph: PlaceableGraph, series: TrafficSeries): PriceFit =>
    runSteps(fitLatePrice({ graph, series, profiles, minCoverage }), `${graph.name}: late prices tried`, context);

  const outcomes: FitOutcome[] = [];
  const progress = planProgress(context, 'fitted');
  const onFitted = async (fitted: FleetFit, count: number, all: number): Promise<Result<void>> => {
    const outcome = await outcomeOf(fitted, { cwd, isDryRun });
    if (!outcome.ok) return fail(...outcome.error);
    outcomes.push(outcome.value);
    progress(count, all);
    return succeed(undefined);
  };
  const run = await fitFleet(
    { at: time.value, config, fleet: fleet.value.fleet },
    { source: source.value, priceOf, onFitted },
  );
  if (!run.ok) return failed(run.error);
  const exitCode = hasDetailedExitCode ? detailedExitCode(outcomes) : 0;
  return done(fitReport(outcomes, { source: source.value.evidence().source, isDryRun }), exitCode);
};

function detailedExitCode(outcomes: readonly FitOutcome[]): 0 | 2 | 3 {
  if (outcomes.some(({ kind }) => kind === 'written')) return 2;
  return outcomes.some(({ kind }) => kind === 'refused') ? 3 : 0;
}
