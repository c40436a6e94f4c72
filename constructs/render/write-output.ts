import { mkdirSync, mkdtempSync, readdirSync, renameSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { INVENTORY_FILE } from './inventory.ts';
import type { OutputPlan } from './output-plan.ts';

/**
 * Carries out a plan. All that is new is written to a temporary folder first, and nothing of the output folder changes
 * before it is there; then each file is moved to its place in one step. Files that need no change are not touched.
 *
 * The inventory first names old and new files together and at last the new ones alone, so that after a crash every file
 * that was written is known as synthesis's own.
 */
export function writeOutput({ folder, changes, interim }: OutputPlan): void {
  if (changes.length === 0) return;
  mkdirSync(folder.path, { recursive: true });
  const staging = mkdtempSync(join(folder.path, '.dynamo-gitops-'));
  try {
    let count = 0;
    const stage = (path: string, text: string): StagedFile => {
      const file = join(staging, String(count++));
      writeFileSync(file, text);
      return { file, path };
    };
    const inventory = changes.find((change) => change.path === INVENTORY_FILE);
    const before = inventory !== undefined && inventory.after !== interim ? [stage(INVENTORY_FILE, interim)] : [];
    const files = changes.flatMap(({ path, after }) =>
      after === undefined || path === INVENTORY_FILE ? [] : [stage(path, after)],
    );
    const after = inventory?.after === undefined ? [] : [stage(INVENTORY_FILE, inventory.after)];

    const place = placer(folder.path);
    before.forEach(place);
    files.forEach(place);
    for (const change of changes) {
      if (change.after === undefined) removeFile(folder.path, change.path);
    }
    after.forEach(place);
  } finally {
    rmSync(staging, { recursive: true, force: true });
  }
}

interface StagedFile {
  /** Where it was written. */
  readonly file: string;
  /** Where it belongs, below the output folder. */
  readonly path: string;
}

function placer(folder: string): (staged: StagedFile) => void {
  const made = new Set<string>();
  return ({ file, path }) => {
    const target = join(folder, path);
    const parent = dirname(target);
    if (!made.has(parent)) mkdirSync(parent, { recursive: true });
    made.add(parent);
    renameSync(file, target);
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
