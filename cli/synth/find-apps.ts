import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Problem } from '../../api/problem.ts';
import { fail, type Result, succeed } from '../../api/result.ts';

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

/** The apps of a repository, by name; those that are named, or all. */
export async function findApps(root: string, names: readonly string[]): Promise<Result<readonly FoundApp[]>> {
  const all: FoundApp[] = [];
  for (const name of await folderNames(join(root, 'apps'))) {
    const main = await mainModule(join(root, 'apps', name));
    if (main !== undefined) {
      all.push({ name, file: join(root, 'apps', name, main), shown: `apps/${name}/${main}` });
    }
  }
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

async function folderNames(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  return entries
    .filter((entry) => !entry.name.startsWith('.'))
    .map((entry) => entry.name)
    .sort();
}

async function mainModule(folder: string): Promise<string | undefined> {
  for (const name of MAIN_MODULES) {
    const entry = await stat(join(folder, name)).catch(() => undefined);
    if (entry?.isFile()) return name;
  }
  return undefined;
}
