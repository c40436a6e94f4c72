import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type RenderedApp, withRenderSink } from 'dynamo-gitops/constructs';
import { POLICY_ANNOTATION } from '../../../api/index.ts';
import { isObject, type JsonObject } from '../../../api/json.ts';
import { type ImportedApp, type ImportRequest, importApp } from '../../../constructs/import/index.ts';
import { readManifest } from '../../../manifests/index.ts';
import { temporaryFolder, writeFiles } from '../temporary-app.ts';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const FIXTURES = fileURLToPath(new URL('fixtures/', import.meta.url));

/** Names of the manifests that are shaped like Dynamo's examples. */
export const FIXTURE_NAMES = readdirSync(FIXTURES).sort();

export function fixtureText(name: string): string {
  return readFileSync(join(FIXTURES, name), 'utf8');
}

/** The documents of a YAML text, which must parse. */
export function documentsOf(text: string): ImportRequest['documents'] {
  const { manifest, problems } = readManifest('test.yaml', new TextEncoder().encode(text));
  if (manifest === undefined || problems.length > 0) throw new Error(JSON.stringify(problems));
  return manifest.documents;
}

export function request(text: string, more: Partial<ImportRequest> = {}): ImportRequest {
  return {
    file: 'test.yaml',
    documents: documentsOf(text),
    app: undefined,
    environment: 'prod',
    namespace: undefined,
    operatorVersion: undefined,
    ...more,
  };
}

export function imported(text: string, more: Partial<ImportRequest> = {}): ImportedApp {
  const result = importApp(request(text, more));
  if (!result.ok) throw new Error(JSON.stringify(result.error, undefined, 2));
  return result.value;
}

/** A project outside this repository that knows its packages. */
export function project(): string {
  const root = temporaryFolder();
  symlinkSync(join(ROOT, 'node_modules'), join(root, 'node_modules'));
  const paths = { 'dynamo-gitops/constructs': [join(ROOT, 'constructs/index.ts')] };
  const compilerOptions = { noEmit: true, paths, rootDir: '/', typeRoots: [join(ROOT, 'node_modules/@types')] };
  writeFiles(root, {
    'package.json': '{"type": "module"}',
    'tsconfig.json': JSON.stringify({ extends: join(ROOT, 'tsconfig.json'), compilerOptions, include: ['apps'] }),
  });
  return root;
}

/** What the compiler has against the apps of a project; empty when nothing. */
export function typeErrors(root: string): string {
  const tsc = join(ROOT, 'node_modules/typescript/bin/tsc');
  const { stdout, stderr } = spawnSync(process.execPath, [tsc, '-p', root], { cwd: root, encoding: 'utf8' });
  return `${stdout}${stderr}`;
}

/** Writes an imported app to a project and runs it: the objects that it renders. */
export async function synthesised(root: string, app: ImportedApp): Promise<readonly JsonObject[]> {
  writeFiles(root, Object.fromEntries(app.files));
  return objectsOf(await rendered(join(root, 'apps', app.app, 'main.ts')));
}

async function rendered(module: string): Promise<RenderedApp> {
  let result: RenderedApp | undefined;
  await withRenderSink(
    (app) => {
      result = app;
    },
    async () => {
      await import(module);
    },
  );
  if (result === undefined) throw new Error(`${module} rendered nothing`);
  return result;
}

function objectsOf({ files }: RenderedApp): readonly JsonObject[] {
  return files
    .filter(({ path }) => !path.endsWith('/kustomization.yaml'))
    .flatMap(({ text }) => documentsOf(text).map(({ value }) => value));
}

/** An object without the one annotation that is ours, and without a map of none, which it would be the only one in. */
export function withoutPolicy(object: JsonObject): JsonObject {
  const { metadata } = object;
  if (!isObject(metadata)) return object;
  const { annotations: written, ...rest } = metadata;
  const { [POLICY_ANNOTATION]: _, ...annotations } = isObject(written) ? written : {};
  return { ...object, metadata: Object.keys(annotations).length === 0 ? rest : { ...rest, annotations } };
}

/** By kind, namespace and name, since rendering has an order of its own. */
export function byIdentity(objects: readonly JsonObject[]): ReadonlyMap<string, JsonObject> {
  return new Map(
    objects.map((object) => {
      const metadata = isObject(object.metadata) ? object.metadata : {};
      return [`${String(object.kind)}/${String(metadata.namespace)}/${String(metadata.name)}`, object];
    }),
  );
}
