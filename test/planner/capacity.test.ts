import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { formatProblem } from '../../api/index.ts';
import { cloughTocherSurface, estimateGradients } from '../../planner/capacity/clough-tocher.ts';
import { notAKnotSpline } from '../../planner/capacity/cubic-spline.ts';
import { at, roundHalfToEven } from '../../planner/capacity/numeric.ts';
import { type Point, triangulate, weightsIn } from '../../planner/capacity/triangulation.ts';
import {
  buildDecodeGrids,
  type DecodeGrids,
  decodeGrid,
  type EngineProfile,
  engineModel,
  parseEngineProfile,
} from '../../planner/index.ts';
import { derivedGrids } from '../parity/profiles.ts';

const DEMO_PROFILE = 'apps/chat/profiles/h200-llama-3.1-8b-fp8-tp1.json';
const demoDocument = JSON.parse(readFileSync(DEMO_PROFILE, 'utf8'));
const demo = profileFrom(demoDocument);

function profileFrom(document: unknown): EngineProfile {
  const parsed = parseEngineProfile(document, 'profile.json');
  if (!parsed.ok) throw new Error(parsed.error.map(formatProblem).join('\n'));
  return parsed.value;
}

describe('the spline through prefill measurements', () => {
  const knots = fc
    .uniqueArray(fc.integer({ min: 0, max: 20_000 }), { minLength: 4, maxLength: 20 })
    .map((values) => values.sort((a, b) => a - b));

  test('passes through every measurement', () => {
    fc.assert(
      fc.property(knots, fc.infiniteStream(fc.integer({ min: 1, max: 1000 })), (xs, stream) => {
        const ys = xs.map(() => stream.next().value);
        const curve = notAKnotSpline(xs, ys);
        xs.forEach((x, index) => {
          expect(curve(x)).toBeCloseTo(at(ys, index), 6);
        });
      }),
    );
  });

  test('is the cubic itself where the measurements lie on one', () => {
    fc.assert(
      fc.property(knots, fc.double({ min: 0, max: 1, noNaN: true }), (xs, share) => {
        const cubic = (x: number) => 3 + 2 * (x / 1000) - 0.5 * (x / 1000) ** 2 + 0.1 * (x / 1000) ** 3;
        const curve = notAKnotSpline(xs, xs.map(cubic));
        const x = at(xs, 0) + share * (at(xs, xs.length - 1) - at(xs, 0));
        expect(Math.abs(curve(x) - cubic(x))).toBeLessThanOrEqual(1e-7 * Math.max(1, Math.abs(cubic(x))));
      }),
    );
  });
});

describe('the triangulation of decode measurements', () => {
  const demoPoints = pointsOf(demo);

  test('leaves no point of the demo profile inside or on a circumcircle, by exact arithmetic, so it is the only one', () => {
    const { triangles } = triangulate(demoPoints);
    expect(triangles).toHaveLength(59);
    for (const { corners } of triangles) {
      demoPoints.forEach((point, index) => {
        if (!corners.includes(index)) expect(insideCircle(demoPoints, corners, point).determinant < 0n).toBe(true);
      });
    }
  });

  test('drops triangles on the hull that only rounding gave an area', () => {
    // Lowest KV usages grow in proportion to the context length, so they lie on one line but for the last digit.
    const corners = triangulate(demoPoints).triangles.map((triangle) => [...triangle.corners].sort((a, b) => a - b));
    expect(corners).not.toContainEqual([0, 7, 14]);
    expect(corners).not.toContainEqual([14, 21, 34]);
  });

  test('holds for any profile up to rounding', () => {
    const rows = fc.array(
      fc.record({
        context: fc.integer({ min: 100, max: 120_000 }),
        usages: fc.uniqueArray(fc.integer({ min: 1, max: 997 }), { minLength: 2, maxLength: 8 }),
      }),
      { minLength: 2, maxLength: 6 },
    );
    fc.assert(
      fc.property(rows, (generated) => {
        const distinct = new Map(generated.map((row) => [row.context, row.usages]));
        fc.pre(distinct.size > 1);
        const points = [...distinct].flatMap(([y, usages]) => usages.map((usage) => ({ x: usage / 997, y })));
        const { triangles } = triangulate(points);
        for (const { corners } of triangles) {
          points.forEach((point, index) => {
            if (corners.includes(index)) return;
            const { determinant, magnitude } = insideCircle(points, corners, point);
            expect(determinant * 10n ** 12n <= magnitude).toBe(true);
          });
        }
      }),
      { numRuns: 60 },
    );
  });
});

