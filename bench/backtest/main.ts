import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { PolicyResult } from '../../planner/backtest/replay/index.ts';
import { families, PROPOSALS_PER_DAY } from './families.ts';
import { MAY_MISS, Task, transferred, walkForward } from './judge-scenario.ts';
import { readScenarios, type Scenario } from './scenario.ts';
import { type JudgedRow, markdownTable, worstRow } from './table.ts';

// Every scenario, lead and seed. Without words the tables are written into docs/backtest.md; with names of scenarios
// these alone are printed. `--seeds 1` and `--lead 600` take less of both, for a look while something is changed.

const words = process.argv.slice(2).filter((word) => word !== '--');
const optionOf = (name: string): number | undefined => {
  const place = words.indexOf(name);
  return place < 0 ? undefined : Number(words.splice(place, 2)[1]);
};
const fewSeeds = optionOf('--seeds');
const onlyLead = optionOf('--lead');
const root = fileURLToPath(new URL('../..', new URL(`file://${process.argv[1]}`)));
const data = resolve(root, '../shared/data');
if (!existsSync(resolve(data, 'traces'))) {
  process.stderr.write('skipped: the traces are not beside the checkout, in ../shared/data\n');
  process.exit(0);
}
const log = (line: string): void => void process.stderr.write(`${line}\n`);
const scenarios = readScenarios(resolve(root, 'bench/scenarios'));
const compared = families();
const tasks = new Map(
  scenarios.map((scenario) => [scenario.name, new Task(scenario, data, (line) => log(`${scenario.name}, ${line}`))]),
);

type Tried = ReturnType<Task['tried']>;
const triedOf = new Map<string, Tried>();
function tried(task: Task, lead: number): Tried {
  const key = `${task.scenario.name} ${lead}`;
  const known = triedOf.get(key) ?? task.tried(compared, lead);
  triedOf.set(key, known);
  return known;
}

function choicesOf(task: Task, lead: number): ReadonlyMap<string, readonly number[]> {
  const { parameters, judgedDays } = task.scenario;
  switch (parameters.kind) {
    case 'walk-forward':
      return walkForward(tried(task, lead), judgedDays);
    case 'transfer': {
      const source = tasks.get(parameters.from);
      if (source === undefined) throw new Error(`there is no scenario ${parameters.from}`);
      return transferred(tried(source, lead));
    }
  }
}

function sectionOf(scenario: Scenario, lead: number): string {
  const task = tasks.get(scenario.name);
  if (task === undefined) throw new Error(`there is no scenario ${scenario.name}`);
  const choices = choicesOf(task, lead);
  const seeds = scenario.seeds.slice(0, fewSeeds);
  const bySeed = seeds.map((seed) => task.judged(compared, lead, seed, choices));
  const rowOf = (name: string): JudgedRow => {
    const [first, ...others] = bySeed.flatMap((results) => results.filter((one) => one.name === name));
    if (first === undefined) throw new Error(`nothing was judged of ${name}`);
    return worstRow([first, ...others]);
  };
  const names = [...(bySeed[0] ?? []).map(({ name }) => name)];
  const rows = names.map(rowOf);
  const listed = (of: (row: JudgedRow) => boolean): readonly JudgedRow[] =>
    rows.filter(of).sort((one, other) => places.indexOf(one.name) - places.indexOf(other.name));
  const places = ['oracle', 'oracle-limited', ...compared.map(({ name }) => name)];
  const isFew = ({ channel, proposalsPerDay }: JudgedRow): boolean =>
    channel === 'oracle' || channel === 'static' || (channel === 'git' && proposalsPerDay <= PROPOSALS_PER_DAY);
  const bounds = seeds.map((seed, index) => task.bound(lead, seed, oracleHours(bySeed[index] ?? [])));
  const chosen = [...choices].map(([name, places_]) => {
    const family = compared.find((one) => one.name === name);
    return `${family?.label ?? name}: ${[...new Set(places_.map((place) => family?.candidates[place]?.label ?? ''))].join('; ')}`;
  });
  return [
    `### ${scenario.name}, lead ${lead / 60} minutes`,
    `At most ${PROPOSALS_PER_DAY} proposals a day. With perfect foresight and as few changes, missing ${100 * MAY_MISS} % of the requests, nothing is below ${Math.max(...bounds).toFixed(2)} times the oracle.`,
    markdownTable(listed(isFew), 'sla'),
    'More changes than that, or a controller in the cluster:',
    markdownTable(
      listed((row) => !isFew(row)).length === 0
        ? []
        : [...listed(({ name }) => name === 'sla'), ...listed((row) => !isFew(row))],
      'sla',
    ),
    `Settings that the training days chose: ${chosen.join(' · ')}.`,
  ].join('\n\n');
}

function oracleHours(results: readonly PolicyResult[]): number {
  return results.find(({ name }) => name === 'oracle')?.gpuHours ?? Number.NaN;
}

const sections = scenarios
  .filter(({ name }) => words.length === 0 || words.includes(name))
  .flatMap((scenario) =>
    scenario.leadSeconds
      .filter((lead) => onlyLead === undefined || lead === onlyLead)
      .map((lead) => sectionOf(scenario, lead)),
  )
  .join('\n\n');

if (words.length > 0 || fewSeeds !== undefined || onlyLead !== undefined) {
  process.stdout.write(`${sections}\n`);
} else {
  const page = resolve(root, 'docs/backtest.md');
  const [begin, end] = ['<!-- bench/backtest: begin -->', '<!-- bench/backtest: end -->'];
  const text = readFileSync(page, 'utf8');
  const [from, to] = [text.indexOf(begin), text.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`${page} has no place for the tables, between ${begin} and ${end}`);
  writeFileSync(page, `${text.slice(0, from + begin.length)}\n${sections}\n${text.slice(to)}`);
}
