import { lstatSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import type { Problem, Result } from '../../api/index.ts';
import { formatInventory, INVENTORY_FILE, type Inventory, parseInventory } from './inventory.ts';
import type { RenderedApp } from './rendered-app.ts';

/** A folder that apps are rendered into. */
export interface OutputFolder {
  readonly path: string;
  /** Its name in messages, such as `dist`. */
  readonly shown: string;
}

export interface OutputChange {
  readonly kind: 'added' | 'changed' | 'removed';
  /** Path below the output folder, with forward slashes. */
  readonly path: string;
  /** Undefined for a file that is added. */
  readonly before: Uint8Array | undefined;
  /** Undefined for a file that is removed. */
  readonly after: string | undefined;
}

/** What has to be done to a folder for it to hold what apps render to, and nothing more of theirs. */
export interface OutputPlan {
  readonly folder: OutputFolder;
  /** Sorted by path; the inventory is among them. */
  readonly changes: readonly OutputChange[];
  /** Files that are right already, without the inventory. */
  readonly unchanged: readonly string[];
  /** The inventory while files are being written: what was there and what will be. */
  readonly interim: string;
}

/**
 * Compares a folder with what apps render to. Nothing is written.
 *
 * @param isComplete whether these are all apps there are, so that files of any other app have to go
 */
export function planOutput(
  folder: OutputFolder,
  apps: readonly RenderedApp[],
  isComplete: boolean,
): Result<OutputPlan> {
  const readIfFile = fileReader(folder);
  const inventoryText = readIfFile(INVENTORY_FILE);
  if (inventoryText.kind === 'refused') return { ok: false, error: [inventoryText.problem] };
  const before = inventoryText.bytes;
  const parsed =
    before === undefined
      ? { ok: true as const, value: new Map() as Inventory }
      : parseInventory(new TextDecoder().decode(before), `${folder.shown}/${INVENTORY_FILE}`);
  if (!parsed.ok) return parsed;
  const own = new Set([...parsed.value.values()].flat());

  const problems: Problem[] = [];
  const changes: OutputChange[] = [];
  const unchanged: string[] = [];
  const rendered = apps.flatMap((app) => app.files);
  for (const { path, text } of rendered) {
    const existing = readIfFile(path);
    if (existing.kind === 'refused') problems.push(existing.problem);
    else if (existing.bytes === undefined) changes.push({ kind: 'added', path, before: undefined, after: text });
    else if (Buffer.from(text).equals(existing.bytes)) unchanged.push(path);
    else if (own.has(path)) changes.push({ kind: 'changed', path, before: existing.bytes, after: text });
    else problems.push(foreignFile(folder, path));
  }

  const inventory = new Map(isComplete ? [] : parsed.value);
  for (const { app, files } of apps)
    inventory.set(
      app,
      files.map((file) => file.path),
    );
  const kept = new Set([...inventory.values()].flat());
  for (const path of own) {
    if (kept.has(path)) continue;
    const existing = readIfFile(path);
    if (existing.kind === 'refused') problems.push(existing.problem);
    else if (existing.bytes !== undefined) {
      changes.push({ kind: 'removed', path, before: existing.bytes, after: undefined });
    }
  }

  const after = formatInventory(inventory);
  if (before === undefined || !Buffer.from(after).equals(before)) {
    changes.push({ kind: before === undefined ? 'added' : 'changed', path: INVENTORY_FILE, before, after });
  }
  // A folder that is in the way is one problem, however many files belong in it.
  if (problems.length > 0) return { ok: false, error: [...new Set(problems)] };
  changes.sort((a, b) => (a.path < b.path ? -1 : 1));
  return {
    ok: true,
    value: { folder, changes, unchanged: unchanged.sort(), interim: unionOf(parsed.value, inventory) },
  };
}

type ExistingFile =
  | { readonly kind: 'read'; readonly bytes: Uint8Array | undefined }
  | { readonly kind: 'refused'; readonly problem: Problem };

/**
 * Reads files below the folder, undefined where there is none. A link, in the path or at its end, is refused: it could
 * lead a write or a removal out of the folder. Each folder on the way is looked at once.
 */
function fileReader(folder: OutputFolder): (path: string) => ExistingFile {
  const parents = new Map<string, ExistingFile | undefined>();

  /** Undefined for a folder that can be gone through. */
  const lookAt = (path: string): ExistingFile | undefined => {
    if (path === '.') return undefined;
    const known = parents.get(path);
    if (known !== undefined || parents.has(path)) return known;
    const found = lookAt(posix.dirname(path)) ?? refusal(path, 'folder');
    parents.set(path, found);
    return found;
  };

  /** Why a path is not what is needed there; undefined where it is. */
  const refusal = (path: string, needed: 'folder' | 'file'): ExistingFile | undefined => {
    const entry = lstatSync(join(folder.path, path), { throwIfNoEntry: false });
    if (entry === undefined) return { kind: 'read', bytes: undefined };
    if (needed === 'file' ? entry.isFile() : entry.isDirectory()) return undefined;
    const found = entry.isSymbolicLink() ? 'a symbolic link' : entry.isDirectory() ? 'a folder' : 'not a folder';
    const message = `is ${found}, where synth needs a ${needed} of its own; move it away`;
    return { kind: 'refused', problem: { code: 'conflict', file: `${folder.shown}/${path}`, message } };
  };

  return (path) =>
    lookAt(posix.dirname(path)) ??
    refusal(path, 'file') ?? { kind: 'read', bytes: readFileSync(join(folder.path, path)) };
}

function foreignFile(folder: OutputFolder, path: string): Problem {
  return {
    code: 'conflict',
    file: `${folder.shown}/${path}`,
    message: 'is in the way: synth did not write it, and it is not what synth would write',
    hint: 'move it away, or delete it if it was rendered before',
  };
}

function unionOf(before: Inventory, after: Inventory): string {
  const union = new Map(before);
  for (const [app, paths] of after) union.set(app, [...new Set([...(before.get(app) ?? []), ...paths])]);
  return formatInventory(union);
}