describe('the surface through decode measurements', () => {
  test('is flat where the measurements are', () => {
    const mesh = triangulate(pointsOf(demo));
    const plane = ({ x, y }: Point) => 3 + 40 * x - y / 500;
    const values = mesh.points.map(plane);
    const surface = cloughTocherSurface(mesh, values);
    const gradients = estimateGradients(mesh, values);
    gradients.forEach((gradient) => {
      expect(gradient.x).toBeCloseTo(40, 3);
      expect(gradient.y).toBeCloseTo(-1 / 500, 8);
    });
    for (const triangle of mesh.triangles) {
      const [a, b, c] = triangle.corners.map((corner) => at(mesh.points, corner));
      if (a === undefined || b === undefined || c === undefined) throw new Error('a triangle has three corners');
      const place = { x: 0.2 * a.x + 0.5 * b.x + 0.3 * c.x, y: 0.2 * a.y + 0.5 * b.y + 0.3 * c.y };
      expect(surface(triangle, weightsIn(mesh.points, triangle, place))).toBeCloseTo(plane(place), 3);
    }
  });

  test('meets its neighbours without a step or a kink', () => {
    const mesh = triangulate(pointsOf(demo));
    const surface = cloughTocherSurface(mesh, demo.decode.itlMs);
    const step = 1e-5;
    for (const triangle of mesh.triangles) {
      const neighbour = triangle.across[0];
      if (neighbour === undefined) continue;
      const [start, end] = [at(mesh.points, triangle.corners[1]), at(mesh.points, triangle.corners[2])];
      const middle = { x: 0.4 * start.x + 0.6 * end.x, y: 0.4 * start.y + 0.6 * end.y };
      const opposite = at(mesh.points, triangle.corners[0]);
      const inward = { x: opposite.x - middle.x, y: opposite.y - middle.y };
      const heightAt = (one: typeof triangle, distance: number) =>
        surface(one, weightsIn(mesh.points, one, along(middle, inward, distance)));
      expect(heightAt(triangle, 0)).toBeCloseTo(heightAt(neighbour, 0), 9);
      const [slopeHere, slopeThere] = [triangle, neighbour].map(
        (one) => (heightAt(one, step) - heightAt(one, -step)) / (2 * step),
      );
      expect(slopeHere).toBeCloseTo(Number(slopeThere), 3);
    }
  });
});

describe('the decode grids', () => {
  const grids = buildDecodeGrids(demo.decode);

  test('give what Dynamo computed at places inside and outside the measurements', () => {
    // Figures of the reference grids: a corner beyond the hull, an inner cell, the longest context.
    expect(at(at(grids.itlMs, 0), 0)).toBe(4.379871);
    expect(at(at(grids.itlMs, 23), 16)).toBeCloseTo(9.734410226340245, 12);
    expect(at(at(grids.tokensPerSecondPerGpu, 23), 16)).toBeCloseTo(4555.680366094516, 9);
    expect(at(grids.contextTokensAxis, 99)).toBe(13585);
    expect(at(at(grids.itlMs, 99), 99)).toBe(at(demo.decode.itlMs, 40));
  });

  test('are computed row by row, and each row once', () => {
    const grid = decodeGrid(demo.decode);
    expect(grid.row(23)).toBe(grid.row(23));
    expect(grid.row(23)).toEqual({ itlMs: grids.itlMs[23], tokensPerSecondPerGpu: grids.tokensPerSecondPerGpu[23] });
  });

  test('are taken from the profile where it carries them', () => {
    const carried: DecodeGrids = {
      kvUsageAxis: [0, 1],
      contextTokensAxis: [0, 1000],
      itlMs: [
        [1, 2],
        [3, 4],
      ],
      tokensPerSecondPerGpu: [
        [10, 20],
        [30, 40],
      ],
    };
    const profile = profileFrom({ ...demoDocument, decode: { ...demoDocument.decode, grids: carried } });
    const model = engineModel(profile);
    expect(model.bestDecodeCell(3.5, 900)).toEqual({
      kvIndex: 0,
      contextIndex: 1,
      kvUsage: 0,
      itlMs: 3,
      tokensPerSecondPerGpu: 30,
    });
  });
});

