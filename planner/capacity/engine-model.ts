import { notAKnotSpline } from './cubic-spline.ts';
import { type DecodeGrid, decodeGrid } from './decode-grids.ts';
import type { EngineProfile } from './engine-profile.ts';
import { at, clamp, roundHalfToEven } from './numeric.ts';

/** What one engine can do, read off its profile the way Dynamo's planner of 2026-02 does. */
export interface EngineModel {
  /** Time to first token of a prompt alone on the engine, milliseconds. Lengths outside the profile count as its ends. */
  ttftMs(islTokens: number): number;
  /** Prompt tokens per second and GPU at this length. */
  prefillTokensPerSecondPerGpu(islTokens: number): number;
  /** Cell of the decode grid for so many concurrent requests; undefined where a number is NaN. */
  decodeCell(concurrency: number, contextTokens: number): DecodeCell | undefined;
  /**
   * The cell of highest KV usage whose ITL is within the target, or the first cell when none is. It is not the cell of
   * best throughput. Undefined where the context length is NaN.
   */
  bestDecodeCell(itlMs: number, contextTokens: number): DecodeCell | undefined;
}

export interface DecodeCell {
  readonly kvIndex: number;
  readonly contextIndex: number;
  readonly kvUsage: number;
  readonly itlMs: number;
  /** Output tokens per second and GPU; the cubic may overshoot below zero. */
  readonly tokensPerSecondPerGpu: number;
}

const models = new WeakMap<EngineProfile, EngineModel>();

/** The model of a profile, made once. Curves and grid rows are computed when first asked for. */
export function engineModel(profile: EngineProfile): EngineModel {
  const known = models.get(profile) ?? createModel(profile);
  models.set(profile, known);
  return known;
}

function createModel({ prefill, decode }: EngineProfile): EngineModel {
  const [shortest, longest] = [at(prefill.islTokens, 0), at(prefill.islTokens, prefill.islTokens.length - 1)];
  const ttft = lazily(() => notAKnotSpline(prefill.islTokens, prefill.ttftMs));
  const throughput = lazily(() => notAKnotSpline(prefill.islTokens, prefill.tokensPerSecondPerGpu));
  const grid = lazily(() => decodeGrid(decode));
  return {
    ttftMs: (islTokens) => ttft()(clamp(islTokens, shortest, longest)),
    prefillTokensPerSecondPerGpu: (islTokens) => throughput()(clamp(islTokens, shortest, longest)),
    decodeCell(concurrency, contextTokens) {
      const kvIndex = indexOn(grid().kvUsageAxis, (concurrency * contextTokens) / decode.maxKvTokens);
      const contextIndex = indexOn(grid().contextTokensAxis, contextTokens);
      if (kvIndex === undefined || contextIndex === undefined) return undefined;
      return cellAt(grid(), kvIndex, contextIndex);
    },
    bestDecodeCell(itlMs, contextTokens) {
      const contextIndex = indexOn(grid().contextTokensAxis, contextTokens);
      if (contextIndex === undefined) return undefined;
      const fitting = grid()
        .row(contextIndex)
        .itlMs.findLastIndex((itl) => itl <= itlMs);
      return cellAt(grid(), Math.max(fitting, 0), contextIndex);
    },
  };
}

/** Nearest position on an evenly spaced axis, halves to even, beyond its ends the end. */
function indexOn(axis: readonly number[], value: number): number | undefined {
  const start = at(axis, 0);
  const position = roundHalfToEven((value - start) / (at(axis, 1) - start));
  return Number.isNaN(position) ? undefined : clamp(position, 0, axis.length - 1);
}

function cellAt(grid: DecodeGrid, kvIndex: number, contextIndex: number): DecodeCell {
  const { itlMs, tokensPerSecondPerGpu } = grid.row(contextIndex);
  return {
    kvIndex,
    contextIndex,
    kvUsage: at(grid.kvUsageAxis, kvIndex),
    itlMs: at(itlMs, kvIndex),
    tokensPerSecondPerGpu: at(tokensPerSecondPerGpu, kvIndex),
  };
}

function lazily<T extends object>(make: () => T): () => T {
  let made: T | undefined;
  return () => {
    made ??= make();
    return made;
  };
}
