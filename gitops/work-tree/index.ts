export * from './read.ts';
export * from './replace.ts';
