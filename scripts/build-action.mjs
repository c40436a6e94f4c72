// Builds the bundle that action.yml runs: one file, without packages to install. It is committed, since an action is what
// stands in the repository at its tag; CI holds it against a fresh build.
//
// node scripts/build-action.mjs [--check | --out <file>]
import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));
const BUNDLE = 'action/main.js';

const { outputFiles } = await build({
  absWorkingDir: root,
  entryPoints: ['cli/action/main.ts'],
  bundle: true,
  write: false,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  // Lines stay as they were written, so that people can read what they run and git keeps only what changed.
  minifySyntax: true,
  legalComments: 'eof',
  // The names of files stand in the bundle, and must not be those of this machine.
  preserveSymlinks: true,
  alias: { yaml: './node_modules/yaml/browser/index.js' },
  banner: {
    js: "import { createRequire as __createRequire } from 'node:module';\nconst require = __createRequire(import.meta.url);",
  },
  logLevel: 'warning',
});
const [{ text }] = outputFiles;

const [mode, out] = process.argv.slice(2);
if (mode === '--check') {
  if (readFileSync(join(root, BUNDLE), 'utf8') !== text) {
    process.stderr.write(`${BUNDLE} is not what the sources build: run "npm run build:action" and commit it\n`);
    process.exit(1);
  }
  process.stdout.write(`${BUNDLE} is what the sources build\n`);
} else {
  const file = mode === '--out' ? resolve(out) : join(root, BUNDLE);
  writeFileSync(file, text);
  process.stdout.write(`${file}: ${(text.length / 1024).toFixed(0)} KiB\n`);
}
