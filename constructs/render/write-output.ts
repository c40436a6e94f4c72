import { randomUUID } from 'node:crypto';
import { mkdirSync, readdirSync, renameSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { INVENTORY_FILE } from './inventory.ts';
import type { OutputPlan } from './output-plan.ts';

/**
 * Carries out a plan. Each file is replaced in one step, and files that need no change are not touched.
 *
 * The inventory first names old and new files together and at last the new ones alone, so that after a crash every file
 * that was written is known as synthesis's own.
 */
export function writeOutput({ folder, changes, interim }: OutputPlan): void {
  const inventory = changes.find((change) => change.path === INVENTORY_FILE);
  const files = changes.filter((change) => change !== inventory);
  if (inventory !== undefined && inventory.after !== interim) replaceFile(join(folder.path, INVENTORY_FILE), interim);
  for (const { path, after } of files) {
    if (after !== undefined) replaceFile(join(folder.path, path), after);
  }
  for (const { path, after } of files) {
    if (after === undefined) removeFile(folder.path, path);
  }
  if (inventory?.after !== undefined) replaceFile(join(folder.path, INVENTORY_FILE), inventory.after);
}

function replaceFile(path: string, text: string): void {
  const folder = dirname(path);
  mkdirSync(folder, { recursive: true });
  const temporary = join(folder, `.${basename(path)}.${randomUUID()}.tmp`);
  try {
    writeFileSync(temporary, text);
    renameSync(temporary, path);
  } catch (cause) {
    rmSync(temporary, { force: true });
    throw cause;
  }
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
