import { join } from 'node:path';
import { type Config, fail, type Problem, type Result, succeed } from '../../api/index.ts';
import {
  candidateOf,
  isoTime,
  type MetricsSource,
  type PlaceableGraph,
  recordingText,
  type SeriesRequest,
  selectGraphs,
  seriesRequest,
  type TrafficSeries,
} from '../../planner/index.ts';
import type { CommandRunner } from '../command.ts';
import type { CommandContext } from '../context.ts';
import { loadConfig } from '../load-config.ts';
import { openPrometheus, type PrometheusChoice } from '../metrics/prometheus/open-prometheus.ts';
import { recordingPath } from '../metrics/recording-folder.ts';
import { done, failed } from '../outcome.ts';
import { loadFleet } from '../plan/load-fleet.ts';
import { planTime } from '../plan/plan-time.ts';
import { durationHours } from '../record/duration.ts';
import { type RecordedGraph, recordReport } from '../record/record-report.ts';
import { saveRecording } from '../record/save-recording.ts';

export interface RecordCall {
  readonly prometheus: PrometheusChoice;
  /** As far back as a plan looks where nobody says it. */
  readonly since: string | undefined;
  readonly at: string | undefined;
  /** None is all. */
  readonly graphs: readonly string[];
  readonly out: string;
}

/** Graphs that are asked for at the same time. */
const CONCURRENT_READS = 4;
/** Somebody who waits longer wants to know how far it is. */
const PATIENCE_MS = 1000;

/** Writes what a server measured of every configured graph; nothing is written where the server fails. */
export const runRecord: CommandRunner<RecordCall> = async (call, context) => {
  const opened = await openRecord(call, context);
  if (!opened.ok) return failed(opened.error);
  const { source, requests } = opened.value;
  const [first] = requests;
  if (first === undefined) return failed([{ code: 'not-found', message: 'the config has no deployment to record' }]);
  const recorded = await recordAll(source, requests, call.out, context);
  if (!recorded.ok) return failed(recorded.error);
  const graphs = recorded.value;
  const missing = graphs.filter((graph) => 'reason' in graph);
  if (missing.length === graphs.length) {
    return failed(
      missing.map(({ environment, namespace, deployment, reason }) => {
        return { code: 'not-found', message: `${environment}/${namespace}/${deployment}: ${reason}` };
      }),
    );
  }
  const { startMs, endMs, bucketSeconds } = first;
  const report = recordReport({
    ...{ start: isoTime(startMs), end: isoTime(endMs), bucketSeconds, graphs },
    buckets: (endMs - startMs) / (bucketSeconds * 1000),
  });
  return done(report, missing.length === 0 ? 0 : 3);
};

interface OpenRecord {
  readonly source: MetricsSource;
  readonly requests: readonly SeriesRequest[];
}

async function openRecord(call: RecordCall, context: CommandContext): Promise<Result<OpenRecord>> {
  const at = planTime(call.at, context.now());
  const hours = call.since === undefined ? succeed(undefined) : durationHours('--since', call.since);
  const named: Result<void> =
    call.out === '' ? fail({ code: 'usage', message: '--out needs a name' }) : succeed(undefined);
  const loaded = await loadConfig(context.cwd);
  if (!at.ok || !hours.ok || !named.ok || !loaded.ok) return fail(...problemsOf([at, hours, named, loaded]));
  const { metrics, ...rest } = loaded.value.config;
  const config: Config = { ...rest, metrics: { ...metrics, historyHours: hours.value ?? metrics.historyHours } };
  const [source, fleet] = await Promise.all([
    openPrometheus({ ...call.prometheus, url: call.prometheus.url ?? true }, config, context),
    loadFleet(context.cwd, config),
  ]);
  if (!source.ok || !fleet.ok) return fail(...problemsOf([source, fleet]));
  const selected = selectGraphs(config, fleet.value.fleet);
  if (!selected.ok) return selected;
  const candidates = selected.value.filter(({ deployment }) => deployment !== undefined).map(candidateOf);
  const problems = problemsOf(candidates);
  if (problems.length > 0) return fail(...problems);
  const graphs = candidates.flatMap((candidate) =>
    candidate.ok && candidate.value.kind === 'candidate' ? [candidate.value.graph] : [],
  );
  const wanted = namedGraphs(graphs, call.graphs);
  if (!wanted.ok) return wanted;
  const requests = wanted.value.map((graph) => seriesRequest(graph, { at: at.value, config }));
  return succeed({ source: source.value, requests });
}

