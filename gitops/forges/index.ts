export * from './forge.ts';
export { localForge } from './local.ts';