describe('lookups in an engine model', () => {
  const model = engineModel(demo);

  test('round halves to the even cell', () => {
    expect([0.5, 1.5, 2.5, 2.4999, 2.5001].map(roundHalfToEven)).toEqual([0, 2, 2, 2, 3]);
    fc.assert(
      fc.property(fc.integer({ min: -1000, max: 1000 }), (whole) => {
        expect(Math.abs(roundHalfToEven(whole + 0.5) % 2)).toBe(0);
      }),
    );
  });

  test('stay inside the grid, whatever they are asked', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true }), fc.double({ noNaN: true }), (concurrency, context) => {
        const cell = model.decodeCell(concurrency, context);
        if (cell === undefined) return;
        expect(cell.kvIndex).toBeGreaterThanOrEqual(0);
        expect(cell.kvIndex).toBeLessThanOrEqual(99);
        expect(cell.contextIndex).toBeGreaterThanOrEqual(0);
        expect(cell.contextIndex).toBeLessThanOrEqual(99);
      }),
    );
  });

  test('count prompts outside the profile as its shortest and longest, and unknown ones as the shortest', () => {
    expect(model.ttftMs(1)).toBe(model.ttftMs(100));
    expect(model.ttftMs(1e9)).toBe(model.ttftMs(16372));
    expect(model.ttftMs(Number.NaN)).toBe(model.ttftMs(100));
    expect(model.prefillTokensPerSecondPerGpu(3000)).toBeCloseTo(49481.093527696125, 8);
  });

  test('have no cell for a number that is missing', () => {
    expect(model.decodeCell(Number.NaN, 3000)).toBeUndefined();
    expect(model.bestDecodeCell(10, Number.NaN)).toBeUndefined();
  });

  test('find the highest KV usage within the target, or the first cell when none is', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 60, noNaN: true }), fc.integer({ min: 0, max: 15_000 }), (itl, context) => {
        const cell = model.bestDecodeCell(itl, context);
        if (cell === undefined) throw new Error('a context length has a row');
        const row = at(buildGrids().itlMs, cell.contextIndex);
        const fitting = row.flatMap((value, index) => (value <= itl ? [index] : []));
        expect(cell.kvIndex).toBe(Math.max(0, ...fitting));
      }),
    );
    expect(model.bestDecodeCell(Number.NaN, 3000)?.kvIndex).toBe(0);
  });
});

const buildGrids = once(() => buildDecodeGrids(demo.decode));

