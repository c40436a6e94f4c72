import { fail, type Result, succeed } from '../../api/index.ts';
import {
  type MetricsSource,
  type PlaceableGraph,
  type PlanSetting,
  seriesRequest,
  type TrafficSeries,
} from '../../planner/index.ts';

export interface HistoryQuestion {
  readonly setting: Pick<PlanSetting, 'at' | 'config'>;
  /** How far back it goes, hours. */
  readonly hours: number;
  /** Whether all that there is counts, whenever it was measured. */
  readonly isWhole: boolean;
}

/** Beyond any time that a file may speak of. */
const EVER_MS = Date.UTC(9000, 0, 1);

/** What was measured of a graph. */
export async function readHistory(
  source: MetricsSource,
  graph: PlaceableGraph,
  { setting, hours, isWhole }: HistoryQuestion,
): Promise<Result<TrafficSeries>> {
  const { config } = setting;
  const metrics = { ...config.metrics, historyHours: hours };
  const request = seriesRequest(graph, { at: setting.at, config: { ...config, metrics } });
  const found = await source.read(isWhole ? { ...request, startMs: 0, endMs: EVER_MS } : request);
  if (!found.ok) return found;
  const { name, environment, namespace } = graph;
  const refuse = (reason: string): Result<never> =>
    fail({ code: 'unavailable', message: `${environment}/${namespace}/${name}: ${reason}` });
  if (found.value.kind === 'unavailable') return refuse(found.value.reason);
  const { series } = found.value;
  const { model } = request.graph;
  return model !== undefined && series.model.toLowerCase() !== model.toLowerCase()
    ? refuse(`the metrics are of the model "${series.model}", and the graph serves "${model}"`)
    : succeed(series);
}
