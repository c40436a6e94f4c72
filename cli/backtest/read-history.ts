import { fail, type Result, succeed } from '../../api/index.ts';
import {
  cutSeries,
  isoTime,
  type MetricsSource,
  type PlaceableGraph,
  type PlanSetting,
  seriesRequest,
  type TrafficSeries,
} from '../../planner/index.ts';
import type { PlanFiles } from '../plan/load-plan-input.ts';

export interface HistoryQuestion {
  readonly setting: Pick<PlanSetting, 'at' | 'config'>;
  readonly files: Pick<PlanFiles, 'metrics' | 'prometheus' | 'at'>;
  /** How far back it goes, hours: from `--at`, else from now or from the end of a file. Undefined for all that a file has. */
  readonly hours: number | undefined;
  /** How far back a server is asked where nobody says it. */
  readonly serverHours: number;
}

/** Beyond any time that a file may speak of. */
const EVER_MS = Date.UTC(9000, 0, 1);

/** What was measured of a graph. */
export async function readHistory(
  source: MetricsSource,
  graph: PlaceableGraph,
  { setting, files, hours, serverHours }: HistoryQuestion,
): Promise<Result<TrafficSeries>> {
  const { config, at } = setting;
  const metrics = { ...config.metrics, historyHours: hours ?? serverHours };
  const request = seriesRequest(graph, { at, config: { ...config, metrics } });
  const isOfFile = isFile(files, setting);
  // A file ends when it was recorded, which now has nothing to do with.
  const found = await source.read(isOfFile ? { ...request, startMs: 0, endMs: EVER_MS } : request);
  if (!found.ok) return found;
  const { name, environment, namespace } = graph;
  const refuse = (reason: string, hint?: string): Result<never> => {
    const message = `${environment}/${namespace}/${name}: ${reason}`;
    return fail({ code: 'unavailable', message, ...(hint === undefined ? {} : { hint }) });
  };
  if (found.value.kind === 'unavailable') return refuse(found.value.reason);
  const { series } = found.value;
  const { model } = request.graph;
  if (model !== undefined && series.model.toLowerCase() !== model.toLowerCase()) {
    return refuse(`the metrics are of the model "${series.model}", and the graph serves "${model}"`);
  }
  if (!isOfFile) return succeed(series);
  const lastMs = series.startMs + series.length * series.bucketSeconds * 1000;
  const endMs = files.at === undefined ? lastMs : at.getTime();
  const startMs = hours === undefined ? series.startMs : endMs - hours * 3_600_000;
  const cut = cutSeries(series, startMs, endMs);
  if (cut.length > 0 || series.length === 0) return succeed(cut);
  const asked = hours === undefined ? `before ${isoTime(endMs)}` : `from ${isoTime(startMs)} to ${isoTime(endMs)}`;
  return refuse(
    `the file has metrics from ${isoTime(series.startMs)} to ${isoTime(lastMs)}, and none ${asked}`,
    'name another --at, or leave it out to end with the file',
  );
}

/** Whether metrics come from a file or a folder of them, which hold what they hold, and not from a server. */
function isFile({ metrics, prometheus }: HistoryQuestion['files'], { config }: HistoryQuestion['setting']): boolean {
  return metrics !== undefined || (prometheus?.url === undefined && config.metrics.recording !== undefined);
}
