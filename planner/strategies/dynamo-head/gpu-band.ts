import { type ReplicaPair, shrinkPair } from '../../budget/shrink-pair.ts';

/** The totals that Dynamo's planner of 2026-08 keeps its GPUs within; a bound below 0 is off. */
export interface GpuBand {
  readonly minGpus: number;
  /** Never exceeded; only the lower bound has a tolerance. */
  readonly maxGpus: number;
}

export type PlaceInBand = 'within' | 'above' | 'below';

/**
 * How far a total may stay below the lower bound, since GPUs come in whole replicas: those of the largest replica.
 * Source: `compute_tolerance`, 2026-08.
 */
export function bandTolerance(gpusPerReplica: readonly number[]): number {
  return gpusPerReplica.reduce((largest, gpus) => (gpus > largest ? gpus : largest), 0);
}

/** Where a total stands. Source: `bounds_for_total`, 2026-08. */
export function placeInBand(total: number, { minGpus, maxGpus }: GpuBand, tolerance: number): PlaceInBand {
  if (maxGpus >= 0 && total > maxGpus) return 'above';
  return minGpus >= 0 && total < minGpus - tolerance ? 'below' : 'within';
}

/** Says where a total outside of the band stands; empty within. */
export function describeBreach(total: number, band: GpuBand, tolerance: number): string {
  switch (placeInBand(total, band, tolerance)) {
    case 'within':
      return '';
    case 'above':
      return `total ${total} exceeds ceiling (${band.maxGpus})`;
    case 'below':
      return `total ${total} below floor (${band.minGpus}${tolerance > 0 ? ` - tol ${tolerance}` : ''})`;
  }
}

export interface PairInBand {
  readonly prefill: number;
  readonly decode: number;
  readonly gpusPerPrefill: number;
  readonly gpusPerDecode: number;
  /** Floors of replicas. */
  readonly minPrefill: number;
  readonly minDecode: number;
}

/**
 * Moves a pair into the band: above it as {@link shrinkPair} does, none of either where not even the floors fit; below
 * it by growing prefill in proportion and decode to fill the rest, unless that overshoots the band. A pair within stays,
 * also where it is below the floors. Source: `proportional_clamp_pair`, 2026-08.
 */
export function clampPairToBand(pair: PairInBand, band: GpuBand): ReplicaPair {
  const { prefill, decode, gpusPerPrefill, gpusPerDecode, minPrefill, minDecode } = pair;
  const asked = { prefill, decode };
  if (gpusPerPrefill <= 0 || gpusPerDecode <= 0) return asked;
  const total = prefill * gpusPerPrefill + decode * gpusPerDecode;
  switch (placeInBand(total, band, toleranceWithin(band, [gpusPerPrefill, gpusPerDecode]))) {
    case 'within':
      return asked;
    case 'above': {
      const demand = {
        ...asked,
        unitsPerPrefill: gpusPerPrefill,
        unitsPerDecode: gpusPerDecode,
        minPrefill,
        minDecode,
      };
      return shrinkPair(demand, band.maxGpus) ?? { prefill: 0, decode: 0 };
    }
    case 'below': {
      const share = total > 0 ? prefill * (band.minGpus / total) : band.minGpus / 2 / gpusPerPrefill;
      const grownPrefill = Math.max(minPrefill, Math.ceil(share));
      const left = Math.ceil((band.minGpus - grownPrefill * gpusPerPrefill) / gpusPerDecode);
      const grownDecode = Math.max(minDecode, left);
      const grownTotal = grownPrefill * gpusPerPrefill + grownDecode * gpusPerDecode;
      return isAbove(grownTotal, band) ? asked : { prefill: grownPrefill, decode: grownDecode };
    }
  }
}

export interface RoleInBand {
  readonly replicas: number;
  readonly gpusPerReplica: number;
  readonly minReplicas: number;
}

/** Moves one role into the band, the way {@link clampPairToBand} does. Source: `proportional_clamp_single`, 2026-08. */
export function clampRoleToBand({ replicas, gpusPerReplica, minReplicas }: RoleInBand, band: GpuBand): number {
  if (gpusPerReplica <= 0) return replicas;
  switch (placeInBand(replicas * gpusPerReplica, band, toleranceWithin(band, [gpusPerReplica]))) {
    case 'within':
      return replicas;
    case 'above':
      if (band.maxGpus < minReplicas * gpusPerReplica) return 0;
      return Math.max(minReplicas, Math.floor(band.maxGpus / gpusPerReplica));
    case 'below': {
      const grown = Math.max(minReplicas, Math.ceil(band.minGpus / gpusPerReplica));
      return isAbove(grown * gpusPerReplica, band) ? replicas : grown;
    }
  }
}

/** With one bound alone there is room on its other side, so it needs no tolerance. */
function toleranceWithin({ minGpus, maxGpus }: GpuBand, gpusPerReplica: readonly number[]): number {
  return minGpus >= 0 && maxGpus >= 0 ? bandTolerance(gpusPerReplica) : 0;
}

function isAbove(total: number, band: GpuBand): boolean {
  return placeInBand(total, band, 0) === 'above';
}
