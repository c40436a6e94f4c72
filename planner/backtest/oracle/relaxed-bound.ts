import { cheapestPlan, type PlanPrices, type PricedStretch } from './cheapest-plan.ts';

/** What a plan is allowed. */
export interface Allowance {
  readonly changes: number;
  /** Requests that may be missed. */
  readonly misses: number;
}

/**
 * GPU-seconds below which no plan can be that changes no more often, misses no more requests, and pays for start-up. Each
 * role is bounded alone, with all the changes and misses that both have, so that time grows with the levels of both and not
 * with their product; of each it is the Lagrangian dual over a price of changes and one of misses, which is concave, so that
 * both are searched by thirds. Whatever prices are tried, the answer is a bound; more of them make it tighter.
 *
 * @param stretches with `shortage` in requests
 */
export function relaxedBound(
  stretches: readonly PricedStretch[],
  prices: Omit<PlanPrices, 'changeGpuSeconds'>,
  allowed: Allowance,
): number {
  const { gpusPerReplica } = prices;
  const prefill = stretches.map(({ seconds, needed, shortage }) => ({
    ...{ seconds, needed: { prefill: needed.prefill, decode: 1 } },
    shortage: { prefill: shortage?.prefill ?? NONE, decode: NONE },
  }));
  const decode = stretches.map(({ seconds, needed, shortage }) => ({
    ...{ seconds, needed: { prefill: 1, decode: needed.decode } },
    shortage: { prefill: NONE, decode: shortage?.decode ?? NONE },
  }));
  return (
    roleBound(prefill, { ...prices, gpusPerReplica: { prefill: gpusPerReplica.prefill, decode: 0 } }, allowed) +
    roleBound(decode, { ...prices, gpusPerReplica: { prefill: 0, decode: gpusPerReplica.decode } }, allowed)
  );
}

const NONE = new Float64Array(0);

function roleBound(
  stretches: readonly ShortStretch[],
  prices: Omit<PlanPrices, 'changeGpuSeconds'>,
  allowed: Allowance,
): number {
  const unit = prices.gpusPerReplica.prefill + prices.gpusPerReplica.decode;
  const needed = cheapestPlan(
    stretches.map(({ seconds, needed: pair }) => ({ seconds, needed: pair })),
    { ...prices, changeGpuSeconds: 0 },
  );
  /** GPU-seconds of a request, were all as dear as the mean one. */
  const perRequest = needed.gpuSeconds / Math.max(1, requestsOf(stretches));
  const dual = (changePrice: number, missPrice: number): number => {
    const priced = stretches.map((one) => ({ ...one, shortage: scaled(one.shortage, missPrice) }));
    const plan = cheapestPlan(priced, { ...prices, changeGpuSeconds: changePrice });
    return plan.pricedGpuSeconds - changePrice * allowed.changes - missPrice * allowed.misses;
  };
  return highest((power) => highest((other) => dual(unit * 15 * 2 ** power, perRequest * 2 ** other), 0, 8), 0, 12);
}

type ShortStretch = PricedStretch & Required<Pick<PricedStretch, 'shortage'>>;

const ROUNDS = 4;

/** The highest of a function that rises and then falls, nearly. */
function highest(value: (at: number) => number, from: number, to: number): number {
  let [low, high] = [from, to];
  let best = Number.NEGATIVE_INFINITY;
  for (let round = 0; round < ROUNDS; round += 1) {
    const third = (high - low) / 3;
    const [left, right] = [value(low + third), value(high - third)];
    best = Math.max(best, left, right);
    if (left < right) low += third;
    else high -= third;
  }
  return best;
}

function scaled({ prefill, decode }: ShortStretch['shortage'], price: number): ShortStretch['shortage'] {
  return {
    prefill: prefill.map((requests) => requests * price),
    decode: decode.map((requests) => requests * price),
  };
}

/** With none of a role, all of its requests are missed. */
function requestsOf(stretches: readonly ShortStretch[]): number {
  return stretches.reduce((sum, { shortage }) => sum + Math.max(shortage.prefill[0] ?? 0, shortage.decode[0] ?? 0), 0);
}
