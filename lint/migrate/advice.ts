import { dynamoApiVersionOf, GRAPH_DEPLOYMENT_KIND } from '../../api/index.ts';
import type { ManifestFile } from '../../manifests/index.ts';
import { patchFiles } from '../kustomize.ts';

/** Something beside the migrated objects that has to change with them, or need not. */
export interface Advice {
  readonly file: string;
  readonly line: number;
  readonly message: string;
}

const POINTER = /(?:^|[\s"'])\/spec\/services(?:\/|\b)/;
const DOTTED = /\.?spec\.services(?:[.[]|\b)/;

/**
 * Places that name services by their v1alpha1 path: patches, replacements, ignored differences. They are listed rather than
 * changed, since what they are for decides how.
 */
export function adviceFor(files: readonly ManifestFile[], migrated: ReadonlySet<string>): readonly Advice[] {
  if (migrated.size === 0) return [];
  const patches = patchFiles(files);
  const found: Advice[] = [];
  for (const manifest of files) {
    const { file, text, spans, documents } = manifest;
    const isPatch = patches.has(file);
    for (const { index, line, value } of documents) {
      const isAlpha = value.kind === GRAPH_DEPLOYMENT_KIND && dynamoApiVersionOf(value.apiVersion) === 'v1alpha1';
      if (isPatch && isAlpha) {
        found.push({
          file,
          line,
          message:
            'is a patch of a v1alpha1 graph: write it for spec.components of v1beta1, as a JSON 6902 patch with a test of the name, or with openapi.path in the kustomization',
        });
      }
      if (value.kind === GRAPH_DEPLOYMENT_KIND) continue;
      const span = spans[index];
      const target = patchTarget(text.slice(span?.start, span?.end));
      if (span !== undefined && target !== undefined)
        found.push({ file, line: lineAt(text, span.start + target), message: 'selects the graph by version v1alpha1' });
    }
    const graphs = documents
      .filter(({ value }) => value.kind === GRAPH_DEPLOYMENT_KIND)
      .map(({ index }) => spans[index]);
    let offset = 0;
    for (const [number, line] of text.split('\n').entries()) {
      const at = offset;
      offset += line.length + 1;
      if (graphs.some((span) => span !== undefined && at >= span.start && at < span.end)) continue;
      if (/^\s*#/.test(line) || !(POINTER.test(line) || DOTTED.test(line))) continue;
      found.push({
        file,
        line: number + 1,
        message: `names a path under spec.services: the components of v1beta1 are a list, found by name (${isArgo(text) ? '.spec.components[] | select(.name == "…") as a jqPathExpression' : 'with an index, and a test of the name before it'})`,
      });
    }
  }
  return found.sort((first, second) =>
    first.file === second.file ? first.line - second.line : first.file < second.file ? -1 : 1,
  );
}

/** In a kustomization: `target: {group: nvidia.com, version: v1alpha1, kind: DynamoGraphDeployment}`. */
function patchTarget(text: string): number | undefined {
  if (!/kind:\s*["']?DynamoGraphDeployment\b/.test(text)) return undefined;
  const found = /\bversion:\s*["']?v1alpha1\b/.exec(text);
  return found === null ? undefined : found.index;
}

function isArgo(text: string): boolean {
  return /^apiVersion:\s*["']?argoproj\.io\//m.test(text);
}

function lineAt(text: string, offset: number): number {
  return text.slice(0, offset).split('\n').length;
}
