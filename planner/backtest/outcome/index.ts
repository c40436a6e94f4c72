export * from './constant-numbers.ts';
export * from './outcome-of.ts';
export * from './since.ts';
