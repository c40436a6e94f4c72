export * from './check-out.ts';
export * from './git.ts';
export * from './history.ts';
export * from './open.ts';
export * from './publish.ts';
export * from './read-files.ts';
export * from './refs.ts';
export * from './write-commits.ts';
