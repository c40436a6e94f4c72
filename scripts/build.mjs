// Builds the library (one file per module, with types) and the command line (bundled, split so that a command loads
// only what it needs). cdk8s and the library's own rooms stay external to the bundle where an app's code must share them.
import { spawnSync } from 'node:child_process';
import { chmodSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));
rmSync(`${root}build`, { recursive: true, force: true });

const tsc = spawnSync(
  process.execPath,
  [`${root}node_modules/typescript/bin/tsc`, '-p', `${root}tsconfig.build.json`],
  {
    stdio: 'inherit',
  },
);
if (tsc.status !== 0) process.exit(tsc.status ?? 1);

await build({
  absWorkingDir: root,
  entryPoints: { 'dynamo-gitops': 'cli/bin.ts' },
  outdir: 'build/bin',
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  chunkNames: 'chunks/[name]-[hash]',
  alias: { yaml: './node_modules/yaml/browser/index.js' },
  external: ['cdk8s', 'cdk8s-plus-28', 'constructs', 'jiti', 'dynamo-gitops/*'],
  // Bundled CommonJS packages (yaml, commander) call require for Node's own modules.
  banner: {
    js: "import { createRequire as __createRequire } from 'node:module';\nconst require = __createRequire(import.meta.url);",
  },
  legalComments: 'linked',
  logLevel: 'warning',
});
chmodSync(`${root}build/bin/dynamo-gitops.js`, 0o755);
