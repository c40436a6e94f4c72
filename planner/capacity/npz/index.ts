export * from './npz.ts';
