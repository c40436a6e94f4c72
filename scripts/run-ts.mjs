// Runs a TypeScript entry point of this repository: node scripts/run-ts.mjs <file.ts> [argument …]
import { mkdtempSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));
const [entry, ...rest] = process.argv.slice(2);
if (entry === undefined) {
  process.stderr.write('usage: node scripts/run-ts.mjs <file.ts> [argument …]\n');
  process.exit(1);
}
// Inside the checkout, so that packages left out of the bundle resolve from its node_modules.
const folder = mkdtempSync(join(root, 'node_modules', '.run-ts-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
const outfile = join(folder, 'main.mjs');
await build({
  entryPoints: [resolve(entry)],
  outfile,
  bundle: true,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  packages: 'external',
  // As in the build: constants are looked up at each use otherwise.
  minifySyntax: true,
  // Node looks for the package that `#cdk8s` belongs to no further than node_modules.
  alias: { '#cdk8s': `${root}constructs/cdk8s.cjs`, '#js-yaml': `${root}constructs/js-yaml.cjs` },
  banner: {
    js: "import { createRequire as __createRequire } from 'node:module';\nconst require = __createRequire(import.meta.url);",
  },
  logLevel: 'warning',
});
process.argv = [process.argv[0], resolve(entry), ...rest];
await import(pathToFileURL(outfile).href);
