import type { PlanReason, ScheduleServiceSettings, ScheduleSettings, WeeklyWindow } from '../../../api/index.ts';
import { clockText, covers, type LocalTime, localTime, windowText } from '../../calendar/index.ts';
import { isoTime } from '../../metrics/index.ts';
import { manifestGpus } from '../service-gpus.ts';
import { sizedOneByOne } from '../sized-one-by-one.ts';
import type { SizeGraph, SizeService } from '../strategy.ts';

const MINUTE_MS = 60_000;

/** Gives each service the number of the entries that cover the time of the plan, or begin within the lead. */
export const sizeScheduled: SizeGraph<ScheduleSettings> = ({ replicas, entries, ...timing }, context) => {
  const times = timesAhead(timing, context.atMs);
  const plans = Object.entries(replicas).map(([name, outside]): [string, ServicePlan] => [
    name,
    {
      timeZone: timing.timeZone,
      times,
      outside,
      entries: entries.flatMap(({ replicas: inside, ...window }) => {
        const number = Object.hasOwn(inside, name) ? inside[name] : undefined;
        return number === undefined ? [] : [{ window, replicas: number }];
      }),
    },
  ]);
  return sizedOneByOne(new Map(plans), 'strategy.replicas', context, scheduledNumber);
};

export const sizeServiceScheduled: SizeService<ScheduleServiceSettings> = (settings, service, context) => {
  const { timeZone, replicas: outside, entries } = settings;
  const plan = {
    ...{ timeZone, outside, times: timesAhead(settings, context.atMs) },
    entries: entries.map(({ replicas, ...window }) => ({ window, replicas })),
  };
  return scheduledNumber(plan, service, context);
};

interface ServicePlan {
  readonly timeZone: string;
  /** The time of the plan, and every minute that begins within the lead. */
  readonly times: readonly LocalTime[];
  /** Replicas where no entry covers the time. */
  readonly outside: number;
  readonly entries: readonly { readonly window: WeeklyWindow; readonly replicas: number }[];
}

function timesAhead(
  { timeZone, leadSeconds }: Pick<ScheduleSettings, 'timeZone' | 'leadSeconds'>,
  atMs: number,
): readonly LocalTime[] {
  const times = [localTime(atMs, timeZone)];
  const lastMs = atMs + leadSeconds * 1000;
  for (let ms = (Math.floor(atMs / MINUTE_MS) + 1) * MINUTE_MS; ms <= lastMs; ms += MINUTE_MS)
    times.push(localTime(ms, timeZone));
  return times;
}

/** The highest number that any moment of the lead asks for: a change up comes early, one down never does. */
const scheduledNumber: SizeService<ServicePlan> = ({ timeZone, times, outside, entries }, service, { atMs }) => {
  const reached = times.map((time) => entryAt(time, entries));
  const [now, ...later] = reached;
  const isOpen = reached.includes(undefined);
  const best = highestEntry([now, ...later]);
  const isEntry = best !== undefined && (!isOpen || best.replicas >= outside);
  const raw = isEntry ? best.replicas : outside;
  const first = times[0];
  const reasons: readonly PlanReason[] = [
    {
      ...{ stage: 'observed', name: 'localTime', value: null },
      explanation: `${first === undefined ? '' : clockText(first)} in ${timeZone} (${isoTime(atMs)})`,
    },
    {
      ...{ stage: 'raw', name: 'replicas', value: raw },
      explanation: isEntry
        ? `${raw}: ${windowText(best.window)} in ${timeZone}${now === best ? '' : ', which begins within the lead'}`
        : `${raw}: outside of every entry of the schedule${now === undefined ? '' : ', which begins within the lead'}`,
    },
  ];
  return { kind: 'sized', service, raw, gpusPerReplica: manifestGpus(service), reasons };
};

type Entry = ServicePlan['entries'][number];

/** The entry of each moment from the time of the plan to the end of the lead; undefined where none covers it. */
export function reachedEntries(
  timing: Pick<ScheduleSettings, 'timeZone' | 'leadSeconds'>,
  entries: readonly Entry[],
  atMs: number,
): readonly (Entry | undefined)[] {
  return timesAhead(timing, atMs).map((time) => entryAt(time, entries));
}

/** Of entries that overlap the highest counts, the first of equal ones. */
function entryAt(time: LocalTime, entries: readonly Entry[]): Entry | undefined {
  return highestEntry(entries.filter(({ window }) => covers(window, time)));
}

export function highestEntry(entries: readonly (Entry | undefined)[]): Entry | undefined {
  return entries.reduce(
    (best, next) => (next !== undefined && (best === undefined || next.replicas > best.replicas) ? next : best),
    undefined,
  );
}