function problemsOf(results: readonly Result<unknown>[]): readonly Problem[] {
  return results.flatMap((result) => (result.ok ? [] : result.error));
}

function namedGraphs(graphs: readonly PlaceableGraph[], names: readonly string[]): Result<readonly PlaceableGraph[]> {
  if (names.length === 0) return succeed(graphs);
  const isNamed = (name: string, { environment, namespace, name: own }: PlaceableGraph): boolean =>
    name === own || name === `${environment}/${namespace}/${own}`;
  const unknown = names.filter((name) => !graphs.some((graph) => isNamed(name, graph)));
  if (unknown.length === 0) return succeed(graphs.filter((graph) => names.some((name) => isNamed(name, graph))));
  const known = graphs.map(({ environment, namespace, name }) => `${environment}/${namespace}/${name}`);
  const hint = `there are: ${known.slice(0, 8).join(', ')}${known.length > 8 ? ` and ${known.length - 8} more` : ''}`;
  return fail(
    ...unknown.map((name): Problem => {
      return { code: 'not-found', message: `--graph ${JSON.stringify(name)} names no graph of the config`, hint };
    }),
  );
}

type ReadGraph = { readonly graph: RecordedGraph; readonly series: TrafficSeries | undefined };

/** In a folder each graph is written as soon as it is read; one file waits for the last of them. */
async function recordAll(
  source: MetricsSource,
  requests: readonly SeriesRequest[],
  out: string,
  context: CommandContext,
): Promise<Result<readonly RecordedGraph[]>> {
  const isFile = out.endsWith('.json');
  const save = (file: string, series: readonly [TrafficSeries, ...TrafficSeries[]]): Promise<Result<void>> =>
    saveRecording(context.cwd, file, recordingText(sourceWords(source), series));
  const results: ReadGraph[] = [];
  const problems: Problem[] = [];
  const progress = recordProgress(context, requests.length);
  let next = 0;
  const work = async (): Promise<void> => {
    for (let index = next++; index < requests.length && problems.length === 0; index = next++) {
      const request = requests[index];
      if (request === undefined) return;
      const file = isFile ? out : join(out, recordingPath(request));
      const read = await readGraph(source, request, file);
      const saved =
        read.ok && read.value.series !== undefined && !isFile ? await save(file, [read.value.series]) : read;
      if (!read.ok) problems.push(...read.error);
      else if (!saved.ok) problems.push(...saved.error);
      else results[index] = isFile ? read.value : { ...read.value, series: undefined };
      progress();
    }
  };
  await Promise.all(Array.from({ length: CONCURRENT_READS }, work));
  if (problems.length > 0) return fail(...problems);
  const [first, ...rest] = results.flatMap(({ series }) => (series === undefined ? [] : [series]));
  const saved = first === undefined ? succeed(undefined) : await save(out, [first, ...rest]);
  return saved.ok ? succeed(results.map(({ graph }) => graph)) : saved;
}

async function readGraph(source: MetricsSource, request: SeriesRequest, file: string): Promise<Result<ReadGraph>> {
  const { name: deployment, namespace, environment } = request.graph;
  const found = await source.read(request);
  if (!found.ok) return found;
  const place = { deployment, namespace, environment };
  if (found.value.kind === 'unavailable') {
    return succeed({ graph: { ...place, reason: found.value.reason }, series: undefined });
  }
  const { series } = found.value;
  return succeed({ graph: { ...place, file, columns: Object.keys(series.columns).length }, series });
}

function sourceWords({ description }: MetricsSource): string {
  return `${description}, as dynamo-gitops record read it`;
}

function recordProgress({ now, log }: Pick<CommandContext, 'now' | 'log'>, all: number): () => void {
  let [done, last] = [0, now().getTime()];
  return () => {
    done += 1;
    const current = now().getTime();
    if (current - last < PATIENCE_MS || done === all) return;
    last = current;
    log(`read ${done} of ${all} graphs …`);
  };
}
