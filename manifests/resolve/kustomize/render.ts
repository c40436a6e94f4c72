import type { ManifestFile } from '../../read/manifest.ts';
import { idOf, type ObjectId, objectIds, type RenderedObject } from '../rendered-object.ts';
import { isSourcedMap, type Sourced, sourced } from '../sourced.ts';
import { applyJsonPatch, jsonOperations } from './json-patch.ts';
import {
  isRemote,
  isScaledKind,
  joined,
  type Kustomization,
  type KustomizePatch,
  kustomizationIn,
  type PatchStage,
  type Sources,
} from './kustomization.ts';
import { holdsList, strategicMerge } from './merge.ts';
import { renamed, withIdentity } from './metadata.ts';
import { withReplicas } from './replicas.ts';
import { selects } from './selector.ts';

/** What a kustomization builds, of the kinds in which replica counts stand. */
export interface KustomizeBuild {
  readonly objects: readonly RenderedObject[];
  /** Every file that was read for it. */
  readonly files: ReadonlySet<string>;
  /** Files whose documents it takes as objects, whatever becomes of them. */
  readonly resourceFiles: ReadonlySet<string>;
  /** Files that are patches, and no objects. */
  readonly patchFiles: ReadonlySet<string>;
  /** Why nobody can tell without kustomize which numbers come out. */
  readonly obstacles: readonly string[];
  /** Files and folders that it names, and that were not read. */
  readonly missing: readonly string[];
  /** Bases elsewhere, in words. */
  readonly remote: readonly string[];
}

/** Bases that name each other again and again would take forever. */
const MAX_FOLDERS = 500;

/**
 * Builds a kustomization as kustomize 5 does, in its order: resources, components, patchesStrategicMerge, patches,
 * namespace, names, labels, patchesJson6902, replicas. Only the kinds that hold replica counts are kept. What is not known
 * here is an obstacle, never a guess.
 */
export function renderKustomization(root: Kustomization, sources: Sources): KustomizeBuild {
  const builder = new Builder(sources);
  const objects = builder.build(root, [], new Set());
  return { objects, ...builder.found };
}

class Builder {
  readonly found = {
    files: new Set<string>(),
    resourceFiles: new Set<string>(),
    patchFiles: new Set<string>(),
    obstacles: [] as string[],
    missing: [] as string[],
    remote: [] as string[],
  };
  readonly #sources: Sources;
  /** Names of objects of all other kinds, which `replicas` may mean. */
  readonly #others = new Set<string>();
  #folders = 0;

  constructor(sources: Sources) {
    this.#sources = sources;
  }

  build(
    kustomization: Kustomization,
    given: readonly RenderedObject[],
    above: ReadonlySet<string>,
  ): readonly RenderedObject[] {
    const { file, folder } = kustomization;
    const { obstacles } = this.found;
    this.#folders += 1;
    if (above.has(folder) || this.#folders > MAX_FOLDERS) {
      obstacles.push(above.has(folder) ? `${file} builds from itself` : `${file} builds from too many folders`);
      return given;
    }
    const inside = new Set([...above, folder]);
    this.found.files.add(file);
    obstacles.push(...kustomization.obstacles);

    let objects = [...given];
    for (const resource of kustomization.resources) objects.push(...this.#resource(resource, kustomization, inside));
    objects = this.#unique(objects, file);
    for (const component of kustomization.components) {
      const inner = this.#folder(component, folder, file);
      if (inner !== undefined) objects = [...this.build(inner, objects, inside)];
    }
    objects = this.#patched(objects, kustomization, 'patchesStrategicMerge');
    objects = this.#patched(objects, kustomization, 'patches');
    objects = objects.map((object) => renamed(object, kustomization));
    objects = this.#patched(objects, kustomization, 'patchesJson6902');
    if (kustomization.replicas.length === 0) return objects;
    const replicated = withReplicas(objects, kustomization, this.#sources, this.#others);
    obstacles.push(...replicated.obstacles);
    for (const read of replicated.files) this.found.files.add(read);
    this.found.missing.push(...replicated.missing);
    return replicated.objects;
  }

  #resource(resource: string, { file, folder }: Kustomization, inside: ReadonlySet<string>): readonly RenderedObject[] {
    const path = joined(folder, resource);
    const manifest = path === undefined ? undefined : this.#sources.get(path);
    if (manifest !== undefined) return this.#documents(manifest);
    if (isRemote(resource)) {
      // What a remote base brings is unknown, and stands beside what is here; it changes none of it.
      this.found.remote.push(`${file} also builds from "${resource}", which is remote, so what it brings is unknown`);
      return [];
    }
    const inner = this.#folder(resource, folder, file);
    return inner === undefined ? [] : this.build(inner, [], inside);
  }

  #folder(reference: string, folder: string, file: string): Kustomization | undefined {
    const path = joined(folder, reference);
    const found = path === undefined ? undefined : kustomizationIn(path, this.#sources);
    if (found !== undefined) return found;
    if (path !== undefined) this.found.missing.push(path);
    const what = isRemote(reference)
      ? 'which is remote, so what it brings is unknown'
      : 'which is not in the repository';
    this.found.obstacles.push(`${file} builds from "${reference}", ${what}`);
    return undefined;
  }

  #documents(manifest: ManifestFile): readonly RenderedObject[] {
    this.found.files.add(manifest.file);
    this.found.resourceFiles.add(manifest.file);
    if (manifest.documents.length < manifest.spans.length && manifest.text.includes('Dynamo')) {
      const unread = manifest.spans.filter(({ index }) => !manifest.documents.some((one) => one.index === index));
      if (unread.some(({ start, end }) => manifest.text.slice(start, end).includes('Dynamo'))) {
        this.found.obstacles.push(`${manifest.file} has a document that cannot be read`);
      }
    }
    return manifest.documents.flatMap(({ file, index, line, value }): readonly RenderedObject[] => {
      const object = sourced(value, { file, document: index, path: [] }, 'manifest');
      if (!isSourcedMap(object)) return [];
      if (!isScaledKind(value.kind)) {
        this.#others.add(idOf(object).name);
        return [];
      }
      return [{ value: object, file, document: index, line, earlier: [] }];
    });
  }

