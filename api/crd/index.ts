export { checkObject } from './check-schema.ts';
export type { CrdFinding, CrdMistake, CrdPath, CrdStep } from './finding.ts';
export { matchesPattern } from './pattern.ts';
export { type CrdSchemas, crdSchemas } from './schemas.ts';
