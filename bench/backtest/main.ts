import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DEFAULT_LATE_PRICE } from '../../api/index.ts';
import {
  type DailyChoices,
  type Family,
  families,
  onceForAll,
  type TriedSettings,
  walkForward,
} from '../../planner/backtest/choice/index.ts';
import { ours } from '../../planner/backtest/policies/index.ts';
import type { PolicyResult } from '../../planner/backtest/replay/index.ts';
import { MAY_MISS, PROPOSALS_PER_DAY, Task } from './judge-scenario.ts';
import { readScenarios, type Scenario } from './scenario.ts';
import { type JudgedRow, markdownTable, worstRow } from './table.ts';

// Every scenario, lead and seed, as tables in docs/backtest.md: a name of a scenario and `--lead 600` make some of
// them anew, and `--seeds 2` takes fewer seeds, which the table says.

const words = process.argv.slice(2).filter((word) => word !== '--');
const optionOf = (name: string): number | undefined => {
  const place = words.indexOf(name);
  return place < 0 ? undefined : Number(words.splice(place, 2)[1]);
};
const fewSeeds = optionOf('--seeds');
const onlyLead = optionOf('--lead');
/** The first is the one that others are held against; who is worse than another of them is told so. */
const OURS = ['sla', 'sla-999'];
const root = fileURLToPath(new URL('../..', new URL(`file://${process.argv[1]}`)));
const data = resolve(root, '../shared/data');
if (!existsSync(resolve(data, 'traces'))) {
  process.stderr.write('skipped: the traces are not beside the checkout, in ../shared/data\n');
  process.exit(0);
}
const log = (line: string): void => void process.stderr.write(`${line}\n`);
const scenarios = readScenarios(resolve(root, 'bench/scenarios'));
const DEFAULT_NAME = 'sla-default';
const byDefault = ours({ changesPerDay: PROPOSALS_PER_DAY });
const compared: readonly Family[] = [
  ...families({ changesPerDay: PROPOSALS_PER_DAY, latePrice: undefined }),
  // Nothing is chosen for it, so that it says what a graph gets that nobody has fitted.
  {
    ...{ name: DEFAULT_NAME, label: `sla, Git only, late price ${DEFAULT_LATE_PRICE}` },
    settings: [{ words: '', policy: { ...byDefault, name: DEFAULT_NAME } }],
  },
];
const tasks = new Map(
  scenarios.map((scenario) => [scenario.name, new Task(scenario, data, (line) => log(`${scenario.name}, ${line}`))]),
);

const triedOf = new Map<string, TriedSettings>();
function tried(task: Task, lead: number): TriedSettings {
  const key = `${task.scenario.name} ${lead}`;
  const known = triedOf.get(key) ?? task.tried(compared, lead);
  triedOf.set(key, known);
  return known;
}

function choicesOf(task: Task, lead: number): DailyChoices {
  const { parameters } = task.scenario;
  switch (parameters.kind) {
    case 'walk-forward':
      return walkForward(compared, tried(task, lead), task.days);
    case 'transfer': {
      const source = tasks.get(parameters.from);
      if (source === undefined) throw new Error(`there is no scenario ${parameters.from}`);
      return onceForAll(compared, tried(source, lead));
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
  const places = ['oracle', 'oracle-limited', 'static', ...OURS, DEFAULT_NAME, ...compared.map(({ name }) => name)];
  const isFew = ({ channel, proposalsPerDay }: JudgedRow): boolean =>
    channel === 'oracle' || channel === 'static' || (channel === 'git' && proposalsPerDay <= PROPOSALS_PER_DAY);
  const bounds = seeds.map((seed, index) => task.bound(lead, seed, oracleHours(bySeed[index] ?? [])));
  const chosen = [...choices].map(([name, places]) => {
    const family = compared.find((one) => one.name === name);
    const words = places.map((place) => family?.settings[place]?.words ?? '');
    return `${family?.label}: ${[...new Set(words)].join('; ')}`;
  });
  const few = listed(isFew);
  const others = listed((row) => !isFew(row));
  const own = listed(({ name }) => OURS.includes(name));
  return [
    `### ${scenario.name}, lead ${lead / 60} minutes`,
    `${seeds.length === 1 ? `Seed ${seeds.join()} alone.` : `Of each figure the worst of the seeds ${seeds.join(', ')}.`} At most ${PROPOSALS_PER_DAY} proposals a day:`,
    markdownTable(few, OURS),
    `Nothing with perfect foresight and as few changes that misses ${100 * MAY_MISS} % of the requests is below ${Math.min(...bounds).toFixed(2)} times the oracle. Apart from these, with more changes or in the cluster:`,
    markdownTable([...own, ...others], OURS),
    `Settings that were chosen before the judged days: ${chosen.join(' · ')}.`,
  ].join('\n\n');
}

function oracleHours(results: readonly PolicyResult[]): number {
  return results.find(({ name }) => name === 'oracle')?.gpuHours ?? Number.NaN;
}

const page = resolve(root, 'docs/backtest.md');
const [BEGIN, END] = ['<!-- bench/backtest: begin -->', '<!-- bench/backtest: end -->'];
const keys = scenarios.flatMap(({ name, leadSeconds }) => leadSeconds.map((lead) => markOf(name, lead)));

function markOf(name: string, lead: number): string {
  return `<!-- ${name} ${lead} -->`;
}

/** Puts one table in its place among those that the page has. */
function write(mark: string, section: string): void {
  // The page may have been written meanwhile.
  const text = readFileSync(page, 'utf8');
  const [from, to] = [text.indexOf(BEGIN), text.indexOf(END)];
  if (from < 0 || to < from) throw new Error(`${page} has no place for the tables, between ${BEGIN} and ${END}`);
  const before = text.slice(from + BEGIN.length, to);
  const known = keys.flatMap((key) => {
    const start = before.indexOf(key);
    if (key === mark) return [`${key}\n${section}`];
    if (start < 0) return [];
    const ends = keys.map((other) => before.indexOf(other, start + 1)).filter((at) => at > 0);
    return [before.slice(start, Math.min(before.length, ...ends)).trim()];
  });
  writeFileSync(page, `${text.slice(0, from + BEGIN.length)}\n${known.join('\n\n')}\n${text.slice(to)}`);
}

for (const scenario of scenarios.filter(({ name }) => words.length === 0 || words.includes(name))) {
  for (const lead of scenario.leadSeconds.filter((seconds) => onlyLead === undefined || seconds === onlyLead)) {
    write(markOf(scenario.name, lead), sectionOf(scenario, lead));
    log(`${page}: ${scenario.name}, lead ${lead} s`);
  }
}
