import type { ScheduleServiceSettings, ScheduleSettings, WeeklyWindow } from '../../../api/index.ts';
import { highestEntry, reachedEntries } from './size.ts';

/** The window of a schedule that decides a service's number at a time. */
export interface DecidingWindow extends WeeklyWindow {
  readonly timeZone: string;
  readonly replicas: number;
}

/**
 * The entry whose number a schedule gives a service at a time.
 * @returns undefined where no entry decides, or the schedule does not name the service.
 */
export function decidingWindow(
  settings: ScheduleSettings | ScheduleServiceSettings,
  service: string,
  atMs: number,
): DecidingWindow | undefined {
  const { timeZone } = settings;
  const plan = isOfGraph(settings)
    ? {
        outside: Object.hasOwn(settings.replicas, service) ? settings.replicas[service] : undefined,
        entries: settings.entries.map(({ replicas, ...window }) => ({
          window,
          replicas: Object.hasOwn(replicas, service) ? replicas[service] : undefined,
        })),
      }
    : {
        outside: settings.replicas,
        entries: settings.entries.map(({ replicas, ...window }) => ({ window, replicas })),
      };
  const { outside } = plan;
  if (outside === undefined) return undefined;
  const entries = plan.entries.flatMap(({ window, replicas }) =>
    replicas === undefined ? [] : [{ window, replicas }],
  );
  const reached = reachedEntries(settings, entries, atMs);
  const best = highestEntry(reached);
  const isEntry = best !== undefined && (!reached.includes(undefined) || best.replicas > outside);
  return isEntry ? { ...best.window, timeZone, replicas: best.replicas } : undefined;
}

function isOfGraph(settings: ScheduleSettings | ScheduleServiceSettings): settings is ScheduleSettings {
  return typeof settings.replicas !== 'number';
}
