import { spawnSync } from 'node:child_process';
import { cpus } from 'node:os';
import { fileURLToPath } from 'node:url';

/** What is timed, beside a bare `node` in the same run. */
interface Case {
  readonly name: string;
  readonly words: readonly string[];
  /** Milliseconds above bare node that the case must stay under; `total` counts node itself too. */
  readonly limit: { readonly kind: 'above-node' | 'total'; readonly ms: number };
}

const root = fileURLToPath(new URL('..', new URL(`file://${process.argv[1]}`)));
const cli = `${root}build/bin/dynamo-gitops.js`;
const demoTime = '2026-11-02T09:30:00Z';

const CASES: readonly Case[] = [
  { name: '--help', words: [cli, '--help'], limit: { kind: 'above-node', ms: 60 } },
  { name: 'plan, demo fleet', words: [cli, 'plan', '--at', demoTime], limit: { kind: 'total', ms: 250 } },
];

const ROUNDS = 25;

function timeMs(words: readonly string[]): number {
  const start = process.hrtime.bigint();
  const { status, stderr } = spawnSync(process.execPath, words, { cwd: root, encoding: 'utf8' });
  if (status !== 0) throw new Error(`node ${words.join(' ')} ended with ${status}: ${stderr}`);
  return Number(process.hrtime.bigint() - start) / 1e6;
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

const lines = [
  `Node.js ${process.versions.node}, ${cpus().length} cores, median of ${ROUNDS} rounds; each round runs all in turn.`,
  '',
];
lines.push('| command | total ms | bare node ms | above node ms | limit |', '|---|---|---|---|---|');
const bare: number[] = [];
const timed = CASES.map(() => [] as number[]);
for (let round = -1; round < ROUNDS; round += 1) {
  const times = [['-e', '0'], ...CASES.map((one) => one.words)].map(timeMs);
  // The first round warms the file cache.
  if (round < 0) continue;
  bare.push(times[0] ?? Number.NaN);
  for (const [index, list] of timed.entries()) list.push(times[index + 1] ?? Number.NaN);
}
let isWithin = true;
CASES.forEach((one, index) => {
  const total = median(timed[index] ?? []);
  const above = median((timed[index] ?? []).map((ms, round) => ms - (bare[round] ?? 0)));
  const value = one.limit.kind === 'total' ? total : above;
  isWithin &&= value < one.limit.ms;
  const limit = `${one.limit.kind === 'total' ? 'total' : 'above node'} < ${one.limit.ms}`;
  lines.push(`| \`${one.name}\` | ${total.toFixed(0)} | ${median(bare).toFixed(0)} | ${above.toFixed(0)} | ${limit} |`);
});
process.stdout.write(`${lines.join('\n')}\n`);
process.exitCode = isWithin ? 0 : 1;
