import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { App, type AppProps, isSynthError, type RenderedApp, withRenderSink } from 'dynamo-gitops/constructs';

const roots: string[] = [];

/** A new folder of a repository, removed by `removeTemporaryFolders`. */
export function temporaryFolder(): string {
  const root = mkdtempSync(join(tmpdir(), 'constructs-'));
  roots.push(root);
  return root;
}

export function removeTemporaryFolders(): void {
  for (const root of roots.splice(0)) rmSync(root, { recursive: true, force: true });
}

export function writeFiles(root: string, files: { readonly [path: string]: string }): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
}

/** An App as `apps/<name>/main.ts` would make it, with the pins that are given by environment and graph. */
export function temporaryApp(
  pins: { readonly [environmentAndGraph: string]: string } = {},
  props: Omit<AppProps, 'module'> & { readonly name?: string; readonly root?: string } = {},
): App {
  const { name = 'demo', root = temporaryFolder(), ...rest } = props;
  const files = Object.entries(pins).map(([path, text]) => [`apps/${name}/pins/${path}.yaml`, text]);
  writeFiles(root, Object.fromEntries(files));
  return new App({ module: pathToFileURL(join(root, 'apps', name, 'main.ts')).href, ...rest });
}

/** Pins as one line. */
export function pinsOf(
  deployment: string,
  environment: string,
  replicas: { readonly [service: string]: number },
): string {
  const services = Object.fromEntries(Object.entries(replicas).map(([name, count]) => [name, { replicas: count }]));
  return JSON.stringify({ schemaVersion: 1, deployment, environment, services });
}

export async function renderedBy(app: App): Promise<RenderedApp> {
  let rendered: RenderedApp | undefined;
  await withRenderSink(
    (result) => {
      rendered = result;
    },
    async () => app.synth(),
  );
  if (rendered === undefined) throw new Error('the app rendered nothing');
  return rendered;
}

export async function textOf(app: App, path: string): Promise<string> {
  const { files } = await renderedBy(app);
  const file = files.find((candidate) => candidate.path === path);
  if (file === undefined) throw new Error(`no ${path} among ${files.map((one) => one.path).join(', ')}`);
  return file.text;
}

/** What synth says is wrong, a line each; empty when nothing is. */
export async function complaintsOf(app: App): Promise<readonly string[]> {
  try {
    await renderedBy(app);
    return [];
  } catch (cause) {
    if (!isSynthError(cause)) throw cause;
    return cause.message.split('\n');
  }
}
