import type { Problem } from './problem.ts';

/** What a room hands out at its edge: a value, or every problem that stood in the way, never an exception. */
export type Result<T, E = readonly Problem[]> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly error: E };

export function succeed<T>(value: T): Result<T, never> {
  return { ok: true, value };
}

export function fail(...problems: readonly Problem[]): Result<never> {
  return { ok: false, error: problems };
}
