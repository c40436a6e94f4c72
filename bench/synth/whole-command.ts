import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, relative } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { build } from 'esbuild';
import { loadAll } from 'js-yaml';
import { plainApp, typedApp } from './fleet.ts';
import { median, show, type Targets, table, timeOfCommand, timesOf } from './measure.ts';

const GRAPHS = 100;
const ROUNDS = 15;

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
  const files = filesIn(join(compiled, 'dist'));
  writeFileSync(join(folder, 'files.json'), JSON.stringify(files));
  writeFileSync(join(folder, 'write.mjs'), writingAlone(join(folder, 'files.json'), join(folder, 'floor')));

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
  const fresh = (name: string, script: string, output: string) => ({
    name,
    timeMs: () => {
      rmSync(output, { recursive: true, force: true });
      return timeOfCommand([node, script], folder, env);
    },
  });
  const kubectl = spawnSync('kubectl', ['kustomize', '--help']).status === 0;
  const candidates = [
    run('bare node', [node, '-e', '0'], folder),
    ours('dynamo-gitops synth, compiled app', compiled),
    ours('dynamo-gitops synth, bundled app', bundled),
    run('cdk8s synth, compiled app of cdk8s alone', [node, cdk8sCli, 'synth'], plain),
    run('cdk8s synth, bundled app of cdk8s alone', [node, cdk8sCli, 'synth'], plainBundled),
    run('cdk8s synth, our compiled app', [node, cdk8sCli, 'synth'], compiled),
    run('cdk8s synth, our bundled app', [node, cdk8sCli, 'synth'], bundled),
    run('dynamo-gitops synth again, nothing changed', [node, cli, 'synth'], compiled),
    fresh(
      'floor: node that writes the same files and does nothing else',
      join(folder, 'write.mjs'),
      join(folder, 'floor'),
    ),
    run('floor: node, js-yaml: dump of the plain objects', [node, join(folder, 'dump.mjs')], folder),
    ...(kubectl
      ? [run('kubectl kustomize of what was rendered', ['kubectl', 'kustomize', 'dist/prod/fleet'], bundled)]
      : []),
  ];
  const times = timesOf(candidates, ROUNDS);

  for (const [name, path] of [
    ['our bundled app', bundled],
    ['cdk8s synth', plain],
    ['cdk8s synth of the bundled app', plainBundled],
    ['cdk8s synth of our app', compiled],
  ] as const) {
    if (!isDeepStrictEqual(objectsIn(join(path, 'dist')), objects)) throw new Error(`${name} gave other objects`);
  }

  // Each beside what else ran in its round: the machine's pace changes from one round to the next.
  const whole = times.map(median);
  const above = times.map((own) => median(own.map((ms, round) => ms - (times[0]?.[round] ?? Number.NaN))));
  const [, , , theirs = Number.NaN] = whole;
  const [, oursAbove = Number.NaN, bundledAbove = Number.NaN, theirsAbove = Number.NaN] = above;
  targets.atLeast('synth of a compiled app to cdk8s synth of one, above bare node', theirsAbove / oursAbove, 6);
  targets.atLeast('the same, with the start of Node', theirs / (whole[1] ?? Number.NaN), 6);
  targets.atLeast(
    'synth of a bundled app to cdk8s synth of a compiled one, above bare node',
    theirsAbove / bundledAbove,
    20,
  );
  targets.atLeast('the same, with the start of Node', theirs / (whole[2] ?? Number.NaN), 20);
  return [
    table(
      [`${GRAPHS} graphs, whole command`, 'ms', 'above bare node', 'cdk8s synth to it', 'above node'],
      candidates.map(({ name }, index) => {
        const [ms = Number.NaN, aboveMs = Number.NaN] = [whole[index], above[index]];
        return [name, show(ms), show(aboveMs), show(theirs / ms), index === 0 ? '' : show(theirsAbove / aboveMs)];
      }),
    ),
    '',
    `Medians of ${ROUNDS} rounds, equal objects everywhere. "cdk8s synth" is that of its compiled app.`,
    ...(kubectl ? [] : ['kubectl is not installed, so that kubectl kustomize was not measured.']),
  ].join('\n');
}

/** A program that knows what to write, and writes it as safely as synth does: to a temporary file that is then renamed. */
function writingAlone(source: string, output: string): string {
  return `import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
const output = ${JSON.stringify(output)};
for (const [path, text] of JSON.parse(readFileSync(${JSON.stringify(source)}, 'utf8'))) {
  const file = join(output, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(\`\${file}.new\`, text);
  renameSync(\`\${file}.new\`, file);
}
`;
}

function filesIn(folder: string): readonly (readonly [path: string, text: string])[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .map((path) => [relative(folder, path), readFileSync(path, 'utf8')]);
}

/** Every object below a folder, by name; what only tells Kustomize or synthesis of files is left out. */
function objectsIn(folder: string): readonly { readonly metadata: { readonly name: string } }[] {
  return filesIn(folder)
    .filter(([path]) => path.endsWith('.yaml') && basename(path) !== 'kustomization.yaml')
    .flatMap(([, text]) => loadAll(text))
    .map((value) => value as { readonly metadata: { readonly name: string } })
    .sort((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1));
}
