// Builds the library and the command line: JavaScript by esbuild, types by the compiler. All entry points share their
// chunks, so that no module of ours exists twice in a process; cdk8s and constructs stay the app's own.
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));
// What was built before stays until this is complete.
const outdir = mkdtempSync(join(root, 'node_modules', '.build-'));
process.on('exit', () => rmSync(outdir, { recursive: true, force: true }));

const tsc = spawnSync(
  process.execPath,
  [`${root}node_modules/typescript/bin/tsc`, '-p', `${root}tsconfig.build.json`, '--outDir', outdir],
  { stdio: 'inherit' },
);
if (tsc.status !== 0) process.exit(tsc.status ?? 1);

const manifest = JSON.parse(readFileSync(`${root}package.json`, 'utf8'));
const rooms = Object.keys(manifest.exports)
  .filter((name) => name !== './package.json')
  .map((name) => name.slice(2));

await build({
  absWorkingDir: root,
  entryPoints: {
    'bin/dynamo-gitops': 'cli/bin.ts',
    ...Object.fromEntries(rooms.map((room) => [`${room}/index`, `${room}/index.ts`])),
  },
  outdir,
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  chunkNames: 'chunks/[name]-[hash]',
  minifySyntax: true,
  minifyWhitespace: true,
  alias: { yaml: './node_modules/yaml/browser/index.js' },
  external: ['#cdk8s', 'cdk8s', 'cdk8s-plus-28', 'constructs', 'jiti', 'dynamo-gitops/*'],
  // Bundled CommonJS packages (yaml, commander) call require for Node's own modules.
  banner: {
    js: "import { createRequire as __createRequire } from 'node:module';\nconst require = __createRequire(import.meta.url);",
  },
  legalComments: 'linked',
  logLevel: 'warning',
});
chmodSync(join(outdir, 'bin/dynamo-gitops.js'), 0o755);
chmodSync(outdir, 0o755);
rmSync(`${root}build`, { recursive: true, force: true });
renameSync(outdir, `${root}build`);
