export * from './bucket-state.ts';
export * from './cut-series.ts';
export * from './find-series.ts';
export * from './recording/index.ts';
export * from './round-cell.ts';
export * from './series-source.ts';
export type * from './source.ts';
export * from './traffic-series.ts';
export * from './traffic-windows.ts';
