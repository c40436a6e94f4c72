import { existsSync, readFileSync, statSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import type { CrdSchemas } from '../../api/crd/index.ts';
import { type Digest, digestOf, isObject, type JsonObject } from '../../api/index.ts';
import type { CommandContext } from '../context.ts';
import { replaceFile } from '../files.ts';

type Surroundings = Pick<CommandContext, 'cwd' | 'env'>;

/** Changes with what is kept, so that an older file is not read as a newer one. */
const FORMAT = 'v1';
const MAX_BYTES = 64 * 1024 * 1024;

/** What was kept of a file of definitions; undefined where nothing was, or where it is not what was written. */
export async function readCachedSchemas(context: Surroundings, digest: Digest): Promise<CrdSchemas | undefined> {
  const path = cacheFile(context, digest);
  if (path === undefined) return undefined;
  try {
    const entry = statSync(path);
    if (!entry.isFile() || entry.size > MAX_BYTES) return undefined;
    const text = readFileSync(path, 'utf8');
    const end = text.indexOf('\n');
    const content = text.slice(end + 1);
    if (text.slice(0, end) !== digestOf(content)) return undefined;
    return schemasIn(JSON.parse(content));
  } catch {
    return undefined;
  }
}

/** Keeps them for the next run; a folder that cannot be written costs no more than the time. */
export async function writeCachedSchemas(context: Surroundings, digest: Digest, schemas: CrdSchemas): Promise<void> {
  const path = cacheFile(context, digest);
  if (path === undefined) return;
  const content = JSON.stringify([...schemas].map(([kind, versions]) => [kind, [...versions]]));
  await replaceFile(path, `${digestOf(content)}\n${content}`).catch(() => undefined);
}

function cacheFile({ cwd, env }: Surroundings, digest: Digest): string | undefined {
  const name = `crd-${FORMAT}-${digest.slice('sha256:'.length)}.json`;
  const own = env.XDG_CACHE_HOME;
  if (own !== undefined && isAbsolute(own)) return join(own, 'dynamo-gitops', name);
  const modules = join(cwd, 'node_modules');
  return existsSync(modules) ? join(modules, '.cache', 'dynamo-gitops', name) : undefined;
}

/** Pairs of kind and versions, which are pairs of name and schema. */
function schemasIn(content: unknown): CrdSchemas | undefined {
  const kinds = pairs(content);
  if (kinds === undefined) return undefined;
  const schemas = new Map<string, ReadonlyMap<string, JsonObject>>();
  for (const [kind, versions] of kinds) {
    const own = pairs(versions);
    if (own === undefined) return undefined;
    const read = new Map<string, JsonObject>();
    for (const [version, schema] of own) if (isObject(schema)) read.set(version, schema);
    schemas.set(kind, read);
  }
  return schemas;
}

function pairs(value: unknown): readonly (readonly [string, unknown])[] | undefined {
  const isPair = (one: unknown): one is readonly [string, unknown] =>
    Array.isArray(one) && one.length === 2 && typeof one[0] === 'string';
  return Array.isArray(value) && value.every(isPair) ? value : undefined;
}
