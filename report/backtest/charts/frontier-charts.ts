import type { Mark, Spec } from 'vega';
import type { Backtest, BacktestPolicy } from '../../../api/index.ts';
import { isOurs } from '../compare-policies.ts';
import { numberOf } from '../policy-table.ts';
import { perDay } from '../words.ts';
import { axis, CHANNELS, type ChartWidth, frame, pointLabels } from './style.ts';

/** Shares that are drawn: above and below, a policy stands at the rim. */
const [LEAST_MISSED, MOST_MISSED] = [0.0005, 0.6];
const MISSED_TICKS = [0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5];

/** GPU-hours against requests kept: every policy with its number in the table, and perfect foresight. */
export function attainmentChart(backtest: Backtest, width: ChartWidth): Spec {
  const values = backtest.policies.map((policy) => ({
    ...pointOf(backtest, policy),
    x: policy.gpuHours,
    y: Math.min(MOST_MISSED, Math.max(LEAST_MISSED, 1 - policy.attainment)),
  }));
  return {
    ...frame(width, 320),
    data: [{ name: 'policies', values }],
    scales: [
      { name: 'x', type: 'linear', domain: { data: 'policies', field: 'x' }, range: 'width', zero: true, nice: true },
      { name: 'y', type: 'log', domain: [LEAST_MISSED, MOST_MISSED], range: [0, { signal: 'height' }] },
    ],
    axes: [
      axis('bottom', 'GPU-hours'),
      axis('left', 'requests kept', {
        values: MISSED_TICKS,
        encode: { labels: { update: { text: { signal: "format(100 * (1 - datum.value), '.4~r') + ' %'" } } } },
      }),
    ],
    marks: [...symbols('policies'), ...pointLabels('policies', 'number')],
  };
}

/** Changes a day against GPU-hours: the least that foresight could do with so many, and every policy. */
export function changesChart(backtest: Backtest, width: ChartWidth): Spec {
  const values = backtest.policies.map((policy) => ({
    ...pointOf(backtest, policy),
    x: policy.channel === 'git' ? policy.proposalsPerDay : policy.changesPerDay,
    y: policy.gpuHours,
  }));
  const limit = backtest.frontier
    .map(({ changesPerDay, gpuHours }) => ({ x: changesPerDay, y: gpuHours }))
    .sort((one, other) => one.x - other.x);
  const most = (field: 'x' | 'y') => Math.max(1, ...[...values, ...limit].map((point) => point[field]));
  return {
    ...frame(width, 320),
    data: [
      { name: 'policies', values },
      { name: 'limit', values: limit },
    ],
    scales: [
      {
        ...{ name: 'x', type: 'symlog', constant: 2, range: 'width' },
        domain: [0, most('x')],
        zero: true,
      },
      {
        ...{ name: 'y', type: 'linear', range: 'height', zero: true, nice: true },
        domain: [0, most('y')],
      },
    ],
    axes: [
      axis('bottom', `changes ${perDay(backtest.judged)}`, { values: [0, 1, 3, 10, 24, 50, 100, 300, 1000] }),
      axis('left', 'GPU-hours'),
    ],
    marks: [
      {
        type: 'line',
        from: { data: 'limit' },
        encode: {
          enter: {
            x: { scale: 'x', field: 'x' },
            y: { scale: 'y', field: 'y' },
            stroke: { value: CHANNELS.oracle.color },
            strokeWidth: { value: 2.5 },
            strokeDash: { value: [6, 3] },
          },
        },
      },
      ...symbols('policies'),
      ...pointLabels('policies', 'number'),
    ],
  };
}

/** Drawn full where it keeps as much as is asked for, hollow where it does not. */
const ENOUGH = 0.985;

function pointOf(backtest: Backtest, policy: BacktestPolicy) {
  const { color, shape } = CHANNELS[policy.channel];
  return {
    // Ours is what people look for.
    size: isOurs(policy) ? 220 : 80,
    ...{ color, shape, number: String(numberOf(backtest, policy)) },
    fill: policy.attainment >= ENOUGH ? color : 'var(--page)',
  };
}

function symbols(data: string): readonly Mark[] {
  return [
    {
      type: 'symbol',
      from: { data },
      encode: {
        enter: {
          x: { scale: 'x', field: 'x' },
          y: { scale: 'y', field: 'y' },
          shape: { field: 'shape' },
          size: { field: 'size' },
          stroke: { field: 'color' },
          strokeWidth: { value: 2 },
          fill: { field: 'fill' },
        },
      },
    },
  ];
}