describe('reading a profile', () => {
  const raw = {
    meta: { model: 'any' },
    prefill: {
      prefill_isl: demo.prefill.islTokens,
      prefill_ttft: demo.prefill.ttftMs,
      prefill_thpt_per_gpu: demo.prefill.tokensPerSecondPerGpu,
    },
    decode: {
      x_kv_usage: demo.decode.kvUsage,
      y_context_length: demo.decode.contextTokens,
      z_itl: demo.decode.itlMs,
      z_thpt_per_gpu: demo.decode.tokensPerSecondPerGpu,
      max_kv_tokens: [demo.decode.maxKvTokens],
    },
  };

  test("accepts the committed form and Dynamo's raw data, as text or as a value", () => {
    expect(parseEngineProfile(JSON.stringify(demoDocument), 'p.json')).toEqual({ ok: true, value: demo });
    const { engine, ...prefillFigures } = demo.prefill;
    const { engine: sameEngine, ...decodeFigures } = demo.decode;
    const figures = { prefill: prefillFigures, decode: decodeFigures };
    expect(engine).toEqual({
      ...{ model: 'nvidia/Llama-3.1-8B-Instruct-FP8', gpu: 'H200 SXM', backend: 'vllm', tensorParallel: 1 },
    });
    expect(sameEngine).toEqual(engine);
    expect(parseEngineProfile(raw, 'p.json')).toEqual({ ok: true, value: figures });
    const scalar = { ...raw, decode: { ...raw.decode, max_kv_tokens: demo.decode.maxKvTokens } };
    expect(parseEngineProfile(JSON.stringify(scalar), 'p.json')).toEqual({ ok: true, value: figures });
  });

  const { prefill, decode } = demoDocument;
  const line = { kvUsage: [0.1, 0.2, 0.3], itlMs: [1, 2, 3], tokensPerSecondPerGpu: [1, 2, 3] };
  test.each([
    [
      'a length below zero',
      { prefill: { ...prefill, islTokens: [-100, ...prefill.islTokens.slice(1)] } },
      'p.json: prefill.islTokens[0]: a length cannot be negative',
    ],
    [
      'lists of unequal length',
      { prefill: { ...prefill, ttftMs: [1, 2, 3] } },
      'p.json: prefill.ttftMs: has 3 values for 17 in islTokens',
    ],
    [
      'too few lengths',
      { prefill: { islTokens: [1, 2, 3], ttftMs: [1, 2, 3], tokensPerSecondPerGpu: [1, 2, 3] } },
      'p.json: prefill.islTokens: needs at least 4 lengths, since a cubic spline passes through no fewer',
    ],
    [
      'lengths out of order',
      { prefill: { ...prefill, islTokens: [100, 100, ...prefill.islTokens.slice(2)] } },
      'p.json: prefill.islTokens[1]: must be greater than the length before it; sort the measurements by length',
    ],
    [
      'a number that is none',
      { decode: { ...decode, itlMs: ['NaN', ...decode.itlMs.slice(1)] } },
      'p.json: decode.itlMs[0]: must be a number, not text',
    ],
    [
      'NaN',
      { decode: { ...decode, itlMs: [Number.NaN, ...decode.itlMs.slice(1)] } },
      'p.json: decode.itlMs[0]: must be a number, not NaN',
    ],
    [
      'a share above 1',
      { decode: { ...decode, kvUsage: [16, ...decode.kvUsage.slice(1)] } },
      'p.json: decode.kvUsage[0]: a share of the KV cache is between 0 and 1',
    ],
    [
      'no decode measurements',
      { decode: { kvUsage: [], contextTokens: [], itlMs: [], tokensPerSecondPerGpu: [], maxKvTokens: 1 } },
      'p.json: decode.contextTokens: needs at least 3 measurements, since a surface passes through no fewer',
    ],
    [
      'one context length only',
      { decode: { ...line, contextTokens: [500, 500, 500], maxKvTokens: 1 } },
      'p.json: decode.contextTokens: all measurements lie on one line; profile several context lengths',
    ],
    ['a cache without room', { decode: { ...decode, maxKvTokens: 0 } }, 'p.json: decode.maxKvTokens: must be above 0'],
    [
      'grids of the wrong size',
      {
        decode: {
          ...decode,
          grids: {
            kvUsageAxis: [0, 1],
            contextTokensAxis: [0, 1],
            itlMs: [[1, 2]],
            tokensPerSecondPerGpu: [[1, 2], [1]],
          },
        },
      },
      'p.json: decode.grids.itlMs: has 1 rows for 2 context lengths\np.json: decode.grids.tokensPerSecondPerGpu[1]: has 1 cells for 2 KV usages',
    ],
    ['a field that nobody knows', { comment: 'x' }, 'p.json: unknown field "comment"'],
  ])('names %s by its path', (_, change, message) => {
    expect(problemsOf({ ...demoDocument, ...change })).toBe(message);
  });

  test('names a measurement that stands twice', () => {
    const twice = (values: readonly number[]) => [...values, at(values, 0)];
    const doubled = {
      ...decode,
      kvUsage: twice(decode.kvUsage),
      contextTokens: twice(decode.contextTokens),
      itlMs: twice(decode.itlMs),
      tokensPerSecondPerGpu: twice(decode.tokensPerSecondPerGpu),
    };
    expect(problemsOf({ ...demoDocument, decode: doubled })).toBe(
      'p.json: decode.kvUsage[41]: measures KV usage 0.00037035900485593565 at 350 tokens a second time',
    );
  });

  test('says what a profile looks like when it is given something else', () => {
    expect(problemsOf({ hello: 'world' })).toMatch(/^p\.json: is not an engine profile \(/);
    expect(problemsOf('{')).toMatch(/^p\.json:1:2: is not JSON: /);
    expect(problemsOf([])).toMatch(/^p\.json: is not an engine profile \(/);
  });

  function problemsOf(source: unknown): string {
    const parsed = parseEngineProfile(source, 'p.json');
    return parsed.ok ? 'accepted' : parsed.error.map(formatProblem).join('\n');
  }
});

const CASES = '../shared/data/planner';
const sharedProfiles = ['h200_tp1p_tp1d', 'h100_70b_tp8', 'h100_70b_tp4', 'h100_70b_tp2'];
const hasCases = existsSync(CASES);

(hasCases ? describe : describe.skip)(`grids built from measurements (needs ${CASES})`, () => {
  test.each(sharedProfiles)('agree with those that SciPy computed, for all cells of %s', (name) => {
    const profile = profileFrom(JSON.parse(readFileSync(`${CASES}/${name}.json`, 'utf8')));
    const reference = derivedGrids(JSON.parse(readFileSync(`${CASES}/${name}_derived.json`, 'utf8')));
    const built = buildDecodeGrids(profile.decode);
    expect(built.contextTokensAxis).toEqual(reference.contextTokensAxis);
    expect(built.kvUsageAxis).toEqual(reference.kvUsageAxis);
    expect(worstDifference(built.itlMs, reference.itlMs)).toBeLessThan(1e-12);
    expect(worstDifference(built.tokensPerSecondPerGpu, reference.tokensPerSecondPerGpu)).toBeLessThan(1e-11);
  });
});

function worstDifference(one: readonly (readonly number[])[], other: readonly (readonly number[])[]): number {
  const differences = one.flatMap((row, index) =>
    row.map((value, column) => {
      const reference = at(at(other, index), column);
      return Math.abs(value - reference) / Math.max(Math.abs(value), Math.abs(reference));
    }),
  );
  return differences.reduce((worst, difference) => Math.max(worst, difference), 0);
}

function pointsOf({ decode }: EngineProfile): readonly Point[] {
  return decode.kvUsage.map((x, index) => ({ x, y: at(decode.contextTokens, index) }));
}

function along(from: Point, direction: Point, distance: number): Point {
  return { x: from.x + distance * direction.x, y: from.y + distance * direction.y };
}

/** The in-circle determinant in whole numbers, positive inside, beside the sum of the sizes of its terms. */
function insideCircle(points: readonly Point[], corners: readonly [number, number, number], place: Point) {
  const exact = (value: number) => BigInt(value * 2 ** 80);
  const relative = corners.map((corner) => {
    const { x, y } = at(points, corner);
    const [dx, dy] = [exact(x) - exact(place.x), exact(y) - exact(place.y)];
    return { dx, dy, lift: dx * dx + dy * dy };
  });
  const [a, b, c] = relative;
  if (a === undefined || b === undefined || c === undefined) throw new Error('a triangle has three corners');
  const size = (value: bigint) => (value < 0n ? -value : value);
  const cross = (p: typeof a, q: typeof a) => p.dx * q.dy - q.dx * p.dy;
  const bulk = (p: typeof a, q: typeof a) => size(p.dx * q.dy) + size(q.dx * p.dy);
  const turn = cross(a, b) + cross(b, c) + cross(c, a);
  const determinant = a.lift * cross(b, c) + b.lift * cross(c, a) + c.lift * cross(a, b);
  return {
    determinant: turn > 0n ? determinant : -determinant,
    magnitude: a.lift * bulk(b, c) + b.lift * bulk(c, a) + c.lift * bulk(a, b),
  };
}

function once<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => {
    made ??= make();
    return made;
  };
}
