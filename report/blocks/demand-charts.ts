import type { DemandChart, PlanTarget } from '../../api/index.ts';
import { atMost, type Block, paragraph } from '../markdown/index.ts';
import { isChange, isFloor } from './numbers.ts';

const HOUR_SECONDS = 3600;
const DAY_SECONDS = 86_400;

/** The demand of each number that changes, beside what it is and what it becomes. */
export function demandCharts(
  targets: readonly PlanTarget[],
  label: (target: PlanTarget) => string,
  limit: number,
): readonly Block[] {
  const drawable = targets.filter((target) => isChange(target) && target.demand !== undefined);
  const { shown, more } = atMost(drawable, limit);
  return [
    ...shown.flatMap((target) => (target.demand === undefined ? [] : [demandBlock(target, target.demand, label)])),
    ...(more === 0 ? [] : [paragraph(`The demand of ${more} more services is in the plan.`)]),
  ];
}

function demandBlock(target: PlanTarget, demand: DemandChart, label: (target: PlanTarget) => string): Block {
  const floor = isFloor(target) ? 'floor ' : '';
  return {
    kind: 'chart',
    chart: {
      title: `${label(target)}: replicas kept busy, ${pointWords(demand.pointSeconds)} UTC`,
      unit: 'replicas',
      points: demand.busyReplicas.map((value, index) => ({ label: pointLabel(demand, index), value })),
      levels: [
        { name: `${floor}now`, value: target.current },
        { name: `${floor}proposed`, value: target.target },
      ],
    },
  };
}

function pointWords(seconds: number): string {
  if (seconds === HOUR_SECONDS) return 'highest of each hour';
  return seconds % 60 === 0 ? `highest of each ${seconds / 60} min` : `highest of each ${seconds} s`;
}

/** The start of a point, as short as tells it from the others: 24 have to stand side by side. */
function pointLabel({ start, pointSeconds, busyReplicas }: DemandChart, index: number): string {
  const time = new Date(Date.parse(start) + index * pointSeconds * 1000).toISOString();
  const clock = pointSeconds >= HOUR_SECONDS ? time.slice(11, 13) : time.slice(11, pointSeconds >= 60 ? 16 : 19);
  return pointSeconds * busyReplicas.length > DAY_SECONDS ? `${time.slice(5, 10)} ${clock}` : clock;
}

/** When a number may be lowered with the least in flight: the start of the hour or less that kept fewest busy. */
export function quietestTime({ start, pointSeconds, busyReplicas }: DemandChart): string | undefined {
  const known = busyReplicas.flatMap((busy, index) => (busy === null ? [] : [{ busy, index }]));
  const [first, ...rest] = known;
  if (first === undefined || rest.every(({ busy }) => busy === first.busy)) return undefined;
  const { index } = rest.reduce((least, one) => (one.busy < least.busy ? one : least), first);
  return new Date(Date.parse(start) + index * pointSeconds * 1000).toISOString().slice(11, 16);
}
