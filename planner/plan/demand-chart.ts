import type { DemandChart } from '../../api/index.ts';
import { cellAt, cutSeries } from '../metrics/index.ts';
import type { JudgedService } from './guard-graph.ts';

/** How far back a chart looks: a day has the shape that the next one will have. */
const CHART_SECONDS = 86_400;
const CHART_POINTS = 24;

/**
 * The demand of the day before a plan, in replicas that it kept busy all the time. Each point is the highest of its
 * buckets, since a number is chosen for the highest; one without any data is null.
 */
export function demandChart({ tokensPerReplica, series }: JudgedService, atMs: number): DemandChart | undefined {
  if (tokensPerReplica === undefined || series === undefined || !(tokensPerReplica.perSecond > 0)) return undefined;
  const { startMs, bucketSeconds, length, columns } = cutSeries(series, atMs - CHART_SECONDS * 1000, atMs);
  const perPoint = Math.max(1, Math.ceil(length / CHART_POINTS));
  const points = Math.ceil(length / perPoint);
  if (points < 2) return undefined;
  const busyReplicas = Array.from({ length: points }, (_, point): number | null => {
    let most: number | null = null;
    for (let index = point * perPoint; index < Math.min(length, (point + 1) * perPoint); index += 1) {
      const requests = cellAt(columns.requestCount, index);
      const tokens = requests === 0 ? 0 : cellAt(columns[tokensPerReplica.column], index);
      if (requests === null || tokens === null) continue;
      most = Math.max(most ?? 0, (requests * tokens) / bucketSeconds / tokensPerReplica.perSecond);
    }
    return most === null ? null : Math.round(most * 100) / 100;
  });
  return { start: new Date(startMs).toISOString(), pointSeconds: perPoint * bucketSeconds, busyReplicas };
}
