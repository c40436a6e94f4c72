// Reads a JSON object of workflows and actions by name from standard input, and prints what GitHub's own parser of them
// finds wrong, by name. The parser imports its schemas in a way that only bundlers take.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const folder = mkdtempSync(join(tmpdir(), 'judge-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
const outfile = join(folder, 'parser.mjs');
await build({
  stdin: {
    contents: `
      export { parseAction } from '@actions/workflow-parser/actions/action-parser';
      export { NoOperationTraceWriter, convertWorkflowTemplate, parseWorkflow } from '@actions/workflow-parser';`,
    resolveDir: fileURLToPath(new URL('.', import.meta.url)),
  },
  outfile,
  bundle: true,
  format: 'esm',
  platform: 'node',
  // Its YAML in CommonJS asks for Node's own modules in a way that such a bundle has none of.
  alias: { yaml: fileURLToPath(new URL('../../node_modules/yaml/browser/index.js', import.meta.url)) },
  logLevel: 'warning',
});
const { convertWorkflowTemplate, NoOperationTraceWriter, parseAction, parseWorkflow } = await import(
  pathToFileURL(outfile).href
);

const found = {};
for (const [name, content] of Object.entries(JSON.parse(readFileSync(0, 'utf8')))) {
  const isAction = name.endsWith('action.yml');
  const { context, value } = (isAction ? parseAction : parseWorkflow)({ name, content }, new NoOperationTraceWriter());
  if (!isAction && value !== undefined) await convertWorkflowTemplate(context, value);
  found[name] = context.errors.getErrors().map(({ message }) => message);
}
process.stdout.write(JSON.stringify(found));
