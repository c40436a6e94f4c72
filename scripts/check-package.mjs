// Packs the package, installs the tarball in an empty project, runs its command line and type-checks an import of
// each export there, as a user's project would.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'dynamo-gitops-package-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));

function run(command, words, cwd = folder) {
  const { status, stdout, stderr, error } = spawnSync(command, words, { cwd, encoding: 'utf8' });
  if (status === 0) return stdout;
  process.stderr.write(`${command} ${words.join(' ')}\n${stdout}${stderr}${error ?? ''}\n`);
  process.exit(1);
}

const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const packed = JSON.parse(run('npm', ['pack', '--json', '--pack-destination', folder], root));
// npm prints a list, or since version 11 in some set-ups a map by name.
const [tarball] = Object.values(packed);

writeFileSync(join(folder, 'package.json'), JSON.stringify({ private: true, type: 'module' }));
const devVersions = ['typescript', '@types/node'].map((name) => `${name}@${manifest.devDependencies[name]}`);
run('npm', ['install', '--no-audit', '--no-fund', '--loglevel=error', `./${tarball.filename}`, ...devVersions]);

const help = run('npx', ['dynamo-gitops', '--help']);
if (!help.includes('Usage: dynamo-gitops')) throw new Error(`unexpected help:\n${help}`);
run('npx', ['dynamo-gitops', 'demo', '--quiet']);

const exported = Object.keys(manifest.exports).filter((name) => name !== './package.json');
const names = exported.map((name) => name.slice(2));
const lines = names.flatMap((name) => [
  `import * as ${name} from 'dynamo-gitops/${name}';`,
  `export const ${name}Names: readonly string[] = Object.keys(${name});`,
]);
writeFileSync(join(folder, 'use.ts'), `${lines.join('\n')}\n`);
writeFileSync(
  join(folder, 'tsconfig.json'),
  JSON.stringify({
    compilerOptions: {
      strict: true,
      module: 'nodenext',
      target: 'es2023',
      types: ['node'],
      noEmit: true,
      skipLibCheck: false,
    },
    files: ['use.ts'],
  }),
);
run('npx', ['tsc', '-p', '.']);
run(process.execPath, [
  '--input-type=module',
  '-e',
  names.map((name) => `await import('dynamo-gitops/${name}');`).join('\n'),
]);
process.stdout.write(
  `${tarball.filename}: ${tarball.files.length} files, ${(tarball.size / 1024).toFixed(0)} KiB packed; --help, demo, types and ${names.length} imports work\n`,
);
