import * as z from 'zod';
import { replicaCount } from '../common.ts';
import { timeZone } from '../time-zone.ts';
import { lasts, weeklyWindowFields } from '../weekly-window.ts';
import { replicasByService } from './fixed.ts';

const NEVER = { path: ['to'], message: 'must be another time than "from", which itself is before 24:00' };

const timing = {
  /** Zone whose clock `from` and `to` are read on. */
  timeZone,
  /** How long before an entry begins its number is asked for: review, sync and start-up. */
  leadSeconds: z.int().min(0).max(86_400).default(600),
};

/** Numbers by time of day and week; where entries overlap, the highest counts. */
export const scheduleStrategy = z
  .strictObject({
    kind: z.literal('schedule'),
    ...timing,
    /** Outside of every entry. */
    replicas: replicasByService,
    entries: z
      .array(z.strictObject({ ...weeklyWindowFields, replicas: replicasByService }).refine(lasts, NEVER))
      .min(1)
      .max(200),
  })
  .superRefine(({ replicas, entries }, context) => {
    entries.forEach((entry, index) => {
      for (const name of Object.keys(entry.replicas)) {
        if (Object.hasOwn(replicas, name)) continue;
        const message = `"${name}" needs a number outside of the entries too, in replicas of the schedule`;
        context.addIssue({ code: 'custom', path: ['entries', index, 'replicas', name], message });
      }
    });
  });

export const scheduleServiceStrategy = z.strictObject({
  kind: z.literal('schedule'),
  ...timing,
  /** Outside of every entry. */
  replicas: replicaCount,
  entries: z
    .array(z.strictObject({ ...weeklyWindowFields, replicas: replicaCount }).refine(lasts, NEVER))
    .min(1)
    .max(200),
});

export type ScheduleSettings = z.output<typeof scheduleStrategy>;
export type ScheduleServiceSettings = z.output<typeof scheduleServiceStrategy>;
