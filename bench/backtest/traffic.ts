import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { formatProblem, type Result } from '../../api/index.ts';
import { type EngineSpec, engineSpec } from '../../planner/backtest/engine/index.ts';
import { type Workload, workloadOf } from '../../planner/backtest/workload/index.ts';
import {
  type EngineProfile,
  type ProfileParts,
  parseProfileParts,
  performanceModel,
} from '../../planner/capacity/index.ts';
import type { TrafficColumn, TrafficSeries } from '../../planner/metrics/index.ts';
import { squaredVariationOf } from '../../planner/queueing/index.ts';
import type { Scenario } from './scenario.ts';

/** Anything; scenarios are not of a calendar. A Monday. */
const START_MS = Date.UTC(2026, 0, 5);

/** A scenario's traffic as metrics would have it, and what arrivals are made of beyond. */
export interface ScenarioTraffic {
  readonly series: TrafficSeries;
  readonly workload: (seed: number) => Workload;
}

/** @param data folder that has `traces` and `profiles` */
export function readTraffic({ trace }: Scenario, data: string): ScenarioTraffic {
  const table = readTable(join(data, 'traces', trace.file));
  switch (trace.kind) {
    case 'servegen': {
      const rates = table('rps');
      const scale = trace.requestsPerSecond / mean(rates);
      const [isl, osl] = [table('isl_mean'), table('osl_mean')];
      const oslP95 = table('osl_p95');
      const requestCount = rates.map((rate) => rate * scale * 600);
      const series = seriesOf(600, { requestCount, islTokens: isl, oslTokens: osl, islP95Tokens: table('isl_p95') });
      const settings = {
        arrivalVariation: table('arrival_cv').map((cv) => cv * cv),
        mostArrivalVariation: trace.mostArrivalVariation,
        oslVariation: osl.map((one, index) => squaredVariationOf(one, oslP95[index] ?? Number.NaN)),
      };
      return { series, workload: (seed) => workloadOf(series, { ...settings, seed }) };
    }
    case 'burstgpt': {
      const tokens = table('total_tokens');
      const recorded = table('requests_est');
      const scale = (60 * trace.requestsPerSecond) / mean(recorded);
      const each = recorded.map((requests, index) => (requests === 0 ? Number.NaN : (tokens[index] ?? 0) / requests));
      const series = seriesOf(60, {
        requestCount: recorded.map((requests) => requests * scale),
        islTokens: each.map((one) => one * trace.promptShare),
        oslTokens: each.map((one) => one * (1 - trace.promptShare)),
      });
      const { arrivalVariation, islVariation, oslVariation } = trace;
      return {
        series,
        workload: (seed) => workloadOf(series, { arrivalVariation, islVariation, oslVariation, seed }),
      };
    }
  }
}

function seriesOf(
  bucketSeconds: number,
  columns: { readonly [column in TrafficColumn]?: Float64Array },
): TrafficSeries {
  const counts = columns.requestCount ?? new Float64Array(0);
  return {
    ...{ deployment: 'graph', namespace: 'llm', environment: 'prod', model: 'model' },
    ...{ startMs: START_MS, bucketSeconds, length: counts.length },
    columns: { ...columns, startedCount: counts },
    provenance: { source: 'a trace', queries: {} },
  };
}

export interface ScenarioEngine {
  readonly engine: EngineSpec;
  readonly profile: EngineProfile;
}

/** The engine of a scenario, and its profile with prefill's throughput computed anew. */
export function readEngine({ profile, gpusPerReplica }: Scenario, data: string): ScenarioEngine {
  const read = (file: string): ProfileParts =>
    valueOrThrow(parseProfileParts(JSON.parse(readFileSync(join(data, 'profiles', file), 'utf8')), file));
  const { prefill } = read(profile.prefill);
  const { decode } = read(profile.decode);
  if (prefill === undefined || decode === undefined) throw new Error('a half of the profile is missing');
  const tokensPerSecondPerGpu = prefill.islTokens.map(
    (tokens, index) => (1000 * tokens) / (prefill.ttftMs[index] ?? Number.NaN) / gpusPerReplica.prefill,
  );
  const whole: EngineProfile = { prefill: { ...prefill, tokensPerSecondPerGpu }, decode };
  const model = performanceModel(whole);
  if (model === undefined) throw new Error('the profile cannot be fitted');
  return { engine: engineSpec(model, { gpusPerReplica }), profile: whole };
}

/** Columns of a CSV file without quotes; an empty cell is no number. */
function readTable(file: string): (column: string) => Float64Array {
  const [head = '', ...lines] = readFileSync(file, 'utf8').trim().split(/\r?\n/);
  const names = head.split(',');
  const rows = lines.map((line) => line.split(','));
  return (column) => {
    const place = names.indexOf(column);
    if (place < 0) throw new Error(`${file} has no column ${column}`);
    return Float64Array.from(rows, (row) => (row[place] === '' ? Number.NaN : Number(row[place])));
  };
}

function mean(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function valueOrThrow<T>(result: Result<T>): T {
  if (result.ok) return result.value;
  throw new Error(result.error.map(formatProblem).join('\n'));
}
