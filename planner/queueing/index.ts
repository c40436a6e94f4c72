export * from './decode-pool.ts';
export * from './fewest-replicas.ts';
export * from './normal.ts';
export * from './prefill-queue.ts';
export * from './prompt-lengths.ts';
export * from './waiting.ts';
