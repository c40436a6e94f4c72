import type { PolicyResult, ReplayResult } from '../replay/index.ts';

/** Each policy as it fared with the seed that was worst for it; the frontier is that of the seed that needed most. */
export function worstOfSeeds(results: readonly [ReplayResult, ...ReplayResult[]]): ReplayResult {
  const [first] = results;
  const policies = first.policies.map((policy) =>
    results
      .flatMap((one) => one.policies.filter(({ name }) => name === policy.name))
      .reduce((worst, one) => (isWorse(one, worst) ? one : worst)),
  );
  const dearest = results.reduce((most, one) => (leastHours(one) > leastHours(most) ? one : most));
  return { ...dearest, policies };
}

function isWorse(one: PolicyResult, other: PolicyResult): boolean {
  return one.attainment !== other.attainment ? one.attainment < other.attainment : one.gpuHours > other.gpuHours;
}

function leastHours({ frontier }: ReplayResult): number {
  return Math.min(...frontier.map(({ gpuHours }) => gpuHours));
}
