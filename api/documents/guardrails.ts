import * as z from 'zod';
import { parseCron } from '../cron.ts';
import { dnsLabel } from './common.ts';
import { timeZone } from './time-zone.ts';

const LOCAL_TIME = /^(\d{4})-(\d{2})-(\d{2})(?:T([01]\d|2[0-3]):([0-5]\d))?$/;

/** A time as the clock on the wall shows it: `2026-12-24T18:00`, or a day for its beginning. */
const localTime = z
  .string()
  .refine(
    isLocalTime,
    'must be a day or a local time without a zone, such as "2026-12-24" or "2026-12-24T18:00"; timeZone says where',
  );

function isLocalTime(text: string): boolean {
  const [, year, month, day] = LOCAL_TIME.exec(text) ?? [];
  if (year === undefined || month === undefined || day === undefined) return false;
  const date = new Date(Date.UTC(Number(year), Number(month) - 1, Number(day)));
  return date.getUTCMonth() === Number(month) - 1 && Number(year) >= 1970;
}

const cron = z.string().superRefine((text, context) => {
  const parsed = parseCron(text);
  if (parsed.kind === 'wrong') context.addIssue({ code: 'custom', message: parsed.message });
});

const freezeWords = {
  timeZone,
  /** Shown wherever the freeze holds something. */
  reason: z.string().min(1).max(200).optional(),
  /** Only graphs of this environment. */
  environment: dnsLabel.optional(),
  /** `scale-down`: what is needed may still be added. */
  holds: z.enum(['all', 'scale-down']).default('all'),
};

/** A stretch of time in which no number is changed: once, or whenever a cron expression starts it. */
export const freezeSchema = z.union([
  z
    .strictObject({ ...freezeWords, from: localTime, to: localTime })
    .refine(({ from, to }) => startOf(from) < startOf(to), { path: ['to'], message: 'must be after "from"' }),
  z.strictObject({
    ...freezeWords,
    cron,
    /** How long each one lasts. */
    durationMinutes: z
      .int()
      .min(1)
      .max(7 * 24 * 60),
  }),
]);

/** A day starts at midnight, so that it compares with a time. */
function startOf(local: string): string {
  return local.includes('T') ? local : `${local}T00:00`;
}

/** Share of a replica's capacity that a scale-down may leave in use: the tolerance of 10 % that Kubernetes' HPA has. */
export const DEFAULT_MAX_UTILIZATION = 0.9;

/** What holds back changes of a graph's numbers, beside the limits of each service. */
export const guardrailSettings = z.strictObject({
  /** No scale-down within so many seconds of the last scale-up; by default the longer of 5 minutes and twice the lead. */
  stabilizationSeconds: z
    .int()
    .min(0)
    .max(7 * 86_400)
    .optional(),
  /** Smaller changes are left: the larger of a number of replicas and a share of those that are there. */
  minChange: z
    .strictObject({
      replicas: z.int().min(1).max(1000).default(1),
      percent: z.number().min(0).max(50).default(0),
    })
    .optional(),
  /** Share of the replicas' capacity that may be in use once a scale-down is done (default 0.9). */
  maxUtilization: z.number().positive().max(1).optional(),
  /** Most merged changes of one graph in 24 hours; then its numbers stay. */
  changesPerDay: z.int().min(1).max(1000).optional(),
  /** Prefill replicas for each decode replica. */
  prefillPerDecode: z
    .strictObject({ min: z.number().positive().max(1000).optional(), max: z.number().positive().max(1000).optional() })
    .refine(({ min, max }) => min === undefined || max === undefined || min <= max, 'min must not be above max')
    .optional(),
});

export type Freeze = z.output<typeof freezeSchema>;
export type GuardrailSettings = z.output<typeof guardrailSettings>;
