import type { Spec } from 'vega';
import type { WhatIf } from '../../../api/index.ts';
import { amount, duration, percent } from '../words.ts';
import { axis, type ChartWidth, frame, pointLabels } from './style.ts';

export interface WhatIfChart {
  readonly title: string;
  readonly label: string;
  readonly spec: (width: ChartWidth) => Spec;
}

interface CurvePoint {
  readonly x: number;
  readonly y: number;
  readonly text: string;
}

/** A curve for each thing that was tried at more than one value. */
export function whatIfCharts({ budget, lead, sla }: WhatIf): readonly WhatIfChart[] {
  const curves = [
    {
      title: 'Requests kept by the most GPUs at a time',
      axes: ['most GPUs', 'requests kept, %'],
      points: budget.map(({ maxGpus, attainment, gpuHours }) => ({
        ...{ x: maxGpus, y: 100 * attainment, text: `${amount(gpuHours)} GPU-h` },
      })),
      zero: false,
    },
    {
      title: 'GPU-hours by lead time',
      axes: ['review, sync and start-up, minutes', 'GPU-hours'],
      points: lead.map(({ reviewSeconds, startUpSeconds, gpuHours, attainment }) => ({
        x: (reviewSeconds + startUpSeconds) / 60,
        y: gpuHours,
        text: `start-up ${duration(startUpSeconds)}, ${percent(attainment)}`,
      })),
      zero: true,
    },
    {
      title: 'GPU-hours by what is promised',
      axes: ['TTFT target, ms', 'GPU-hours'],
      points: sla.map(({ ttftMs, itlMs, gpuHours, attainment }) => ({
        ...{ x: ttftMs, y: gpuHours, text: `ITL ${amount(itlMs)} ms, ${percent(attainment)}` },
      })),
      zero: true,
    },
  ] as const;
  return curves
    .filter(({ points }) => points.length > 1)
    .map(({ title, axes, points, zero }) => ({
      title,
      label: `${title}: ${points.map(({ x, y, text }) => `${amount(x)}: ${amount(y)} (${text})`).join('; ')}`,
      spec: (width) => curve([...points].sort(byX), axes, { width, zero }),
    }));
}

function byX(one: CurvePoint, other: CurvePoint): number {
  return one.x - other.x;
}

function curve(
  values: readonly CurvePoint[],
  [xTitle, yTitle]: readonly [string, string],
  { width, zero }: { readonly width: ChartWidth; readonly zero: boolean },
): Spec {
  const at = { x: { scale: 'x', field: 'x' }, y: { scale: 'y', field: 'y' } };
  return {
    ...frame(width, 220),
    data: [{ name: 'points', values: [...values] }],
    scales: [
      {
        name: 'x',
        type: 'linear',
        domain: { data: 'points', field: 'x' },
        range: 'width',
        zero: false,
        nice: true,
        padding: 24,
      },
      { name: 'y', type: 'linear', domain: { data: 'points', field: 'y' }, range: 'height', zero, nice: true },
    ],
    axes: [axis('bottom', xTitle), axis('left', yTitle)],
    marks: [
      {
        type: 'line',
        from: { data: 'points' },
        encode: { enter: { ...at, stroke: { value: 'var(--git)' }, strokeWidth: { value: 2 } } },
      },
      {
        type: 'symbol',
        from: { data: 'points' },
        encode: { enter: { ...at, fill: { value: 'var(--git)' }, size: { value: 50 } } },
      },
      ...(width === 'wide' ? pointLabels('points', 'text') : []),
    ],
  };
}
