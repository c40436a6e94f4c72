import type { EngineSpec } from '../../engine/index.ts';
import { DrawnRequests, type RequestShape, type WorkloadMinute } from '../../workload/index.ts';
import { SampledMinute } from './sampled-minute.ts';
import { ShapeTable } from './shape-table.ts';

/** Draws minutes once for all simulations of an engine, whoever asks first. */
export interface MinuteSampler {
  /** What it brings, until so many other minutes were asked for as are kept. */
  sample(minute: WorkloadMinute): SampledMinute;
}

/** Minutes that are kept: the oracle goes back and forth between one and the next. */
const KEPT_MINUTES = 8;

/** Windows by how long a lone request of the mean length is decoded; short outputs feel the steps most. A tenth of a second below. */
const WINDOWS = [
  { leastSeconds: 2, cohorts: 10 },
  { leastSeconds: 1, cohorts: 5 },
  { leastSeconds: 0.6, cohorts: 2 },
] as const;

const samplers = new WeakMap<EngineSpec, Map<string, MinuteSampler>>();

/** @param drawnPerSecond requests of a second that are drawn one by one; where more arrive, so many stand for all */
export function minuteSampler(engine: EngineSpec, ttftMs: number, drawnPerSecond: number): MinuteSampler {
  const known = samplers.get(engine) ?? new Map<string, MinuteSampler>();
  samplers.set(engine, known);
  const key = `${ttftMs} ${drawnPerSecond}`;
  const sampler = known.get(key) ?? createSampler(engine, ttftMs, drawnPerSecond);
  known.set(key, sampler);
  return sampler;
}

function createSampler(engine: EngineSpec, ttftMs: number, drawnPerSecond: number): MinuteSampler {
  const drawn = new DrawnRequests();
  const kept: { readonly minute: WorkloadMinute; readonly sampled: SampledMinute }[] = [];
  let shaped: { readonly shape: RequestShape; readonly table: ShapeTable } | undefined;
  const tableOf = (shape: RequestShape): ShapeTable => {
    if (shaped !== undefined && isAlike(shaped.shape, shape)) return shaped.table;
    const table = new ShapeTable(engine, shape, ttftMs);
    shaped = { shape, table };
    return table;
  };
  return {
    sample(minute) {
      for (const one of kept) if (one.minute === minute) return one.sampled;
      const table = tableOf(minute.shape);
      const oldest = kept.length < KEPT_MINUTES ? undefined : kept.shift()?.sampled;
      const sampled = oldest ?? new SampledMinute(table);
      const residenceSeconds = (minute.shape.oslTokens * engine.model.decode.fixedMs) / 1000;
      const cohorts = WINDOWS.find(({ leastSeconds }) => residenceSeconds >= leastSeconds)?.cohorts ?? 1;
      sampled.fill(minute, table, cohorts, drawn, drawnPerSecond);
      kept.push({ minute, sampled });
      return sampled;
    },
  };
}

function isAlike(one: RequestShape, other: RequestShape): boolean {
  return (
    one.islTokens === other.islTokens &&
    one.islVariation === other.islVariation &&
    one.oslTokens === other.oslTokens &&
    one.oslVariation === other.oslVariation
  );
}
