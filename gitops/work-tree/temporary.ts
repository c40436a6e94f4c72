import { randomUUID } from 'node:crypto';
import { lstat, readdir, rm } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';

const TEMPORARY_NAME = /^\.dynamo-gitops-(\d+)-[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\.tmp$/;

/** Longer than any replacement takes, also on a slow disk. */
const STALE_MS = 60_000;

/** A new name in a folder, of a length of its own so that every file name that a file system takes can be replaced. */
export function temporaryIn(folder: string): string {
  return join(folder, `.dynamo-gitops-${process.pid}-${randomUUID()}.tmp`);
}

/** Removes what a process that was killed left in a folder. Whatever cannot be removed stays: it is in nobody's way. */
export async function removeStaleTemporaries(folder: string): Promise<void> {
  const names = await readdir(folder).catch(() => []);
  for (const name of names) {
    const pid = TEMPORARY_NAME.exec(name)?.[1];
    if (pid === undefined || isAlive(Number(pid))) continue;
    const path = join(folder, name);
    try {
      const entry = await lstat(path);
      if (entry.isFile() && Date.now() - entry.mtimeMs > STALE_MS) await rm(path, { force: true });
    } catch {
      // Somebody else removed it, or may and we may not.
    }
  }
}

/** Whether a process of this machine runs; one that belongs to somebody else does too. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (cause) {
    return errorCode(cause) !== 'ESRCH';
  }
}

/** This process, as a lock names it. */
export function processName(): string {
  return `${process.pid}@${hostname()}`;
}

export function errorCode(cause: unknown): unknown {
  return typeof cause === 'object' && cause !== null && 'code' in cause ? cause.code : undefined;
}

/** The same failure under the name of the file that was to be replaced: nobody knows the temporary one. */
export function failureOf(cause: unknown, file: string): unknown {
  if (typeof cause === 'object' && cause !== null && 'path' in cause) Reflect.set(cause, 'path', file);
  return cause;
}
