export * from './edit-set/index.ts';
export * from './forges/index.ts';
export * from './past-changes/index.ts';
export * from './proposal/index.ts';
export { openRepository, type Repository, remoteAddress, resolveCommit, type Signature } from './repository/index.ts';
export * from './work-tree/index.ts';
