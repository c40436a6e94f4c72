import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { writeOutput } from '../../constructs/render/index.ts';
import { removeTemporaryFolders, temporaryFolder, writeFiles } from '../constructs/temporary-app.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const CLI = join(ROOT, 'build/bin/dynamo-gitops.js');
const CDK8S = join(ROOT, 'node_modules/cdk8s-cli/bin/cdk8s');
const ESBUILD = join(ROOT, 'node_modules/.bin/esbuild');
const CACHE = temporaryFolder();

afterAll(removeTemporaryFolders);

beforeAll(() => {
  if (!existsSync(CLI)) throw new Error('build/ is missing: these tests run the built command (npm run build)');
});

/** The built command, in a process of its own, with its transpiled apps in a cache of these tests. */
function synth(cwd: string, words: readonly string[] = [], env: { readonly [name: string]: string } = {}) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [CLI, 'synth', ...words], {
    cwd,
    encoding: 'utf8',
    env: { PATH: process.env.PATH, XDG_CACHE_HOME: CACHE, ...env },
  });
  return { status, stdout, stderr: stderr.split('\n').filter((line) => line !== '') };
}

/** The real `cdk8s synth`, which removes the output folder and then runs the app. */
function cdk8sSynth(cwd: string) {
  const env = { PATH: process.env.PATH, HOME: CACHE, XDG_CACHE_HOME: CACHE, CDK8S_CHECK_UPGRADE: 'false' };
  return spawnSync(process.execPath, [CDK8S, 'synth'], { cwd, encoding: 'utf8', env });
}

/** A project outside this repository, without node_modules, with the chat app in it. */
function project(): string {
  const root = temporaryFolder();
  for (const path of ['apps/chat/main.ts', 'apps/chat/pins']) {
    cpSync(join(ROOT, path), join(root, path), { recursive: true });
  }
  return root;
}

/** Puts this package and those that an app shares with it into a project; the answer is where. */
function install(root: string): string {
  const modules = join(root, 'node_modules');
  mkdirSync(modules);
  symlinkSync(ROOT, join(modules, 'dynamo-gitops'));
  for (const name of ['cdk8s', 'constructs', 'cdk8s-plus-28']) {
    symlinkSync(join(ROOT, 'node_modules', name), join(modules, name));
  }
  return modules;
}

function treeOf(folder: string): { readonly [path: string]: string } {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const paths = entries.map((entry) => join(entry.parentPath, entry.name)).sort();
  return Object.fromEntries(paths.map((path) => [path.slice(folder.length + 1), readFileSync(path, 'utf8')]));
}

const PIN = 'apps/chat/pins/prod/chat.yaml';
const GRAPH = 'dist/prod/chat/dynamographdeployment-chat.yaml';

