export { type Comment, commentsWith } from './comments.ts';
export type { DocumentSpan } from './document-span.ts';
export { lineCount, lineText } from './lines.ts';
export { type ManifestDocument, type ManifestFile, type ReadManifest, readManifest } from './manifest.ts';
export { RENDER_FIRST, templateMark } from './template.ts';
export { type ManifestTree, readManifestTree } from './tree.ts';
