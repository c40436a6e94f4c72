import { readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import {
  type ForecastErrors,
  type ForecastModel,
  RESIDUAL_SPACES,
  type ResidualSpace,
  type SingleModel,
} from '../../api/index.ts';
import { defaultMethod } from '../../planner/forecast/default-method.ts';
import { costRows } from './cost.ts';
import { fittedErrors, methodErrors, pointWape } from './judge.ts';
import { readTraces, type Trace } from './traces.ts';

const LEVEL = 0.95;

/** With a page the tables of errors are written into it; without, they are printed, with what they cost. */
const [folder, page] = process.argv.slice(2).filter((word) => word !== '--');
if (folder === undefined) {
  process.stderr.write('usage: node scripts/run-ts.mjs bench/forecast/main.ts <folder of traces> [page]\n');
  process.exit(1);
}
const traces = readTraces(resolve(folder));

const DAY = 86_400;
const half = (bucketSeconds: number): number => 1 - 2 ** (-bucketSeconds / 600);
/** By name, with the gains that suit a bucket's length. */
const MODELS: readonly (readonly [string, (bucketSeconds: number) => SingleModel])[] = [
  ['last value', () => ({ kind: 'constant' })],
  ["Kalman, Dynamo's noise", () => ({ kind: 'kalman', levelVariance: 1, trendVariance: 0.1, measurementVariance: 10 })],
  [
    'damped trend',
    (bucketSeconds) => ({ kind: 'damped-trend', levelGain: half(bucketSeconds), trendGain: 0.02, damping: 0.8 }),
  ],
  ['last value × day', () => ({ kind: 'seasonal', periodSeconds: DAY, levelGain: 1, strength: 1 })],
  [
    'day season',
    (bucketSeconds) => ({ kind: 'seasonal', periodSeconds: DAY, levelGain: half(bucketSeconds), strength: 1 }),
  ],
  [
    'half a day season',
    (bucketSeconds) => ({ kind: 'seasonal', periodSeconds: DAY, levelGain: half(bucketSeconds), strength: 0.5 }),
  ],
];

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [head, head.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n');
}

function percent(share: number): string {
  return (100 * share).toFixed(1);
}

function shown(errors: ForecastErrors | undefined): string {
  if (errors === undefined) return '–';
  return `${(100 * errors.pinball).toFixed(2)} / ${percent(errors.coverage)} / ${errors.meanProvision.toFixed(2)}×`;
}

function pointRow(name: string, wapeOf: (trace: Trace) => number): readonly string[] {
  return [name, ...traces.map((trace) => percent(wapeOf(trace)))];
}

const names = traces.map(({ name }) => name);
const points = table(
  ['model', ...names],
  [
    ...MODELS.map(([name, model]) => pointRow(name, (trace) => pointWape(trace, model(trace.bucketSeconds)))),
    pointRow('median of four (default)', (trace) => pointWape(trace, defaultMethod(trace.bucketSeconds).model)),
  ],
);

const horizonOf = ({ leadBuckets }: Trace) => ({ leadBuckets, holdBuckets: leadBuckets, level: LEVEL });
const errorRow = (name: string, errorsOf: (trace: Trace) => ForecastErrors | undefined): readonly string[] => [
  name,
  ...traces.map((trace) => shown(errorsOf(trace))),
];
const inSpaces = (
  name: string,
  model: (bucketSeconds: number) => ForecastModel,
  spaces: readonly ResidualSpace[],
): readonly (readonly string[])[] =>
  spaces.map((residualSpace) =>
    errorRow(`${name}, ${residualSpace}`, (trace) =>
      methodErrors(trace, { model: model(trace.bucketSeconds), residualSpace }, horizonOf(trace)),
    ),
  );
const uppers = table(
  ['model, residual space', ...names],
  [
    ...MODELS.flatMap(([name, model], index) => inSpaces(name, model, index === 0 ? RESIDUAL_SPACES : ['sqrt'])),
    ...inSpaces('median of four', (bucketSeconds) => defaultMethod(bucketSeconds).model, ['additive', 'log']),
    errorRow('**median of four, sqrt (default)**', (trace) =>
      methodErrors(trace, defaultMethod(trace.bucketSeconds), horizonOf(trace)),
    ),
    errorRow('**`fit`, again every day**', (trace) => fittedErrors(trace, horizonOf(trace))),
  ],
);

const errors = `${points}\n\n${uppers}`;
if (page === undefined) {
  const costs = table(
    ['weeks of minutes', '`fit` of one graph, ms of a processor', 'all five forecasts of one graph, ms of a processor'],
    costRows(),
  );
  process.stdout.write(`${errors}\n\n${costs}\n`);
} else {
  const [begin, end] = ['<!-- bench/forecast: begin -->', '<!-- bench/forecast: end -->'];
  const text = readFileSync(page, 'utf8');
  const [from, to] = [text.indexOf(begin), text.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`${page} has no place for the tables, between ${begin} and ${end}`);
  writeFileSync(page, `${text.slice(0, from + begin.length)}\n${errors}\n${text.slice(to)}`);
}
