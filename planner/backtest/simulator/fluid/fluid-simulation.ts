import type { EngineSpec, RolePair } from '../../engine/index.ts';
import type { WorkloadMinute } from '../../workload/index.ts';
import type { Observation, SimulatedSla, Simulation, SimulationOptions, SimulationTotals } from '../simulation.ts';
import { emptySums, emptyTally } from '../tally.ts';
import { DecodePool } from './decode-pool.ts';
import { PrefillQueue } from './prefill-queue.ts';
import { COHORTS, minuteSampler, type SampledMinute } from './sampled-minute.ts';

const MINUTE_SECONDS = 60;
/** A quick simulation of weeks: cohorts of requests instead of each, in steps of a tenth to half a second. */
export function fluidSimulation(engine: EngineSpec, sla: SimulatedSla, options: SimulationOptions): Simulation {
  const sampler = minuteSampler(engine, sla.ttftMs);
  const queue = new PrefillQueue(engine.transferMs / 1000, options.giveUpSeconds);
  const pool = new DecodePool(engine, sla, options);
  let tally = emptyTally();
  let sums = emptySums();
  let time = 0;
  let newest: {
    readonly sampled: Pick<SampledMinute, 'requests' | 'promptTokens' | 'outputTokens'>;
    readonly serving: RolePair;
  } = {
    sampled: { requests: 0, promptTokens: 0, outputTokens: 0 },
    serving: { prefill: 0, decode: 0 },
  };
  const inside = (): number => queue.inside + pool.inside;

  return {
    advanceMinute(minute: WorkloadMinute, serving: RolePair): void {
      const sampled = sampler.sample(minute);
      const { requests, promptTokens, outputTokens, table } = sampled;
      newest = { sampled: { requests, promptTokens, outputTokens }, serving };
      sums = emptySums();
      tally.requests += requests;
      queue.setReplicas(serving.prefill, time, table, tally);
      pool.setReplicas(serving.decode, time);
      const start = time;
      time += MINUTE_SECONDS;
      if (requests === 0 && inside() === 0) return;
      const { windowCohorts } = sampled;
      const seconds = windowCohorts / COHORTS;
      for (let first = 0; first < MINUTE_SECONDS * COHORTS; first += windowCohorts) {
        const end = start + (first + windowCohorts) / COHORTS;
        queue.run(end, first, sampled, tally, sums);
        pool.step(end, seconds, queue, table, tally, sums);
      }
    },
    totals(): SimulationTotals {
      const { prefillDraining, decodeDraining, ...counts } = tally;
      return { ...counts, inside: inside(), drainingSeconds: { prefill: prefillDraining, decode: decodeDraining } };
    },
    observe(): Observation {
      const { sampled, serving } = newest;
      const { requests, promptTokens, outputTokens } = sampled;
      const kvTokens = serving.decode * engine.model.decode.maxKvTokens;
      return {
        started: requests,
        completed: sums.completed,
        islTokens: promptTokens / requests,
        oslTokens: outputTokens / requests,
        ttftMs: (1000 * sums.ttftSeconds) / sums.firstTokens,
        itlMs: (1000 * sums.itlSeconds) / sums.completed,
        queueDepth: queue.waiting(time),
        kvUsage: kvTokens === 0 ? 0 : Math.min(1, pool.kvTokens / kvTokens),
        concurrency: sums.insideSeconds / MINUTE_SECONDS,
        prefillBusy:
          serving.prefill === 0 ? 0 : Math.min(1, sums.prefillBusySeconds / (serving.prefill * MINUTE_SECONDS)),
      };
    },
    reset(): void {
      queue.reset();
      pool.reset();
      tally = emptyTally();
      sums = emptySums();
      time = 0;
    },
  };
}