describe('synth', () => {
  test('finds this repository’s manifests up to date', () => {
    const { status, stdout, stderr } = synth(ROOT, ['--check']);
    expect(stderr).toEqual([]);
    expect(stdout).toMatch(/^dist is up to date: \d+ files of apps assist, chat\.\n$/);
    expect(status).toBe(0);
  });

  test('fills the empty folder that cdk8s synth names with the same bytes', () => {
    const folder = temporaryFolder();
    expect(synth(ROOT, [], { CDK8S_OUTDIR: folder }).status).toBe(0);
    expect(treeOf(folder)).toEqual(treeOf(join(ROOT, 'dist')));
  });

  test('leaves dist as it is committed when cdk8s runs it, which empties the folder first', () => {
    const root = temporaryFolder();
    cpSync(join(ROOT, 'apps'), join(root, 'apps'), { recursive: true });
    cpSync(join(ROOT, 'dist'), join(root, 'dist'), { recursive: true });
    const config = readFileSync(join(ROOT, 'cdk8s.yaml'), 'utf8');
    expect(config).toMatch(/^app: node build\/bin\/dynamo-gitops\.js synth$/m);
    writeFiles(root, { 'cdk8s.yaml': config.replace('build/bin/dynamo-gitops.js', CLI) });
    const git = (...words: readonly string[]) => spawnSync('git', words, { cwd: root, encoding: 'utf8' });
    git('init', '-q');
    git('add', '-A');
    git('-c', 'user.name=t', '-c', 'user.email=t@example.org', 'commit', '-q', '-m', 'dist');

    const run = cdk8sSynth(root);
    expect([run.stderr, run.status]).toEqual([expect.any(String), 0]);
    const diff = git('diff', '--exit-code', '--stat', 'dist');
    expect([diff.stdout, diff.status]).toEqual(['', 0]);
    expect(git('status', '--porcelain').stdout).toBe('');
  }, 30_000);

  test('renders the same from an app that is compiled, bundled, run by itself or by cdk8s, with one cdk8s each time', () => {
    const root = temporaryFolder();
    const modules = install(root);
    writeFiles(root, {
      'package.json': '{"type": "module"}',
      'cdk8s.yaml': 'language: typescript\napp: node apps/fleet/main.js\noutput: dist\n',
      'apps/fleet/main.js': `
        import { Chart } from 'cdk8s';
        import { App, Environment, Gpu, GraphDeployment, ModelCache, Size } from 'dynamo-gitops/constructs';
        const app = new App({ module: import.meta.url });
        const prod = new Environment(app, 'prod', { namespace: 'llm-prod' });
        if (!(prod instanceof Chart)) throw new Error('two copies');
        const modelCache = new ModelCache(prod, 'models', { size: Size.gibibytes(10) });
        const graph = new GraphDeployment(prod, 'chat', { backend: 'vllm', model: 'm', image: 'r/vllm:1.3.1', modelCache });
        graph.addFrontend();
        graph.addWorker({ gpus: Gpu.count(1), replicas: 2 });
        app.synth();
      `,
      // Counts the copies of cdk8s in a process: each registers its core's classes once.
      'count.cjs': `
        const { Module } = require('node:module');
        const { appendFileSync } = require('node:fs');
        const load = Module._extensions['.js'];
        Module._extensions['.js'] = (module, file) => {
          if (/cdk8s\\/lib\\/api-object\\.js$/.test(file)) appendFileSync(process.env.COPIES, 'file\\n');
          return load(module, file);
        };
      `,
    });
    const copies = join(root, 'copies.txt');
    const loaded = (): string => (existsSync(copies) ? readFileSync(copies, 'utf8') : '');
    const env = { NODE_OPTIONS: `--require ${join(root, 'count.cjs')}`, COPIES: copies };
    const fresh = (): void => {
      rmSync(join(root, 'dist'), { recursive: true, force: true });
      rmSync(copies, { force: true });
    };

    expect(synth(root, [], env)).toMatchObject({ status: 0, stderr: [] });
    const expected = treeOf(join(root, 'dist'));
    expect(Object.keys(expected)).toContain('prod/fleet/dynamographdeployment-chat.yaml');
    expect(loaded()).toBe('file\n');

    fresh();
    expect(spawnSync(process.execPath, ['apps/fleet/main.js'], { cwd: root }).status).toBe(0);
    expect(treeOf(join(root, 'dist'))).toEqual(expected);

    fresh();
    expect(cdk8sSynth(root).status).toBe(0);
    expect(treeOf(join(root, 'dist'))).toEqual(expected);

    fresh();
    const main = join(root, 'apps/fleet/main.js');
    const banner = "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);";
    const options = ['--bundle', '--format=esm', '--platform=node', `--banner:js=${banner}`, '--allow-overwrite'];
    const bundling = spawnSync(ESBUILD, [main, ...options, `--outfile=${main}`], { cwd: root, encoding: 'utf8' });
    expect([bundling.stderr, bundling.status]).toEqual([expect.not.stringContaining('WARNING'), 0]);
    rmSync(modules, { recursive: true });
    expect(synth(root, [], env)).toMatchObject({ status: 0, stderr: [] });
    expect(treeOf(join(root, 'dist'))).toEqual(expected);
    expect(loaded()).toBe('');
  }, 30_000);

  test('has the libraries of cdk8s that few apps use loaded by those that do, once', () => {
    const root = temporaryFolder();
    install(root);
    writeFiles(root, {
      'package.json': '{"type": "module"}',
      'apps/fleet/main.js': `
        import { App, Environment } from 'dynamo-gitops/constructs';
        import { createRequire } from 'node:module';
        const require = createRequire(import.meta.url);
        const loaded = () => ['/yaml/dist/index.js', '/fast-json-patch/index.js', '/js-yaml.cjs.js']
          .map((end) => Object.keys(require.cache).filter((file) => file.endsWith(end)).length).join(' ');
        console.log(loaded());
        const cdk8s = require('cdk8s');
        const app = new App({ module: import.meta.url });
        const prod = new Environment(app, 'prod', { namespace: 'llm-prod' });
        const map = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'map' }, data: { a: 'plain', b: 'é' } };
        new cdk8s.ApiObject(prod, 'map', map).addJsonPatch(cdk8s.JsonPatch.replace('/data/a', 'patched'));
        console.log(cdk8s.Yaml.stringify({ mode: '0777' }).trim());
        app.synth();
        console.log(loaded());
        const own = createRequire(require.resolve('cdk8s'));
        console.log(own('yaml').parse === own('yaml').default?.parse, typeof own('yaml').parse, '__esModule' in own('yaml'));
      `,
    });
    const { status, stderr } = synth(root);
    expect(stderr).toEqual(['0 0 0', 'mode: "0777"', '1 1 1', 'false function false']);
    expect(status).toBe(0);
    const text = readFileSync(join(root, 'dist/prod/fleet/configmap-map.yaml'), 'utf8');
    expect(text).toContain('data:\n  a: patched\n  b: "é"\n');
  });

  test('renders a project that has nothing installed, and writes again only what changes', () => {
    const root = project();
    const first = synth(root);
    expect(first.stderr).toEqual([]);
    expect(first.stdout).toContain(`added    ${GRAPH}\n`);
    expect(first.stdout).toContain('7 files written, 0 removed, 0 unchanged in dist (chat).');
    expect(readFileSync(join(root, GRAPH), 'utf8')).toBe(readFileSync(join(ROOT, GRAPH), 'utf8'));

    const text = readFileSync(join(root, PIN), 'utf8');
    writeFileSync(join(root, PIN), text.replace(/replicas: \d+/, 'replicas: 8'));
    const before = treeOf(root);
    const check = synth(root, ['--check']);
    expect(check.status).toBe(2);
    expect(check.stdout).toContain(`changed  ${GRAPH}\n`);
    expect(check.stdout).toMatch(/^-\s+replicas: \d+\n\+\s+replicas: 8$/m);
    expect(check.stdout).toContain('dist is out of date: 1 file differs');
    expect(treeOf(root)).toEqual(before);

    const second = synth(root, ['-o', 'json']);
    expect(JSON.parse(second.stdout)).toMatchObject({
      ...{ schemaVersion: 1, kind: 'synth', check: false, folder: 'dist', apps: ['chat'] },
      changes: [{ kind: 'changed', file: GRAPH }],
    });
    expect(synth(root, ['--check']).status).toBe(0);
  });

  test('removes the files of an app that is gone, and those of a named app only when it is named', () => {
    const root = project();
    writeFiles(root, { 'apps/other/main.mjs': minimalApp() });
    expect(synth(root).status).toBe(0);
    rmSync(join(root, 'apps/other'), { recursive: true });
    expect(synth(root, ['chat']).stdout).toContain('up to date');
    const { stdout } = synth(root);
    expect(stdout).toContain('removed  dist/prod/other/configmap-settings.yaml\n');
    expect(existsSync(join(root, 'dist/prod/other'))).toBe(false);
  });

  test('gives apps one copy of cdk8s, and keeps their messages out of the result', () => {
    const root = temporaryFolder();
    writeFiles(root, {
      'apps/mixed/main.ts': `
        import * as cdk8s from 'cdk8s';
        import { Construct } from 'constructs';
        import { ConfigMap } from 'cdk8s-plus-28';
        import { App, Environment, Size } from 'dynamo-gitops/constructs';
        import { shared } from './shared.ts';
        enum Place { Prod = 'prod' }
        const app = new App({ module: import.meta.url });
        const prod = new Environment(app, Place.Prod, { namespace: shared });
        if (Size !== cdk8s.Size || !(prod instanceof cdk8s.Chart) || !(prod instanceof Construct)) throw new Error('two copies');
        new ConfigMap(prod, 'map', { metadata: { name: 'map' }, data: { answer: 'yes' } });
        console.log('rendering %s', app.appName);
        await Promise.resolve();
        app.synth();
      `,
      'apps/mixed/shared.ts': `export const shared: string = 'llm-prod';`,
      'apps/plain/main.mjs': minimalApp(),
    });
    const { status, stdout, stderr } = synth(root, ['-o', 'json']);
    expect(stderr).toEqual(['rendering mixed']);
    expect(status).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ apps: ['mixed', 'plain'] });
    expect(treeOf(join(root, 'dist'))).toMatchObject({
      'prod/mixed/configmap-map.yaml': expect.stringContaining('\n  answer: "yes"\n'),
      'prod/plain/configmap-settings.yaml': expect.stringContaining('namespace: llm-prod\n'),
    });
  });

  test('says in one line each what is wrong with every app, and writes nothing', () => {
    const root = project();
    expect(synth(root).status).toBe(0);
    const before = treeOf(join(root, 'dist'));
    writeFiles(root, {
      'apps/broken/main.ts': "import { App } from 'dynamo-gitops/constructs';\n\nconst app: = new App();\n",
      'apps/broken-too/main.mjs': "import 'node:fs';\n\nconst = 3;\n",
      'apps/floating/main.ts': "async function main() {\n  throw new Error('not waited for');\n}\nmain();\n",
      'apps/missing/main.ts': "import { x } from './nope.ts';\nconsole.log(x);\n",
      'apps/quiet/main.mjs': 'export const nothing = 1;\n',
      'apps/throws/helper.ts':
        "interface A { a: string }\n\nexport function help(): never {\n  throw new TypeError('no luck');\n}\n",
      'apps/throws/main.ts': "import { help } from './helper.ts';\nhelp();\n",
      'apps/twice/main.mjs': `${minimalApp()}app.synth();\n`,
      'apps/wrong/main.mjs': minimalApp().replace("'prod'", "'Prod'"),
      'apps/wrong-name/main.mjs': minimalApp().replace(
        'import.meta.url',
        "new URL('../chat/main.ts', import.meta.url).href",
      ),
      [PIN]: 'schemaVersion: 1\ndeployment: chat\nenvironment: prod\nservices:\n  prefill: {replicas: 99}\n',
    });
    rmSync(join(root, 'apps/chat/pins/staging'), { recursive: true });
    const { status, stdout, stderr } = synth(root);
    expect(status).toBe(1);
    expect(stdout).toBe('');
    expect(stderr).toEqual([
      expect.stringMatching(/^error: apps\/broken\/main\.ts:3:\d+: .*Unexpected token/),
      expect.stringMatching(/^error: apps\/broken-too\/main\.mjs:3(:\d+)?: .*Unexpected token/),
      expect.stringMatching(
        /^error: apps\/chat\/pins\/staging\/chat\.yaml: does not exist, .*services: \{prefill: \{replicas: 1\}/,
      ),
      expect.stringMatching(
        /^error: apps\/chat\/pins\/prod\/chat\.yaml:5: services\.prefill\.replicas: 99 is outside 1 to \d+, which/,
      ),
      expect.stringMatching(
        /^error: apps\/chat\/pins\/prod\/chat\.yaml:4: services: no pin for "decode"; add "decode: \{replicas: N\}"/,
      ),
      'error: apps/floating/main.ts:2: not waited for',
      expect.stringMatching(/^error: apps\/missing\/main\.ts:1: Cannot find module '\.\/nope\.ts'$/),
      'error: apps/quiet/main.mjs: rendered nothing; end it with app.synth(), and with "await" before what it waits for',
      'error: apps/throws/helper.ts:4: TypeError: no luck',
      'error: apps/twice/main.mjs: called synth() more than once; an app is rendered as a whole',
      'error: apps/wrong/main.mjs: Prod: "Prod" is not a lower-case DNS label, which an environment\'s name must be',
      'error: apps/wrong-name/main.mjs: rendered as app "chat"; give its App "module: import.meta.url" of this file',
    ]);
    expect(treeOf(join(root, 'dist'))).toEqual(before);
  });

  test('goes on when an app ends the process, hangs, throws from a timer or throws what cannot be shown', () => {
    const root = project();
    expect(synth(root).status).toBe(0);
    const before = treeOf(join(root, 'dist'));
    const exiting = 'let an app end by itself, or throw what is wrong';
    writeFiles(root, {
      'apps/a-exits/main.mjs': `${minimalApp()}process.exit(0);\n`,
      'apps/b-exits/main.ts': "import { exit } from 'node:process';\n\nexit(7);\n",
      'apps/c-exits/main.mjs': "import { exit } from 'node:process';\ntry {\n  exit();\n} catch {}\n",
      'apps/d-hangs/main.mjs': `${minimalApp()}await new Promise(() => {});\n`,
      'apps/e-timer/main.ts': `setTimeout(() => {
  throw new Error('too late');
}, 1);
await new Promise((done) => setTimeout(done, 30));
`,
      'apps/f-hidden/main.mjs': 'throw { toString() { throw 1; } };\n',
      'apps/f-interval/main.ts':
        "setInterval(() => {\n  throw new Error('again');\n}, 1);\nawait new Promise((done) => setTimeout(done, 30));\n",
      'apps/g-console/main.mjs': 'delete globalThis.console;\nconsole.log(1);\n',
      'apps/h-console/main.ts': 'delete globalThis.console;\nconsole.log(1);\n',
      'apps/i-process/main.mjs': 'delete globalThis.process;\nprocess.exit(7);\n',
    });
    for (const words of [[], ['--check']]) {
      const { status, stdout, stderr } = synth(root, words);
      expect(stderr).toEqual([
        `error: apps/a-exits/main.mjs:8: called process.exit(0); ${exiting}`,
        `error: apps/b-exits/main.ts:3: called process.exit(7); ${exiting}`,
        `error: apps/c-exits/main.mjs:3: called process.exit(); ${exiting}`,
        'error: apps/d-hangs/main.mjs: waits for a promise that never settles',
        'error: apps/e-timer/main.ts:2: too late',
        'error: apps/f-hidden/main.mjs: threw what cannot be shown; throw an Error',
        'error: apps/f-interval/main.ts:2: again',
        expect.stringMatching(/^error: apps\/g-console\/main\.mjs:2: .*console is not defined$/),
        expect.stringMatching(/^error: apps\/h-console\/main\.ts:2: .*console is not defined$/),
        expect.stringMatching(/^error: apps\/i-process\/main\.mjs:2: .*process is not defined$/),
      ]);
      expect([status, stdout]).toEqual([1, '']);
    }
    expect(treeOf(join(root, 'dist'))).toEqual(before);
  });

  test('says so in one line, and fails, when an app’s timer throws or ends the process after everything is done', () => {
    const root = temporaryFolder();
    writeFiles(root, {
      'apps/late/main.mjs': `${minimalApp()}setTimeout(() => { throw new Error('late'); }, 1000);\n`,
    });
    expect(synth(root)).toMatchObject({ status: 1, stderr: ['error: apps/late/main.mjs:8: late'] });
    writeFiles(root, { 'apps/late/main.mjs': `${minimalApp()}setTimeout(() => process.exit(0), 1000);\n` });
    expect(synth(root)).toMatchObject({
      status: 1,
      stdout: expect.stringContaining('up to date'),
      stderr: [expect.stringMatching(/^error: apps\/late\/main\.mjs:8: called process\.exit\(0\)/)],
    });
  });

  test('warns on standard error of what an app will regret, and renders it', () => {
    const root = temporaryFolder();
    const claim = "{ name: 'w', create: true, storageClass: 'nfs', size: '2Gi', volumeAccessMode: 'ReadWriteMany' }";
    writeFiles(root, {
      'apps/x/main.ts': `import { App, Environment, GraphDeployment } from 'dynamo-gitops/constructs';
const app = new App({ module: import.meta.url });
const prod = new Environment(app, 'prod', { namespace: 'llm' });
new GraphDeployment(prod, 'chat', { image: 'registry.example/x:1.4.0', pvcs: [${claim}] }).addFrontend();
app.synth();
`,
    });
    const { status, stderr } = synth(root);
    expect([status, stderr]).toEqual([
      0,
      [expect.stringMatching(/^warning: \[prod\/chat\] pvcs: "w" is created by the graph, and deleted with it/)],
    ]);
    expect(existsSync(join(root, 'dist/prod/x/dynamographdeployment-chat.yaml'))).toBe(true);
  });

  test('keeps what apps write to standard output out of the result', () => {
    const root = temporaryFolder();
    const writing = `process.stdout.write('written\\n');
      console.dir({ shown: 1 });
      console.table([[1]]);
      setTimeout(() => process.stdout.write('late\\n'), 200);\n`;
    writeFiles(root, { 'apps/loud/main.ts': `${minimalApp()}${writing}` });
    const { status, stdout, stderr } = synth(root, ['-o', 'json']);
    expect(JSON.parse(stdout)).toMatchObject({ kind: 'synth', apps: ['loud'] });
    expect(stderr).toEqual(expect.arrayContaining(['written', '{ shown: 1 }', 'late']));
    expect(status).toBe(0);
  });

  test('keeps the files of an app that it cannot read, and says so', () => {
    const root = project();
    writeFiles(root, { 'apps/other/main.mjs': minimalApp(), 'apps/README.md': 'not an app\n' });
    expect(synth(root).status).toBe(0);
    const before = treeOf(join(root, 'dist'));
    const main = join(root, 'apps/other/main.mjs');
    const refused = (line: RegExp): void => {
      const expected = { status: 1, stdout: '', stderr: [expect.stringMatching(line)] };
      expect(synth(root)).toEqual(expected);
      expect(synth(root, ['--check'])).toEqual(expected);
      expect(treeOf(join(root, 'dist'))).toEqual(before);
      expect(synth(root, ['chat']).status).toBe(0);
    };

    rmSync(main);
    symlinkSync('nowhere.mjs', main);
    refused(
      /^error: apps\/other\/main\.mjs: is a link to what does not exist \(mend the link, or delete it if the app /,
    );
    rmSync(main);
    symlinkSync('main.mjs', main);
    refused(/^error: apps\/other\/main\.mjs: .*(ELOOP|circle)/);
    rmSync(main);
    mkdirSync(main);
    refused(/^error: apps\/other\/main\.mjs: is not a file$/);
    rmSync(join(root, 'apps/other'), { recursive: true });
    symlinkSync('/nowhere/other', join(root, 'apps/other'));
    refused(/^error: apps\/other: is a link to what does not exist \(/);

    rmSync(join(root, 'apps'), { recursive: true });
    symlinkSync('apps', join(root, 'apps'));
    expect(synth(root)).toMatchObject({ status: 1, stderr: [expect.stringMatching(/^error: apps: .*(ELOOP|circle)/)] });
    expect(treeOf(join(root, 'dist'))).toEqual(before);
  });

  // Root reads what it likes.
  (process.getuid?.() === 0 ? test.skip : test)('keeps the files of an app whose folder may not be entered', () => {
    const root = project();
    expect(synth(root).status).toBe(0);
    const before = treeOf(join(root, 'dist'));
    chmodSync(join(root, 'apps/chat'), 0o000);
    const run = synth(root);
    chmodSync(join(root, 'apps/chat'), 0o755);
    expect(run).toEqual({ status: 1, stdout: '', stderr: ['error: apps/chat/main.ts: may not be accessed'] });
    expect(treeOf(join(root, 'dist'))).toEqual(before);
  });

  test('refuses an output folder that cannot be one', () => {
    const root = project();
    mkdirSync(join(root, '.git'));
    const before = treeOf(root);
    const refusals: readonly (readonly [string, string])[] = [
      ['/', 'CDK8S_OUTDIR="/" is the root of the file system'],
      ['../../../../../../../../../..', 'CDK8S_OUTDIR="../../../../../../../../../.." is the root of the file system'],
      ['.git/objects', 'CDK8S_OUTDIR=".git/objects" is among git\'s own files'],
      [join(root, 'x/../.GIT'), `CDK8S_OUTDIR="${root}/.GIT" is among git's own files`],
      ['di\nst', 'CDK8S_OUTDIR="di\\u000ast" has a line break or another control character in it'],
    ];
    for (const [folder, line] of refusals) {
      const hint = 'name a folder for manifests, such as dist';
      const expected = { status: 1, stdout: '', stderr: [`error: ${line}; ${hint}`] };
      expect(synth(root, [], { CDK8S_OUTDIR: folder })).toEqual(expected);
    }
    writeFileSync(join(root, 'file'), '');
    expect(synth(root, [], { CDK8S_OUTDIR: 'file/below' })).toMatchObject({ status: 1, stderr: [expect.any(String)] });
    rmSync(join(root, 'file'));
    expect(treeOf(root)).toEqual(before);
  });

  const onLinux = process.platform === 'linux' ? test : test.skip;
  onLinux('ends where no folder can be made, and does without a cache there', () => {
    const root = project();
    expect(synth(root, [], { CDK8S_OUTDIR: '/proc/nowhere' })).toEqual({
      status: 1,
      stdout: '',
      stderr: ['error: /proc/nowhere: cannot be written to (ENOENT: no such file or directory)'],
    });
    expect(synth(root, [], { XDG_CACHE_HOME: '', HOME: '/proc/nowhere' })).toMatchObject({ status: 0, stderr: [] });
  });

  test('names a folder in the way once, however many files belong in it', () => {
    const root = project();
    mkdirSync(join(root, 'dist'));
    symlinkSync('../elsewhere', join(root, 'dist/prod'));
    expect(synth(root)).toEqual({
      status: 1,
      stdout: '',
      stderr: ['error: dist/prod: is a symbolic link, where synth needs a folder of its own; move it away'],
    });
  });

  test('names the file that was to be written, not the temporary one', () => {
    const path = temporaryFolder();
    writeFiles(path, { prod: 'a file since the folder was looked at' });
    const change = { kind: 'added', path: 'prod/chat/map.yaml', before: undefined, after: 'a: 1\n' } as const;
    const plan = { folder: { path, shown: 'dist' }, changes: [change], unchanged: [], interim: '' };
    expect(() => writeOutput(plan)).toThrow(/^dist\/prod\/chat\/map\.yaml: cannot be written \(ENOTDIR: [a-z ]+\)$/);
    expect(readdirSync(path)).toEqual(['prod']);
  });

  test('is refused where there are no apps, or not the one that is named', () => {
    const { status, stderr } = synth(temporaryFolder());
    expect(status).toBe(1);
    expect(stderr).toEqual([expect.stringMatching(/^error: apps: no apps found \(/)]);
    expect(synth(project(), ['chat', 'chatt']).stderr).toEqual(['error: apps/chatt: is not an app (apps are chat)']);
  });
});

function minimalApp(): string {
  return `
    import { ApiObject } from 'cdk8s';
    import { App, Environment } from 'dynamo-gitops/constructs';
    const app = new App({ module: import.meta.url });
    const prod = new Environment(app, 'prod', { namespace: 'llm-prod' });
    new ApiObject(prod, 'settings', { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'settings' } });
    app.synth();
  `;
}
