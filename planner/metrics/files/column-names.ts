import { RECORDING_COLUMNS } from '../../../api/index.ts';
import type { TrafficColumn } from '../traffic-series.ts';

/** What a column of a table holds, and how its numbers become those of a series. */
export type TableColumn =
  | { readonly kind: 'time' }
  | { readonly kind: 'label'; readonly label: 'deployment' | 'namespace' | 'environment' | 'model' }
  | { readonly kind: 'number'; readonly column: TrafficColumn; readonly factor: number | 'bucket-seconds' };

const LABELS = ['deployment', 'namespace', 'environment', 'model'] as const;

/** Other names that people write, with the factor to our unit. */
const ALIASES: readonly (readonly [string, TrafficColumn, number | 'bucket-seconds'])[] = [
  ['requests', 'requestCount', 1],
  ['requestsPerSecond', 'requestCount', 'bucket-seconds'],
  ['rps', 'requestCount', 'bucket-seconds'],
  ['isl', 'islTokens', 1],
  ['osl', 'oslTokens', 1],
  ['ttftSeconds', 'ttftMs', 1000],
  ['itlSeconds', 'itlMs', 1000],
  ['requestMs', 'requestSeconds', 0.001],
];

const TIMES = ['timestamp', 'time', 'start'];

const COLUMNS: ReadonlyMap<string, TableColumn> = new Map<string, TableColumn>([
  ...TIMES.map((name) => [key(name), { kind: 'time' }] as const),
  ...LABELS.map((label) => [key(label), { kind: 'label', label }] as const),
  ...RECORDING_COLUMNS.map((column) => [key(column), { kind: 'number', column, factor: 1 }] as const),
  ...ALIASES.map(([name, column, factor]) => [key(name), { kind: 'number', column, factor }] as const),
]);

/** The column that a header names, in whatever case, with or without underscores: `ttftMs`, `ttft_ms`, `TTFT_MS`. */
export function tableColumn(name: string): TableColumn | undefined {
  return COLUMNS.get(key(name));
}

/** Every name that a header may have, as it is written in the documentation. */
export const COLUMN_NAMES: readonly string[] = [
  ...TIMES,
  ...LABELS,
  ...RECORDING_COLUMNS,
  ...ALIASES.map(([name]) => name),
];

function key(name: string): string {
  return name.toLowerCase().replace(/[_\-\s]/g, '');
}
