import { at } from './numeric.ts';
import { type Corners, centroid, type Point, type Triangle, type Triangulation, weightsIn } from './triangulation.ts';

/** Slope of a surface at one point. */
export interface Gradient {
  readonly x: number;
  readonly y: number;
}

/** Sweeps end when no gradient moves by more than this, relative to its size (and absolutely, below 1). */
const CONVERGED = 1e-6;
const MOST_SWEEPS = 400;

/**
 * Gradients that minimise the curvature of the surface along the edges of the triangulation, point by point, until they
 * settle (Gauss–Seidel). The method is Nielson's (1983), with the stopping rule of SciPy's CloughTocher2DInterpolator.
 */
export function estimateGradients(mesh: Triangulation, values: readonly number[]): readonly Gradient[] {
  const gradients: Gradient[] = mesh.points.map(() => ({ x: 0, y: 0 }));
  for (let sweep = 0; sweep < MOST_SWEEPS; sweep++) {
    let largestMove = 0;
    for (const point of mesh.points.keys()) {
      const before = at(gradients, point);
      const after = flattestGradient(mesh, values, gradients, point);
      const move = Math.max(Math.abs(after.x - before.x), Math.abs(after.y - before.y));
      largestMove = Math.max(largestMove, move / Math.max(1, Math.abs(after.x), Math.abs(after.y)));
      gradients[point] = after;
    }
    if (largestMove < CONVERGED) break;
  }
  return gradients;
}

/** The gradient at one point that bends the cubics along its edges least, with its neighbours' gradients held. */
function flattestGradient(
  mesh: Triangulation,
  values: readonly number[],
  gradients: readonly Gradient[],
  point: number,
): Gradient {
  const here = at(mesh.points, point);
  let [xx, xy, yy, rightX, rightY] = [0, 0, 0, 0, 0];
  for (const other of at(mesh.neighbours, point)) {
    const there = at(mesh.points, other);
    const edge = { x: there.x - here.x, y: there.y - here.y };
    const slope = at(gradients, other);
    const length = Math.sqrt(edge.x * edge.x + edge.y * edge.y);
    const cubedLength = length * length * length;
    const pull =
      (6 * (at(values, point) - at(values, other)) + 2 * (edge.x * slope.x + edge.y * slope.y)) / cubedLength;
    xx += (4 * edge.x * edge.x) / cubedLength;
    xy += (4 * edge.x * edge.y) / cubedLength;
    yy += (4 * edge.y * edge.y) / cubedLength;
    rightX += pull * edge.x;
    rightY += pull * edge.y;
  }
  const determinant = xx * yy - xy * xy;
  // A point that no edge, or only parallel edges, reach has no slope to estimate.
  if (determinant === 0) return { x: 0, y: 0 };
  return { x: -(yy * rightX - xy * rightY) / determinant, y: -(xx * rightY - xy * rightX) / determinant };
}

/** Height of the surface at a place inside a triangle, given by its barycentric coordinates there. */
export type Surface = (triangle: Triangle, weights: Corners<number>) => number;

/**
 * The C¹ piecewise cubic through the points (Clough and Tocher, 1965; Bézier net after Farin, 1986): each triangle is
 * split at its centroid into three cubics. Control points of a triangle are computed once, when first needed.
 */
export function cloughTocherSurface(mesh: Triangulation, values: readonly number[]): Surface {
  const gradients = estimateGradients(mesh, values);
  const nets = new Map<Triangle, ControlNet>();
  return (triangle, weights) => {
    const net = nets.get(triangle) ?? controlNet(mesh, values, gradients, triangle);
    nets.set(triangle, net);
    return heightOf(net, weights);
  };
}

/**
 * Bézier ordinates of the three cubics of a triangle. `edge.from[k]` and `edge.to[k]` lie on the edge opposite corner k,
 * which runs from corner k+1 to corner k+2.
 */
