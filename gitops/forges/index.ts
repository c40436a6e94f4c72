export * from './forge.ts';
export * from './github/index.ts';
export { localForge } from './local.ts';
