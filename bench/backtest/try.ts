import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { families } from '../../planner/backtest/choice/index.ts';
import { PROPOSALS_PER_DAY, Task } from './judge-scenario.ts';
import { readScenarios } from './scenario.ts';
import { markdownTable, worstRow } from './table.ts';

// Any settings on one scenario, lead and seed, chosen by nobody: node scripts/run-ts.mjs bench/backtest/try.ts m-large 600 1 [name …]

const [name = 'm-large', lead = '600', seed = '1', ...names] = process.argv.slice(2).filter((word) => word !== '--');
const root = fileURLToPath(new URL('..', new URL('..', new URL(`file://${process.argv[1]}`))));
const data = resolve(root, '../shared/data');
if (!existsSync(resolve(data, 'traces'))) {
  process.stderr.write('skipped: the traces are not beside the checkout, in ../shared/data\n');
  process.exit(0);
}
const scenario = readScenarios(resolve(root, 'bench/scenarios')).find((one) => one.name === name);
if (scenario === undefined) throw new Error(`no scenario ${name}`);

const policies = families({ changesPerDay: PROPOSALS_PER_DAY, latePrice: undefined })
  .flatMap(({ label, settings }) =>
    settings.map(({ words, policy }) => ({ ...policy, label: words === '' ? label : `${label}: ${words}` })),
  )
  .filter((policy) => names.length === 0 || names.some((one) => policy.name.startsWith(one)));
const task = new Task(scenario, data, (line) => process.stderr.write(`${line}\n`));
const before = process.cpuUsage();
const result = task.replayed(policies, Number(lead), Number(seed));
const { user, system } = process.cpuUsage(before);
const out = (line: string): boolean => process.stdout.write(`${line}\n`);
out(
  markdownTable(
    result.policies.map((one) => worstRow([one])),
    ['sla-16'],
  ),
);
out('');
const roles = ({ prefill, decode }: typeof result.most): string => `prefill ${prefill} and decode ${decode}`;
out(`The training needed ${roles(result.trainingPeak)}; at most ${roles(result.most)}.`);
out(`${((user + system) / 1e6).toFixed(1)} s of a processor. The least GPU-hours by changes a day:`);
for (const { changesPerDay, gpuHours } of result.frontier) out(`${changesPerDay.toFixed(1)} ${gpuHours.toFixed(0)}`);
