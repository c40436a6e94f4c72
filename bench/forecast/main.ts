import { resolve } from 'node:path';
import type { ForecastErrors, SingleModel } from '../../api/index.ts';
import { defaultMethod } from '../../planner/forecast/default-method.ts';
import { costRows } from './cost.ts';
import { fittedErrors, methodErrors, pointWape, SPACES } from './judge.ts';
import { readTraces, type Trace } from './traces.ts';

const LEVEL = 0.95;

const [folder] = process.argv.slice(2).filter((word) => word !== '--');
if (folder === undefined) {
  process.stderr.write('usage: node scripts/run-ts.mjs bench/forecast/main.ts <folder of traces>\n');
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
const uppers = table(
  ['model, residual space', ...names],
  [
    ...MODELS.flatMap(([name, model]) =>
      SPACES.map((residualSpace) => [
        `${name}, ${residualSpace}`,
        ...traces.map((trace) =>
          shown(methodErrors(trace, { model: model(trace.bucketSeconds), residualSpace }, horizonOf(trace))),
        ),
      ]),
    ),
    [
      'default (median of four, sqrt)',
      ...traces.map((trace) => shown(methodErrors(trace, defaultMethod(trace.bucketSeconds), horizonOf(trace)))),
    ],
    ['`fit`, again every day', ...traces.map((trace) => shown(fittedErrors(trace, horizonOf(trace))))],
  ],
);

const costs = table(['weeks of minutes', '`fit` of one graph, ms', 'all five forecasts of one graph, ms'], costRows());

process.stdout.write(`${points}\n\n${uppers}\n\n${costs}\n`);
