import type { Result } from '../../../api/index.ts';

/** Why a formula has no result. Dynamo's planner stops with an exception in these places and then decides nothing. */
export type ArithmeticFailure = 'not-a-number' | 'infinite' | 'division-by-zero';

export type Computed<T> = Result<T, ArithmeticFailure>;

export function noResult(failure: ArithmeticFailure): { readonly ok: false; readonly error: ArithmeticFailure } {
  return { ok: false, error: failure };
}

/** Rounds a quotient up to whole replicas; there is no whole number for NaN and infinity. */
export function wholeReplicas(quotient: number): Computed<number> {
  if (Number.isNaN(quotient)) return noResult('not-a-number');
  if (!Number.isFinite(quotient)) return noResult('infinite');
  return { ok: true, value: Math.ceil(quotient) };
}

/** Said in words, for a decision that was not made. */
export function describeFailure(failure: ArithmeticFailure): string {
  switch (failure) {
    case 'not-a-number':
      return 'a number in the formula is missing';
    case 'infinite':
      return 'the result is infinite';
    case 'division-by-zero':
      return 'the formula divides by zero';
  }
}
