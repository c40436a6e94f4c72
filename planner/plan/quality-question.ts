import type { MetricsNeeds, QualityQuestion } from '../quality/index.ts';
import { workerGpus } from '../strategies/index.ts';
import type { PlanSetting } from './input.ts';
import type { PlaceableGraph } from './place.ts';

/** What the metrics of a graph are judged by, before a strategy sees them that needs so much of them. */
export function qualityQuestion(
  { deployment, member }: PlaceableGraph,
  needs: MetricsNeeds,
  { at, config }: Pick<PlanSetting, 'at' | 'config'>,
): QualityQuestion {
  const { services } = member.view;
  const decode = services.find(({ role }) => role === 'decode') ?? services.find(({ role }) => role === 'worker');
  const gpus = decode === undefined ? undefined : workerGpus(decode);
  const { minCoverage, scrapeSeconds, historyHours } = config.metrics;
  return {
    needs,
    settings: { minCoverage, scrapeSeconds, historySeconds: historyHours * 3600 },
    atMs: at.getTime(),
    model: deployment.model ?? services.find(({ modelName }) => modelName !== undefined)?.modelName,
    decodeGpusPerReplica: gpus?.kind === 'known' ? gpus.count : undefined,
  };
}
