import { cloughTocherSurface, type Surface } from './clough-tocher.ts';
import type { DecodeGrids, EngineProfile } from './engine-profile.ts';
import { at } from './numeric.ts';
import { type Corners, type Point, type Triangle, triangulate, weightsIn } from './triangulation.ts';

/** Cells along each axis of Dynamo's decode grids. */
const GRID_SIZE = 100;

/** A place this far outside a triangle, in barycentric coordinates, still counts as inside; SciPy's tolerance. */
const ON_EDGE = 100 * Number.EPSILON;

/** Decode performance by KV usage and context length, as Dynamo's planner looks it up: without blending between cells. */
export interface DecodeGrid {
  readonly kvUsageAxis: readonly number[];
  readonly contextTokensAxis: readonly number[];
  /** The cells of one context length, by position on its axis. */
  row(contextIndex: number): DecodeRow;
}

export interface DecodeRow {
  readonly itlMs: readonly number[];
  readonly tokensPerSecondPerGpu: readonly number[];
}

/** The grid that the profile carries, or one built from its measurements, row by row as rows are asked for. */
export function decodeGrid(decode: EngineProfile['decode']): DecodeGrid {
  const { grids } = decode;
  if (grids === undefined) return builtGrid(decode);
  return {
    kvUsageAxis: grids.kvUsageAxis,
    contextTokensAxis: grids.contextTokensAxis,
    row: (index) => ({ itlMs: at(grids.itlMs, index), tokensPerSecondPerGpu: at(grids.tokensPerSecondPerGpu, index) }),
  };
}

/** Every row at once, for a profile that is to carry its grids. */
export function buildDecodeGrids(decode: EngineProfile['decode']): DecodeGrids {
  const grid = builtGrid(decode);
  const rows = grid.contextTokensAxis.map((_, index) => grid.row(index));
  return {
    kvUsageAxis: grid.kvUsageAxis,
    contextTokensAxis: grid.contextTokensAxis,
    itlMs: rows.map((row) => row.itlMs),
    tokensPerSecondPerGpu: rows.map((row) => row.tokensPerSecondPerGpu),
  };
}

/**
 * KV usage 0 to 1 across, context length 0 to the longest measured down. Inside the hull of the measurements a C¹ cubic
 * surface; outside it the nearest measurement, where "nearest" is by raw distance and so by context length first.
 */
function builtGrid(decode: EngineProfile['decode']): DecodeGrid {
  const points = decode.kvUsage.map((x, index) => ({ x, y: at(decode.contextTokens, index) }));
  const mesh = triangulate(points);
  const boxes = mesh.triangles.map((triangle) => boxAround(points, triangle));
  const itl = cloughTocherSurface(mesh, decode.itlMs);
  const throughput = cloughTocherSurface(mesh, decode.tokensPerSecondPerGpu);
  const kvUsageAxis = evenlySpaced(1);
  const contextTokensAxis = evenlySpaced(Math.max(...decode.contextTokens));
  const rows = new Map<number, DecodeRow>();

  const buildRow = (index: number): DecodeRow => {
    const y = at(contextTokensAxis, index);
    const touched = boxes.filter((box) => box.bottom <= y && y <= box.top);
    const sources = kvUsageAxis.map((x) => sourceAt(points, touched, { x, y }));
    const read = (surface: Surface, values: readonly number[]) =>
      sources.map((source) =>
        source.kind === 'nearest' ? at(values, source.point) : surface(source.triangle, source.weights),
      );
    return {
      itlMs: read(itl, decode.itlMs),
      tokensPerSecondPerGpu: read(throughput, decode.tokensPerSecondPerGpu),
    };
  };
  const row = (index: number): DecodeRow => {
    const known = rows.get(index) ?? buildRow(index);
    rows.set(index, known);
    return known;
  };
  return { kvUsageAxis, contextTokensAxis, row };
}

function evenlySpaced(last: number): readonly number[] {
  const step = last / (GRID_SIZE - 1);
  return Array.from({ length: GRID_SIZE }, (_, index) => (index === GRID_SIZE - 1 ? last : index * step));
}

interface Box {
  readonly triangle: Triangle;
  readonly left: number;
  readonly right: number;
  readonly bottom: number;
  readonly top: number;
}

/** A little wider than the triangle, so that places on its edges are not lost to rounding. */
function boxAround(points: readonly Point[], triangle: Triangle): Box {
  const xs = triangle.corners.map((corner) => at(points, corner).x);
  const ys = triangle.corners.map((corner) => at(points, corner).y);
  const [left, right, bottom, top] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
  const [aside, above] = [1e-9 * (right - left), 1e-9 * (top - bottom)];
  return { triangle, left: left - aside, right: right + aside, bottom: bottom - above, top: top + above };
}

/** Where the value of a grid node comes from. */
type Source =
  | { readonly kind: 'surface'; readonly triangle: Triangle; readonly weights: Corners<number> }
  | { readonly kind: 'nearest'; readonly point: number };

function sourceAt(points: readonly Point[], row: readonly Box[], place: Point): Source {
  for (const { triangle, left, right } of row) {
    if (place.x < left || place.x > right) continue;
    const weights = weightsIn(points, triangle, place);
    if (weights.every((weight) => weight >= -ON_EDGE && weight <= 1 + ON_EDGE)) {
      return { kind: 'surface', triangle, weights };
    }
  }
  return { kind: 'nearest', point: nearest(points, place) };
}

function nearest(points: readonly Point[], place: Point): number {
  let best = 0;
  let shortest = Number.POSITIVE_INFINITY;
  for (const [index, { x, y }] of points.entries()) {
    const distance = (x - place.x) ** 2 + (y - place.y) ** 2;
    if (distance < shortest) {
      best = index;
      shortest = distance;
    }
  }
  return best;
}
