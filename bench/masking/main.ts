import { readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { defaultMethod } from '../../planner/index.ts';
import { PROFILE } from '../../test/planner/fleet-fixture.ts';
import { boundRows, GAP_HOURS } from './bounds.ts';
import { type Comparison, compareMasked, type MaskedStrategy } from './compare.ts';
import { minuteTraces } from './traces.ts';

// What a gap does to the number that a scale-down stops at, and a lost minute in twenty to decisions. With a page the tables
// are written into it.
const [folder, page] = process.argv.slice(2).filter((word) => word !== '--');
if (folder === undefined) {
  process.stderr.write('usage: node scripts/run-ts.mjs bench/masking/main.ts <folder of traces> [page]\n');
  process.exit(1);
}

const SEEDS = [1, 2];
const DAY_SECONDS = 86_400;
const usual = defaultMethod(300);
const sla = { kind: 'sla', profile: PROFILE };
const STRATEGIES: readonly MaskedStrategy[] = [
  { name: '`sla`, default', strategy: sla },
  { name: '`sla`, last value', strategy: sla, fitted: { ...usual, model: { kind: 'constant' } } },
  {
    name: '`sla`, damped trend',
    strategy: sla,
    fitted: { ...usual, model: { kind: 'damped-trend', levelGain: 0.5, trendGain: 0.1, damping: 0.9 } },
  },
  {
    name: "`sla`, Kalman, Dynamo's noise",
    strategy: sla,
    fitted: { ...usual, model: { kind: 'kalman', levelVariance: 1, trendVariance: 0.1, measurementVariance: 10 } },
  },
  {
    name: '`sla`, day season',
    strategy: sla,
    fitted: { ...usual, model: { kind: 'seasonal', periodSeconds: DAY_SECONDS, levelGain: 0.4, strength: 0.5 } },
  },
  { name: '`dynamo-sla`, constant', strategy: dynamo('constant') },
  { name: '`dynamo-sla`, Kalman', strategy: dynamo('kalman') },
  { name: '`dynamo-sla`, constant, `maxStepDown: 1`', strategy: dynamo('constant'), maxStepDown: 1 },
  { name: '`dynamo-sla`, Kalman, `maxStepDown: 1`', strategy: dynamo('kalman'), maxStepDown: 1 },
];

function dynamo(predictor: string): { readonly kind: string } {
  return { kind: 'dynamo-sla', ...{ profile: PROFILE, intervalSeconds: 180, predictor, correction: false } };
}

const traces = minuteTraces(resolve(folder));
const rows = STRATEGIES.map((one) => [
  one.name,
  ...traces.map((trace) => {
    const walks = SEEDS.map((seed) => compareMasked(trace, one, { share: 0.05, everyMinutes: 10, seed }));
    process.stderr.write(`${trace.name}: ${one.name}\n`);
    return shown(walks);
  }),
]);

function shown(walks: readonly Comparison[]): string {
  const sum = (of: (walk: Comparison) => number) => walks.reduce((total, walk) => total + of(walk), 0);
  const sized = sum(({ sized: count }) => count);
  if (sized === 0) return 'held, full or masked';
  const percent = (count: number) => `${((100 * count) / sum(({ decisions }) => decisions)).toFixed(1)} %`;
  const most = Math.max(...walks.map((walk) => walk.most));
  const highest = Math.max(...walks.map(({ replicas }) => replicas));
  const below = sum((walk) => walk.below);
  const worse = below === 0 ? '' : `, **${below} below**`;
  return `${percent(sum(({ held }) => held))} / ${percent(sum(({ moved }) => moved))} / ${most} of ${highest}${worse}`;
}

function tableOf(head: readonly string[], body: readonly (readonly string[])[]): string {
  return [head, head.map(() => '---'), ...body].map((row) => `| ${row.join(' | ')} |`).join('\n');
}

const [longest] = traces;
const tables = [
  {
    name: 'bench/masking/bounds',
    text: tableOf(
      ['lost, so long ago', ...GAP_HOURS.map((hours) => `${hours} h`)],
      longest === undefined ? [] : boundRows(longest),
    ),
  },
  { name: 'bench/masking', text: tableOf(['strategy, forecast', ...traces.map(({ name }) => name)], rows) },
];
if (page === undefined) {
  process.stdout.write(`${tables.map(({ text }) => text).join('\n\n')}\n`);
} else {
  let text = readFileSync(page, 'utf8');
  for (const table of tables) {
    const [begin, end] = [`<!-- ${table.name}: begin -->`, `<!-- ${table.name}: end -->`];
    const [from, to] = [text.indexOf(begin), text.indexOf(end)];
    if (from < 0 || to < from) throw new Error(`${page} has no place for a table, between ${begin} and ${end}`);
    text = `${text.slice(0, from + begin.length)}\n${table.text}\n${text.slice(to)}`;
  }
  writeFileSync(page, text);
}
