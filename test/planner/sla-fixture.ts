import type { Plan } from '../../api/index.ts';
import { makePlan, type PlanInput, type TrafficBucket, type TrafficSeries } from '../../planner/index.ts';
import { config, deployment, PROFILE, planInput } from './fleet-fixture.ts';
import { busy, msAt, series } from './traffic-fixture.ts';

export const HOUR = 60;

/** Buckets of a minute, one a call. */
export function minutes(count: number, make: (minute: number) => TrafficBucket): readonly TrafficBucket[] {
  return Array.from({ length: count }, (_, minute) => make(minute));
}

/** A steady load of so many requests a minute, of 1,000 prompt and 200 output tokens, for twelve hours. */
export function steady(requestCount: number, change: Partial<TrafficBucket> = {}): readonly TrafficBucket[] {
  return minutes(12 * HOUR, () => busy({ requestCount, prefillReady: 2, ...change }));
}

export interface Sketch {
  readonly buckets: readonly TrafficBucket[];
  readonly settings?: { readonly [field: string]: unknown };
  /** Of the deployment. */
  readonly change?: { readonly [field: string]: unknown };
  readonly input?: Partial<PlanInput>;
}

/** Without the columns that nobody measured. */
export function measuredSeries(buckets: readonly TrafficBucket[]): TrafficSeries {
  const all = series(buckets);
  const columns = Object.entries(all.columns).filter(([, cells]) => cells.some((cell) => !Number.isNaN(cell)));
  return { ...all, columns: Object.fromEntries(columns) };
}

/** A plan of one graph at the end of its metrics, sized by `sla`. */
export function slaInput({ buckets, settings = {}, change = {}, input = {} }: Sketch): PlanInput {
  const strategy = { kind: 'sla', profile: PROFILE, ...settings };
  return planInput({
    at: new Date(msAt(buckets.length * 60)),
    config: config({ deployments: [deployment({ strategy, ...change })] }),
    series: [measuredSeries(buckets)],
    ...input,
  });
}

export function planOf(input: PlanInput): Plan {
  const plan = makePlan(input);
  if (!plan.ok) throw new Error(plan.error.map(({ path, message }) => `${path}: ${message}`).join('; '));
  return plan.value;
}

/** `prefill 2→3`, of every target. */
export const numbersOf = (plan: Plan): readonly string[] =>
  plan.targets.map(({ service, current, target }) => `${service} ${current}→${target}`);

/** What the strategy asked for, before any guardrail. */
export function rawOf(plan: Plan): { readonly [service: string]: number | null | undefined } {
  return Object.fromEntries(
    plan.targets.map(({ service, reasons }) => [service, reasons.find(({ stage }) => stage === 'raw')?.value]),
  );
}

export const heldOf = (plan: Plan): readonly string[] =>
  plan.held.map(({ service, code, reason }) => `${service ?? '*'} ${code}: ${reason}`);

export function wordsOf(plan: Plan, service: string): readonly string[] {
  const target = plan.targets.find((one) => one.service === service);
  return (target?.reasons ?? []).map(({ stage, explanation }) => `${stage}: ${explanation}`);
}
