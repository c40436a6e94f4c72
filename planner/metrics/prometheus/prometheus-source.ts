import { type Digest, fail, type Result, succeed } from '../../../api/index.ts';
import type { FoundSeries } from '../find-series.ts';
import { roundCell } from '../round-cell.ts';
import { digestOfSeries } from '../series-digest.ts';
import type { MeasuredGraph, MetricsSource, SeriesRequest } from '../source.ts';
import type { TrafficColumn, TrafficColumns, TrafficSeries } from '../traffic-series.ts';
import { absenceReason } from './absence.ts';
import { type AskedName, columnQueries, type QueryBatch } from './column-queries.ts';
import { coverageOf } from './coverage.ts';
import { graphMatchers } from './graph-matchers.ts';
import { type AskRange, combined, rangeQueries } from './range-query.ts';
import { readAnswer } from './read-answer.ts';

export interface PrometheusScope {
  /** Labels that every series of the environment must have. */
  labelsOf(environment: string): { readonly [label: string]: string };
}

/** The name under which a plan lists what was read from a server; its address is nobody's business. */
const EVIDENCE = 'prometheus';

/** A server of Prometheus' HTTP API as a source of metrics. */
export function prometheusSource(ask: AskRange, scope: PrometheusScope): MetricsSource {
  const digests = new Map<string, Digest>();
  let hasFailed = false;
  return {
    description: 'Prometheus',
    async read(request) {
      // Several graphs are read at a time, and why the server fails is said once.
      if (hasFailed) return unavailable('Prometheus failed');
      const found = await readGraph(ask, scope, request);
      if (!found.ok) {
        if (hasFailed) return unavailable('Prometheus failed');
        hasFailed = true;
        return found;
      }
      if (found.value.kind === 'series') {
        const { environment, namespace, name } = request.graph;
        digests.set(`${environment}/${namespace}/${name}`, digestOfSeries(found.value.series));
      }
      return found;
    },
    evidence: () => ({
      ...{ kind: 'graphs', file: EVIDENCE, source: 'Prometheus' },
      graphs: [...digests].map(([graph, digest]) => ({ graph, digest })),
    }),
  };
}

async function readGraph(ask: AskRange, scope: PrometheusScope, request: SeriesRequest): Promise<Result<FoundSeries>> {
  const { graph, startMs, endMs, bucketSeconds } = request;
  const length = Math.floor((endMs - startMs) / (bucketSeconds * 1000));
  if (length < 1) return unavailable('no bucket lies in the time that is asked for');
  const { model } = graph;
  if (model === undefined) {
    return unavailable('neither manifest nor config says which model the graph serves; set model in the config');
  }
  const labels = scope.labelsOf(graph.environment);
  const matchers = graphMatchers({ ...graph, model }, labels);
  const batches = columnQueries(matchers, bucketSeconds);
  const grid = { startMs, bucketSeconds, length };
  const cells = new Map<AskedName, Float64Array>();
  for (const batch of batches) {
    const asked = await askBatch(ask, batch, grid, cells);
    if (!asked.ok) return asked;
    if (asked.value !== undefined) return unavailable(asked.value);
    if (batch === batches[0] && isAbsent(cells)) {
      const reason = await absenceReason(ask, { ...graph, model }, labels, grid);
      return unavailable(`Prometheus has nothing of the graph: ${reason}`);
    }
  }
  return succeed({ kind: 'series', series: seriesOf(graph, model, grid, cells, batches) });
}

/** Asks for every stretch of one batch; a text is why the graph has no data. */
async function askBatch(
  ask: AskRange,
  batch: QueryBatch,
  grid: { readonly startMs: number; readonly bucketSeconds: number; readonly length: number },
  cells: Map<AskedName, Float64Array>,
): Promise<Result<string | undefined>> {
  const names = new Set(batch.keys());
  for (const query of rangeQueries(combined(batch), grid)) {
    const answer = await ask(query);
    if (answer.kind === 'failed') return fail(...answer.problems);
    if (answer.kind === 'refused') return succeed(answer.reason);
    const read = readAnswer(answer.text, query, names);
    if (read.kind === 'unusable') {
      const hint = 'nothing is planned on it; ask the server again, or plan from a recording';
      return fail({ code: 'unavailable', message: `Prometheus ${read.why}`, hint });
    }
    const from = (query.firstEndMs - grid.startMs) / (grid.bucketSeconds * 1000) - 1;
    for (const [name, points] of read.cells) {
      const column = cells.get(name) ?? new Float64Array(grid.length).fill(Number.NaN);
      column.set(points.map(roundCell), from);
      cells.set(name, column);
    }
  }
  return succeed(undefined);
}

function isAbsent(cells: ReadonlyMap<AskedName, Float64Array>): boolean {
  return [...cells.values()].every((column) => column.every(Number.isNaN));
}

function seriesOf(
  graph: MeasuredGraph,
  model: string,
  grid: { readonly startMs: number; readonly bucketSeconds: number; readonly length: number },
  cells: ReadonlyMap<AskedName, Float64Array>,
  batches: readonly QueryBatch[],
): TrafficSeries {
  const columns: { [column in TrafficColumn]?: Float64Array } = {};
  const queries: { [column in TrafficColumn]?: string } = {};
  for (const batch of batches) {
    for (const [name, query] of batch) {
      const column = cells.get(name);
      if (name === 'scrapes' || name === 'frontends') continue;
      if (column === undefined || column.every(Number.isNaN)) continue;
      columns[name] = column;
      queries[name] = query;
    }
  }
  const [scrapes, frontends] = [cells.get('scrapes'), cells.get('frontends')];
  if (scrapes !== undefined && frontends !== undefined) {
    columns.coverage = coverageOf(scrapes, frontends).map(roundCell);
    queries.coverage = batches[0]?.get('scrapes') ?? '';
  }
  return {
    ...{ deployment: graph.name, namespace: graph.namespace, environment: graph.environment, model },
    ...grid,
    columns: columns satisfies TrafficColumns,
    provenance: { source: 'Prometheus', queries },
  };
}

function unavailable(reason: string): Result<FoundSeries> {
  return succeed({ kind: 'unavailable', reason });
}
