export * from './what-if.ts';
export * from './within-gpus.ts';
