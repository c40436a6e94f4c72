import type { FittedLatePrice } from '../../api/index.ts';
import { percent } from '../../report/backtest/words.ts';
import type { FitOutcome } from './outcome.ts';

type Fitted = Exclude<FitOutcome, { kind: 'refused' }>;

/** What was chosen as the price of a late request, and by what. */
export interface PriceLine {
  /** Undefined where it stays the default. */
  readonly price: number | undefined;
  readonly words: string;
}

/** Undefined where nothing was to be chosen. */
export function priceLine({ model, refusedPrice }: Fitted): PriceLine | undefined {
  const { latePrice: fitted } = model;
  if (fitted !== undefined) return { price: fitted.latePrice, words: fittedWords(fitted) };
  return refusedPrice === undefined ? undefined : { price: undefined, words: refusedPrice };
}

function fittedWords({ days, tried, walkForward }: FittedLatePrice): string {
  const outcome = ({ attainment, gpuHours }: { readonly attainment: number; readonly gpuHours: number }): string =>
    `${percent(attainment)} kept for ${Math.round(gpuHours)} GPU-hours`;
  const each = tried.map((one) => `${one.latePrice}: ${outcome(one)}`).join(', ');
  const forward = walkForward === null ? '' : `; chosen anew each day by those before: ${outcome(walkForward)}`;
  return `over ${days} ${days === 1 ? 'day' : 'days'}, ${each}${forward}`;
}
