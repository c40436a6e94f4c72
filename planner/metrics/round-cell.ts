/** Significant digits of every measured number: more than any exporter is right about, and short in a recording. */
const SIGNIFICANT_DIGITS = 6;

/** The number that goes into a series, whichever source it comes from, so that a recording says what was measured. */
export function roundCell(value: number): number {
  return Number.isFinite(value) ? Number(value.toPrecision(SIGNIFICANT_DIGITS)) : Number.NaN;
}
