export * from './metrics-needs.ts';
export * from './size.ts';
