import { createHash } from 'node:crypto';
import { lstat, readlink, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import type { Problem, Result } from '../../api/index.ts';
import { errorCode, isAlive, processName } from './temporary.ts';

/** A lock is held for milliseconds; whoever waits longer waits for nobody. */
const WAIT_MS = 10_000;
const POLL_MS = 10;

/** After this nobody still is about to remove a lock, and a lock of another machine is nobody's any more. */
const GUARD_STALE_MS = 5_000;
const FOREIGN_STALE_MS = 60_000;

/**
 * Runs an action while no other process replaces files in the same folders, whichever folder it was started in. Locks
 * lie in the system's folder for temporary files, so that a repository never shows them.
 * @returns a problem where another process holds a lock for longer than any replacement takes.
 */
export async function withLocks<T>(
  files: readonly string[],
  action: () => Promise<Result<T>>,
  waitMs = WAIT_MS,
): Promise<Result<T>> {
  const folders = new Set(await Promise.all(files.map((file) => realpath(dirname(file)))));
  const held: string[] = [];
  try {
    // In one order for everybody, so that no two wait for each other.
    for (const folder of [...folders].sort()) {
      const lock = lockOf(folder);
      const problem = await acquire(lock, waitMs);
      if (problem !== undefined) return { ok: false, error: [problem] };
      held.push(lock);
    }
    return await action();
  } finally {
    await Promise.all(held.map((lock) => rm(lock, { force: true })));
  }
}

/** The lock of a folder, by its real path. */
export function lockOf(folder: string): string {
  const key = createHash('sha256').update(folder).digest('hex').slice(0, 32);
  return join(tmpdir(), `dynamo-gitops-${key}.lock`);
}

async function acquire(lock: string, waitMs: number): Promise<Problem | undefined> {
  const end = Date.now() + waitMs;
  for (;;) {
    try {
      // A symbolic link comes into being together with what it says: there is no lock without an owner.
      await symlink(processName(), lock);
      return undefined;
    } catch (cause) {
      if (errorCode(cause) !== 'EEXIST') return unlockable(lock);
    }
    if (Date.now() > end) return busy(lock, await ownerOf(lock));
    if (await isAbandoned(lock)) await removeAbandoned(lock);
    else await setTimeout(POLL_MS);
  }
}

/** Only one process at a time takes a lock away, or it might take the one that another has just made in its place. */
async function removeAbandoned(lock: string): Promise<void> {
  const guard = `${lock}.guard`;
  try {
    await writeFile(guard, '', { flag: 'wx' });
  } catch {
    const age = await ageOf(guard);
    if (age !== undefined && age > GUARD_STALE_MS) await rm(guard, { force: true }).catch(() => undefined);
    await setTimeout(POLL_MS);
    return;
  }
  try {
    if (await isAbandoned(lock)) await rm(lock, { force: true });
  } catch {
    // Another user's lock: it stays, and the wait ends with its name.
    await setTimeout(POLL_MS);
  } finally {
    await rm(guard, { force: true });
  }
}

async function isAbandoned(lock: string): Promise<boolean> {
  const owner = await ownerOf(lock);
  const [, pid, host] = /^(\d+)@(.*)$/.exec(owner ?? '') ?? [];
  if (host === hostname()) return !isAlive(Number(pid));
  const age = owner === undefined ? undefined : await ageOf(lock);
  return age !== undefined && age > FOREIGN_STALE_MS;
}

async function ownerOf(lock: string): Promise<string | undefined> {
  return readlink(lock).catch(() => undefined);
}

async function ageOf(path: string): Promise<number | undefined> {
  return lstat(path).then(
    ({ mtimeMs }) => Date.now() - mtimeMs,
    () => undefined,
  );
}

function busy(lock: string, owner: string | undefined): Problem {
  const who = owner === undefined ? '' : ` (${owner})`;
  const message = `another process${who} is replacing files in the same folder; nothing was written`;
  return { code: 'conflict', message, hint: `try again; if none runs, delete ${lock}` };
}

function unlockable(lock: string): Problem {
  const message = 'cannot be made, so nothing was written';
  return { code: 'unwritable', file: lock, message, hint: 'set TMPDIR to a folder that may be written' };
}
