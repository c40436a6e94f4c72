import { DEFAULT_CHANGES_PER_DAY, type StrategySettings } from '../../api/index.ts';

/** What `sla` is replayed with. */
export interface ReplayedHorizon {
  readonly changesPerDay: number;
  /** Undefined where it is chosen anew for each judged day. */
  readonly latePrice: number | undefined;
  /** Where it comes from, in sentences. */
  readonly words: string;
}

/** The graph's own `horizon` as far as it goes; what it leaves open is chosen by the days before each judged one. */
export function replayedHorizon(strategy: StrategySettings): ReplayedHorizon {
  const own = strategy.kind === 'sla' ? strategy.horizon : undefined;
  const { changesPerDay = DEFAULT_CHANGES_PER_DAY, latePrice } = own ?? {};
  const price =
    latePrice === undefined
      ? 'its late price, which the config leaves open, was chosen anew for each judged day, by the days before it alone'
      : `its late price is ${latePrice}, as the config says`;
  const plan =
    own === undefined ? ' plan decides like that where strategy sla sets horizon, and this config does not.' : '';
  const source = own === undefined ? ', the default' : '';
  return {
    ...{ changesPerDay, latePrice },
    words: `sla makes at most ${changesPerDay} changes a day${source}, and ${price}.${plan} No setting of any policy was chosen on a day that it is judged by, and each learns only from minutes that are over.`,
  };
}
