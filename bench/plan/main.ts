import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { FLEET_TIME, STRATEGIES, type TimedStrategy, writeFleet, writeStrategy } from './fleet.ts';

const root = fileURLToPath(new URL('../..', new URL(`file://${process.argv[1]}`)));
const cli = `${root}build/bin/dynamo-gitops.js`;
const profile = `${root}apps/chat/profiles/h200-llama-3.1-8b-fp8-tp1.json`;

const LIMIT_SECONDS = 10;
const LIMIT_MEGABYTES = 500;
const LIMIT_ONE_MS = 300;
const GRAPHS = 500;
/** Twice the graphs may take a little more than twice as long, since machines are shared. */
const LIMIT_GROWTH = 2.2;
/** Graphs that `fit` is timed with. */
const FITTED = [8, 16, 32];

interface Run {
  readonly seconds: number;
  /** User and system, all threads. */
  readonly cpuSeconds: number;
  readonly megabytes: number;
}

/** One process; its peak memory is what the kernel says of it when it has ended. */
function run(words: readonly string[], cwd: string): Run {
  const probe =
    "process.on('exit',()=>{const u=process.resourceUsage();process.stderr.write('\\nUSED '+u.maxRSS+' '+(u.userCPUTime+u.systemCPUTime))})";
  const start = process.hrtime.bigint();
  const { status, stderr } = spawnSync(
    process.execPath,
    ['--import', `data:text/javascript,${encodeURIComponent(probe)}`, ...words],
    { cwd, encoding: 'utf8', maxBuffer: 1 << 30 },
  );
  const seconds = Number(process.hrtime.bigint() - start) / 1e9;
  if (status !== 0) throw new Error(`${words.join(' ')} ended with ${status}: ${stderr}`);
  const used = /USED (\d+) (\d+)/.exec(stderr);
  return { seconds, cpuSeconds: Number(used?.[2]) / 1e6, megabytes: Number(used?.[1]) / 1024 };
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

/** What reading the same recordings as plain JSON takes, in this process. */
function parseSeconds(folder: string): number {
  const files = readdirSync(join(folder, 'metrics/prod/llm'));
  const start = process.hrtime.bigint();
  for (const file of files) JSON.parse(readFileSync(join(folder, 'metrics/prod/llm', file), 'utf8'));
  return Number(process.hrtime.bigint() - start) / 1e9;
}

interface Fleet {
  readonly graphs: number;
  readonly path: string;
}

const folder = mkdtempSync(join(tmpdir(), 'dynamo-gitops-bench-'));
const words = ['--at', FLEET_TIME, '--quiet', '-o', 'json'];

function fleetOf(graphs: number): Fleet {
  const path = join(folder, `${graphs}`);
  writeFleet(path, graphs, profile);
  return { graphs, path };
}

function timed(verb: readonly string[], { graphs, path }: Fleet, count: number) {
  const rounds = Array.from({ length: count }, () => ({
    bare: run(['-e', '0'], path),
    ours: run([cli, ...verb, ...words], path),
  }));
  return {
    graphs,
    seconds: median(rounds.map((one) => one.ours.seconds)),
    cpuSeconds: median(rounds.map((one) => one.ours.cpuSeconds)),
    aboveNodeMs: median(rounds.map((one) => (one.ours.seconds - one.bare.seconds) * 1000)),
    cpuAboveNodeMs: median(rounds.map((one) => (one.ours.cpuSeconds - one.bare.cpuSeconds) * 1000)),
    megabytes: Math.max(...rounds.map((one) => one.ours.megabytes)),
  };
}

let isAllMet = true;
function verdict(isMet: boolean): string {
  isAllMet &&= isMet;
  return isMet ? 'met' : '**missed**';
}

function planRows(strategy: TimedStrategy, [one, half, whole]: readonly [Fleet, Fleet, Fleet]): readonly string[] {
  for (const { path, graphs } of [one, half, whole]) writeStrategy(path, graphs, strategy);
  const first = timed(['plan'], one, 15);
  const [fewer, all] = [timed(['plan'], half, 3), timed(['plan'], whole, 3)];
  const growth = all.cpuSeconds / fewer.cpuSeconds;
  return [
    `| \`${strategy}\`, one graph, above bare node | ${first.aboveNodeMs.toFixed(0)} ms, ${first.cpuAboveNodeMs.toFixed(0)} of a processor | ${LIMIT_ONE_MS} ms: ${verdict(first.aboveNodeMs < LIMIT_ONE_MS)} |`,
    `| \`${strategy}\`, ${GRAPHS} graphs | ${all.seconds.toFixed(1)} s, ${all.cpuSeconds.toFixed(1)} of a processor | ${LIMIT_SECONDS} s: ${verdict(all.seconds < LIMIT_SECONDS)} |`,
    `| \`${strategy}\`, peak memory | ${all.megabytes.toFixed(0)} MB | ${LIMIT_MEGABYTES} MB: ${verdict(all.megabytes < LIMIT_MEGABYTES)} |`,
    `| \`${strategy}\`, processor time of ${GRAPHS} graphs to ${GRAPHS / 2} | ${growth.toFixed(2)} × | ${LIMIT_GROWTH} ×: ${verdict(growth < LIMIT_GROWTH)} |`,
  ];
}

function fitRows(): readonly string[] {
  const runs = FITTED.map((graphs) => timed(['fit', '--dry-run'], fleetOf(graphs), 3));
  return runs.map(({ graphs, seconds, cpuSeconds, megabytes, cpuAboveNodeMs }, index) => {
    const before = runs[index - 1];
    const growth = before === undefined ? undefined : cpuAboveNodeMs / before.cpuAboveNodeMs;
    const limit =
      growth === undefined
        ? ''
        : `${growth.toFixed(2)} × of ${before?.graphs} graphs; ${LIMIT_GROWTH} ×: ${verdict(growth < LIMIT_GROWTH)}`;
    return `| \`fit --dry-run\`, ${graphs} graphs | ${seconds.toFixed(2)} s, ${cpuSeconds.toFixed(2)} of a processor, ${megabytes.toFixed(0)} MB | ${limit} |`;
  });
}

try {
  const fleets = [fleetOf(1), fleetOf(GRAPHS / 2), fleetOf(GRAPHS)] as const;
  const bytes = statSync(join(fleets[0].path, 'metrics/prod/llm/graph-0000.json')).size;
  const rows = [
    ...(Object.keys(STRATEGIES) as TimedStrategy[]).flatMap((strategy) => planRows(strategy, fleets)),
    `| \`JSON.parse\` of the ${GRAPHS} recordings, alone | ${parseSeconds(fleets[2].path).toFixed(1)} s | |`,
    ...fitRows(),
  ];
  const load = loadavg()[0]?.toFixed(1);
  process.stdout.write(
    `${[
      `Node.js ${process.versions.node}, ${cpus().length} cores, load ${load}; a week of one-minute metrics a graph, ${(bytes / 1e6).toFixed(2)} MB each.`,
      '',
      '| measure | ours | limit |',
      '|---|---|---|',
      ...rows,
    ].join('\n')}\n`,
  );
  process.exitCode = isAllMet ? 0 : 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