interface ControlNet {
  readonly corner: Corners<number>;
  readonly edge: { readonly from: Corners<number>; readonly to: Corners<number> };
  /** On the way from each corner to the centroid. */
  readonly nearCorner: Corners<number>;
  /** Inside, next to the middle of the edge opposite each corner. */
  readonly nearEdge: Corners<number>;
  /** On the way from each corner to the centroid, next to the centroid. */
  readonly nearCentre: Corners<number>;
  readonly centre: number;
}

type Corner = 0 | 1 | 2;

function forEachCorner<T>(make: (corner: Corner, next: Corner, afterNext: Corner) => T): Corners<T> {
  return [make(0, 1, 2), make(1, 2, 0), make(2, 0, 1)];
}

function controlNet(
  mesh: Triangulation,
  values: readonly number[],
  gradients: readonly Gradient[],
  triangle: Triangle,
): ControlNet {
  const corner = forEachCorner((k) => at(values, triangle.corners[k]));
  const towards = (from: Corner, to: Corner) => {
    const [here, there] = [at(mesh.points, triangle.corners[from]), at(mesh.points, triangle.corners[to])];
    const slope = at(gradients, triangle.corners[from]);
    return corner[from] + (slope.x * (there.x - here.x) + slope.y * (there.y - here.y)) / 3;
  };
  const edge = {
    from: forEachCorner((_, start, end) => towards(start, end)),
    to: forEachCorner((_, start, end) => towards(end, start)),
  };
  const nearCorner = forEachCorner((k, next, afterNext) => (towards(k, next) + towards(k, afterNext) + corner[k]) / 3);
  const nearEdge = forEachCorner((k, start, end) => {
    const [from, to] = [edge.from[k], edge.to[k]];
    const across = crossDirection(mesh.points, triangle, k);
    const alongEdge = across * (-corner[start] + 3 * from - 3 * to + corner[end]);
    return (alongEdge + (-corner[start] + 2 * from - to + nearCorner[start] + nearCorner[end])) / 2;
  });
  const nearCentre = forEachCorner((k, next, afterNext) => (nearEdge[next] + nearEdge[afterNext] + nearCorner[k]) / 3);
  const centre = (nearCentre[0] + nearCentre[1] + nearCentre[2]) / 3;
  return { corner, edge, nearCorner, nearEdge, nearCentre, centre };
}

/**
 * Where the line between this centroid and the one across the edge opposite a corner crosses that edge, as the share
 * that the edge contributes to the cross-boundary derivative; −½ on the hull, where there is nothing across.
 */
function crossDirection(points: readonly Point[], triangle: Triangle, corner: Corner): number {
  const neighbour = triangle.across[corner];
  if (neighbour === undefined) return -0.5;
  const weights = weightsIn(points, triangle, centroid(points, neighbour));
  const [start, end] = corner === 0 ? [1, 2] : corner === 1 ? [2, 0] : [0, 1];
  const [fromStart, fromEnd] = [at(weights, start), at(weights, end)];
  return (2 * fromEnd + fromStart - 1) / (2 - 3 * fromEnd - 3 * fromStart);
}

function heightOf(net: ControlNet, weights: Corners<number>): number {
  const smallest = Math.min(...weights);
  const opposite: Corner = weights[0] === smallest ? 0 : weights[1] === smallest ? 1 : 2;
  const [start, end]: readonly [Corner, Corner] = opposite === 0 ? [1, 2] : opposite === 1 ? [2, 0] : [0, 1];
  // Coordinates in the sub-triangle of two corners and the centroid; the third corner has none of this place.
  const [u, v, w] = [weights[start] - smallest, weights[end] - smallest, 3 * smallest];
  const onEdge =
    u * u * u * net.corner[start] +
    3 * u * u * v * net.edge.from[opposite] +
    3 * u * v * v * net.edge.to[opposite] +
    v * v * v * net.corner[end];
  const inside = u * u * net.nearCorner[start] + 2 * u * v * net.nearEdge[opposite] + v * v * net.nearCorner[end];
  const aroundCentre = u * net.nearCentre[start] + v * net.nearCentre[end];
  return onEdge + 3 * w * inside + 3 * w * w * aroundCentre + w * w * w * net.centre;
}
