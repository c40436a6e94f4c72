import type { FittedLatePrice, HorizonSetting, SlaSettings, StrategySettings } from '../../api/index.ts';
import {
  chooseSetting,
  daysWithSay,
  type Family,
  LATE_PRICES,
  oursFamily,
  trySettings,
  walkForward,
} from '../backtest/choice/index.ts';
import { evenLead } from '../backtest/delivery/index.ts';
import { arrivalSettings, GIVE_UP_SECONDS, graphEngine, plausibleHistory } from '../backtest/graph/index.ts';
import { type DayResult, type ReplayProgress, trainingPeakOf } from '../backtest/replay/index.ts';
import { fluidSimulation } from '../backtest/simulator/index.ts';
import { workloadOf } from '../backtest/workload/index.ts';
import type { ProfileParts } from '../capacity/index.ts';
import type { TrafficSeries } from '../metrics/index.ts';
import type { PlaceableGraph } from '../plan/index.ts';
import type { PriceFit } from './fit-fleet.ts';

const DAY_SECONDS = 86_400;

/** Of the random arrivals; the same for every price. */
const SEED = 1;

export interface PriceQuestion {
  readonly graph: PlaceableGraph;
  /** As it was measured. */
  readonly series: TrafficSeries;
  readonly profiles: ReadonlyMap<string, ProfileParts>;
  /** Least share of the scrapes of a bucket that is believed. */
  readonly minCoverage: number;
}

/** Whether a strategy weighs the time ahead, and leaves the price of a late request open. */
export function asksForLatePrice(
  strategy: StrategySettings,
): strategy is SlaSettings & { readonly horizon: HorizonSetting } {
  return strategy.kind === 'sla' && strategy.horizon !== undefined && strategy.horizon.latePrice === undefined;
}

/**
 * Chooses what a late request costs a graph whose strategy weighs the time ahead and leaves the price open: replays the graph's
 * history with each price, every decision made from what was over by then, and takes the one that `backtest` would take for the
 * day after. Linear in the history. Pure.
 */
export function* fitLatePrice(question: PriceQuestion): Generator<ReplayProgress, PriceFit> {
  const { strategy } = question.graph.deployment;
  if (!asksForLatePrice(strategy)) return { kind: 'none' };
  const { series } = plausibleHistory(question.series, question.minCoverage);
  const seconds = series.length * series.bucketSeconds;
  if (seconds < DAY_SECONDS) return refused('a price is chosen by whole days, and the history is shorter than one');
  const found = graphEngine(question.graph, question.profiles, { series, end: series.length });
  if (!found.ok) return refused(found.error.map(({ message }) => message).join('; '));
  const { engine, profile, sla } = found.value;
  const workload = workloadOf(series, { ...arrivalSettings(series, strategy).settings, seed: SEED });
  const { minutes, gaps } = workload;
  if (gaps.missing + gaps.implausible >= minutes) return refused('no minute of the history can be replayed');
  const { changesPerDay } = strategy.horizon;
  const { leadSeconds, holdSeconds } = strategy.forecast;
  const input = {
    ...{ workload, engine, profile, sla, lead: evenLead(leadSeconds) },
    simulation: () => fluidSimulation(engine, sla, { giveUpSeconds: GIVE_UP_SECONDS }),
  };
  // With the default models: what is fitted now knows the days that the price is chosen by.
  const forecast = { holdSeconds, arrivalVariation: strategy.arrivalVariation };
  const family = oursFamily({ changesPerDay, latePrice: undefined, forecast });
  const trainingPeak = trainingPeakOf({ ...input, judged: { from: minutes, to: minutes } });
  // The newest days are whole ones.
  const days = yield* trySettings([family], { ...input, trainingPeak, end: minutes, daysFrom: minutes });
  const tried = days.get(family.name) ?? [];
  const latePrice = LATE_PRICES[chooseSetting(tried)] ?? LATE_PRICES[0];
  return {
    kind: 'fitted',
    price: {
      latePrice,
      setting: { leadSeconds, changesPerDay, ttftMs: sla.ttftMs, itlMs: sla.itlMs },
      days: Math.max(...tried.map((each) => daysWithSay(each).length)),
      tried: LATE_PRICES.map((price, place) => ({ latePrice: price, ...outcomeOf(daysWithSay(tried[place] ?? [])) })),
      walkForward: validated(family, tried),
    },
  };
}

/** What the choice itself would have been worth: each day but the first, with what the days before it spoke for. */
function validated(family: Family, tried: readonly (readonly DayResult[])[]): FittedLatePrice['walkForward'] {
  const judgedDays = Math.max(0, ...tried.map(({ length }) => length)) - 1;
  if (judgedDays < 1) return null;
  const places =
    walkForward([family], new Map([[family.name, tried]]), { trainingDays: 1, judgedDays }).get(family.name) ?? [];
  const days = places.flatMap((place, day) => tried[place]?.[day + 1] ?? []);
  return { days: judgedDays, ...outcomeOf(days) };
}

function outcomeOf(days: readonly DayResult[]): Omit<FittedLatePrice['tried'][number], 'latePrice'> {
  const sum = (value: (day: DayResult) => number): number => days.reduce((total, day) => total + value(day), 0);
  const requests = sum((day) => day.requests);
  return {
    attainment: requests === 0 ? 1 : rounded(Math.min(1, sum((day) => day.attained) / requests)),
    gpuHours: rounded(sum((day) => day.gpuSeconds) / 3600),
    proposals: sum((day) => day.proposals),
  };
}

/** Digits beyond these would make a file change where nothing did. */
function rounded(value: number): number {
  return Math.round(value * 1e6) / 1e6;
}

function refused(reason: string): PriceFit {
  return { kind: 'refused', reason };
}
