export * from './decide-load.ts';
export * from './request-shape.ts';
export type { LoadSignal } from './signal.ts';
export * from './sla-signal.ts';
export * from './threshold-signal.ts';
export * from './worker-load.ts';
