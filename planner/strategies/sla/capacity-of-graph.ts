import { CONFIG_FILE, fail, type HeldItem, type Result, type SlaSettings, succeed } from '../../../api/index.ts';
import {
  contextTokens,
  learnModel,
  namedProfile,
  type PerformanceModel,
  performanceModel,
  profileMismatch,
  profileWords,
} from '../../capacity/index.ts';
import type { TrafficSeries } from '../../metrics/index.ts';
import { formatQuantity as q } from '../../quantity.ts';
import type { StrategyContext } from '../strategy.ts';
import type { RecentTraffic } from './recent-traffic.ts';
import type { SlaWorkers } from './sla-workers.ts';

/** A performance model of a graph's engines, and where it comes from in words. */
export type GraphCapacity =
  | {
      readonly kind: 'model';
      readonly model: PerformanceModel;
      readonly words: { readonly prefill: string; readonly decode: string };
      /** Whether it comes from the graph's own metrics, and so needs no comparison with them. */
      readonly isLearned: boolean;
    }
  | { readonly kind: 'held'; readonly code: HeldItem['code']; readonly reason: string };

/** Lengths this far beyond what a learned model has seen are no longer its business. */
const BEYOND_LEARNED = 1.25;

/** What a model is learned from, and what it has to speak for. */
export interface LearnedTraffic {
  readonly series: TrafficSeries;
  readonly recent: RecentTraffic;
  readonly oslVariation: number;
}

/** The model that the settings name, or why it does not speak for the graph. */
export function capacityOfGraph(
  settings: SlaSettings,
  context: StrategyContext,
  workers: SlaWorkers,
  traffic: LearnedTraffic,
): Result<GraphCapacity> {
  return settings.profile === 'learned'
    ? succeed(learned(workers, traffic))
    : profiled(settings.profile, context, workers);
}

function learned(workers: SlaWorkers, { series, recent, oslVariation }: LearnedTraffic): GraphCapacity {
  const found = learnModel(series, recent.end, workers.kind === 'aggregated');
  if (found.kind === 'refused') return held('no-decision', found.reason);
  const { model, buckets } = found;
  const ranges = [
    { what: 'prompts', now: recent.islTokens, seen: model.prefill.islTokens },
    { what: 'contexts', now: contextTokens({ ...recent, oslVariation }), seen: model.decode.contextTokens },
  ];
  const strange = ranges.find(
    ({ now, seen }) => now > BEYOND_LEARNED * seen.highest || now < seen.lowest / BEYOND_LEARNED,
  );
  if (strange !== undefined) {
    const { what, now, seen } = strange;
    const reason = `${what} are ${q(now)} tokens long now, and the model was learned from ${q(seen.lowest)} to ${q(seen.highest)}`;
    return held('no-decision', reason);
  }
  const words = `a model learned from ${buckets} buckets of the graph's own metrics`;
  return { kind: 'model', model, words: { prefill: words, decode: words }, isLearned: true };
}

function profiled(
  profile: Exclude<SlaSettings['profile'], 'learned'>,
  { profiles, configPath, view }: StrategyContext,
  workers: SlaWorkers,
): Result<GraphCapacity> {
  const named = namedProfile(profile, profiles);
  if (named.kind === 'missing') {
    return fail({ code: 'not-found', file: CONFIG_FILE, path: configPath, message: named.reason });
  }
  const { modelName } = workers;
  const services =
    workers.kind === 'aggregated'
      ? { prefill: workers.worker, decode: workers.worker }
      : { prefill: workers.prefill, decode: workers.decode };
  const mismatch = profileMismatch(named, { modelName, view, ...services });
  if (mismatch !== undefined) return succeed(held('profile-mismatch', mismatch));
  const model = performanceModel(named.profile);
  if (model === undefined) {
    const { prefill, decode } = named.files;
    const files = prefill === decode ? prefill : `${prefill} and ${decode}`;
    return succeed(held('profile-mismatch', `no performance model fits ${files}; see dynamo-gitops profile ${files}`));
  }
  const wordsOf = (role: 'prefill' | 'decode') =>
    profileWords(named.profile[role], named.files[role]).replace(/,$/, '');
  const words = { prefill: wordsOf('prefill'), decode: wordsOf('decode') };
  return succeed({ kind: 'model', model, words, isLearned: false });
}

function held(code: HeldItem['code'], reason: string): GraphCapacity {
  return { kind: 'held', code, reason };
}
