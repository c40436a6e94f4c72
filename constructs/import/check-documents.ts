import { type CrdPath, type CrdSchemas, checkObject } from '../../api/crd/index.ts';
import { fail, type Problem, type Result, succeed } from '../../api/index.ts';
import { type SourceDocument, sourceObjects } from './document.ts';

/**
 * The documents of a manifest against the custom resources of a cluster.
 *
 * @returns what the API server would put right by itself; everything that it would refuse is a problem
 */
export function checkDocuments(
  documents: readonly SourceDocument[],
  schemas: CrdSchemas,
  file: string,
): Result<readonly Problem[]> {
  const objects = sourceObjects(documents, file);
  if (!objects.ok) return objects;
  const refused: Problem[] = [];
  const notes: Problem[] = [];
  for (const { value, apiVersion, kind, line } of objects.value) {
    const [group = '', version = ''] = apiVersion.split('/');
    const versions = schemas.get(`${group}/${kind}`);
    if (versions === undefined) continue;
    const schema = versions.get(version);
    if (schema === undefined) {
      const served = [...versions.keys()].join(', ');
      const message = `the cluster does not serve ${kind} in ${apiVersion}; it serves ${served}`;
      refused.push({ code: 'schema', file, line, message });
      continue;
    }
    for (const { mistake, path, message } of checkObject(schema, value)) {
      // What we render is closed: a field that the API server would drop is a mistake of ours or of the author's.
      const problem: Problem = { code: 'schema', file, line, path: formatCrdPath(path), message };
      (mistake === 'null' ? notes : refused).push(problem);
    }
  }
  return refused.length > 0 ? fail(...refused) : succeed(notes);
}

/** `spec.services.decode.resources.limits.gpu`. */
function formatCrdPath(path: CrdPath): string {
  return path.reduce<string>((text, step) => {
    if (typeof step === 'number') return `${text}[${step}]`;
    const name = typeof step === 'object' ? step.key : step;
    if (!/^[A-Za-z_][\w-]*$/.test(name)) return `${text}[${JSON.stringify(name)}]`;
    return text === '' ? name : `${text}.${name}`;
  }, '');
}
