import type { PlanReason } from '../../../api/index.ts';
import type { ReplicaPair } from '../../budget/shrink-pair.ts';
import { counted, formatQuantity as q } from '../../quantity.ts';
import type { SlaDecision } from './decision.ts';
import { priceSource } from './late-price.ts';
import { step } from './step.ts';
import type { WeighedHorizon } from './weigh-horizon.ts';

/** What the time ahead was weighed to cost, and why a change is worth its price or not. */
export function horizonSteps({ horizon, settings, workers }: SlaDecision): readonly PlanReason[] {
  if (horizon === undefined) return [];
  const { decision, setting, price, current, changes } = horizon;
  if (decision.kind === 'none') {
    const words = `the time ahead cannot be weighed (${decision.reason}), so numbers are those for the quantile`;
    return [step('demand', 'horizonGpuSeconds', Number.NaN, words)];
  }
  const { cheapest, cost, costOfStaying, changePrice, seconds, pair } = decision;
  const words = (one: ReplicaPair): string =>
    workers.kind === 'aggregated' ? `${one.prefill}` : `prefill ${one.prefill} and decode ${one.decode}`;
  const stretch = `the ${q(seconds)} s from ${q(settings.forecast.leadSeconds)} s ahead`;
  const cheapestWords = `${words(cheapest)} would cost least over ${stretch}, ${q(cost)} GPU-seconds, of which late requests count ${q(price.latePrice)} times what engines take for them${priceSource(price)}`;
  const made = `${counted(changes, 'change')} of ${setting.changesPerDay} in the last 24 hours`;
  return [
    step('demand', 'horizonGpuSeconds', cost, cheapestWords),
    ...(current === undefined || isSame(cheapest, current)
      ? []
      : [step('demand', 'changeGpuSeconds', changePrice, comparison())]),
    ...daySteps(horizon),
  ];

  function comparison(): string {
    const staying =
      current === undefined || !Number.isFinite(costOfStaying)
        ? 'what runs is not within maxGpus'
        : `to stay at ${words(current)} would cost ${q(costOfStaying)}`;
    const price = Number.isFinite(changePrice)
      ? `a change is priced at ${q(changePrice)} (${made})`
      : `no such change is left (${made})`;
    return `${staying}; ${price}: ${isSame(pair, cheapest) ? 'worth it' : 'not worth it'}`;
  }
}

function isSame(one: ReplicaPair, other: ReplicaPair): boolean {
  return one.prefill === other.prefill && one.decode === other.decode;
}

/** A day that repeats needs no merge requests: whoever owns the floors may declare them by the hour. */
function daySteps({ day }: WeighedHorizon): readonly PlanReason[] {
  if (day === undefined || day.entries.length < 2) return [];
  const entries = day.entries.map(
    ({ from, to, prefill, decode }) => `${clock(from)} to ${clock(to)} prefill ${prefill} and decode ${decode}`,
  );
  const seen = `the day repeats (${day.days} days, the same hour off by ${q(100 * day.error)} % on average)`;
  const advice =
    'as floors of a schedule (strategy schedule, or a KEDA cron trigger) that is one merge request for many';
  return [step('forecast', 'repeatingDay', day.entries.length, `${seen}: ${entries.join(', ')}, UTC; ${advice}`)];
}

function clock(hour: number): string {
  return `${String(hour).padStart(2, '0')}:00`;
}
