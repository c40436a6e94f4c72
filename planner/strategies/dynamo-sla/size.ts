import {
  CONFIG_FILE,
  type DynamoSlaSettings,
  fail,
  type HeldItem,
  type Result,
  type ServiceView,
  succeed,
} from '../../../api/index.ts';
import { namedProfile, profileMismatch, profileWords } from '../../capacity/index.ts';
import { liveReadyReplicas } from '../../guardrails/index.ts';
import { MOST_REPLICAS, type SizedGraph, type SizeGraph, type StrategyContext } from '../strategy.ts';
import { disaggregatedWorkers } from '../workers.ts';
import { decideDynamoSla } from './decide.ts';
import { decidingTraffic } from './deciding-traffic.ts';
import { decodeReasons, type ExplainedDecision, prefillReasons, type ReadyWorkers } from './reasons.ts';

/** Sizes prefill and decode of a disaggregated graph as {@link decideDynamoSla} says, with every step in words. */
export const sizeWithDynamoSla: SizeGraph<DynamoSlaSettings> = (settings, context) => {
  const found = disaggregatedWorkers('dynamo-sla', context);
  if (found.kind === 'held') return held(found.code, found.reason);
  const { prefill, decode, modelName, gpusPerReplica } = found.workers;
  const { sla, view, configPath } = context;
  if (!sla.ok) return sla;
  const named = namedProfile(settings.profile, context.profiles);
  if (named.kind === 'missing') {
    return fail({ code: 'not-found', file: CONFIG_FILE, path: configPath, message: named.reason });
  }
  const { profile, files } = named;
  const mismatch = profileMismatch(named, { modelName, view, prefill, decode });
  if (mismatch !== undefined) return held('profile-mismatch', mismatch);
  const traffic = decidingTraffic({ metrics: context.metrics, settings, atMs: context.atMs });
  if (traffic.kind === 'held') return held(traffic.code, traffic.reason);

  const readyDecode = readyDecodeWorkers(traffic.readyDecode, context, decode);
  const decision = decideDynamoSla({
    settings,
    sla: sla.value,
    profile,
    windows: traffic.windows,
    gpusPerReplica,
    // With none ready the strategy leaves the profile's ITL uncorrected, which is what not knowing calls for too.
    readyDecode: readyDecode?.count ?? 0,
  });
  if (decision.kind === 'no-decision') return held('no-decision', decision.reason);
  const tooMany = [decision.prefill, decision.decode].find((count) => count > MOST_REPLICAS);
  if (tooMany !== undefined) {
    const reason = `dynamo-sla asks for ${tooMany} replicas, which is beyond anything plausible; check the profile`;
    return held('no-decision', reason);
  }
  const raw = { prefill: decision.prefill, decode: decision.decode };
  const explained: ExplainedDecision = {
    ...{ settings, sla: sla.value, traffic, trace: decision.trace },
    profile: {
      prefill: profileWords(profile.prefill, files.prefill),
      decode: profileWords(profile.decode, files.decode),
    },
    ...{ gpusPerReplica, readyDecode, raw },
  };
  return succeed({
    kind: 'sized',
    services: [
      {
        service: prefill,
        raw: raw.prefill,
        gpusPerReplica: gpusPerReplica.prefill,
        reasons: prefillReasons(explained),
        demandReplicas: demandReplicas(decision.trace.prefill, gpusPerReplica.prefill),
        tokensPerReplica: {
          column: 'islTokens',
          perSecond: decision.trace.prefill.tokensPerSecondPerGpu * gpusPerReplica.prefill,
        },
      },
      {
        service: decode,
        raw: raw.decode,
        gpusPerReplica: gpusPerReplica.decode,
        reasons: decodeReasons(explained),
        demandReplicas: demandReplicas(decision.trace.decode, gpusPerReplica.decode),
        tokensPerReplica: {
          column: 'oslTokens',
          perSecond: decision.trace.decode.tokensPerSecondPerGpu * gpusPerReplica.decode,
        },
      },
    ],
  });
};

function demandReplicas(
  sized: { readonly demandTokensPerSecond: number; readonly tokensPerSecondPerGpu: number },
  gpusPerReplica: number,
): number {
  return sized.demandTokensPerSecond / sized.tokensPerSecondPerGpu / gpusPerReplica;
}

/** What the metrics say counts first: it was measured in the window that decides. */
function readyDecodeWorkers(
  measured: number | undefined,
  { status, graph }: StrategyContext,
  decode: ServiceView,
): ReadyWorkers | undefined {
  if (measured !== undefined) return { count: measured, source: 'metrics' };
  const live = liveReadyReplicas(status, graph, decode.name);
  return live === undefined ? undefined : { count: live, source: 'status' };
}

function held(code: HeldItem['code'], reason: string): Result<SizedGraph> {
  return succeed({ kind: 'held', code, reason });
}
