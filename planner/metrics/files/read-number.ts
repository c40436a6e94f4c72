import { type Result, succeed } from '../../../api/index.ts';
import { roundCell } from '../round-cell.ts';

const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/;
const MISSING = new Set(['', 'null', 'nan', 'na', 'n/a', '-']);

/** A number of a cell, rounded as all measured numbers are; NaN where the cell says that there is none. */
export function readNumber(text: string, factor: number): Result<number, string> {
  const trimmed = text.trim();
  if (MISSING.has(trimmed.toLowerCase())) return succeed(Number.NaN);
  const value = NUMBER.test(trimmed) ? Number(trimmed) * factor : Number.NaN;
  return Number.isFinite(value) ? succeed(roundCell(value)) : { ok: false, error: 'is not a number' };
}
