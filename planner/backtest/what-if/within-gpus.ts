import { type ReplicaPair, shrinkPair } from '../../budget/shrink-pair.ts';
import type { Policy } from '../policies/index.ts';

/** A policy under a budget of GPUs: what it asks for beyond is taken from both roles. */
export function withinGpus(policy: Policy, maxGpus: number): Policy {
  return {
    ...policy,
    start: (setup) => {
      const running = policy.start(setup);
      const { prefill: unitsPerPrefill, decode: unitsPerDecode } = setup.gpusPerReplica;
      const units = { unitsPerPrefill, unitsPerDecode, minPrefill: 1, minDecode: 1 };
      return {
        observe: running.observe,
        decide: (moment): ReplicaPair => {
          const { prefill, decode } = running.decide(moment);
          if (prefill * unitsPerPrefill + decode * unitsPerDecode <= maxGpus) return { prefill, decode };
          const shrunk = shrinkPair({ prefill, decode, ...units }, maxGpus);
          return shrunk === undefined
            ? { prefill: 1, decode: 1 }
            : { ...shrunk, decode: Math.min(decode, shrunk.decode) };
        },
      };
    },
  };
}
