/** How much of a plan a body tells. Numbers are most rows, lines or items. */
export interface Extent {
  readonly rows: number;
  readonly charts: number;
  readonly notChanged: number;
  /** In the data for programs. */
  readonly changes: number;
  readonly evidence: 'all' | 'changes' | 'none';
  /** Whether the figures of the last days are told. */
  readonly backtest: boolean;
  /** What was left out of the whole story. */
  readonly leftOut: readonly string[];
}

export const FULL_EXTENT: Extent = {
  ...{ rows: 60, charts: 4, notChanged: 60, changes: 250, evidence: 'all', backtest: true, leftOut: [] },
};

/**
 * What goes where a body is longer than a forge accepts, and in which order: first what a reviewer opens last. Cells are
 * cut in any case, so that the few rows which are left in the end always fit.
 */
export const CUTS: readonly { readonly what: string; readonly cut: (extent: Extent) => Extent }[] = [
  { what: 'the evidence of services that stay', cut: (extent) => ({ ...extent, evidence: 'changes' }) },
  { what: 'the rest of the evidence', cut: (extent) => ({ ...extent, evidence: 'none' }) },
  { what: 'all but 8 lines of what was not changed', cut: (extent) => ({ ...extent, notChanged: 8 }) },
  { what: 'all but 1 chart', cut: (extent) => ({ ...extent, charts: 1 }) },
  { what: 'all but 8 rows of each table', cut: (extent) => ({ ...extent, rows: 8 }) },
  { what: 'the changes in the data for programs', cut: (extent) => ({ ...extent, changes: 0 }) },
  { what: 'the figures of the backtest', cut: (extent) => ({ ...extent, backtest: false }) },
];
