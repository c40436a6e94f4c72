// Builds the library and the command line: JavaScript by esbuild, types by the compiler. cdk8s and constructs stay the
// app's own.
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
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

const common = {
  absWorkingDir: root,
  outdir,
  bundle: true,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  minifySyntax: true,
  minifyWhitespace: true,
  legalComments: 'linked',
  logLevel: 'warning',
};
const entryPoints = (names) => Object.fromEntries(names.map((name) => [`${name}/index`, `${name}/index.ts`]));

// The constructs are one file by themselves: every app loads them, and in a chunk shared with other rooms the schemas
// would come along, which take longer to load than an app does to render.
await build({ ...common, entryPoints: entryPoints(['constructs']), external: ['#cdk8s', '#js-yaml'] });

const manifest = JSON.parse(readFileSync(`${root}package.json`, 'utf8'));
const rooms = Object.keys(manifest.exports)
  .filter((name) => name !== './package.json' && name !== './constructs')
  .map((name) => name.slice(2));

// The command line's own files are left to the builds after it: what every command loads is one file, and so are those
// that people wait for most, which every other file that Node has to find would make slower by a millisecond.
const runnersElsewhere = {
  name: 'runners-elsewhere',
  setup: (build) =>
    build.onResolve({ filter: /^\.\.\/run\/[a-z-]+\.ts$/ }, ({ path }) => ({
      path: path.replace(/\.ts$/, '.js'),
      external: true,
    })),
};
// Commander can start programs as sub-commands, which we have none of. Node takes milliseconds to load what that needs.
const startsNothing = {
  name: 'starts-nothing',
  setup: (build) => {
    build.onResolve({ filter: /^node:child_process$/ }, ({ importer }) =>
      importer.includes('/node_modules/commander/') ? { path: 'none', namespace: 'starts-nothing' } : undefined,
    );
    build.onLoad({ filter: /^none$/, namespace: 'starts-nothing' }, () => ({ contents: 'module.exports = {};' }));
  },
};
const commandLine = {
  ...common,
  chunkNames: 'chunks/[name]-[hash]',
  alias: {
    yaml: './node_modules/yaml/browser/index.js',
    // Vega measures text with the package canvas where there is one, and a chart must not depend on that.
    'vega-canvas': './node_modules/vega-canvas/build/vega-canvas.browser.js',
  },
  external: ['cdk8s', 'cdk8s-plus-28', 'constructs', 'jiti', 'dynamo-gitops/*'],
  splitting: true,
  // Bundled CommonJS packages (commander) call require for Node's own modules.
  banner: {
    js: "import { createRequire as __createRequire } from 'node:module';\nconst require = __createRequire(import.meta.url);",
  },
};
const verbs = readdirSync(`${root}cli/commands`)
  .filter((file) => file !== 'index.ts')
  .map((file) => file.replace(/\.ts$/, ''));
const alone = ['synth', 'plan', 'lint'];
await Promise.all([
  build({
    ...commandLine,
    entryPoints: { 'bin/dynamo-gitops': 'cli/bin.ts' },
    plugins: [runnersElsewhere, startsNothing],
  }),
  ...alone.map((verb) => build({ ...commandLine, entryPoints: { [`run/${verb}`]: `cli/run/${verb}.ts` } })),
  build({
    ...commandLine,
    entryPoints: {
      ...Object.fromEntries(
        verbs.filter((verb) => !alone.includes(verb)).map((verb) => [`run/${verb}`, `cli/run/${verb}.ts`]),
      ),
      ...entryPoints(rooms),
    },
  }),
]);
chmodSync(join(outdir, 'bin/dynamo-gitops.js'), 0o755);
chmodSync(outdir, 0o755);
rmSync(`${root}build`, { recursive: true, force: true });
renameSync(outdir, `${root}build`);
