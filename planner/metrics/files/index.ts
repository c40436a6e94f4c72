export * from './file-format.ts';
export type * from './file-series.ts';
export * from './file-source.ts';
export * from './read-metrics-file.ts';
