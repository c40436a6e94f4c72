import { isObject, type JsonObject, stringAt } from '../../../api/index.ts';
import { idOf, objectIds, type RenderedObject } from '../rendered-object.ts';
import { isSourcedMap, type Sourced, type SourcedMap, SourcedNumber } from '../sourced.ts';
import { joined, type Kustomization, type KustomizeReplicas, listOf, type Sources } from './kustomization.ts';

interface Replicated {
  readonly objects: readonly RenderedObject[];
  readonly files: readonly string[];
  readonly missing: readonly string[];
  readonly obstacles: readonly string[];
}

/**
 * The `replicas` of a kustomization. Kustomize writes them to Deployments and their kin, and to whatever the files under
 * `configurations` name as replica fields; for any other object it stops.
 */
export function withReplicas(
  objects: readonly RenderedObject[],
  kustomization: Kustomization,
  sources: Sources,
  otherNames: ReadonlySet<string>,
): Replicated {
  const obstacles: string[] = [];
  const missing: string[] = [];
  const files: string[] = [];
  const fields: JsonObject[] = [];
  for (const reference of kustomization.configurations) {
    const path = joined(kustomization.folder, reference);
    const value = path === undefined ? undefined : sources.get(path)?.documents[0]?.value;
    if (path !== undefined && value === undefined) missing.push(path);
    if (path === undefined || value === undefined) {
      obstacles.push(`${kustomization.file} has the configuration "${reference}", which cannot be read`);
      continue;
    }
    files.push(path);
    fields.push(...listOf(value, 'replicas').filter(isObject));
  }
  let result = [...objects];
  for (const replicas of kustomization.replicas) {
    let isWritten = false;
    result = result.map((object) => {
      if (!objectIds(object).some(({ name }) => name === replicas.name)) return object;
      const own = fields.filter((field) => isOf(field, object));
      isWritten ||= own.length > 0;
      return own.reduce((current, field) => written(current, field, replicas, obstacles), object);
    });
    const named = objects.find((object) => objectIds(object).some(({ name }) => name === replicas.name));
    if (named !== undefined && !isWritten && !otherNames.has(replicas.name)) {
      const { kind } = idOf(named.value);
      obstacles.push(
        `kustomize would stop at the replicas of "${replicas.name}" in ${kustomization.file}: no configuration says where a ${kind} has them`,
      );
    }
  }
  return { objects: result, files, missing, obstacles };
}

function isOf(field: JsonObject, { value }: RenderedObject): boolean {
  const id = idOf(value);
  return (['group', 'version', 'kind'] as const).every((part) => {
    const wanted = stringAt(field, part);
    return wanted === undefined || wanted === '' || wanted === id[part];
  });
}

function written(
  object: RenderedObject,
  field: JsonObject,
  { count }: KustomizeReplicas,
  obstacles: string[],
): RenderedObject {
  const path = (stringAt(field, 'path') ?? '').split('/').filter((step) => step !== '');
  const value = put(object.value, path, count, field.create === true);
  if (value === 'unknown') {
    obstacles.push(`the replica field ${stringAt(field, 'path') ?? ''} leads through a list, which is not read here`);
    return object;
  }
  return isSourcedMap(value) ? { ...object, value } : object;
}

function put(
  value: SourcedMap,
  [step, ...rest]: readonly string[],
  count: SourcedNumber,
  create: boolean,
): Sourced | 'unknown' {
  if (step === undefined) return value;
  if (/[[\]*]/.test(step)) return 'unknown';
  const before = Object.hasOwn(value, step) ? value[step] : undefined;
  if (rest.length === 0) {
    return before === undefined && !create
      ? value
      : { ...value, [step]: before instanceof SourcedNumber ? count.over(before) : count };
  }
  if (before !== undefined && !isSourcedMap(before)) return Array.isArray(before) ? 'unknown' : value;
  if (before === undefined && !create) return value;
  const inner = put(before ?? {}, rest, count, create);
  return inner === 'unknown' ? inner : { ...value, [step]: inner };
}
