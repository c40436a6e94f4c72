import type { AdvisorySettings, PlanReason, ServiceView } from '../../../api/index.ts';
import { succeed } from '../../../api/index.ts';
import { isoTime, type TrafficSeries } from '../../metrics/index.ts';
import { counted, formatQuantity as q } from '../../quantity.ts';
import { currentReplicas } from '../current-replicas.ts';
import { bucketsIn, measuredSeries, newestStretch } from '../measured-series.ts';
import { manifestGpus } from '../service-gpus.ts';
import {
  type HeldService,
  type Hold,
  hold,
  MOST_REPLICAS,
  type SizedAlone,
  type SizedService,
  type SizeGraph,
} from '../strategy.ts';

/** Takes the numbers that Dynamo's own planner exports where it only advises (`advisory: true`, or `no-operation`). */
export const sizeAsAdvised: SizeGraph<AdvisorySettings> = (settings, context) => {
  const advised = context.view.services.flatMap((service) => {
    const column = adviceFor(service);
    return column === undefined ? [] : [{ service, column }];
  });
  if (advised.length === 0) {
    return succeed(hold('unsupported', 'Dynamo’s planner advises on workers, and this graph has none'));
  }
  for (const column of ADVICE) {
    const named = advised.filter((one) => one.column === column).map(({ service }) => service.name);
    if (named.length < 2) continue;
    return succeed(
      hold('unsupported', `the planner advises on one service of a role, and there are ${named.join(', ')}`),
    );
  }
  const measured = measuredSeries(context);
  if (measured.kind === 'held') return succeed(measured);
  const services: SizedService[] = [];
  const held: HeldService[] = [];
  for (const { service, column } of advised) {
    const current = currentReplicas(service, context.owners.get(service.name));
    const sized = sizedAsAdvised(measured.series, column, {
      ...{ settings, service, atMs: context.atMs },
      current: current.kind === 'known' ? current.value : undefined,
    });
    if (sized.kind === 'sized') services.push(sized);
    else held.push({ ...sized, service: service.name });
  }
  return succeed({ kind: 'sized', services, held });
};

const ADVICE = ['advisedPrefill', 'advisedDecode'] as const;
type AdviceColumn = (typeof ADVICE)[number];

/** Workers that do both are what the planner calls decode. */
function adviceFor({ role }: ServiceView): AdviceColumn | undefined {
  switch (role) {
    case 'prefill':
      return 'advisedPrefill';
    case 'decode':
    case 'worker':
      return 'advisedDecode';
    case 'frontend':
    case 'router':
    case 'planner':
    case 'epp':
    case 'other':
      return undefined;
  }
}

interface AdviceQuestion {
  readonly settings: AdvisorySettings;
  readonly service: ServiceView;
  readonly atMs: number;
  /** Undefined where it cannot be read. */
  readonly current: number | undefined;
}

/**
 * The highest advice of the window that ends with the newest. What is missing in between may have been higher, so then
 * the number may only rise. 0 is no advice: the planner exports it before its first decision, and where nothing fits its budget.
 */
function sizedAsAdvised(series: TrafficSeries, column: AdviceColumn, question: AdviceQuestion): SizedAlone {
  const { settings, service, atMs, current } = question;
  const cells = series.columns[column];
  if (cells === undefined) return noAdvice(`${column} is not measured; does the planner export its gauges?`);
  const found = newestStretch(series, settings.staleAfterSeconds, atMs);
  if (found.kind === 'held') return found;
  const { end, first } = found.stretch;
  const newest = cells.subarray(first, end).findLastIndex(isAdvice) + first;
  if (newest < first) {
    return noAdvice(`${column}: no advice in the ${settings.staleAfterSeconds} s to ${isoTime(found.stretch.endMs)}`);
  }
  const oldest = Math.max(0, newest + 1 - bucketsIn(settings.windowSeconds, series));
  const window = cells.subarray(oldest, end);
  const advice = [...window].filter(isAdvice).map(Math.ceil);
  const missing = window.length - advice.length;
  const highest = Math.max(...advice);
  if (highest > MOST_REPLICAS) {
    return hold('no-decision', `${column} is ${q(highest)}, which is beyond anything plausible`);
  }
  if (missing > 0 && current === undefined) return noAdvice(`${column} has gaps, and the number in Git cannot be read`);
  const raw = missing > 0 && current !== undefined ? Math.max(highest, current) : highest;
  const endMs = series.startMs + (newest + 1) * series.bucketSeconds * 1000;
  const last = Math.ceil(cells[newest] ?? highest);
  const reasons: readonly PlanReason[] = [
    {
      ...{ stage: 'observed', name: column, value: last },
      explanation: `Dynamo’s planner advised ${counted(last, 'replica')} at ${isoTime(endMs)}`,
    },
    {
      ...{ stage: 'raw', name: 'replicas', value: raw },
      explanation: `${highest} is the highest advice of ${counted(window.length, 'bucket')}${gapWords(missing, raw, highest)}`,
    },
  ];
  return { kind: 'sized', service, raw, gpusPerReplica: manifestGpus(service), reasons };
}

function gapWords(missing: number, raw: number, highest: number): string {
  if (missing === 0) return '';
  const why = `, ${missing} of them without any`;
  return raw === highest ? why : `${why}, so the number may only rise: ${raw}`;
}

function isAdvice(cell: number): boolean {
  return Number.isFinite(cell) && cell > 0;
}

function noAdvice(reason: string): Hold {
  return hold('no-data', reason);
}
