import type { Spec } from 'vega';
import type { Backtest, BacktestPolicy } from '../../../api/index.ts';
import { isOurs } from '../compare-policies.ts';
import { axis, CHANNELS, type ChartWidth, frame } from './style.ts';

const HOUR_MS = 3_600_000;
/** More points than a chart has pixels say nothing. */
const MOST_POINTS = 400;

/** Those whose GPUs are drawn over time: ours, perfect foresight, and what most people run. */
export function timelinePolicies({ policies }: Backtest): readonly BacktestPolicy[] {
  const drawn = policies.filter(
    (policy) =>
      (policy.hourlyGpus?.length ?? 0) > 1 &&
      (isOurs(policy) || policy.channel === 'static' || policy.name === 'oracle'),
  );
  return drawn.slice(0, 5);
}

/** GPUs that were paid for, hour by hour. */
export function timelineChart(backtest: Backtest, width: ChartWidth): Spec | undefined {
  const policies = timelinePolicies(backtest);
  if (policies.length === 0) return undefined;
  const startMs = Date.parse(backtest.judged.start);
  const values = policies.flatMap((policy) => {
    const gpus = policy.hourlyGpus ?? [];
    const each = Math.ceil(gpus.length / MOST_POINTS);
    const stretches = Array.from({ length: Math.ceil(gpus.length / each) }, (_, index) =>
      Math.max(...gpus.slice(index * each, (index + 1) * each)),
    );
    const { color } = CHANNELS[policy.channel];
    return stretches.map((value, index) => ({
      ...{ policy: policy.name, color, dash: policy.channel === 'oracle' ? [5, 3] : [] },
      x: startMs + index * each * HOUR_MS,
      y: value,
    }));
  });
  return {
    ...frame(width, 260),
    data: [{ name: 'gpus', values }],
    scales: [
      { name: 'x', type: 'utc', domain: { data: 'gpus', field: 'x' }, range: 'width' },
      { name: 'y', type: 'linear', domain: { data: 'gpus', field: 'y' }, range: 'height', zero: true, nice: true },
    ],
    axes: [
      axis('bottom', 'time, UTC', { format: '%d %b %H:%M', tickCount: width === 'wide' ? 7 : 3 }),
      axis('left', 'GPUs'),
    ],
    marks: [
      {
        type: 'group',
        from: { facet: { name: 'line', data: 'gpus', groupby: 'policy' } },
        marks: [
          {
            type: 'line',
            from: { data: 'line' },
            encode: {
              enter: {
                x: { scale: 'x', field: 'x' },
                y: { scale: 'y', field: 'y' },
                interpolate: { value: 'step-after' },
                stroke: { field: 'color' },
                strokeDash: { field: 'dash' },
                strokeWidth: { value: 1.5 },
              },
            },
          },
        ],
      },
    ],
  };
}
