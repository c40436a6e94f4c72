import { readFileSync } from 'node:fs';
import { type RenderedApp, withRenderSink } from 'dynamo-gitops/constructs';

/** What the documented example of a construct renders to: the text of each file, by its name in the environment's folder. */
export async function runExample(name: string): Promise<ReadonlyMap<string, string>> {
  let rendered: RenderedApp | undefined;
  await withRenderSink(
    (result) => {
      rendered = result;
    },
    async () => {
      await import(`./examples/${name}.ts`);
    },
  );
  if (rendered === undefined) throw new Error(`the example ${name} rendered nothing`);
  return new Map(rendered.files.map(({ path, text }) => [path.split('/').slice(2).join('/'), text]));
}

/** All files of an example as one text, each below its name: what a golden file holds. Graphs have golden files of their own. */
export function joined(files: ReadonlyMap<string, string>): string {
  return [...files]
    .filter(([path]) => !path.startsWith('dynamographdeployment-'))
    .map(([path, text]) => `# ── ${path}\n${text}`)
    .join('---\n');
}

export function golden(name: string): string {
  return readFileSync(new URL(`golden/${name}.yaml`, import.meta.url), 'utf8');
}
