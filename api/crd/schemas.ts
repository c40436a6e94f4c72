import { isObject, type JsonObject, objectAt, stringAt } from '../json.ts';
import { fail, type Result, succeed } from '../result.ts';

/** What a cluster says of its custom resources: the schema of each served version, by group, kind and version. */
export type CrdSchemas = ReadonlyMap<string, ReadonlyMap<string, JsonObject>>;

const KIND = 'CustomResourceDefinition';

/**
 * The schemas in the documents of a file, as `kubectl get crd -o json` or `-o yaml` writes it: definitions, or lists of
 * them.
 */
export function crdSchemas(documents: readonly unknown[], file: string): Result<CrdSchemas> {
  const schemas = new Map<string, Map<string, JsonObject>>();
  for (const definition of documents.flatMap(definitions)) {
    const group = stringAt(definition, 'spec', 'group');
    const kind = stringAt(definition, 'spec', 'names', 'kind');
    const versions = objectAt(definition, 'spec')?.versions;
    if (group === undefined || kind === undefined || !Array.isArray(versions)) continue;
    const known = schemas.get(`${group}/${kind}`) ?? new Map<string, JsonObject>();
    for (const version of versions) {
      const name = stringAt(version, 'name');
      const schema = objectAt(version, 'schema', 'openAPIV3Schema');
      const isServed = isObject(version) && version.served !== false;
      if (name !== undefined && schema !== undefined && isServed) known.set(name, schema);
    }
    schemas.set(`${group}/${kind}`, known);
  }
  if (schemas.size > 0) return succeed(schemas);
  const hint = 'kubectl get crd dynamographdeployments.nvidia.com -o json writes one';
  return fail({ code: 'schema', file, message: `holds no ${KIND} of apiextensions.k8s.io/v1`, hint });
}

function definitions(document: unknown): readonly JsonObject[] {
  if (!isObject(document)) return [];
  if (document.kind === KIND) return [document];
  const { kind, items } = document;
  const isList = typeof kind === 'string' && kind.endsWith('List') && Array.isArray(items);
  return isList ? items.flatMap(definitions) : [];
}
