import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { median, show, Targets, table } from '../synth/measure.ts';
import { graphManifest, type Mistakes } from './manifests.ts';

/**
 * `lint` beside the least that a check in Node.js could do: reading the same files with js-yaml alone. Run it after a
 * build. Each round runs all in turn, so that a busy machine slows all alike.
 */
const ROUNDS = 9;
const FILES = 250;
const DOCUMENTS = 1500;
const BIG_BYTES = 5_000_000;

const root = join(process.argv[1] ?? '', '../../..');
const cli = join(root, 'build/bin/dynamo-gitops.js');
if (!existsSync(cli)) throw new Error('build/ is missing; run npm run build first');
const folder = mkdtempSync(join(tmpdir(), 'bench-lint-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));

/** A folder of so many files; its name. */
function files(name: string, count: number, mistakes: Mistakes): string {
  mkdirSync(join(folder, name));
  for (let index = 0; index < count; index += 1) {
    writeFileSync(join(folder, name, `chat-${index}.yaml`), graphManifest(index, mistakes));
  }
  return name;
}

/** One file of so many documents, filled up with comments to the size that is asked for. */
function bigFile(name: string, count: number, bytes: number, mistakes: Mistakes): string {
  const documents = Array.from({ length: count }, (_, index) => graphManifest(index, mistakes));
  const missing = bytes - documents.reduce((sum, text) => sum + text.length + 4, 0);
  const note = `# ${'x'.repeat(Math.max(0, Math.floor(missing / count) - 3))}\n`;
  writeFileSync(join(folder, name), documents.map((text) => note + text).join('---\n'));
  return name;
}

// The peer parses and does nothing else.
const peer = join(folder, 'peer.mjs');
writeFileSync(
  peer,
  `import { readdirSync, readFileSync, statSync } from 'node:fs';
import { loadAll } from ${JSON.stringify(`file://${join(root, 'node_modules/js-yaml/dist/js-yaml.mjs')}`)};
const path = process.argv[2];
const names = statSync(path).isDirectory() ? readdirSync(path).map((name) => path + '/' + name) : [path];
for (const name of names) loadAll(readFileSync(name, 'utf8'));
`,
);

interface Candidate {
  readonly name: string;
  readonly words: readonly string[];
  /** Documents that are checked. */
  readonly documents: number;
  readonly limitMs?: number;
}

const CASES: readonly Candidate[] = [
  lint(`${FILES} files, sound`, files('sound', FILES, 'none'), FILES, 400),
  lint(`${FILES} files, one in ten with a mistake`, files('some', FILES, 'some'), FILES, 400),
  lint(`${FILES} files, each with a mistake`, files('all', FILES, 'all'), FILES),
  lint(`${2 * FILES} files, sound`, files('twice', 2 * FILES, 'none'), 2 * FILES),
  lint('5 MB, sound', bigFile('sound.yaml', DOCUMENTS, BIG_BYTES, 'none'), DOCUMENTS, 1500),
  lint('5 MB, one in ten with a mistake', bigFile('some.yaml', DOCUMENTS, BIG_BYTES, 'some'), DOCUMENTS, 1500),
  lint('5 MB, each with a mistake', bigFile('all.yaml', DOCUMENTS, BIG_BYTES, 'all'), DOCUMENTS),
  lint('10 MB, sound', bigFile('twice.yaml', 2 * DOCUMENTS, 2 * BIG_BYTES, 'none'), 2 * DOCUMENTS),
  { name: `js-yaml alone, ${FILES} files`, words: [peer, 'sound'], documents: FILES },
  { name: 'js-yaml alone, 5 MB', words: [peer, 'sound.yaml'], documents: DOCUMENTS },
];

function lint(name: string, path: string, documents: number, limitMs?: number): Candidate {
  const words = [cli, '--output', 'json', 'lint', path];
  return { name, words, documents, ...(limitMs === undefined ? {} : { limitMs }) };
}

interface Run {
  readonly ms: number;
  readonly peakMb: number;
}

/** Asks the child itself for its peak when it ends, since Node.js does not tell of children. */
const probe = join(folder, 'probe.cjs');
const peakFile = join(folder, 'peak');
writeFileSync(
  probe,
  `process.on('exit', () => require('node:fs').writeFileSync(${JSON.stringify(peakFile)}, String(process.resourceUsage().maxRSS)));\n`,
);

function run(words: readonly string[]): Run {
  const start = performance.now();
  const { status, stderr } = spawnSync(process.execPath, ['--require', probe, ...words], {
    ...{ cwd: folder, encoding: 'utf8', maxBuffer: 1 << 28, env: { ...process.env, NO_COLOR: '1' } },
  });
  const ms = performance.now() - start;
  if (status !== 0 && status !== 2) throw new Error(`${words.join(' ')} ended with ${status}: ${stderr}`);
  return { ms, peakMb: Number(readFileSync(peakFile, 'utf8')) / 1024 };
}

const bare: Run[] = [];
const runs = CASES.map((): Run[] => []);
for (let round = -1; round < ROUNDS; round += 1) {
  const idle = run(['-e', '0']);
  const all = CASES.map(({ words }) => run(words));
  // The first round warms the file cache.
  if (round < 0) continue;
  bare.push(idle);
  for (const [index, one] of all.entries()) runs[index]?.push(one);
}

const above = runs.map((own) => median(own.map(({ ms }, round) => ms - (bare[round]?.ms ?? 0))));
const peaks = runs.map((own) => median(own.map(({ peakMb }) => peakMb)));
const barePeak = median(bare.map(({ peakMb }) => peakMb));
const at = (values: readonly number[], index: number): number => values[index] ?? Number.NaN;

const targets = new Targets();
for (const [index, { name, limitMs }] of CASES.entries()) {
  if (limitMs !== undefined) targets.atMost(name, at(above, index), limitMs, 'ms above node');
}
targets.atMost('twice the files, to once (linear is 2)', at(above, 3) / at(above, 0), 2.3, 'times');
targets.atMost('10 MB, to 5 MB (linear is 2)', at(above, 7) / at(above, 4), 2.3, 'times');
const grown = (at(peaks, 7) - barePeak) / (at(peaks, 4) - barePeak);
targets.atMost('memory of 10 MB, to 5 MB, above node', grown, 2, 'times');

const print = (text: string): void => void process.stdout.write(`${text}\n\n`);
const nodeMs = median(bare.map(({ ms }) => ms));
print(
  `Node.js ${process.versions.node}, ${cpus().length} cores, medians of ${ROUNDS} rounds. Bare node: ${show(nodeMs)} ms, ${show(barePeak)} MB.`,
);
print(
  table(
    ['what', 'ms above node', 'µs a document', 'peak MB', 'to js-yaml alone'],
    CASES.map(({ name, documents }, index) => {
      const ms = at(above, index);
      const alone =
        documents >= DOCUMENTS ? (at(above, 9) * documents) / DOCUMENTS : (at(above, 8) * documents) / FILES;
      return [name, show(ms), show((ms * 1000) / documents), show(at(peaks, index)), show(ms / alone)];
    }),
  ),
);
print(targets.print());
process.exitCode = targets.allMet ? 0 : 1;
