import {
  CONFIG_FILE,
  fail,
  type HeldItem,
  type PlanReason,
  type Result,
  type ServiceView,
  serviceName,
  succeed,
  validateDeployment,
} from '../../api/index.ts';
import { liveReadyReplicas } from '../guardrails/index.ts';
import type { TrafficSeries } from '../metrics/index.ts';
import { decideDynamoSla } from '../strategies/dynamo-sla/index.ts';
import { decidingTraffic } from './deciding-traffic.ts';
import { declaredSla } from './declared-sla.ts';
import type { PlanInput } from './input.ts';
import { profileMismatch, profileWords } from './profile-match.ts';
import { decodeReasons, type ExplainedDecision, prefillReasons, type ReadyWorkers } from './reasons.ts';
import type { SelectedGraph } from './select-graphs.ts';
import { workerGpus } from './worker-gpus.ts';

/** A configured graph whose place is known. */
export interface PlaceableGraph extends SelectedGraph {
  readonly deployment: NonNullable<SelectedGraph['deployment']>;
  readonly namespace: string;
  readonly environment: string;
}

/** A number for one service, before any guardrail. */
export interface SizedService {
  readonly service: ServiceView;
  readonly raw: number;
  readonly gpusPerReplica: number;
  readonly reasons: readonly PlanReason[];
}

export type SizedGraph =
  | { readonly kind: 'sized'; readonly services: readonly SizedService[] }
  | { readonly kind: 'held'; readonly code: HeldItem['code']; readonly reason: string };

/** Largest replica count that a manifest or a plan may hold; more is a defect of the profile or of the metrics. */
const MOST_REPLICAS = 10_000;

/** Runs the strategy of one graph, or says why its numbers stay as they are. Pure. */
export function sizeGraph(
  graph: PlaceableGraph,
  series: readonly TrafficSeries[],
  input: PlanInput,
): Result<SizedGraph> {
  const { deployment, member } = graph;
  const { strategy } = deployment;
  const roles = member.view.services.map((service) => service.role);
  if (roles.includes('worker') && !roles.includes('prefill') && !roles.includes('decode')) {
    return held('unsupported', 'dynamo-sla sizes prefill and decode, and the workers of this graph do both at once');
  }
  const validated = validateDeployment(member.view, {
    requirePrefill: true,
    requireDecode: true,
    ...(deployment.model === undefined ? {} : { modelName: deployment.model }),
    ...(input.parentGraph === undefined ? {} : { parentGraph: input.parentGraph }),
  });
  if (!validated.ok) return held('invalid-deployment', validated.error.map((problem) => problem.message).join('; '));
  const { prefill, decode, modelName } = validated.value;
  if (prefill === undefined || decode === undefined) return held('invalid-deployment', 'prefill or decode is missing');
  const misnamed = [prefill, decode].find((service) => !serviceName.safeParse(service.name).success);
  if (misnamed !== undefined) {
    return held('invalid-deployment', `${JSON.stringify(misnamed.name)} is not a name that Kubernetes accepts`);
  }
  const sla = declaredSla(member.policy?.sla, deployment.sla, graph.name, graph.configPath);
  if (!sla.ok) return sla;
  const profile = input.profiles.get(strategy.profile);
  if (profile === undefined) {
    const message = `the profile ${strategy.profile} was not read`;
    return fail({ code: 'not-found', file: CONFIG_FILE, path: graph.configPath, message });
  }
  const gpus = { prefill: workerGpus(prefill), decode: workerGpus(decode) };
  if (gpus.prefill.kind === 'unknown' || gpus.decode.kind === 'unknown') {
    const unknown = [prefill, decode].flatMap((service) => {
      const count = workerGpus(service);
      return count.kind === 'unknown' ? [`${service.name}: ${count.reason}`] : [];
    });
    return held('unknown-gpus', unknown.join('; '));
  }
  const running = { modelName, view: member.view, workers: [prefill, decode] };
  const mismatch = profileMismatch(profile, strategy.profile, running);
  if (mismatch !== undefined) return held('profile-mismatch', mismatch);
  const traffic = decidingTraffic({
    series,
    graph,
    modelName,
    settings: strategy,
    atMs: input.at.getTime(),
  });
  if (traffic.kind === 'held') return held(traffic.code, traffic.reason);

  const gpusPerReplica = { prefill: gpus.prefill.count, decode: gpus.decode.count };
  const readyDecode = readyDecodeWorkers(traffic.readyDecode, input, graph, decode);
  const decision = decideDynamoSla({
    settings: strategy,
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
    settings: strategy,
    sla: sla.value,
    traffic,
    trace: decision.trace,
    profile: profileWords(profile, strategy.profile),
    gpusPerReplica,
    readyDecode,
    raw,
  };
  return succeed({
    kind: 'sized',
    services: [
      {
        service: prefill,
        raw: raw.prefill,
        gpusPerReplica: gpusPerReplica.prefill,
        reasons: prefillReasons(explained),
      },
      { service: decode, raw: raw.decode, gpusPerReplica: gpusPerReplica.decode, reasons: decodeReasons(explained) },
    ],
  });
}

/** What the metrics say counts first: it was measured in the window that decides. */
function readyDecodeWorkers(
  measured: number | undefined,
  { status }: PlanInput,
  graph: PlaceableGraph,
  decode: ServiceView,
): ReadyWorkers | undefined {
  if (measured !== undefined) return { count: measured, source: 'metrics' };
  const live = liveReadyReplicas(status, graph, decode.name);
  return live === undefined ? undefined : { count: live, source: 'status' };
}

function held(code: HeldItem['code'], reason: string): Result<SizedGraph> {
  return succeed({ kind: 'held', code, reason });
}
