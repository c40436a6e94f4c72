import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { build } from 'esbuild';
import { loadAll } from 'js-yaml';
import { plainApp, typedApp } from './fleet.ts';
import { medians, show, type Targets, table, timeOfCommand } from './measure.ts';

const GRAPHS = 100;
const ROUNDS = 9;

/** Projects in a temporary folder, each a repository with one app and what it imports installed. */
export async function wholeCommand(root: string, targets: Targets): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-synth-'));
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
  const modules = join(folder, 'node_modules');
  mkdirSync(modules);
  symlinkSync(root, join(modules, 'dynamo-gitops'));
  for (const name of ['cdk8s', 'constructs', 'cdk8s-plus-28']) {
    symlinkSync(join(root, 'node_modules', name), join(modules, name));
  }
  const cli = join(root, 'build/bin/dynamo-gitops.js');
  const cdk8sCli = join(root, 'node_modules/cdk8s-cli/bin/cdk8s');
  const env = { ...process.env, CDK8S_CHECK_UPGRADE: 'false', NO_COLOR: '1' };

  const project = (name: string, source: string): string => {
    const path = join(folder, name);
    mkdirSync(join(path, 'apps/fleet'), { recursive: true });
    writeFileSync(join(path, 'package.json'), '{"type": "module"}\n');
    writeFileSync(join(path, 'cdk8s.yaml'), 'language: typescript\napp: node apps/fleet/main.js\noutput: dist\n');
    writeFileSync(join(path, 'apps/fleet/main.js'), source);
    return path;
  };

  const compiled = project('compiled', typedApp(GRAPHS));
  const bundled = project('bundled', '');
  await build({
    entryPoints: [join(compiled, 'apps/fleet/main.js')],
    outfile: join(bundled, 'apps/fleet/main.js'),
    ...{ bundle: true, minify: true, format: 'esm', platform: 'node', target: 'node20', logLevel: 'warning' },
    // The app makes no claim, so that cdk8s-plus would be dead weight.
    external: ['cdk8s-plus-28'],
    banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
  });

  timeOfCommand([process.execPath, cli, 'synth'], compiled, env);
  const objects = objectsIn(join(compiled, 'dist'));
  const plain = project('plain', plainApp(objects));
  const plainBundled = project('plain-bundled', '');
  await build({
    entryPoints: [join(plain, 'apps/fleet/main.js')],
    outfile: join(plainBundled, 'apps/fleet/main.js'),
    ...{ bundle: true, minify: true, format: 'esm', platform: 'node', target: 'node20', logLevel: 'warning' },
    banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
  });
  writeFileSync(
    join(folder, 'dump.mjs'),
    `import { readFileSync, writeFileSync } from 'node:fs';
import { dump } from ${JSON.stringify(join(root, 'node_modules/js-yaml/dist/js-yaml.mjs'))};
const objects = JSON.parse(readFileSync(${JSON.stringify(join(folder, 'objects.json'))}, 'utf8'));
writeFileSync(${JSON.stringify(join(folder, 'objects.yaml'))}, objects.map((one) => dump(one)).join('---\\n'));
`,
  );
  writeFileSync(join(folder, 'objects.json'), JSON.stringify(objects));

  const node = process.execPath;
  const run = (name: string, words: readonly string[], cwd: string) => ({
    name,
    timeMs: () => timeOfCommand(words, cwd, env),
  });
  /** With an output folder that is empty each time, as cdk8s-cli makes it. */
  const ours = (name: string, cwd: string) => ({
    name,
    timeMs: () => {
      rmSync(join(cwd, 'dist'), { recursive: true, force: true });
      return timeOfCommand([node, cli, 'synth'], cwd, env);
    },
  });
  const kubectl = spawnSync('kubectl', ['kustomize', '--help']).status === 0;
  const candidates = [
    run('bare node', [node, '-e', '0'], folder),
    ours('dynamo-gitops synth, compiled app', compiled),
    ours('dynamo-gitops synth, bundled app', bundled),
    run('dynamo-gitops synth again, nothing changed', [node, cli, 'synth'], compiled),
    run('cdk8s synth, compiled app of cdk8s alone', [node, cdk8sCli, 'synth'], plain),
    run('cdk8s synth, bundled app of cdk8s alone', [node, cdk8sCli, 'synth'], plainBundled),
    run('cdk8s synth, our compiled app', [node, cdk8sCli, 'synth'], compiled),
    run('node, js-yaml: dump of the plain objects', [node, join(folder, 'dump.mjs')], folder),
    ...(kubectl
      ? [run('kubectl kustomize of what was rendered', ['kubectl', 'kustomize', 'dist/prod/fleet'], bundled)]
      : []),
  ];
  const times = medians(candidates, ROUNDS);

  for (const [name, path] of [
    ['our bundled app', bundled],
    ['cdk8s synth', plain],
    ['cdk8s synth of the bundled app', plainBundled],
    ['cdk8s synth of our app', compiled],
  ] as const) {
    if (!isDeepStrictEqual(objectsIn(join(path, 'dist')), objects)) throw new Error(`${name} gave other objects`);
  }

  const [bare = 0, oursCompiled = 0, oursBundled = 0, , theirs = 0, theirsBundled = 0] = times;
  const reference = theirs - bare;
  targets.atLeast('synth of a compiled app, above bare node, to cdk8s synth', reference / (oursCompiled - bare), 6);
  targets.atLeast('synth of a bundled app, above bare node, to cdk8s synth', reference / (oursBundled - bare), 20);
  return [
    table(
      [`${GRAPHS} graphs, whole command`, 'ms', 'above bare node', 'cdk8s synth to it, above node', 'in total'],
      candidates.map(({ name }, index) => {
        const ms = times[index] ?? Number.NaN;
        const ratios = index === 0 ? ['', ''] : [show(reference / (ms - bare)), show(theirs / ms)];
        return [name, show(ms), show(ms - bare), ...ratios];
      }),
    ),
    '',
    `Equal objects everywhere. cdk8s synth is compared with its compiled app (bundled: ${show(theirsBundled - bare)} ms above node).`,
    ...(kubectl ? [] : ['kubectl is not installed, so that kubectl kustomize was not measured.']),
  ].join('\n');
}

/** Every object below a folder, by name; what only tells Kustomize or synthesis of files is left out. */
function objectsIn(folder: string): readonly { readonly metadata: { readonly name: string } }[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.yaml') && entry.name !== 'kustomization.yaml')
    .flatMap((entry) => loadAll(readFileSync(join(entry.parentPath, entry.name), 'utf8')))
    .map((value) => value as { readonly metadata: { readonly name: string } })
    .sort((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1));
}
