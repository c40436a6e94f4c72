import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** What loading a dependency costs: an ES module that imports it and nothing else, above an empty one. */
const PACKAGES = [
  ...[
    'yaml',
    'js-yaml',
    'zod',
    'diff',
    'shlex',
    'delaunator',
    'fflate',
    'rfc6902',
    'jiti',
    're2js',
    '@marcbachmann/cel-js',
  ],
  ...['cdk8s', 'cdk8s-plus-28', 'commander', 'undici', 'vega'],
  ...['@octokit/rest', '@octokit/plugin-retry', '@octokit/plugin-throttling', '@octokit/auth-app'],
];
const ROUNDS = 15;

const root = join(process.argv[1] ?? '', '../..');
const folder = mkdtempSync(join(tmpdir(), 'bench-imports-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));

const modules = ['', ...PACKAGES].map((name, index) => {
  const file = join(folder, `${index}.mjs`);
  writeFileSync(file, name === '' ? '' : `import '${name}';\n`);
  return { name: name || 'nothing', file, timesMs: [] as number[] };
});
for (let round = -1; round < ROUNDS; round += 1) {
  for (const { name, file, timesMs } of modules) {
    const start = process.hrtime.bigint();
    if (spawnSync(process.execPath, [file]).status !== 0) throw new Error(`${name} cannot be imported`);
    // The first round warms the file cache.
    if (round >= 0) timesMs.push(Number(process.hrtime.bigint() - start) / 1e6);
  }
}

const [empty, ...imported] = modules;
const base = empty?.timesMs ?? [];
process.stdout.write(`An empty module takes ${median(base).toFixed(0)} ms; medians of ${ROUNDS} rounds.\n\n`);
process.stdout.write('| package | ms above it |\n|---|---|\n');
for (const { name, timesMs } of imported) {
  const above = timesMs.map((ms, round) => ms - (base[round] ?? 0));
  process.stdout.write(`| ${name} | ${median(above).toFixed(0)} |\n`);
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}
