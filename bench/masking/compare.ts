import type { FittedForecast, FittedModel } from '../../api/index.ts';
import { cutSeries, makePlan, type TrafficColumn, type TrafficSeries } from '../../planner/index.ts';
import { config, deployment, liveStatus, member, planInput } from '../../test/planner/fleet-fixture.ts';
import { randomNumbers } from '../../test/planner/queue-simulation.ts';
import type { MinuteTrace } from './traces.ts';

/** How a graph is sized. */
export interface MaskedStrategy {
  readonly name: string;
  readonly strategy: { readonly kind: string; readonly [setting: string]: unknown };
  /** Most replicas that a plan takes away, where the strategy has no limit of its own. */
  readonly maxStepDown?: number;
  /** A method that `fit` might have chosen. */
  readonly fitted?: FittedForecast;
}

/** What became of a walk over decisions, each made from all metrics and from masked ones, with the same numbers in Git. */
export interface Comparison {
  readonly decisions: number;
  /** Decided from all metrics. */
  readonly sized: number;
  /** Held only where metrics are masked. */
  readonly held: number;
  /** Decisions in which a number differs by more than one, and in which one is lower than both others. */
  readonly moved: number;
  readonly below: number;
  /** The largest difference. */
  readonly most: number;
  /** The highest number that was asked for. */
  readonly replicas: number;
}

interface Numbers {
  readonly prefill: number;
  readonly decode: number;
}

/** How far a plan looks back: what the season and the errors of a forecast take. */
const HISTORY_MS = 4 * 86_400_000;

/** Walks over the end of a trace, a decision every so many minutes. */
export function compareMasked(
  { series, judgedMinutes }: MinuteTrace,
  one: MaskedStrategy,
  { share, everyMinutes, seed }: { readonly share: number; readonly everyMinutes: number; readonly seed: number },
): Comparison {
  const hidden = masked(series, share, seed);
  let current: Numbers = { prefill: 2, decode: 2 };
  let [decisions, sized, held, moved, below, most, replicas] = [0, 0, 0, 0, 0, 0, 0];
  for (let minute = series.length - judgedMinutes; minute <= series.length; minute += everyMinutes) {
    const of = (all: TrafficSeries) => planned(all, one, current, minute);
    // The first decision finds the numbers to begin with.
    if (decisions === 0) current = of(series).numbers;
    const [full, part] = [of(series), of(hidden)];
    decisions += 1;
    if (!full.isHeld) sized += 1;
    if (part.isHeld && !full.isHeld) held += 1;
    const differences = (['prefill', 'decode'] as const).map((role) => {
      replicas = Math.max(replicas, full.numbers[role]);
      if (part.numbers[role] < Math.min(full.numbers[role], current[role])) below += 1;
      return Math.abs(part.numbers[role] - full.numbers[role]);
    });
    const difference = Math.max(...differences);
    most = Math.max(most, difference);
    if (difference > 1) moved += 1;
    current = full.numbers;
  }
  return { decisions, sized, held, moved, below, most, replicas };
}

/** A share of the buckets at random, with nothing in them; the same for the same seed. */
export function masked(series: TrafficSeries, share: number, seed: number): TrafficSeries {
  const random = randomNumbers(seed);
  const isLost = Array.from({ length: series.length }, () => random() < share);
  const columns = Object.entries(series.columns).map(([column, cells]): [string, Float64Array] => [
    column,
    cells.map((cell, index) => (isLost[index] ? Number.NaN : cell)),
  ]);
  return { ...series, columns: Object.fromEntries(columns) as { [column in TrafficColumn]?: Float64Array } };
}

function planned(
  series: TrafficSeries,
  { strategy, fitted, maxStepDown }: MaskedStrategy,
  current: Numbers,
  minute: number,
): { readonly numbers: Numbers; readonly isHeld: boolean } {
  const atMs = series.startMs + minute * 60_000;
  const model =
    fitted === undefined
      ? undefined
      : ({
          bucketSeconds: 300,
          horizon: {},
          quantities: { prefillTokensPerSecond: fitted, decodeTokensPerSecond: fitted },
        } as unknown as FittedModel);
  const steps = maxStepDown === undefined ? {} : { maxStepDown };
  const plan = makePlan(
    planInput({
      at: new Date(atMs),
      config: config({ deployments: [deployment({ strategy, services: { prefill: steps, decode: steps } })] }),
      fleet: [member(current)],
      status: liveStatus(current),
      series: [cutSeries(series, atMs - HISTORY_MS, atMs)],
      ...(model === undefined ? {} : { fitted: new Map([['prod/llm/chat', model]]) }),
    }),
  );
  if (!plan.ok) throw new Error(plan.error.map(({ message }) => message).join('; '));
  const target = (role: 'prefill' | 'decode') =>
    plan.value.targets.find(({ service }) => service === role)?.target ?? current[role];
  const numbers = { prefill: target('prefill'), decode: target('decode') };
  return { numbers, isHeld: plan.value.targets.length < 2 };
}
