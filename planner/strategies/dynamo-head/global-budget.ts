import { bandTolerance, describeBreach, type GpuBand, placeInBand } from './gpu-band.ts';

/** Replicas of one role of one deployment. */
export interface GpuPool {
  readonly deployment: string;
  readonly role: string;
  readonly current: number;
  readonly gpusPerReplica: number;
}

/** What a deployment last asked for, granted or not. */
export interface ScaleIntent {
  readonly deployment: string;
  readonly role: string;
  readonly desired: number;
  readonly seenAtSeconds: number;
}

export interface ScaleRequest {
  readonly deployment: string;
  readonly targets: readonly { readonly role: string; readonly desired: number }[];
}

export interface SharedBudget {
  readonly band: GpuBand;
  readonly intentTtlSeconds: number;
  readonly nowSeconds: number;
  readonly pools: readonly GpuPool[];
  readonly intents: readonly ScaleIntent[];
}

/** A pool that changes together with the request, so that both fit. */
export interface ScalePartner {
  readonly deployment: string;
  readonly role: string;
  readonly desired: number;
}

export type Mediation =
  | { readonly kind: 'approved'; readonly partners: readonly ScalePartner[] }
  | { readonly kind: 'rejected'; readonly message: string };

/** A pool with the change that is wanted of it. */
interface Move {
  readonly pool: GpuPool;
  readonly desired: number;
}

/**
 * Decides on one deployment's request under a GPU budget that many share, as Dynamo's global planner of 2026-08 does
 * (`mediate`). A request is packed with changes in the opposite direction that others asked for before and did not get:
 * those of the same deployment first, smallest first, the last of them in part where it would leave the band. Where no
 * packing ends inside the band the request stands alone.
 */
export function mediate(request: ScaleRequest, budget: SharedBudget): Mediation {
  const { band, pools } = budget;
  if (band.minGpus < 0 && band.maxGpus < 0) return { kind: 'approved', partners: [] };
  const requested = request.targets.flatMap(({ role, desired }): Move[] => {
    const pool = pools.find((one) => one.deployment === request.deployment && one.role === role);
    return pool === undefined ? [] : [{ pool, desired }];
  });
  const total = pools.reduce((sum, pool) => sum + pool.current * pool.gpusPerReplica, gpusOf(requested));
  const packed = pack(requested, total, candidatesFor(request, requested, budget), band);
  if (packed !== undefined) {
    const partners = packed.map(({ pool: { deployment, role }, desired }) => ({ deployment, role, desired }));
    return { kind: 'approved', partners };
  }
  const tolerance = goesBothWays(requested) ? toleranceOf(requested) : 0;
  const breach = describeBreach(total, band, tolerance);
  if (breach === '') return { kind: 'approved', partners: [] };
  return { kind: 'rejected', message: `GPU budget breach: ${breach}; no feasible pair packing` };
}

/** Fresh intents of other pools that are not satisfied yet and would free what the request takes, or take what it frees. */
function candidatesFor(request: ScaleRequest, requested: readonly Move[], budget: SharedBudget): readonly Move[] {
  const direction = Math.sign(gpusOf(requested));
  return budget.intents
    .flatMap((intent): Move[] => {
      if (budget.nowSeconds - intent.seenAtSeconds > budget.intentTtlSeconds) return [];
      const pool = budget.pools.find(
        ({ deployment, role }) => deployment === intent.deployment && role === intent.role,
      );
      if (pool === undefined || requested.some((move) => move.pool === pool)) return [];
      const move = { pool, desired: intent.desired };
      return direction !== 0 && Math.sign(gpusOf([move])) === -direction ? [move] : [];
    })
    .sort(
      (one, other) => rank(one, request) - rank(other, request) || Math.abs(gpusOf([one])) - Math.abs(gpusOf([other])),
    );
}

function rank({ pool }: Move, request: ScaleRequest): number {
  return pool.deployment === request.deployment ? 0 : 1;
}

/** The candidates that bring the request into the band, or undefined where none do. */
function pack(
  requested: readonly Move[],
  total: number,
  candidates: readonly Move[],
  band: GpuBand,
): readonly Move[] | undefined {
  const start = placeInBand(total, band, toleranceOf(requested));
  let packed: readonly Move[] = [];
  let reached = total;
  for (const candidate of candidates) {
    const tolerance = toleranceOf([...requested, ...packed, candidate]);
    const next = reached + gpusOf([candidate]);
    const place = placeInBand(next, band, tolerance);
    if (place === 'within' || (place === start && isTowards(place, gpusOf([candidate])))) {
      packed = [...packed, candidate];
      reached = next;
      continue;
    }
    const part = largestPart(candidate, reached, band, tolerance);
    if (part !== undefined) {
      packed = [...packed, part];
      reached += gpusOf([part]);
    }
    break;
  }
  const ends = placeInBand(reached, band, toleranceOf([...requested, ...packed]));
  return packed.length > 0 && ends === 'within' ? packed : undefined;
}

function isTowards(place: 'above' | 'below', change: number): boolean {
  return place === 'above' ? change < 0 : change > 0;
}

/** The most of a move that ends inside the band; undefined where not even one replica does. */
function largestPart({ pool, desired }: Move, total: number, band: GpuBand, tolerance: number): Move | undefined {
  const step = Math.sign(desired - pool.current);
  for (let reached = desired - step; reached !== pool.current; reached -= step) {
    const part = { pool, desired: reached };
    if (placeInBand(total + gpusOf([part]), band, tolerance) === 'within') return part;
  }
  return undefined;
}

function goesBothWays(moves: readonly Move[]): boolean {
  return moves.some((move) => gpusOf([move]) > 0) && moves.some((move) => gpusOf([move]) < 0);
}

function toleranceOf(moves: readonly Move[]): number {
  return bandTolerance(moves.map(({ pool }) => pool.gpusPerReplica));
}

/** By how many GPUs moves change the total. */
function gpusOf(moves: readonly Move[]): number {
  return moves.reduce((sum, { pool, desired }) => sum + (desired - pool.current) * pool.gpusPerReplica, 0);
}
