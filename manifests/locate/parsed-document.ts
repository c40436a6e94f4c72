import { isDeepStrictEqual } from 'node:util';
import type { JsonValue, Result } from '../../api/index.ts';
import { composeYaml } from '../read/compose-yaml.ts';
import type { DocumentSpan } from '../read/document-span.ts';
import { syntaxProblem } from '../read/manifest.ts';
import { ordinaryTree, readOrdinaryYaml } from '../read/ordinary-yaml.ts';
import { parseAnyYaml } from '../read/parse-yaml.ts';
import { treeWithoutAnchors, type YamlTree, yamlTree } from './yaml-node.ts';

/** A document with both its meaning and its places; offsets in the tree count from the start of the span. */
export interface ParsedDocument {
  readonly file: string;
  /** Text of the whole file. */
  readonly text: string;
  readonly span: DocumentSpan;
  readonly value: JsonValue;
  readonly tree: YamlTree;
}

/**
 * Parses a document to edit it. Two parsers that share no code read it, and one that they do not read alike is refused:
 * then nobody can say what Kubernetes' own, a third one, would make of it.
 */
export function parsedDocument(file: string, text: string, span: DocumentSpan): Result<ParsedDocument> {
  const slice = text.slice(span.start, span.end);
  const parsed = parseAnyYaml(slice);
  if (!parsed.ok) return { ok: false, error: [syntaxProblem(file, text, span, parsed.error)] };
  const value = parsed.value;
  const root = isDeepStrictEqual(readOrdinaryYaml(slice), value) ? ordinaryTree(slice) : undefined;
  if (root !== undefined) return { ok: true, value: { file, text, span, value, tree: treeWithoutAnchors(root) } };
  const composed = composeYaml(slice);
  if (composed.ok && isDeepStrictEqual(composed.value.value, value)) {
    return { ok: true, value: { file, text, span, value, tree: yamlTree(composed.value.document) } };
  }
  const reason = composed.ok ? '' : ` (${composed.error.message})`;
  const message = `is YAML that parsers do not read alike${reason}, so it is not edited`;
  return { ok: false, error: [{ code: 'refused', file, line: span.line, message, hint: 'write it more plainly' }] };
}
