import type { RoleSizing } from './needed-replicas.ts';

export interface RolePair {
  readonly prefill: number;
  readonly decode: number;
}

export interface PairQuestion {
  readonly needed: RolePair;
  readonly sizing: { readonly prefill: RoleSizing; readonly decode: RoleSizing };
  readonly gpusPerReplica: RolePair;
  readonly maxGpus: number;
}

/**
 * The pair within a GPU budget that keeps most of the SLA: the product of what prefill and decode attain, and where all
 * is lost, the one that comes nearest to what is needed in both. Undefined where not even one of each fits.
 */
export function fitGpus({ needed, sizing, gpusPerReplica, maxGpus }: PairQuestion): RolePair | undefined {
  let best: { readonly pair: RolePair; readonly attained: number; readonly share: number } | undefined;
  for (let prefill = 1; prefill <= needed.prefill; prefill += 1) {
    const room = Math.floor((maxGpus - prefill * gpusPerReplica.prefill) / gpusPerReplica.decode);
    if (room < 1) break;
    const decode = Math.min(needed.decode, room);
    const attained = round(sizing.prefill.attainment(prefill) * sizing.decode.attainment(decode));
    const share = Math.min(prefill / needed.prefill, decode / needed.decode);
    const isBetter =
      best === undefined || attained > best.attained || (attained === best.attained && share > best.share);
    if (isBetter) best = { pair: { prefill, decode }, attained, share };
  }
  return best?.pair;
}

/** Attainments that differ by less are alike, so that the last digit of a formula decides nothing. */
function round(share: number): number {
  return Math.round(share * 10_000) / 10_000;
}
