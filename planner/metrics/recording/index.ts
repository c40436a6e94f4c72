export * from './read-recording.ts';
export * from './recorded-series.ts';
export * from './write-recording.ts';
