import { mkdirSync, mkdtempSync, readdirSync, renameSync, rmdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { SynthError } from '../synthesis.ts';
import { INVENTORY_FILE } from './inventory.ts';
import type { OutputFolder, OutputPlan } from './output-plan.ts';

/**
 * Carries out a plan. All that is new is written to a temporary folder first, and nothing of the output folder changes
 * before it is there; then each file is moved to its place in one step. Files that need no change are not touched.
 *
 * The inventory first names old and new files together and at last the new ones alone, so that after a crash every file
 * that was written is known as synthesis's own.
 *
 * @throws SynthError with the file that could not be written or removed
 */
export function writeOutput({ folder, changes, interim }: OutputPlan): void {
  if (changes.length === 0) return;
  const staging = attempt(folder.shown, 'cannot be written to', () => {
    makeFolder(folder.path);
    return mkdtempSync(join(folder.path, '.dynamo-gitops-'));
  });
  try {
    let count = 0;
    const stage = (path: string, text: string): StagedFile => {
      const file = join(staging, String(count++));
      attempt(`${folder.shown}/${path}`, 'cannot be written', () => writeFileSync(file, text));
      return { file, path };
    };
    const inventory = changes.find((change) => change.path === INVENTORY_FILE);
    const before = inventory !== undefined && inventory.after !== interim ? [stage(INVENTORY_FILE, interim)] : [];
    const files = changes.flatMap(({ path, after }) =>
      after === undefined || path === INVENTORY_FILE ? [] : [stage(path, after)],
    );
    const after = inventory?.after === undefined ? [] : [stage(INVENTORY_FILE, inventory.after)];

    const place = placer(folder);
    before.forEach(place);
    files.forEach(place);
    for (const { path, after } of changes) {
      if (after !== undefined) continue;
      attempt(`${folder.shown}/${path}`, 'cannot be removed', () => removeFile(folder.path, path));
    }
    after.forEach(place);
  } finally {
    rmSync(staging, { recursive: true, force: true });
  }
}

/**
 * Makes a folder and those above it. `mkdirSync` with `recursive` never returns where a folder is there and says of one
 * to be made in it that there is no such entry, as /proc does.
 *
 * @throws the system's error
 */
export function makeFolder(path: string): void {
  try {
    mkdirSync(path);
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code;
    if (code === 'ENOENT' && dirname(path) !== path) {
      makeFolder(dirname(path));
      mkdirSync(path);
    } else if (!statSync(path, { throwIfNoEntry: false })?.isDirectory()) throw cause;
  }
}

/** Names the file that was meant: the system's error names a temporary one. */
function attempt<T>(file: string, failure: string, action: () => T): T {
  try {
    return action();
  } catch (cause) {
    // "Error: EACCES: permission denied, open '/some/path'"
    const reason = String(cause).replace(/^Error: |, .*/gs, '');
    throw new SynthError([{ code: 'unwritable', file, message: `${failure} (${reason})` }]);
  }
}

interface StagedFile {
  /** Where it was written. */
  readonly file: string;
  /** Where it belongs, below the output folder. */
  readonly path: string;
}

function placer(folder: OutputFolder): (staged: StagedFile) => void {
  const made = new Set<string>();
  return ({ file, path }) => {
    const target = join(folder.path, path);
    const parent = dirname(target);
    attempt(`${folder.shown}/${path}`, 'cannot be written', () => {
      if (!made.has(parent)) makeFolder(parent);
      made.add(parent);
      renameSync(file, target);
    });
  };
}

/** Removes a file, and the folders that it leaves empty. */
function removeFile(folder: string, path: string): void {
  rmSync(join(folder, path), { force: true });
  for (let parent = dirname(path); parent !== '.'; parent = dirname(parent)) {
    const full = join(folder, parent);
    if (readdirSync(full).length > 0) return;
    rmdirSync(full);
  }
}
