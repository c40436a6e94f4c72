import type { EngineSpec, RolePair } from '../../engine/index.ts';
import type { WorkloadMinute } from '../../workload/index.ts';
import type {
  Observation,
  RestorableSimulation,
  SimulatedSla,
  SimulationOptions,
  SimulationTotals,
} from '../simulation.ts';
import { DRAWN_PER_SECOND } from '../simulation.ts';
import { emptySums, emptyTally } from '../tally.ts';
import { DecodePool } from './decode-pool.ts';
import { minuteSampler } from './minute-sampler.ts';
import { PrefillQueue } from './prefill-queue.ts';
import { COHORTS, type SampledMinute } from './sampled-minute.ts';

const MINUTE_SECONDS = 60;
/** Decode replicas that take no more requests, and how many they had when they stopped. */
interface Draining {
  readonly pool: DecodePool;
  readonly inside: number;
}

/** A quick simulation of weeks: cohorts of requests instead of each, in steps of a tenth of a second to one. */
export function fluidSimulation(
  engine: EngineSpec,
  sla: SimulatedSla,
  options: SimulationOptions,
): RestorableSimulation {
  const sampler = minuteSampler(engine, sla.ttftMs, options.drawnPerSecond ?? DRAWN_PER_SECOND);
  const createQueue = (): PrefillQueue => new PrefillQueue(engine.transferMs / 1000, options.giveUpSeconds);
  const queue = createQueue();
  const pool = new DecodePool(engine, sla, options);
  const copyOf = (from: DecodePool): DecodePool => {
    const copy = new DecodePool(engine, sla, options);
    copy.copy(from);
    return copy;
  };
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
  let draining: Draining[] = [];
  const inside = (): number => draining.reduce((sum, one) => sum + one.pool.inside, queue.inside + pool.inside);

  return {
    advanceMinute(minute: WorkloadMinute, serving: RolePair): void {
      const sampled = sampler.sample(minute);
      const { requests, promptTokens, outputTokens, table } = sampled;
      newest = { sampled: { requests, promptTokens, outputTokens }, serving };
      sums = emptySums();
      tally.requests += requests;
      queue.setReplicas(serving.prefill, time, table, tally);
      if (serving.decode > pool.replicas) pool.add(serving.decode - pool.replicas);
      if (serving.decode < pool.replicas) {
        const gone = pool.split(pool.replicas - serving.decode);
        if (gone.inside > 0) draining.push({ pool: gone, inside: gone.inside });
      }
      const start = time;
      time += MINUTE_SECONDS;
      const seconds = sampled.windowCohorts / COHORTS;
      const steps = Math.round(MINUTE_SECONDS / seconds);
      queue.minute(start, sampled, sums);
      pool.minute(start, sampled, queue, tally, sums);
      for (const { pool: gone, inside: atFirst } of draining) {
        for (let step = 1; step <= steps && gone.inside > 0; step += 1) {
          // A replica is gone when the last of its requests is.
          const isLeft = 1 - (1 - gone.inside / atFirst) ** (atFirst / gone.replicas);
          tally.decodeDraining += seconds * gone.replicas * isLeft;
          gone.finish(start + step * seconds, seconds, table, tally, sums);
        }
      }
      if (draining.length > 0) draining = draining.filter((one) => one.pool.inside > 0);
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
    checkpoint(): () => void {
      const then = { tally: { ...tally }, sums: { ...sums }, time, newest };
      const queueThen = createQueue();
      queueThen.copy(queue);
      const poolThen = copyOf(pool);
      const drainingThen = draining.map((one) => ({ ...one, pool: copyOf(one.pool) }));
      return () => {
        queue.copy(queueThen);
        pool.copy(poolThen);
        draining = drainingThen.map((one) => ({ ...one, pool: copyOf(one.pool) }));
        tally = { ...then.tally };
        sums = { ...then.sums };
        ({ time, newest } = then);
      };
    },
    reset(): void {
      queue.reset();
      pool.reset();
      draining = [];
      tally = emptyTally();
      sums = emptySums();
      time = 0;
    },
  };
}
