export * from './drawn-requests.ts';
export * from './lengths.ts';
export * from './random.ts';
export type * from './workload.ts';
export * from './workload-of.ts';
