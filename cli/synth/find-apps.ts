import { lstatSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Problem } from '../../api/problem.ts';
import { fail, type Result, succeed } from '../../api/result.ts';
import { unexpected } from '../unexpected.ts';

/** A folder below `apps/` with a main module. */
export interface FoundApp {
  readonly name: string;
  /** Full path of its main module. */
  readonly file: string;
  /** Its path from the repository's root, for messages. */
  readonly shown: string;
}

/** In order of preference: what is written comes before what is compiled from it. */
const MAIN_MODULES = ['main.ts', 'main.mjs', 'main.js'] as const;

/**
 * The apps of a repository, by name; those that are named, or all. An app that cannot be read is a problem, not an app
 * that is gone: the files of one that is gone are removed.
 */
export function findApps(root: string, names: readonly string[]): Result<readonly FoundApp[]> {
  const all: FoundApp[] = [];
  const problems: Problem[] = [];
  const folders = folderNames(root);
  if (!folders.ok) return folders;
  for (const name of folders.value) {
    const main = mainModule(root, `apps/${name}`);
    if (main.ok) {
      if (main.value === undefined) continue;
      const shown = `apps/${name}/${main.value}`;
      all.push({ name, file: join(root, shown), shown });
    } else if (names.length === 0 || names.includes(name)) problems.push(...main.error);
  }
  if (problems.length > 0) return fail(...problems);
  if (all.length === 0) {
    const hint = "an app is a module apps/<app>/main.ts; run in the repository's root, or name it with -C";
    return fail({ code: 'not-found', file: 'apps', message: 'no apps found', hint });
  }
  if (names.length === 0) return succeed(all);
  const unknown = names.filter((name) => all.every((app) => app.name !== name));
  if (unknown.length > 0) {
    const hint = `apps are ${all.map((app) => app.name).join(', ')}`;
    return fail(
      ...unknown.map((name): Problem => ({ code: 'not-found', file: `apps/${name}`, message: 'is not an app', hint })),
    );
  }
  return succeed(all.filter((app) => names.includes(app.name)));
}

/** Names below `apps/` that may be folders: neither hidden ones nor plain files. */
function folderNames(root: string): Result<readonly string[]> {
  try {
    const entries = readdirSync(join(root, 'apps'), { withFileTypes: true });
    const folders = entries.filter((entry) => !entry.name.startsWith('.') && !entry.isFile());
    return succeed(folders.map((entry) => entry.name).sort());
  } catch (cause) {
    return isAbsence(cause) ? succeed([]) : fail(unreadable(cause, 'apps'));
  }
}

/** The name of an app's main module; undefined in a folder that has none, or where there is no folder. */
function mainModule(root: string, folder: string): Result<string | undefined> {
  const found = kindOf(root, folder);
  if (!found.ok) return found;
  if (found.value !== 'folder') return succeed(undefined);
  for (const name of MAIN_MODULES) {
    const main = `${folder}/${name}`;
    const kind = kindOf(root, main);
    if (!kind.ok) return kind;
    if (kind.value === 'file') return succeed(name);
    if (kind.value !== 'absent') return fail({ code: 'unreadable', file: main, message: 'is not a file' });
  }
  return succeed(undefined);
}

/** What a path leads to. A link that leads nowhere is a problem, since there is something of that name. */
function kindOf(root: string, path: string): Result<'file' | 'folder' | 'other' | 'absent'> {
  const full = join(root, path);
  try {
    lstatSync(full);
  } catch (cause) {
    return isAbsence(cause) ? succeed('absent') : fail(unreadable(cause, path));
  }
  try {
    const entry = statSync(full);
    return succeed(entry.isFile() ? 'file' : entry.isDirectory() ? 'folder' : 'other');
  } catch (cause) {
    if (!isAbsence(cause)) return fail(unreadable(cause, path));
    const hint = 'mend the link, or delete it if the app is to go';
    return fail({ code: 'not-found', file: path, message: 'is a link to what does not exist', hint });
  }
}

function isAbsence(cause: unknown): boolean {
  return codeOf(cause) === 'ENOENT';
}

function unreadable(cause: unknown, file: string): Problem {
  const known = unexpected(cause);
  if (known.code !== 'internal') return { ...known, file };
  return { code: 'unreadable', file, message: `cannot be read (${codeOf(cause) ?? 'unknown cause'})` };
}

function codeOf(cause: unknown): string | undefined {
  const code = typeof cause === 'object' && cause !== null ? Reflect.get(cause, 'code') : undefined;
  return typeof code === 'string' ? code : undefined;
}
