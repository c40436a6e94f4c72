export * from './engine-spec.ts';
