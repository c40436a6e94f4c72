export * from './learn-model.ts';
