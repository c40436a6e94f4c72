export * from './model-cache/index.ts';
