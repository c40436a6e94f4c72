import { DEFAULT_CHANGES_PER_DAY, type FittedModel, type Sla, type StrategySettings } from '../../api/index.ts';
import type { OursForecast } from '../../planner/backtest/policies/index.ts';
import { latePriceOf } from '../../planner/strategies/sla/late-price.ts';

/** What `sla` is replayed with. */
export interface ReplayedHorizon {
  readonly changesPerDay: number;
  /** Undefined where it is chosen anew for each judged day. */
  readonly latePrice: number | undefined;
  readonly forecast: OursForecast;
  /** Whether anything is that of the fitted file. */
  readonly isFitted: boolean;
  /** Where it comes from, in sentences. */
  readonly words: string;
}

export interface HorizonQuestion {
  readonly strategy: StrategySettings;
  readonly fitted: FittedModel | undefined;
  readonly leadSeconds: number;
  readonly sla: Sla;
  /** Start of what is judged, milliseconds since 1970. */
  readonly judgedMs: number;
}

/** The graph's own `horizon` as far as it goes; what it leaves open is chosen by the days before each judged one. */
export function replayedHorizon(question: HorizonQuestion): ReplayedHorizon {
  const { strategy } = question;
  const own = strategy.kind === 'sla' ? strategy.horizon : undefined;
  const changesPerDay = own?.changesPerDay ?? DEFAULT_CHANGES_PER_DAY;
  const price = priceOf(question, { changesPerDay, latePrice: own?.latePrice });
  const source = own === undefined ? ', the default' : '';
  const plan =
    own === undefined ? ' plan decides like that where strategy sla sets horizon, and this config does not.' : '';
  const models = modelsOf(question);
  return {
    ...{ changesPerDay, latePrice: price.latePrice, isFitted: price.isFitted || models.fitted !== undefined },
    forecast: { ...ownForecast(strategy), fitted: models.fitted },
    words: `sla makes at most ${changesPerDay} changes a day${source}, and its late price ${price.words}.${plan}${models.words} No setting of any policy was chosen on a day that it is judged by, and each learns only from minutes that are over.`,
  };
}

/** What the config says of forecasts, of a strategy that makes any. */
export function ownForecast(strategy: StrategySettings): OursForecast {
  if (strategy.kind !== 'sla') return {};
  const { forecast, arrivalVariation } = strategy;
  return { holdSeconds: forecast.holdSeconds, arrivalVariation };
}

/** The fitted models, where they know nothing of what is judged, as words say. */
function modelsOf({ fitted, judgedMs }: HorizonQuestion): Pick<OursForecast, 'fitted'> & { readonly words: string } {
  if (fitted === undefined) return { words: '' };
  if (isLearnedBefore(fitted, judgedMs)) {
    return fitted.bucketSeconds % 60 === 0
      ? { fitted, words: ' It forecasts with the models of the fitted file, as plan does.' }
      : { words: ' It forecasts with the default model, for the buckets of the fitted file are no whole minutes.' };
  }
  return {
    words:
      ' It forecasts with the default model, for those of the fitted file were learned from days that are judged here.',
  };
}

function isLearnedBefore({ training }: FittedModel, judgedMs: number): boolean {
  return Date.parse(training.end) <= judgedMs;
}

interface Price {
  readonly latePrice: number | undefined;
  readonly isFitted: boolean;
  readonly words: string;
}

function priceOf(
  { fitted, leadSeconds, sla, judgedMs }: HorizonQuestion,
  own: { readonly changesPerDay: number; readonly latePrice: number | undefined },
): Price {
  const { latePrice, ...known } = latePriceOf(own, fitted, { leadSeconds, sla });
  const open = (why: string): Price => ({
    ...{ latePrice: undefined, isFitted: false },
    words: `was chosen anew for each judged day, by the days before it alone${why}`,
  });
  switch (known.from) {
    case 'config':
      return { latePrice, isFitted: false, words: `is ${latePrice}, as the config says` };
    case 'default':
      return open(', as the config leaves it open');
    case 'other-fit':
      return open(`: that of the fitted file, ${known.fitted}, is of another lead, SLA or number of changes`);
    case 'fitted':
      return fitted !== undefined && isLearnedBefore(fitted, judgedMs)
        ? { latePrice, isFitted: true, words: `is ${latePrice}, which was fitted to days before those that are judged` }
        : open(`: that of the fitted file, ${latePrice}, was learned from days that are judged here`);
  }
}
