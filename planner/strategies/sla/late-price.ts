import { DEFAULT_LATE_PRICE, type FittedModel, type HorizonSetting, type Sla } from '../../../api/index.ts';

/** What a late request costs, in what the engines of one request cost, and where that comes from. */
export type LatePrice = { readonly latePrice: number } & (
  | { readonly from: 'config' | 'fitted' | 'default' }
  /** The default, since what was fitted is of another lead, SLA or budget of changes. */
  | { readonly from: 'other-fit'; readonly fitted: number }
);

/** The config's own price, else what `fit` chose for the same question, else the default. */
export function latePriceOf(
  { latePrice, changesPerDay }: HorizonSetting,
  fitted: FittedModel | undefined,
  { leadSeconds, sla }: { readonly leadSeconds: number; readonly sla: Sla },
): LatePrice {
  if (latePrice !== undefined) return { latePrice, from: 'config' };
  const chosen = fitted?.latePrice;
  if (chosen === undefined) return { latePrice: DEFAULT_LATE_PRICE, from: 'default' };
  const { setting } = chosen;
  const isSame =
    setting.leadSeconds === leadSeconds &&
    setting.changesPerDay === changesPerDay &&
    setting.ttftMs === sla.ttftMs &&
    setting.itlMs === sla.itlMs;
  return isSame
    ? { latePrice: chosen.latePrice, from: 'fitted' }
    : { latePrice: DEFAULT_LATE_PRICE, from: 'other-fit', fitted: chosen.latePrice };
}

/** Where a price comes from, as an aside after it; nothing for what the config says. */
export function priceSource(price: LatePrice): string {
  switch (price.from) {
    case 'config':
      return '';
    case 'fitted':
      return ', as fit chose';
    case 'default':
      return ', the default';
    case 'other-fit':
      return `, the default: fit chose ${price.fitted} for another lead, SLA or number of changes, and is to be run again`;
  }
}
