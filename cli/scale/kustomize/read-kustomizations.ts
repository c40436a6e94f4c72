import { posix } from 'node:path';
import { LineCounter, parseDocument } from 'yaml';
import { isObject, type JsonObject, type JsonValue, stringAt, valueAt } from '../../../api/index.ts';
import { type ManifestFile, readManifestTree } from '../../../manifests/index.ts';
import { lineOf, type PatchPart, readPatch } from './read-patch.ts';

/** A `kustomization.yaml`, as far as it says which numbers of which files it overrides. Paths start at the root. */
export interface Kustomization {
  readonly file: string;
  readonly folder: string;
  /** Files and folders that it builds from, remote ones left out. */
  readonly resources: readonly string[];
  /** Folders whose patches it applies as its own. */
  readonly components: readonly string[];
  readonly patches: readonly KustomizePatch[];
}

export interface KustomizePatch {
  /** Where its text stands: a file of its own, or the kustomization. */
  readonly file: string;
  /** Line of the entry in the kustomization where the text is part of it; undefined for a file of its own. */
  readonly inlineLine: number | undefined;
  readonly target: JsonObject | undefined;
  /** Undefined where it cannot be read. */
  readonly parts: readonly PatchPart[] | undefined;
}

export function isKustomization(file: string): boolean {
  return /(^|\/)kustomization\.ya?ml$/.test(file);
}

/** Reads the kustomizations among the files, and the patches that they name, wherever below the root these are. */
export async function readKustomizations(
  root: string,
  files: ReadonlyMap<string, ManifestFile>,
): Promise<readonly Kustomization[]> {
  const drafts = [...files.values()].filter(({ file }) => isKustomization(file)).flatMap(draftOf);
  const missing = drafts
    .flatMap(({ entries }) => entries.flatMap(({ path }) => path ?? []))
    .filter((path) => !files.has(path));
  const others = missing.length === 0 ? [] : (await readManifestTree(root, [...new Set(missing)])).files;
  const texts = new Map([...files.values(), ...others].map(({ file, text }) => [file, text]));
  return drafts.map(({ entries, ...kustomization }) => ({
    ...kustomization,
    patches: entries.map(({ path, text, line, target }): KustomizePatch => {
      const content = path === undefined ? text : texts.get(path);
      return {
        file: path ?? kustomization.file,
        inlineLine: path === undefined ? line : undefined,
        target,
        parts: content === undefined ? undefined : readPatch(content),
      };
    }),
  }));
}

interface PatchEntry {
  readonly path: string | undefined;
  readonly text: string | undefined;
  readonly line: number;
  readonly target: JsonObject | undefined;
}

function draftOf({ file, text, documents }: ManifestFile): readonly (Omit<Kustomization, 'patches'> & {
  readonly entries: readonly PatchEntry[];
})[] {
  const value = documents[0]?.value;
  if (value === undefined) return [];
  const folder = posix.dirname(file);
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  const paths = (key: string) =>
    listOf(value, key)
      .filter((item) => typeof item === 'string')
      .flatMap((path) => inside(folder, path) ?? []);
  const entries = PATCH_FIELDS.flatMap((field) =>
    listOf(value, field).flatMap((item, index): readonly PatchEntry[] => {
      const line = lineOf(document, [field, index], lines);
      if (typeof item === 'string') {
        // A strategic merge is named by its file or written out.
        const isText = item.includes('\n') || item.includes(': ');
        return [
          { path: isText ? undefined : inside(folder, item), text: isText ? item : undefined, line, target: undefined },
        ];
      }
      if (!isObject(item)) return [];
      const path = stringAt(item, 'path');
      const target = valueAt(item, 'target');
      return [
        {
          path: path === undefined ? undefined : inside(folder, path),
          text: stringAt(item, 'patch'),
          line,
          target: isObject(target) ? target : undefined,
        },
      ];
    }),
  );
  return [
    { file, folder, resources: [...paths('resources'), ...paths('bases')], components: paths('components'), entries },
  ];
}

const PATCH_FIELDS = ['patches', 'patchesStrategicMerge', 'patchesJson6902'] as const;

function listOf(value: JsonObject, key: string): readonly JsonValue[] {
  const list = valueAt(value, key);
  return Array.isArray(list) ? list : [];
}

/** A path of a kustomization from the root; undefined for one that leads out, such as a URL or an absolute path. */
function inside(folder: string, path: string): string | undefined {
  if (path.includes('://') || path.startsWith('/')) return undefined;
  const joined = posix.normalize(posix.join(folder, path)).replace(/\/$/, '');
  return joined === '..' || joined.startsWith('../') ? undefined : joined;
}
