export * from './arrival-settings.ts';
export * from './give-up.ts';
export * from './graph-engine.ts';
export * from './judged-minutes.ts';
export * from './plausible-history.ts';
export * from './require-simulable.ts';
export * from './worst-of-seeds.ts';
