import module, { createRequire } from 'node:module';
import { isAbsolute, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { makeFolder } from '../../constructs/render/write-output.ts';
import type { CommandContext } from '../context.ts';

const require = createRequire(import.meta.url);

/** Runs a module, again each time it is asked to. */
export type AppLoader = (file: string) => Promise<void>;

/**
 * JavaScript is run by Node, with the packages that are installed for it, or bundled in it. TypeScript, and what Node
 * finds no packages for, is run with this package's own copy of the constructs and cdk8s as that copy has it. Either way
 * an app has one copy of each: two would not know each other's objects.
 */
export function createAppLoader(env: CommandContext['env']): AppLoader {
  keepCompiledCode(env);
  let transpiled: AppLoader | undefined;
  return async (file) => {
    if (!file.endsWith('.ts')) {
      try {
        await importFresh(file);
        return;
      } catch (cause) {
        if (!isWithoutPackages(cause) && !isUnparsed(cause)) throw cause;
      }
    }
    transpiled ??= await createTranspiler(cacheFolder(env, 'apps'));
    await transpiled(file);
  };
}

/** Packages that an app shares with this command. */
const SHARED = ['dynamo-gitops/constructs', 'dynamo-gitops/api', 'cdk8s', 'constructs', 'cdk8s-plus-28'];

/** Nothing of a module has run when one that it imports is not found. */
function isWithoutPackages(cause: unknown): boolean {
  if (!(cause instanceof Error && 'code' in cause && cause.code === 'ERR_MODULE_NOT_FOUND')) return false;
  return SHARED.some((name) => cause.message.startsWith(`Cannot find package '${name.split('/', 1)[0]}'`));
}

/** Node keeps to itself where a module does not parse, which jiti tells. */
function isUnparsed(cause: unknown): boolean {
  return cause instanceof SyntaxError && cause.stack?.includes('compileSourceTextModule') === true;
}

const imports = new Map<string, number>();

/** Node keeps modules by address, so that a second run in one process needs another one. */
async function importFresh(file: string): Promise<void> {
  const { href } = pathToFileURL(file);
  const count = imports.get(href) ?? 0;
  imports.set(href, count + 1);
  await import(count === 0 ? href : `${href}?run=${count}`);
}

/** jiti is slow to load, and slower to transpile what its cache does not hold. */
async function createTranspiler(cache: string | undefined): Promise<AppLoader> {
  const { createJiti } = await import('jiti');
  const jiti = createJiti(import.meta.url, {
    fsCache: cache ?? false,
    // A module is evaluated once in each run, and again in the next.
    moduleCache: false,
    virtualModules: sharedModules(),
  });
  return async (file) => void (await jiti.import(file));
}

/** Each is loaded when an app asks for it. */
function sharedModules(): Record<string, unknown> {
  const modules: Record<string, unknown> = {};
  for (const name of SHARED) {
    Object.defineProperty(modules, name, { enumerable: true, get: (): unknown => require(name) });
  }
  return modules;
}

/** From 22.8 on, Node keeps what it compiled, apps and cdk8s among it, and takes it again where the source is the same. */
function keepCompiledCode(env: CommandContext['env']): void {
  if (!('enableCompileCache' in module) || typeof module.enableCompileCache !== 'function') return;
  const folder = cacheFolder(env, 'compiled');
  if (folder !== undefined) module.enableCompileCache(folder);
}

/** Code is kept in the user's own cache: in a folder that others can write to it could be exchanged. */
function cacheFolder(env: CommandContext['env'], name: 'apps' | 'compiled'): string | undefined {
  const home = env.HOME ?? env.USERPROFILE;
  const cache = env.XDG_CACHE_HOME || (home === undefined || home === '' ? undefined : join(home, '.cache'));
  if (cache === undefined || !isAbsolute(cache)) return undefined;
  const folder = join(cache, 'dynamo-gitops', name);
  try {
    makeFolder(folder);
    return folder;
  } catch {
    // An app renders without a cache just as well.
    return undefined;
  }
}
