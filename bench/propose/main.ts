import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { formatProblem, type Plan } from '../../api/index.ts';
import { type Forge, localForge, openRepository, PROPOSER, propose } from '../../gitops/index.ts';
import { median, show, Targets, table } from '../synth/measure.ts';
import { fleetOf, NOW, repositoryAt, type Shape } from './fleet.ts';

/**
 * Proposals in the embedded forge of a repository of 2,000 manifests: opened, updated, and found to stand already. Everything
 * that `propose` does once it has the plan is in the time, and so are the processes of git.
 */
const MANIFESTS = 2_000;
const ROUNDS = 15;
const LIMIT_MS = 50;
const TOGETHER = 40;
const SHAPES: readonly { readonly shape: Shape; readonly words: string }[] = [
  { shape: 'graph', words: 'the count in the graph' },
  { shape: 'pins', words: 'the count and its pin' },
  { shape: 'autoscaler', words: 'the floor of an autoscaler' },
  { shape: 'kustomize', words: 'a patch of a kustomization' },
];

const folder = mkdtempSync(join(tmpdir(), 'bench-propose-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
const env: NodeJS.ProcessEnv = { PATH: process.env.PATH, HOME: folder, GIT_CONFIG_NOSYSTEM: '1' };

async function run(forge: Forge, plan: Plan, outcome: string): Promise<number> {
  const start = performance.now();
  const result = await propose({ plan, forge, base: 'main', now: NOW });
  const ms = performance.now() - start;
  if (!result.ok) throw new Error(result.error.map(formatProblem).join('\n'));
  const others = result.value.proposals.filter((proposal) => proposal.outcome !== outcome);
  if (result.value.kind === 'refused' || others.length > 0 || result.value.proposals.length === 0) {
    throw new Error(`${outcome} was expected: ${JSON.stringify(others.map(({ reason }) => reason))}`);
  }
  return ms;
}

/** Name, time and size of everything outside of git's own folder, and the index. */
function workTreeOf(repository: string): string {
  const paths = readdirSync(repository, { recursive: true, encoding: 'utf8' }).filter(
    (path) => !path.startsWith('.git'),
  );
  const state = paths.map((path) => {
    const { mtimeNs, ino, size } = statSync(join(repository, path), { bigint: true });
    return `${path} ${mtimeNs} ${ino} ${size}`;
  });
  return [
    ...state,
    readFileSync(join(repository, '.git/HEAD'), 'utf8'),
    readFileSync(join(repository, '.git/index'), 'latin1'),
  ].join('\n');
}

type Kind = 'created' | 'updated' | 'unchanged';

interface Times {
  readonly median: number;
  readonly least: number;
}

interface Measured {
  readonly created: Times;
  readonly updated: Times;
  readonly unchanged: Times;
  readonly together: number;
  readonly isUntouched: boolean;
}

async function measure(shape: Shape): Promise<Measured> {
  const repository = join(folder, shape);
  execFileSync('mkdir', ['-p', repository]);
  const { files, names, planOf } = fleetOf(shape, MANIFESTS);
  repositoryAt(repository, files, env);
  const before = workTreeOf(repository);
  // Another forge each time, as another run of the command has.
  const open = async (): Promise<Forge> => {
    const opened = await openRepository(repository, env);
    if (!opened.ok) throw new Error(opened.error.map(formatProblem).join('\n'));
    return localForge(opened.value, PROPOSER);
  };
  const times: { readonly [kind in Kind]: number }[] = [];
  for (const name of names.slice(0, ROUNDS + 1)) {
    const created = await run(await open(), planOf([name]), 'created');
    const updated = await run(await open(), planOf([name], 2), 'updated');
    times.push({ created, updated, unchanged: await run(await open(), planOf([name], 2), 'unchanged') });
  }
  const together = await run(await open(), planOf(names.slice(-TOGETHER)), 'created');
  // The first round warms the compiler and the file cache.
  const of = (kind: Kind): Times => {
    const all = times.slice(1).map((one) => one[kind]);
    return { median: median(all), least: Math.min(...all) };
  };
  return {
    ...{ created: of('created'), updated: of('updated'), unchanged: of('unchanged') },
    ...{ together: together / TOGETHER, isUntouched: workTreeOf(repository) === before },
  };
}

/** What a process of git costs alone, of which a proposal takes several. */
function gitMs(): number {
  const times = Array.from({ length: ROUNDS }, () => {
    const start = performance.now();
    execFileSync('git', ['--version'], { env });
    return performance.now() - start;
  });
  return median(times);
}

const targets = new Targets();
const rows: string[][] = [];
const alone = gitMs();
for (const { shape, words } of SHAPES) {
  const measured = await measure(shape);
  const { created, updated, unchanged, together, isUntouched } = measured;
  targets.atMost(`${words}: opened`, created.median, LIMIT_MS, 'ms');
  targets.atMost(`${words}: updated`, updated.median, LIMIT_MS, 'ms');
  targets.atMost(`${words}: each of ${TOGETHER} in one run`, together, LIMIT_MS, 'ms');
  targets.atMost(`${words}: files of the work tree touched`, isUntouched ? 0 : 1, 0, '');
  const both = ({ median: usual, least }: Times): string => `${show(usual)} (${show(least)})`;
  rows.push([words, ...[created, updated, unchanged].map(both), show(together), isUntouched ? 'yes' : '**no**']);
}
const print = (text: string): void => void process.stdout.write(`${text}\n\n`);
print(
  `Node.js ${process.versions.node}, ${cpus().length} cores, load ${show(loadavg()[0] ?? 0)}, medians of ${ROUNDS} rounds and the least of them, ${MANIFESTS} manifests. A process of git alone: ${show(alone)} ms.`,
);
print(
  table(
    [
      'what is edited',
      'opened, ms',
      'updated, ms',
      'unchanged, ms',
      `each of ${TOGETHER} in one run, ms`,
      'work tree untouched',
    ],
    rows,
  ),
);
print(targets.print());
process.exitCode = targets.allMet ? 0 : 1;
