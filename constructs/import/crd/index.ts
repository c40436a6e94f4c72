export { checkObject } from './check-schema.ts';
export type { SchemaFinding } from './finding.ts';
export { type CrdSchemas, crdSchemas } from './schemas.ts';
