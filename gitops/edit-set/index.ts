export * from './edit-files.ts';
export * from './held-already.ts';
export { supportingFiles } from './named-number.ts';
export * from './plan-edits.ts';
export * from './protected-paths.ts';
