import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { FLEET_TIME, writeFleet } from './fleet.ts';

const root = fileURLToPath(new URL('../..', new URL(`file://${process.argv[1]}`)));
const cli = `${root}build/bin/dynamo-gitops.js`;
const profile = `${root}apps/chat/profiles/h200-llama-3.1-8b-fp8-tp1.json`;

const LIMIT_SECONDS = 10;
const LIMIT_MEGABYTES = 500;
const LIMIT_ONE_MS = 300;
const GRAPHS = 500;

interface Run {
  readonly seconds: number;
  readonly megabytes: number;
}

/** One process; its peak memory is what the kernel says of it when it has ended. */
function run(words: readonly string[], cwd: string): Run {
  const probe = "process.on('exit',()=>process.stderr.write('\\nPEAK '+process.resourceUsage().maxRSS))";
  const start = process.hrtime.bigint();
  const { status, stderr } = spawnSync(
    process.execPath,
    ['--import', `data:text/javascript,${encodeURIComponent(probe)}`, ...words],
    { cwd, encoding: 'utf8', maxBuffer: 1 << 30 },
  );
  const seconds = Number(process.hrtime.bigint() - start) / 1e9;
  if (status !== 0) throw new Error(`${words.join(' ')} ended with ${status}: ${stderr}`);
  return { seconds, megabytes: Number(/PEAK (\d+)/.exec(stderr)?.[1]) / 1024 };
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

const folder = mkdtempSync(join(tmpdir(), 'dynamo-gitops-bench-'));
const plan = [cli, 'plan', '--at', FLEET_TIME, '--quiet', '-o', 'json'];
try {
  const fleets = [1, GRAPHS / 2, GRAPHS].map((graphs) => {
    const path = join(folder, `${graphs}`);
    writeFleet(path, graphs, profile);
    return { graphs, path };
  });
  const bytes = statSync(join(folder, '1/metrics/prod/llm/graph-0000.json')).size;
  const measured = fleets.map(({ graphs, path }) => {
    const rounds = Array.from({ length: graphs === 1 ? 15 : 3 }, () => ({
      bare: run(['-e', '0'], path),
      plan: run(plan, path),
    }));
    return {
      ...{ graphs, path },
      seconds: median(rounds.map((one) => one.plan.seconds)),
      aboveNodeMs: median(rounds.map((one) => (one.plan.seconds - one.bare.seconds) * 1000)),
      megabytes: Math.max(...rounds.map((one) => one.plan.megabytes)),
    };
  });
  const [one, half, whole] = measured;
  if (one === undefined || half === undefined || whole === undefined) throw new Error('nothing was measured');
  const parse = parseSeconds(whole.path);
  const growth = whole.seconds / half.seconds;
  const verdict = (isMet: boolean): string => (isMet ? 'met' : '**missed**');
  process.stdout.write(
    `${[
      `Node.js ${process.versions.node}, ${cpus().length} cores; a week of one-minute metrics a graph, ${(bytes / 1e6).toFixed(2)} MB each.`,
      '',
      '| measure | ours | limit |',
      '|---|---|---|',
      `| one graph, above bare node | ${one.aboveNodeMs.toFixed(0)} ms | ${LIMIT_ONE_MS} ms: ${verdict(one.aboveNodeMs < LIMIT_ONE_MS)} |`,
      `| ${GRAPHS} graphs | ${whole.seconds.toFixed(1)} s | ${LIMIT_SECONDS} s: ${verdict(whole.seconds < LIMIT_SECONDS)} |`,
      `| peak memory, ${GRAPHS} graphs | ${whole.megabytes.toFixed(0)} MB | ${LIMIT_MEGABYTES} MB: ${verdict(whole.megabytes < LIMIT_MEGABYTES)} |`,
      `| ${GRAPHS} graphs to ${GRAPHS / 2} | ${growth.toFixed(2)} × | 2.2 ×: ${verdict(growth < 2.2)} |`,
      `| beside \`JSON.parse\` of the same recordings, ${parse.toFixed(1)} s | ${(whole.seconds / parse).toFixed(2)} × | |`,
    ].join('\n')}\n`,
  );
  const isMet =
    one.aboveNodeMs < LIMIT_ONE_MS &&
    whole.seconds < LIMIT_SECONDS &&
    whole.megabytes < LIMIT_MEGABYTES &&
    growth < 2.2;
  process.exitCode = isMet ? 0 : 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
