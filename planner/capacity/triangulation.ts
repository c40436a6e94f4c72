import Delaunator from 'delaunator';
import { at } from './numeric.ts';

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** Something for each of a triangle's corners, in their order. */
export type Corners<T> = readonly [T, T, T];

export interface Triangle {
  /** Positions of the corners in the list of points. */
  readonly corners: Corners<number>;
  /** For each corner the triangle on the other side of the opposite edge; undefined on the hull. */
  readonly across: Corners<Triangle | undefined>;
}

export interface Triangulation {
  readonly points: readonly Point[];
  readonly triangles: readonly Triangle[];
  /** For each point the points that an edge joins it to. */
  readonly neighbours: readonly (readonly number[])[];
}

/**
 * A triangle on the hull that is flatter than this, relative to the products that its area is the difference of, exists
 * only because coordinates were rounded: its corners were measured on one line.
 */
const FLAT = 1e-12;

/** Delaunay triangulation in the coordinates as given; no axis is rescaled. */
export function triangulate(points: readonly Point[]): Triangulation {
  const mesh = Delaunator.from(
    [...points],
    (point) => point.x,
    (point) => point.y,
  );
  const corners = Array.from(
    { length: mesh.triangles.length / 3 },
    (_, id): Corners<number> => [
      at(mesh.triangles, 3 * id),
      at(mesh.triangles, 3 * id + 1),
      at(mesh.triangles, 3 * id + 2),
    ],
  );
  // Half-edge 3t+k runs from corner k to the next, so it lies opposite corner k+2.
  const beyond = corners.map(
    (_, id): Corners<number> => [
      triangleOf(at(mesh.halfedges, 3 * id + 1)),
      triangleOf(at(mesh.halfedges, 3 * id + 2)),
      triangleOf(at(mesh.halfedges, 3 * id)),
    ],
  );
  const kept = withoutFlatHull(points, corners, beyond);
  const triangles = new Map<number, MutableTriangle>();
  for (const id of kept) triangles.set(id, { corners: at(corners, id), across: [undefined, undefined, undefined] });
  for (const [id, triangle] of triangles) {
    const [first, second, third] = at(beyond, id);
    triangle.across = [triangles.get(first), triangles.get(second), triangles.get(third)];
  }
  return { points, triangles: [...triangles.values()], neighbours: neighboursOf(points, [...triangles.values()]) };
}

interface MutableTriangle {
  readonly corners: Corners<number>;
  across: Corners<Triangle | undefined>;
}

const OUTSIDE = -1;

function triangleOf(halfEdge: number): number {
  return halfEdge < 0 ? OUTSIDE : Math.floor(halfEdge / 3);
}

function withoutFlatHull(
  points: readonly Point[],
  corners: readonly Corners<number>[],
  beyond: readonly Corners<number>[],
): ReadonlySet<number> {
  const kept = new Set(corners.keys());
  const isOnHull = (id: number) => at(beyond, id).some((other) => !kept.has(other));
  // Removing one triangle puts its neighbours on the hull, so the sweep repeats until nothing is flat.
  for (let before = -1; before !== kept.size; ) {
    before = kept.size;
    for (const id of [...kept]) if (isOnHull(id) && isFlat(points, at(corners, id))) kept.delete(id);
  }
  return kept;
}

function isFlat(points: readonly Point[], [a, b, c]: Corners<number>): boolean {
  const [origin, left, right] = [at(points, a), at(points, b), at(points, c)];
  const forward = (left.x - origin.x) * (right.y - origin.y);
  const backward = (left.y - origin.y) * (right.x - origin.x);
  return Math.abs(forward - backward) <= FLAT * (Math.abs(forward) + Math.abs(backward));
}

function neighboursOf(points: readonly Point[], triangles: readonly Triangle[]): readonly (readonly number[])[] {
  const joined = points.map(() => new Set<number>());
  for (const { corners } of triangles) {
    for (const corner of corners) {
      for (const other of corners) if (other !== corner) at(joined, corner).add(other);
    }
  }
  return joined.map((others) => [...others]);
}

/** Barycentric coordinates of a place: how much of each corner it is made of. They add up to 1. */
export function weightsIn(points: readonly Point[], { corners }: Triangle, place: Point): Corners<number> {
  const [a, b, c] = [at(points, corners[0]), at(points, corners[1]), at(points, corners[2])];
  const area = (a.x - c.x) * (b.y - c.y) - (b.x - c.x) * (a.y - c.y);
  const first = ((place.x - c.x) * (b.y - c.y) - (b.x - c.x) * (place.y - c.y)) / area;
  const second = ((a.x - c.x) * (place.y - c.y) - (place.x - c.x) * (a.y - c.y)) / area;
  return [first, second, 1 - first - second];
}

export function centroid(points: readonly Point[], { corners }: Triangle): Point {
  const [a, b, c] = [at(points, corners[0]), at(points, corners[1]), at(points, corners[2])];
  return { x: (a.x + b.x + c.x) / 3, y: (a.y + b.y + c.y) / 3 };
}
