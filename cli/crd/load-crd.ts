import { resolve } from 'node:path';
import { type CrdSchemas, crdSchemas } from '../../api/crd/index.ts';
import {
  digestOf,
  fail,
  isObject,
  type JsonObject,
  type JsonValue,
  parseJson,
  type Result,
  succeed,
} from '../../api/index.ts';
import { readManifest } from '../../manifests/index.ts';
import type { CommandContext } from '../context.ts';
import { readInput } from '../files.ts';
import { readCachedSchemas, writeCachedSchemas } from './schema-cache.ts';

/** Far deeper than any definition; whoever walks one goes as deep as it. */
const MAX_DEPTH = 200;

/**
 * Reads the CustomResourceDefinitions of files. What they come to is kept by the digest of the file, since a definition of
 * Dynamo's is a megabyte of YAML, most of it descriptions.
 */
export async function loadCrds(
  context: Pick<CommandContext, 'cwd' | 'env'>,
  files: readonly string[],
): Promise<Result<CrdSchemas>> {
  const all = new Map<string, ReadonlyMap<string, JsonObject>>();
  for (const file of files) {
    const schemas = await loadCrd(context, file);
    if (!schemas.ok) return schemas;
    for (const [kind, versions] of schemas.value) {
      if (all.has(kind))
        return fail({ code: 'duplicate', file, message: `defines ${kind} once more`, hint: 'name one' });
      all.set(kind, versions);
    }
  }
  return succeed(all);
}

async function loadCrd(context: Pick<CommandContext, 'cwd' | 'env'>, file: string): Promise<Result<CrdSchemas>> {
  const bytes = await readInput(resolve(context.cwd, file), file);
  if (!bytes.ok) return bytes;
  const digest = digestOf(bytes.value);
  const cached = await readCachedSchemas(context, digest);
  if (cached !== undefined) return succeed(cached);
  const documents = parse(bytes.value, file);
  if (!documents.ok) return documents;
  const schemas = crdSchemas(documents.value, file);
  if (!schemas.ok) return schemas;
  const slim = new Map<string, ReadonlyMap<string, JsonObject>>();
  for (const [kind, versions] of schemas.value) {
    const own = new Map<string, JsonObject>();
    for (const [version, schema] of versions) {
      const kept = withoutDescriptions(schema, 0);
      if (!isObject(kept)) {
        const message = `nests the schema of ${kind} ${version} deeper than ${MAX_DEPTH}`;
        return fail({ code: 'schema', file, message });
      }
      own.set(version, kept);
    }
    slim.set(kind, own);
  }
  await writeCachedSchemas(context, digest, slim);
  return succeed(slim);
}

/** JSON, which kubectl writes too, takes a twentieth of the time of YAML. */
function parse(bytes: Uint8Array, file: string): Result<readonly unknown[]> {
  if (/^\s*\{/.test(Buffer.from(bytes.subarray(0, 100)).toString('latin1'))) {
    const text = utf8Text(bytes);
    if (text === undefined) return fail({ code: 'unreadable', file, message: 'is not UTF-8 text' });
    const value = parseJson(text, file);
    return value.ok ? succeed([value.value]) : value;
  }
  const { manifest, problems } = readManifest(file, bytes);
  if (manifest === undefined || problems.length > 0) return fail(...problems);
  return succeed(manifest.documents.map(({ value }) => value));
}

function utf8Text(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

/** A schema without what is for people only; undefined for one that nests too deep. */
function withoutDescriptions(value: JsonValue, depth: number): JsonValue | undefined {
  if (depth > MAX_DEPTH) return undefined;
  if (Array.isArray(value)) {
    const items = (value as readonly JsonValue[]).map((item) => withoutDescriptions(item, depth + 1));
    return items.every((item) => item !== undefined) ? items : undefined;
  }
  if (!isObject(value)) return value;
  const members: [string, JsonValue][] = [];
  for (const [key, member] of Object.entries(value)) {
    // A field may be called like that; its schema is a map.
    if (member === undefined || (key === 'description' && typeof member === 'string')) continue;
    const kept = withoutDescriptions(member, depth + 1);
    if (kept === undefined) return undefined;
    members.push([key, kept]);
  }
  return Object.fromEntries(members);
}
