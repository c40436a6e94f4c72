import { createRequire } from 'node:module';
import { isAbsolute, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { CommandContext } from '../context.ts';

const require = createRequire(import.meta.url);

/** Runs a module, again each time it is asked to. */
export type AppLoader = (file: string) => Promise<void>;

/**
 * A loader that gives every app this package's own copy of the constructs, and cdk8s as that copy has it, wherever the
 * app lies and whatever is installed there: two copies would not know each other's objects.
 */
export function createAppLoader(env: CommandContext['env']): AppLoader {
  let transpiled: Promise<AppLoader> | undefined;
  return async (file) => {
    if (!file.endsWith('.ts') && importsOurCopy(file)) return importFresh(file);
    transpiled ??= createTranspiler(cacheFolder(env));
    return (await transpiled)(file);
  };
}

/** Whether Node by itself would give the module this copy of the package. */
function importsOurCopy(file: string): boolean {
  const specifier = 'dynamo-gitops/constructs';
  try {
    return createRequire(file).resolve(specifier) === fileURLToPath(import.meta.resolve(specifier));
  } catch {
    return false;
  }
}

const imports = new Map<string, number>();

/** Node keeps modules by address, so that a second run in one process needs another one. */
async function importFresh(file: string): Promise<void> {
  const { href } = pathToFileURL(file);
  const count = imports.get(href) ?? 0;
  imports.set(href, count + 1);
  await import(count === 0 ? href : `${href}?run=${count}`);
}

/** jiti takes 20 to 40 ms to load, and 100 more to transpile what its cache does not hold. */
async function createTranspiler(cache: string | undefined): Promise<AppLoader> {
  const { createJiti } = await import('jiti');
  const jiti = createJiti(import.meta.url, {
    fsCache: cache ?? false,
    // A module is evaluated once in each run, and again in the next.
    moduleCache: false,
    virtualModules: sharedModules(await import('dynamo-gitops/constructs')),
  });
  return async (file) => void (await jiti.import(file));
}

/** Modules that an app shares with this command. Those behind a getter are loaded when an app asks for them. */
function sharedModules(constructs: object): Record<string, unknown> {
  const modules: Record<string, unknown> = { 'dynamo-gitops/constructs': constructs };
  for (const name of ['dynamo-gitops/api', 'cdk8s', 'constructs', 'cdk8s-plus-28']) {
    Object.defineProperty(modules, name, { enumerable: true, get: (): unknown => require(name) });
  }
  return modules;
}

/** Transpiled code is kept in the user's own cache: in a folder that others can write to it could be exchanged. */
function cacheFolder(env: CommandContext['env']): string | undefined {
  const home = env.HOME ?? env.USERPROFILE;
  const cache = env.XDG_CACHE_HOME || (home === undefined || home === '' ? undefined : join(home, '.cache'));
  return cache !== undefined && isAbsolute(cache) ? join(cache, 'dynamo-gitops', 'apps') : undefined;
}
