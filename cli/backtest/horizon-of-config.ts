import {
  DEFAULT_CHANGES_PER_DAY,
  DEFAULT_LATE_PRICE,
  type HorizonSetting,
  type StrategySettings,
} from '../../api/index.ts';

/** What `sla` is replayed with. */
export interface ReplayedHorizon {
  readonly horizon: HorizonSetting;
  /** Where it comes from, in sentences. */
  readonly words: string;
}

/** The graph's own `horizon`, else the defaults, which are the same for every graph. */
export function horizonOfConfig(strategy: StrategySettings): ReplayedHorizon {
  const own = strategy.kind === 'sla' ? strategy.horizon : undefined;
  const horizon = own ?? { changesPerDay: DEFAULT_CHANGES_PER_DAY, latePrice: DEFAULT_LATE_PRICE };
  const setting = `horizon: { changesPerDay: ${horizon.changesPerDay}, latePrice: ${horizon.latePrice} }`;
  const source =
    own === undefined
      ? 'the defaults, which are the same for every graph; plan decides like that where strategy sla sets horizon, and this config does not'
      : 'as the config says';
  return {
    horizon,
    words: `sla has ${setting}: ${source}. No parameter of any policy was chosen on the judged days here, and each learns only from minutes that are over.`,
  };
}
