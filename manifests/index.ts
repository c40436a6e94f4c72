export * from './fleet-view/index.ts';
export * from './locate/index.ts';
export * from './read/index.ts';
export * from './resolve/index.ts';
export * from './splice/index.ts';
