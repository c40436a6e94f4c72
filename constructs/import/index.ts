export { type CrdSchemas, crdSchemas } from '../../api/crd/index.ts';
export { checkDocuments } from './check-documents.ts';
export type { SourceDocument } from './document.ts';
export { type ImportedApp, type ImportRequest, importApp } from './import-app.ts';
export type { HatchUse } from './import-graph.ts';
