import { CONFIG_FILE, fail, profilesOf, type Result, type Sla, succeed } from '../../../api/index.ts';
import {
  type EngineProfile,
  learnModel,
  namedProfile,
  type PerformanceModel,
  type ProfileParts,
  performanceModel,
  profileMismatch,
} from '../../capacity/index.ts';
import type { TrafficSeries } from '../../metrics/index.ts';
import { declaredSla } from '../../plan/declared-sla.ts';
import type { PlaceableGraph } from '../../plan/place.ts';
import { type DisaggregatedWorkers, disaggregatedWorkers } from '../../strategies/workers.ts';
import { type EngineSpec, engineSpec } from '../engine/index.ts';

/** What a graph's backtest simulates requests on, and what they are held to. */
export interface GraphEngine {
  readonly engine: EngineSpec;
  /** Undefined with a model that was learned. */
  readonly profile: EngineProfile | undefined;
  readonly sla: Sla;
}

/**
 * The engines of a graph by the profile that its strategy names, or by what the training days teach.
 * @param trainingEnd bucket of the series after the last training one, since nothing later may be learned from
 * @returns a problem for a graph that is not simulated, with what it lacks.
 */
export function graphEngine(
  graph: PlaceableGraph,
  profiles: ReadonlyMap<string, ProfileParts>,
  training: { readonly series: TrafficSeries; readonly end: number },
): Result<GraphEngine> {
  const { member, deployment, name, configPath } = graph;
  const sla = declaredSla(member.policy?.sla, deployment.sla, name, configPath);
  if (!sla.ok) return sla;
  const found = disaggregatedWorkers('backtest', { view: member.view, deployment, parentGraph: undefined });
  if (found.kind === 'held') return refused(graph, found.reason);
  const model = modelOf(graph, found.workers, profiles, training);
  if (!model.ok) return model;
  const { gpusPerReplica } = found.workers;
  const { strategy } = deployment;
  const allowed = (strategy.kind === 'sla' ? strategy.maxBatch : undefined) ?? Number.POSITIVE_INFINITY;
  const measured = engineSpec(model.value.model, { gpusPerReplica });
  return succeed({
    engine: { ...measured, maxBatch: Math.min(allowed, measured.maxBatch) },
    profile: model.value.profile,
    sla: sla.value,
  });
}

interface FoundModel {
  readonly model: PerformanceModel;
  readonly profile: EngineProfile | undefined;
}

function modelOf(
  graph: PlaceableGraph,
  workers: DisaggregatedWorkers,
  profiles: ReadonlyMap<string, ProfileParts>,
  { series, end }: { readonly series: TrafficSeries; readonly end: number },
): Result<FoundModel> {
  const { strategy } = graph.deployment;
  if (strategy.kind === 'sla' && strategy.profile === 'learned') {
    const learned = learnModel(series, end, false);
    return learned.kind === 'learned'
      ? succeed({ model: learned.model, profile: undefined })
      : refused(graph, `no model can be learned from its training days: ${learned.reason}`);
  }
  if ((strategy.kind !== 'sla' && strategy.kind !== 'dynamo-sla') || strategy.profile === 'learned') {
    const path = `${graph.configPath}.strategy`;
    const message = `backtest simulates engines, and the strategy ${strategy.kind} names no profile of them`;
    return fail({ code: 'refused', file: CONFIG_FILE, path, message, hint: 'use the strategy sla or dynamo-sla' });
  }
  const named = namedProfile(strategy.profile, profiles);
  if (named.kind === 'missing') return refused(graph, named.reason);
  const { modelName, prefill, decode } = workers;
  const mismatch = profileMismatch(named, { modelName, view: graph.member.view, prefill, decode });
  if (mismatch !== undefined) return refused(graph, mismatch);
  const model = performanceModel(named.profile);
  const files = profilesOf(strategy).map(({ path }) => path);
  return model === undefined
    ? refused(graph, `no performance model fits ${files.join(' and ')}; see dynamo-gitops profile ${files.join(' ')}`)
    : succeed({ model, profile: named.profile });
}

function refused({ name, configPath }: PlaceableGraph, reason: string): Result<never> {
  return fail({
    code: 'refused',
    file: CONFIG_FILE,
    path: configPath,
    message: `"${name}" is not simulated: ${reason}`,
  });
}
