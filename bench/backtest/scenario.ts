import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';

const count = z.int().min(1);
const rolePair = z.strictObject({ prefill: count, decode: count });

/** How a trace becomes a workload. */
const traceSetting = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('servegen'),
    file: z.string().min(1),
    /** Mean over the whole trace, to which the recorded rate is scaled. */
    requestsPerSecond: z.number().positive(),
    /** Larger squared variations of the time between arrivals (the column's CV, squared) count as this one. */
    mostArrivalVariation: z.number().min(1),
  }),
  z.strictObject({
    kind: z.literal('burstgpt'),
    file: z.string().min(1),
    requestsPerSecond: z.number().positive(),
    /** The trace has tokens alone: so much of them are prompts. */
    promptShare: z.number().gt(0).lt(1),
    arrivalVariation: z.number().min(1),
    /** Squared variations of lengths, which the trace does not tell. */
    islVariation: z.number().min(0),
    oslVariation: z.number().min(0),
  }),
]);

/** A task that policies are compared on; frozen, so that nothing is tuned by moving it. */
const scenarioSchema = z.strictObject({
  name: z.string().min(1),
  trace: traceSetting,
  /** Raw data of Dynamo's profiler; prefill's throughput is computed anew as ISL ÷ TTFT ÷ GPUs. */
  profile: z.strictObject({ prefill: z.string().min(1), decode: z.string().min(1) }),
  gpusPerReplica: rolePair,
  sla: z.strictObject({ ttftMs: z.number().positive(), itlMs: z.number().positive() }),
  giveUpSeconds: z.number().positive(),
  /** Half of each is review and sync, the other half start-up. */
  leadSeconds: z.array(count).min(1),
  /** Most replicas over those that the worst minute of the training days needed. */
  mostOverPeak: z.number().min(1),
  seeds: z.array(z.int()).min(1),
  /** Days from 1. */
  judgedDays: z.strictObject({ first: count, last: count }),
  /** Where parameters come from: the days before each judged one, or another scenario. */
  parameters: z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('walk-forward') }),
    z.strictObject({ kind: z.literal('transfer'), from: z.string().min(1) }),
  ]),
});

export type Scenario = z.output<typeof scenarioSchema>;

/** Scenarios of a folder, by the names of their files. */
export function readScenarios(folder: string): readonly Scenario[] {
  return readdirSync(folder)
    .filter((file) => file.endsWith('.json'))
    .sort()
    .map((file) => scenarioSchema.parse(JSON.parse(readFileSync(join(folder, file), 'utf8'))));
}