  /** Kustomize refuses two objects with one name. */
  #unique(objects: readonly RenderedObject[], file: string): RenderedObject[] {
    const seen = new Set<string>();
    return objects.filter(({ value }) => {
      const { group, kind, name, namespace } = idOf(value);
      const key = JSON.stringify([group, kind, name, namespace || 'default']);
      if (seen.has(key)) this.found.obstacles.push(`${file} builds ${kind} "${name}" twice`);
      return !seen.has(key) && seen.add(key);
    });
  }

  #patched(objects: readonly RenderedObject[], kustomization: Kustomization, stage: PatchStage): RenderedObject[] {
    let result = [...objects];
    for (const patch of kustomization.patches) {
      if (patch.stage !== stage) continue;
      if (patch.path !== undefined) {
        this.found.files.add(patch.path);
        this.found.patchFiles.add(patch.path);
      }
      if (patch.parts === undefined) {
        if (patch.path !== undefined && !this.#sources.has(patch.path)) this.found.missing.push(patch.path);
        if (mayConcern(patch))
          this.found.obstacles.push(`${kustomization.file} names the patch ${patch.name}, which cannot be read`);
        continue;
      }
      for (const part of patch.parts) result = this.#applied(result, patch, part, kustomization);
    }
    return result;
  }

  #applied(
    objects: RenderedObject[],
    patch: KustomizePatch,
    part: Sourced,
    kustomization: Kustomization,
  ): RenderedObject[] {
    const chosen = this.#chosen(objects, patch, part);
    if (chosen.size === 0) return objects;
    const operations = jsonOperations(part);
    if (operations === undefined && kustomization.hasSchema && holdsList(part)) {
      this.found.obstacles.push(
        `${kustomization.file} brings a schema of its own (openapi), which may merge the lists of ${patch.name}; write that patch as a JSON patch with a test`,
      );
    }
    return objects.flatMap((object): readonly RenderedObject[] => {
      if (!chosen.has(object)) return [object];
      if (operations !== undefined) {
        const patched = applyJsonPatch(object.value, operations);
        if (patched.ok) return [{ ...object, value: patched.value }];
        this.found.obstacles.push(`kustomize would stop at ${patch.name}: ${patched.error}`);
        return [object];
      }
      const merged = strategicMerge(object.value, part);
      return isSourcedMap(merged) ? [{ ...object, value: withIdentity(merged, object.value) }] : [];
    });
  }

  #chosen(objects: readonly RenderedObject[], patch: KustomizePatch, part: Sourced): ReadonlySet<RenderedObject> {
    const { target } = patch;
    if (target !== undefined) {
      return new Set(
        objects.filter((object) => {
          const chosen = selects(target, object);
          if (chosen === undefined) {
            this.found.obstacles.push(`${patch.name} has a target with patterns that only kustomize can tell`);
          }
          return chosen === true;
        }),
      );
    }
    if (!isSourcedMap(part)) {
      this.found.obstacles.push(`kustomize would stop at ${patch.name}: a JSON patch needs a target`);
      return new Set();
    }
    const id = idOf(part);
    if (!isScaledKind(id.kind)) return new Set();
    const found = objects.filter((object) => objectIds(object).some((one) => isSame(one, id)));
    if (found.length !== 1) {
      const what = found.length === 0 ? 'no object' : `${found.length} objects`;
      this.found.obstacles.push(
        `${patch.name} is a patch of ${id.kind} "${id.name}", and ${what} of that name stand there`,
      );
    }
    return new Set(found);
  }
}

/** A patch whose target names a kind without replica counts is no matter. */
function mayConcern({ target }: KustomizePatch): boolean {
  const kind = target?.kind;
  return typeof kind !== 'string' || !/^\w+$/.test(kind) || isScaledKind(kind);
}

function isSame(first: ObjectId, second: ObjectId): boolean {
  return (
    first.group === second.group &&
    first.version === second.version &&
    first.kind === second.kind &&
    first.name === second.name &&
    (first.namespace || 'default') === (second.namespace || 'default')
  );
}
